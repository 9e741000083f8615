/** Questions to the test site: those there are, and asking a new one. */

import { actButton, fill, h, icon } from "../dom.js";
import { notice } from "../failure.js";
import { time } from "../format.js";
import { freshKey, textBox } from "../writing.js";

export async function inquiries(app) {
  const { t } = app.texts;
  const found = await app.api.inquiries();
  return {
    title: t("inquiry.title"),
    back: "/account",
    body: found.items.length
      ? h(
          "ul",
          { class: "parts" },
          found.items.map((one) => h("li", {}, row(app, one))),
        )
      : h("p", { class: "lead" }, t("inquiry.none")),
    footer: h("a", { class: "primary", href: "#/inquiries/new" }, t("inquiry.new")),
  };
}

function row(app, { id, kind, state, site, opened_at: at }) {
  const { t, language } = app.texts;
  return h(
    "a",
    { class: "card part", href: `#/inquiries/${id}` },
    h(
      "span",
      { class: "part-text" },
      h("span", { class: "strong" }, t(`inquiry.kind.${kind}`)),
      h(
        "span",
        { class: "muted small" },
        [site, time(new Date(at), language, app.clock.now())].filter(Boolean).join(" · "),
      ),
    ),
    h("span", { class: `mark ${state === "answered" ? "green" : ""}` }, t(`inquiry.state.${state}`)),
    icon("forward"),
  );
}

export async function newInquiry(app) {
  const { t } = app.texts;
  const told = h("div", { class: "told" });
  const key = freshKey();
  const box = textBox({ id: "question", label: t("inquiry.question"), hint: t("inquiry.hint") });
  const send = actButton(t("inquiry.send"), "primary", async () => {
    fill(told);
    if (!box.text()) {
      fill(told, h("p", { class: "fault", role: "alert" }, icon("warning"), t("field.missing")));
      return box.focus();
    }
    try {
      const opened = await app.api.ask({ kind: "question", text: box.text(), client_message_id: key });
      app.router.replace(`/inquiries/${opened.id}`);
    } catch (error) {
      fill(told, notice(error, app));
    }
  });
  return {
    title: t("inquiry.new"),
    back: "/inquiries",
    body: [box.element, told],
    footer: send,
    typedInto: true,
    focus: () => (box.focus(), document.activeElement),
  };
}
