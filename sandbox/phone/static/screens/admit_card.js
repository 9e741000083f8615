/** The admit card as the phone shows it; the paper is the PDF. */

import { actButton, fill, h } from "../dom.js";
import { openDocument } from "../documents.js";
import { notice } from "../failure.js";
import { clockTime, longDay } from "../format.js";
import { rows } from "../registration_view.js";

export async function admitCard(app, { id }) {
  const { t } = app.texts;
  const card = await app.api.admitCard(id);
  const told = h("div", { class: "told" });
  return {
    title: t("admit_card.title"),
    back: "/",
    body: [
      h("div", { class: "card admit" },
        h("p", { class: "muted small" }, t("admit_card.number")),
        h("p", { class: "big number" }, card.admit_number.replace(/(.{2})(.)(.{2})(.{2})(.{2})(.{3})(.{2})/, "$1 $2 $3 $4 $5 $6 $7")),
        rows([[t("account.name"), card.name], [t("account.id_number"), card.id_number && h("span", { class: "number" }, card.id_number)], [t("field.speciality"), card.speciality_name ?? card.speciality], [t("admit_card.venue"), card.venue], [t("admit_card.address"), card.address]])),
      h("ul", { class: "sittings" }, (card.sittings ?? []).map((one) => h("li", { class: "card" }, sitting(app, one)))),
      told,
    ],
    footer: actButton(t("admit_card.open"), "primary", async () => {
      fill(told);
      await openDocument(app, id, "admit-card.pdf").catch((error) => fill(told, notice(error, app)));
    }),
  };
}

function sitting(app, one) {
  const { t, language } = app.texts;
  const starts = one.starts_at && new Date(one.starts_at);
  const ends = one.ends_at && new Date(one.ends_at);
  return [
    h("h2", {}, one.subject ?? (one.subjects ?? []).join(t("list.comma"))),
    rows([
      [t("admit_card.when"), starts && `${longDay(starts, language)} ${clockTime(starts)}${ends ? `–${clockTime(ends)}` : ""}`],
      [t("admit_card.venue"), one.venue],
      [t("admit_card.address"), one.address],
      [t("admit_card.room"), one.room],
      [t("admit_card.seat"), one.seat],
    ]),
  ];
}
