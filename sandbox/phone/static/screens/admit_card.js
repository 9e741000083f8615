/** The admit card as the phone shows it; the paper is the PDF. */

import { actButton, fill, h } from "../dom.js";
import { openDocument } from "../documents.js";
import { notice } from "../failure.js";
import { clockTime, longDay } from "../format.js";
import { sampleMark } from "../picker.js";
import { rows } from "../registration_view.js";

export async function admitCard(app, { id }) {
  const { t } = app.texts;
  const card = await app.api.admitCard(id);
  const told = h("div", { class: "told" });
  return {
    title: t("admit_card.title"),
    back: "/",
    body: [
      h(
        "div",
        { class: "card admit" },
        h("p", { class: "muted small" }, t("admit_card.number")),
        h(
          "p",
          { class: "big number" },
          card.admit_number.replace(/(.{2})(.)(.{2})(.{2})(.{2})(.{3})(.{2})/, "$1 $2 $3 $4 $5 $6 $7"),
        ),
        rows([
          [t("submit.exam"), card.exam_name],
          [t("account.name"), card.name],
          [t("field.speciality"), card.speciality],
          [t("field.site"), card.site],
        ]),
        card.sample && h("p", {}, sampleMark(app)),
      ),
      h(
        "ul",
        { class: "sittings" },
        card.sittings.map((one) => h("li", { class: "card" }, sitting(app, one))),
      ),
      told,
      await app.subscriptions.offer("admit_card"),
    ],
    footer: actButton(t("admit_card.open"), "primary", async () => {
      fill(told);
      await openDocument(app, id, "admit-card.pdf").catch((error) => fill(told, notice(error, app)));
    }),
  };
}

function sitting(app, one) {
  const { t, language } = app.texts;
  const [starts, ends] = [new Date(one.starts_at), new Date(one.ends_at)];
  return [
    h("h2", {}, one.subject),
    rows([
      [t("admit_card.when"), `${longDay(starts, language)} ${clockTime(starts)}–${clockTime(ends)}`],
      [t("admit_card.venue"), one.venue],
      [t("admit_card.address"), one.address],
      [t("admit_card.room"), one.room],
      [t("admit_card.seat"), one.seat],
    ]),
  ];
}
