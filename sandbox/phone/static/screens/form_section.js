/**
 * One section of the form: filled in, saved by itself, its faults beneath their fields. Nothing typed is lost on the
 * way out.
 */

import { actButton, fill, h, icon } from "../dom.js";
import { notice, showFaults } from "../failure.js";
import { fieldControls } from "../field_controls.js";
import { createForm } from "../form.js";
import { isEditable, rows } from "../registration_view.js";
import { sampleSection } from "../sample_answers.js";
import { valueWords } from "../value_words.js";

const VERSION_PASSED = new Set([409, 412]);

export async function formSection(app, { id, section, field }) {
  const { t } = app.texts;
  const registration = await app.api.registration(id);
  const drawn = await app.form(registration.exam);
  const title = t(`section.${section}`);
  const back = `/registrations/${id}/form`;
  if (!isEditable(registration)) return { title, back, body: await readOnly(app, { registration, drawn, section }) };

  const kept = app.drafts.get(id, section);
  const values = { ...registration.sections[section], ...kept };
  const form = await openForm(app, { registration, drawn, section, values });
  const told = h("div", { class: "told" });
  const sheet = { app, registration, drawn, section, form, told, saved: JSON.stringify(form.values()) };
  if (kept) sheet.saved = null;
  const save = form.sentBy(actButton(t("form.save"), "primary", () => saveSection(sheet, back)));
  showKnownFaults(app, { id, drawn, section, form });
  app.samples.offer(async () => restore(form, await sampleSection(app, { registration, drawn, section })));
  return {
    title,
    back,
    body: [
      kept && h("div", { class: "notice", role: "status" }, h("p", {}, t("form.restored"))),
      told,
      section === "basic" && fromAccount(app, await app.api.account()),
      form.element,
    ],
    footer: save,
    focus: field ? () => (form.go(field), document.activeElement) : null,
    typedInto: true,
    leave: () => leave(sheet),
  };
}

async function openForm(app, { registration, drawn, section, values }) {
  const controls = await fieldControls(app, {
    exam: registration.exam,
    section,
    fields: drawn.fieldsOf(section),
    values,
    employer: registration.sections.work?.employer,
  });
  const form = createForm(controls);
  await restore(form, values);
  return form;
}

/** Puts values in; controls that have to ask the service for a value's words do so themselves. */
async function restore(form, values) {
  const names = Object.keys(values);
  for (const name of names) if (!form.control(name)?.restore) form.set({ [name]: values[name] });
  for (const name of names) await form.control(name)?.restore?.(values);
}

function showKnownFaults(app, { id, drawn, section, form }) {
  const faults = (app.memory.faults?.[id] ?? []).filter((fault) => drawn.placeOf(fault.field)?.section === section);
  form.fault(faults, { go: false });
}

async function saveSection(sheet, back) {
  const { app, registration, drawn, section, form, told } = sheet;
  const { t } = app.texts;
  fill(told);
  try {
    await app.api.saveSection(registration.id, section, form.values(), registration.version);
    sheet.saved = JSON.stringify(form.values());
    app.drafts.drop(registration.id, section);
    forgetFaults(app, { id: registration.id, drawn, section });
    app.frame.say(t("form.saved", { section: t(`section.${section}`) }));
    app.router.go(back);
  } catch (error) {
    if (VERSION_PASSED.has(error.status)) return changedElsewhere(sheet, error);
    showFaults(app, { error, form, told });
  }
}

/** Saved from another device meanwhile: what was typed stays, the next save is made on what is there now. */
async function changedElsewhere(sheet, error) {
  const { app, registration, told } = sheet;
  const { t } = app.texts;
  const now = await app.api.registration(registration.id).catch(() => null);
  if (!now || now.version === registration.version) return void fill(told, notice(error, app));
  registration.version = now.version;
  fill(
    told,
    h(
      "div",
      { class: "notice amber", role: "alert", tabindex: "-1" },
      icon("warning"),
      h("p", {}, t("form.changed_elsewhere")),
    ),
  );
  told.firstElementChild.focus();
}

function forgetFaults(app, { id, drawn, section }) {
  const rest = (app.memory.faults?.[id] ?? []).filter(({ field }) => drawn.placeOf(field)?.section !== section);
  app.memory.faults = { ...app.memory.faults, [id]: rest };
}

function leave({ app, registration, section, form, saved }) {
  app.samples.withdraw();
  if (JSON.stringify(form.values()) !== saved) app.drafts.keep(registration.id, section, form.values());
}

/** What the account says and the form repeats. */
function fromAccount(app, account) {
  const { t } = app.texts;
  return h(
    "div",
    { class: "card" },
    rows([
      [t("account.name"), account.name],
      [t("account.id_number"), h("span", { class: "number" }, account.id_number)],
      [t("account.phone"), h("span", { class: "number" }, account.phone)],
    ]),
    h("p", { class: "muted small" }, t("form.from_account")),
  );
}

async function readOnly(app, { registration, drawn, section }) {
  const words = await valueWords(app, registration);
  const values = registration.sections[section] ?? {};
  return [
    section === "basic" && fromAccount(app, await app.api.account()),
    h(
      "div",
      { class: "card" },
      rows(drawn.fieldsOf(section).map(({ name, label }) => [label, words(name, values[name])])),
    ),
  ];
}
