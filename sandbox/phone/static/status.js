/**
 * The line at the phone's top: exam time, and whether there is a network. Where there is no frame, it opens the
 * controls.
 */

import { fill, h, icon } from "./dom.js";
import { time } from "./format.js";

const LOOK_AGAIN_MS = 15_000;

export function createStatus(app, host) {
  const refresh = () => {
    const { t, language } = app.texts;
    const now = time(app.clock.now(), language, app.clock.now());
    fill(
      host,
      h(
        "button",
        { type: "button", class: "status-open", "aria-haspopup": "dialog", onclick: () => app.panel.open() },
        h("span", { class: "sandbox-mark" }, t("sheet.sandbox")),
        h("span", {}, t("status.controls")),
        icon("down"),
      ),
      h("span", { class: "status-time" }, now),
      !navigator.onLine && h("span", { class: "offline", role: "status" }, t("status.offline")),
    );
  };
  setInterval(refresh, LOOK_AGAIN_MS);
  app.clock.onJump(refresh);
  refresh();
  return { refresh };
}
