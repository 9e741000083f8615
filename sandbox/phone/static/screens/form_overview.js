/** The form as a whole: four sections and a photo, each with how far it is, and handing it in. */

import { actButton, fill, h, icon } from "../dom.js";
import { notice } from "../failure.js";
import { day } from "../format.js";
import { isEditable, rows } from "../registration_view.js";
import { valueWords } from "../value_words.js";

export async function formOverview(app, { id }) {
  const { t } = app.texts;
  const registration = await app.api.registration(id);
  const form = await app.form(registration.exam);
  const editable = isEditable(registration);
  const told = h("div", { class: "told" });
  return {
    title: t("form.title"),
    back: "/",
    body: [
      h("p", { class: "lead" }, t(editable ? "form.text" : "form.read_only")),
      told,
      editable && faultList(app, id, form),
      h(
        "ul",
        { class: "parts" },
        form.sections.map((section) => h("li", {}, part(app, registration, form, section))),
        h("li", {}, photoPart(app, registration, form)),
      ),
      editable && (await app.subscriptions.offer("form")),
    ],
    footer: editable ? actButton(t("form.submit"), "primary", () => submit(app, registration, form, told)) : null,
  };
}

function part(app, registration, form, section) {
  const { t } = app.texts;
  const answers = registration.sections;
  const faults = faultsOf(app, registration.id).filter(({ field }) => form.placeOf(field)?.section === section).length;
  const missing = form.missingIn(section, answers);
  return row(app, {
    address: `/registrations/${registration.id}/form/${section}`,
    title: t(`section.${section}`),
    ...(faults
      ? { look: "amber", words: t("form.faults", { count: faults }) }
      : app.drafts.has(registration.id, section)
        ? { look: "amber", words: t("form.unsaved") }
        : form.isUntouched(section, answers)
          ? { look: "", words: t("form.untouched") }
          : missing
            ? { look: "teal", words: t("form.missing", { count: missing }) }
            : { look: "green", words: t("form.complete") }),
  });
}

function photoPart(app, registration, form) {
  const { t } = app.texts;
  const faulty =
    faultsOf(app, registration.id).some(({ field }) => form.placeOf(field)?.section === "photo") && !registration.photo;
  return row(app, {
    address: `/registrations/${registration.id}/photo`,
    title: t("section.photo"),
    ...(registration.photo
      ? { look: "green", words: t("photo.there") }
      : { look: faulty ? "amber" : "", words: t("photo.missing") }),
  });
}

function row(app, { address, title, look, words }) {
  return h(
    "a",
    { class: "card part", href: `#${address}` },
    h("span", { class: "part-title" }, title),
    h(
      "span",
      { class: `mark ${look}` },
      look === "green" ? icon("tick") : look === "amber" ? icon("warning") : null,
      words,
    ),
    icon("forward"),
  );
}

const faultsOf = (app, id) => app.memory.faults?.[id] ?? [];

/** Every fault the service found, each leading to its field. */
function faultList(app, id, form) {
  const { t } = app.texts;
  const faults = faultsOf(app, id);
  if (!faults.length) return null;
  return h(
    "section",
    { class: "notice amber fault-list", role: "alert", tabindex: "-1" },
    icon("warning"),
    h(
      "div",
      {},
      h("h2", {}, t("form.fault_title", { count: faults.length })),
      h("p", {}, t("form.fault_text")),
      h(
        "ul",
        {},
        faults.map((fault) => h("li", {}, faultLink(app, id, form, fault))),
      ),
    ),
  );
}

function faultLink(app, id, form, { field, message }) {
  const place = form.placeOf(field);
  if (!place) return message;
  const address =
    place.section === "photo"
      ? `/registrations/${id}/photo`
      : `/registrations/${id}/form/${place.section}/${place.field}`;
  return h(
    "a",
    { href: `#${address}`, "data-fault": field },
    h("span", { class: "strong" }, place.section === "photo" ? app.texts.t("section.photo") : form.label(place.field)),
    " ",
    message,
  );
}

async function submit(app, registration, form, told) {
  const { t } = app.texts;
  fill(told);
  try {
    const sure = await app.sheets.ask({
      title: t("submit.title"),
      body: await summary(app, registration, form),
      confirm: t("submit.go"),
      cancel: t("submit.back"),
    });
    if (!sure) return;
    await app.api.submit(registration.id);
    remember(app, registration.id, []);
    app.router.go(`/registrations/${registration.id}/outcome`);
  } catch (error) {
    if (!error.errors?.length) return void fill(told, notice(error, app));
    remember(app, registration.id, error.errors);
    await app.router.refresh();
    document.querySelector(".fault-list")?.focus();
  }
}

function remember(app, id, errors) {
  app.memory.faults = { ...app.memory.faults, [id]: errors };
}

/** What is about to be handed in, and what follows from it. */
async function summary(app, registration, form) {
  const { t, language } = app.texts;
  const { registration: chosen, work } = registration.sections;
  const [exam, words] = await Promise.all([app.exam(registration.exam), valueWords(app, registration)]);
  const stage = (await app.api.calendar(registration.exam, { area: chosen?.area, site: chosen?.site })).find(
    (one) => one.stage === "pre_registration",
  );
  const closes = stage?.windows.at(-1)?.closes_at;
  return [
    rows([
      [t("submit.exam"), exam?.name],
      [t("submit.place"), [chosen?.area, chosen?.site].filter(Boolean).join(" · ")],
      [form.label("speciality"), words("speciality", chosen?.speciality)],
      [form.label("subjects"), (chosen?.subjects ?? []).join(t("list.comma"))],
      [form.label("employer"), work?.employer],
    ]),
    h(
      "p",
      {},
      closes
        ? t("submit.text_until", { day: day(new Date(new Date(closes) - 1), language, app.clock.now()) })
        : t("submit.text"),
    ),
    form.label("archive_number") && !chosen?.archive_number && h("p", { class: "muted small" }, t("submit.archive")),
  ];
}
