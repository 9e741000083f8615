/** What came of handing the form in: its numbers, and whether last year's candidate was confirmed by the system. */

import { actButton, fill, h, icon } from "../dom.js";
import { openDocument } from "../documents.js";
import { notice } from "../failure.js";
import { valueWords } from "../value_words.js";

export async function outcome(app, { id }) {
  const { t } = app.texts;
  const registration = await app.api.registration(id);
  const form = await app.form(registration.exam);
  const told = h("div", { class: "told" });
  const paper = actButton(t("act.download_application_form"), "secondary", async () => {
    fill(told);
    await openDocument(app, id, "application-form.pdf").catch((error) => fill(told, notice(error, app)));
  });
  return {
    title: t("outcome.title"),
    back: "/",
    body: [
      h(
        "div",
        { class: "state-head" },
        h("span", { class: "state-mark green" }, icon("tick")),
        h("p", { class: "state-title" }, t("outcome.handed_in")),
      ),
      numbers(app, registration),
      automatic(app, registration, { form, words: await valueWords(app, registration) }),
      told,
      paper,
      await app.subscriptions.offer("submit"),
    ],
    footer: h("a", { class: "primary", href: "#/" }, t("outcome.home")),
  };
}

function numbers(app, registration) {
  const { t } = app.texts;
  return h(
    "div",
    { class: "card pair" },
    h(
      "div",
      {},
      h("p", { class: "muted small" }, t("registration.number")),
      h("p", { class: "big number" }, registration.registration_number),
    ),
    h(
      "div",
      {},
      h("p", { class: "muted small" }, t("registration.code")),
      h("p", { class: "big number" }, registration.verification_code),
    ),
    h("p", { class: "muted small whole" }, t("outcome.code_text")),
  );
}

function automatic(app, { auto_confirmation: auto }, said) {
  const { t } = app.texts;
  if (!auto) return null;
  const look = { confirmed: "green", failed: "amber" }[auto.outcome] ?? "";
  return h(
    "section",
    { class: `card outcome ${look}`, "data-outcome": auto.outcome },
    h("h2", {}, look && icon(look === "green" ? "tick" : "warning"), t(`outcome.${auto.outcome}`)),
    h("p", {}, auto.message),
    auto.outcome !== "not_applicable" &&
      h(
        "p",
        { class: `mark ${auto.rolls ? "green" : "amber"}` },
        icon(auto.rolls ? "tick" : "warning"),
        t(auto.rolls ? "outcome.rolls" : "outcome.rolls_not"),
      ),
    auto.differences.length > 0 && differences(app, auto.differences, said),
  );
}

/** Field by field; coded values in their words. */
function differences(app, list, { form, words }) {
  const { t } = app.texts;
  const said = ({ field }, value) => words(nameOf(form, field), value) ?? t("outcome.empty");
  return h(
    "table",
    { class: "differences" },
    h("caption", {}, t("outcome.differences")),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        ["outcome.field", "outcome.last_year", "outcome.this_year"].map((key) => h("th", { scope: "col" }, t(key))),
      ),
    ),
    h(
      "tbody",
      {},
      list.map((one) =>
        h(
          "tr",
          {},
          h("th", { scope: "row" }, form.label(nameOf(form, one.field)) ?? one.field),
          h("td", {}, said(one, one.last_year)),
          h("td", {}, said(one, one.this_year)),
        ),
      ),
    ),
  );
}

function nameOf(form, field) {
  return form.placeOf(field)?.field ?? field;
}
