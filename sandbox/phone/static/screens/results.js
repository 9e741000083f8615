/** What the exam said, subject by subject; the score report as a PDF while it can be had. */

import { actButton, fill, h, icon } from "../dom.js";
import { openDocument } from "../documents.js";
import { notice } from "../failure.js";
import { deadline } from "../format.js";
import { sampleMark } from "../picker.js";
import { rows } from "../registration_view.js";

export async function results(app, { id }) {
  const { t, language } = app.texts;
  const found = await app.api.results(id);
  const told = h("div", { class: "told" });
  const until = found.report_until && new Date(found.report_until);
  const isOpen = !until || until > app.clock.now();
  const report = actButton(t("results.report"), "primary", async () => {
    fill(told);
    await openDocument(app, id, "score-report.pdf").catch((error) => fill(told, notice(error, app)));
  });
  const look = found.qualified ? "green" : "amber";
  return {
    title: t("results.title"),
    back: `/registrations/${id}`,
    body: [
      h(
        "section",
        { class: `card outcome ${look}` },
        h("h2", {}, icon(found.qualified ? "tick" : "warning"), found.message, found.sample && sampleMark(app)),
        rows([
          [t("submit.exam"), found.exam_name],
          [t("account.name"), found.name],
          [t("field.speciality"), found.speciality],
          [t("admit_card.number"), h("span", { class: "number" }, found.admit_number)],
          [t("results.archive_number"), found.archive_number],
        ]),
      ),
      marks(app, t("results.subjects"), found.subjects),
      found.rolled.length > 0 && marks(app, t("results.rolled"), found.rolled),
      h("p", { class: "muted small" }, found.no_appeals),
      isOpen && until && h("p", { class: "small" }, t("results.report_until", { until: deadline(until, language) })),
      told,
      await app.subscriptions.offer("results"),
    ],
    footer: isOpen ? report : null,
  };
}

/** A score beside the line that it is measured by; what became of a subject without one, in the service's words. */
function marks(app, title, list) {
  const { t } = app.texts;
  return h(
    "section",
    { class: "card" },
    h("h2", {}, title),
    rows(
      list.map(({ subject, score, pass_line: line, passed, text }) => [
        subject,
        score === null
          ? text
          : h(
              "span",
              { class: `mark ${passed ? "green" : "amber"}` },
              passed && icon("tick"),
              line === null ? String(score) : t("results.score", { score, line }),
            ),
      ]),
    ),
  );
}
