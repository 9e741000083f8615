/** The offices of the demo, beside the phone: what the site and the area do with the registration on it. */

import { actButton, fill, h } from "./dom.js";
import { sandbox } from "./sandbox_control.js";

const NOT_SERVED = 404;

/**
 * @param box      turns amber while the candidate waits for an office
 * @param note     says what is waited for
 * @param buttons  stays empty where the sandbox has no offices
 */
export function createDeskCard(app, { box, note, buttons }) {
  const { t } = app.texts;
  const told = h("p", { class: "desk-told", role: "status" });
  let acts = null;
  let registration = null;
  let waiting = null;

  const load = async () => {
    try {
      acts ??= await sandbox.deskActs(app.texts.language);
    } catch (error) {
      if (error.status === NOT_SERVED) acts = [];
    }
    show();
  };

  const run = async (work) => {
    fill(told);
    try {
      fill(told, await work());
    } catch (error) {
      fill(told, error.message || t("desk.failed"));
    }
  };

  const actOn = async (act) => {
    const { state } = await sandbox.deskDo(act, registration.id, app.texts.language);
    await app.router.refresh({ quiet: true });
    return t("desk.done", { state: t(`state_of.${state}`) });
  };

  const giveCode = async () => t("desk.code", await sandbox.deskGiveCode(app.texts.language));

  const noteWords = () => {
    if (waiting) return t("staff.waiting", { step: waiting.title });
    if (!acts?.length) return t("staff.text");
    return t(registration ? "desk.text" : "desk.nothing");
  };

  const show = () => {
    fill(note, h("h3", { id: "staff-title" }, t("staff.title")), h("p", { class: "small" }, noteWords()));
    fill(
      buttons,
      acts?.length > 0 && [
        h(
          "div",
          { class: "desk-acts" },
          acts.map((one) => button(one)),
          actButton(t("desk.give_code"), "secondary small", () => run(giveCode)),
        ),
        told,
      ],
    );
    box.classList.toggle("waiting", Boolean(waiting));
  };

  const button = ({ act, title }) => {
    const key = `desk_act.${act}`;
    const made = actButton(app.texts.knows(key) ? t(key) : title, "secondary small", () => run(() => actOn(act)));
    made.disabled = !registration;
    return made;
  };

  show();
  return {
    load,
    /** The registration the phone shows, null where it shows none; the step that waits for an office, if one does. */
    lookAt(shown, step) {
      if (shown?.id !== registration?.id) fill(told);
      registration = shown;
      waiting = step;
      show();
    },
  };
}
