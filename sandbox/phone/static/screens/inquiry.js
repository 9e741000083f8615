/** One inquiry as a chat: what was said, who says it, writing more, having a person answer; answers come by themselves. */

import { Problem } from "../api.js";
import { actButton, fill, h } from "../dom.js";
import { notice } from "../failure.js";
import { time } from "../format.js";
import { freshKey, textBox } from "../writing.js";

/** Less than the runtime waits for any answer. */
const WAIT_SECONDS = 15;
const PAUSE_AFTER_FAILURE_MS = 5000;
/** Whose messages say that a person has the question by now: `system` tells that it was handed over. */
const PERSONS = new Set(["staff", "system"]);

export async function inquiry(app, { id }) {
  const { t } = app.texts;
  const [one, first] = await Promise.all([app.api.inquiry(id), app.api.messages(id)]);
  const told = h("div", { class: "told" });
  const log = h("ol", { class: "chat", "aria-live": "polite", "aria-label": t("inquiry.messages") });
  const chat = createChat(app, { id, log });
  chat.add(first.items);
  const isOver = one.state === "closed";
  const asksPerson = h("div", { class: "told" });
  const box = textBox({ id: "message", label: t("inquiry.write"), rows: 2, labelled: false });
  const guarded = async (act) => {
    fill(told);
    await act().catch((error) => fill(told, notice(error, app)));
  };
  let key = freshKey();
  const send = () =>
    guarded(async () => {
      if (!box.text()) return box.focus();
      await app.api.write(id, { text: box.text(), client_message_id: key });
      key = freshKey();
      box.empty();
      await chat.look();
    });
  const askPerson = () =>
    guarded(async () => {
      await app.api.askPerson(id);
      fill(asksPerson);
      await chat.look();
    });
  if (!isOver && one.kind === "question" && !first.items.some(({ author }) => PERSONS.has(author)))
    fill(asksPerson, actButton(t("inquiry.ask_person"), "plain", askPerson));
  chat.follow();
  return {
    title: t(`inquiry.kind.${one.kind}`),
    back: "/inquiries",
    body: [
      h("p", { class: "muted small centred" }, one.site && t("inquiry.to", { site: one.site })),
      one.account_change && progress(app, one.account_change),
      log,
      told,
      asksPerson,
      await app.subscriptions.offer("inquiry"),
    ],
    footer: h("div", { class: "chat-writing" }, box.element, actButton(t("inquiry.send"), "primary", send)),
    typedInto: true,
    leave: chat.stop,
  };
}

/** How far a change of the account is that was asked for. */
function progress(app, { message, reason, state }) {
  return h(
    "section",
    { class: `notice ${state === "declined" ? "amber" : ""}`, "data-change": state },
    h("div", {}, h("p", { class: "strong" }, message), reason && h("p", {}, reason)),
  );
}

/** The messages as they come: asked for with patience, until the screen is left. */
function createChat(app, { id, log }) {
  const seen = new Set();
  let last = 0;
  let stopped = false;

  const add = (items) => {
    const fresh = items.filter((one) => !seen.has(one.id));
    for (const one of fresh) {
      seen.add(one.id);
      last = Math.max(last, one.id);
      log.append(bubble(app, id, one));
    }
    if (fresh.length) log.lastElementChild.scrollIntoView({ block: "end" });
  };
  const look = async (wait = 0) => {
    const { items } = await app.api.messages(id, { after: last, wait });
    if (!stopped) add(items);
  };
  return {
    add,
    look,
    stop: () => (stopped = true),
    async follow() {
      while (!stopped) {
        try {
          await look(WAIT_SECONDS);
        } catch (error) {
          if (error instanceof Problem && error.status < 500) return;
          await new Promise((resolve) => setTimeout(resolve, PAUSE_AFTER_FAILURE_MS));
        }
      }
    },
  };
}

function bubble(app, inquiryId, { id, author, text, picture, written_at: at }) {
  const { t, language } = app.texts;
  return h(
    "li",
    { class: `bubble ${author}`, "data-author": author },
    h(
      "p",
      { class: "bubble-head muted small" },
      author !== "candidate" && h("span", { class: "bubble-who" }, t(`inquiry.author.${author}`)),
      h("span", {}, time(new Date(at), language, app.clock.now())),
    ),
    (text ? text.split("\n") : []).map((line) => h("p", {}, line)),
    picture && shownPicture(app, inquiryId, id),
  );
}

/** A message's picture once it is there; until then, and where it can't be had, a word that there is one. */
function shownPicture(app, inquiryId, messageId) {
  const { t } = app.texts;
  const place = h("p", {}, t("inquiry.picture"));
  const toEnd = () => {
    const said = place.closest("li");
    if (said === said?.parentElement?.lastElementChild) said?.scrollIntoView({ block: "end" });
  };
  const show = async () => {
    const { tempFilePath } = await app.api.inquiryPicture(inquiryId, messageId);
    const image = h("img", { src: tempFilePath, alt: "", class: "bubble-picture", onload: toEnd });
    fill(place, h("a", { href: tempFilePath, target: "_blank", "aria-label": t("inquiry.picture") }, image));
  };
  show().catch(() => {});
  return place;
}
