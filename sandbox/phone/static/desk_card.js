/** The offices of the demo, beside the phone: what the site and the area do with the registration on it. */

import { actButton, fill, h } from "./dom.js";
import { sandbox } from "./sandbox_control.js";

const NOT_SERVED = 404;

/** @param host  stays empty where the sandbox has no offices */
export function createDeskCard(app, host) {
  const { t } = app.texts;
  const told = h("p", { class: "desk-told", role: "status" });
  let acts = null;
  let registration = null;

  const load = async () => {
    try {
      acts ??= await sandbox.deskActs(app.texts.language);
    } catch (error) {
      if (error.status === NOT_SERVED) acts = [];
    }
    show();
  };

  const run = async (act) => {
    fill(told);
    try {
      const { state } = await sandbox.deskDo(act, registration.id, app.texts.language);
      fill(told, t("desk.done", { state: t(`state_of.${state}`) }));
      await app.router.refresh({ quiet: true });
    } catch (error) {
      fill(told, error.message || t("desk.failed"));
    }
  };

  const show = () => {
    if (!acts?.length) return void fill(host);
    fill(host, h("div", { class: "panel-card" },
      h("h3", {}, t("desk.title")),
      h("p", { class: "muted small" }, t(registration ? "desk.text" : "desk.nothing")),
      h("div", { class: "desk-acts" }, acts.map((one) => button(one))),
      told));
  };

  const button = ({ act, title }) => {
    const key = `desk_act.${act}`;
    const made = actButton(app.texts.knows(key) ? t(key) : title, "secondary small", () => run(act));
    made.disabled = !registration;
    made.dataset.act = act;
    return made;
  };

  return {
    load,
    /** The registration the phone shows; null where it shows none. */
    lookAt(shown) {
      if (shown?.id !== registration?.id) fill(told);
      registration = shown;
      show();
    },
  };
}
