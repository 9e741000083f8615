/** What the platform has brought to this person: the pushes of the service, outside of the mini-program. */

import { fill, h } from "./dom.js";
import { time } from "./format.js";
import { addressOf } from "./pages.js";
import { sandbox } from "./sandbox_control.js";

const LOOK_AGAIN_MS = 3000;
/** Of the kinds of an inbox those that are messages to read; others are the chat's. */
const PUSHES = new Set(["subscribe_message", "template_message"]);

export function createInboxCard(app, { close }) {
  const { t } = app.texts;
  const list = h("ul", { class: "inbox" });
  let shown = null;

  const look = async () => {
    const person = app.session.person();
    const arrived = person ? await sandbox.inbox(person.userId).catch(() => null) : [];
    if (!arrived || app.session.person() !== person) return;
    const pushes = arrived.filter(({ kind }) => PUSHES.has(kind)).reverse();
    const now = [app.texts.language, ...pushes.map(({ id }) => id)].join(" ");
    if (now === shown) return;
    shown = now;
    fill(list, pushes.length ? pushes.map(message) : h("li", { class: "muted small" }, t("inbox.none")));
  };

  const message = ({ arrived_at: at, content }) => {
    const address = addressOf(content.page);
    const words = [
      h(
        "span",
        { class: "inbox-head" },
        h("span", { class: "strong" }, content.title),
        h("span", { class: "muted" }, time(new Date(at), app.texts.language)),
      ),
      Object.values(content.data).map((value) => h("span", {}, value)),
    ];
    return h(
      "li",
      {},
      address
        ? h("button", { type: "button", class: "inbox-message", onclick: () => (close(), app.router.go(address)) }, words)
        : h("div", { class: "inbox-message" }, words),
    );
  };

  setInterval(() => !document.hidden && app.session.person() && look(), LOOK_AGAIN_MS);
  return {
    look,
    element() {
      shown = null;
      return h("section", { class: "panel-card inbox-card" }, h("h3", {}, t("inbox.title")), list);
    },
  };
}
