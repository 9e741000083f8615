/** The area's commitment letter: read whole, then signed by a tap; the version that was read is the one signed. */

import { actButton, fill, h, icon } from "../dom.js";
import { notice } from "../failure.js";
import { time } from "../format.js";
import { sampleMark } from "../picker.js";

export async function commitment(app, { id }) {
  const { t, language } = app.texts;
  const letter = await app.api.commitment(id);
  const told = h("div", { class: "told" });
  const signedAt = letter.signed_at && time(new Date(letter.signed_at), language, app.clock.now());
  return {
    title: t("commitment.title"),
    back: `/registrations/${id}`,
    body: [
      signedAt && h("p", { class: "mark green" }, icon("tick"), t("commitment.signed_at", { time: signedAt })),
      h(
        "article",
        { class: "card letter" },
        h("h2", {}, letter.title),
        letter.sample && h("p", {}, sampleMark(app)),
        letter.text.split("\n").map((line) => h("p", {}, line)),
      ),
      told,
    ],
    footer: signedAt ? null : actButton(t("commitment.sign"), "primary", () => sign(app, { id, letter, told })),
  };
}

async function sign(app, { id, letter, told }) {
  const { t } = app.texts;
  fill(told);
  try {
    await app.api.signCommitment(id, letter.version);
    app.frame.say(t("commitment.signed"));
    app.router.go(`/registrations/${id}`);
  } catch (error) {
    fill(told, notice(error, app));
    told.scrollIntoView({ block: "center" });
  }
}
