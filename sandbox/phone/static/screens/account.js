/** The person's account: who they are, masked; the apps that are bound; language; signing out. */

import { actButton, fill, h, icon } from "../dom.js";
import { notice } from "../failure.js";
import { time } from "../format.js";
import { rows } from "../registration_view.js";

export async function account(app) {
  const { t } = app.texts;
  const [own, bindings] = await Promise.all([app.api.account(), app.api.bindings()]);
  const told = h("div", { class: "told" });
  return {
    title: t("tab.account"),
    tab: "account",
    body: [
      told,
      h(
        "div",
        { class: "card" },
        rows([
          [t("account.name"), own.name],
          [t("account.username"), own.username],
          [t("account.id_type"), t(`id_type.${own.id_type}`)],
          [t("account.id_number"), h("span", { class: "number" }, own.id_number)],
          [t("account.phone"), h("span", { class: "number" }, own.phone)],
          [t("home.identity"), t(`identity.${own.identity_check}`)],
          [t("account.education"), t(`identity.${own.education_check}`)],
        ]),
        h("p", { class: "muted small" }, t("account.fixed")),
      ),
      h("section", { class: "card" }, h("h2", {}, t("account.bindings")), bound(app, bindings, told)),
      h(
        "a",
        { class: "card part", href: "#/inquiries" },
        h("span", { class: "part-title" }, t("inquiry.title")),
        icon("forward"),
      ),
      h("section", { class: "card" }, h("h2", {}, t("account.language")), languages(app)),
      actButton(t("account.sign_out"), "plain", () => signOut(app, told)),
    ],
  };
}

function bound(app, bindings, told) {
  const { t, language } = app.texts;
  if (!bindings.length) return h("p", { class: "muted" }, t("account.no_bindings"));
  return h(
    "ul",
    { class: "plain-list" },
    bindings.map(({ platform, bound_at: at }) =>
      h(
        "li",
        { class: "binding" },
        h(
          "span",
          {},
          h("span", { class: "strong" }, t(`platform.${platform}`)),
          at &&
            h(
              "span",
              { class: "muted small" },
              t("account.bound_at", { time: time(new Date(at), language, app.clock.now()) }),
            ),
        ),
        actButton(t("account.unbind"), "plain inline", () => unbind(app, platform, told)),
      ),
    ),
  );
}

async function unbind(app, platform, told) {
  const { t } = app.texts;
  fill(told);
  const name = t(`platform.${platform}`);
  const sure = await app.sheets.ask({
    title: t("unbind.title", { platform: name }),
    body: [h("p", {}, t("unbind.text")), h("p", {}, t("unbind.again"))],
    confirm: t("unbind.go"),
    cancel: t("unbind.keep"),
    grave: true,
  });
  if (!sure) return;
  try {
    await app.api.unbind(platform);
    app.frame.say(t("unbind.done", { platform: name }));
    app.router.refresh();
  } catch (error) {
    fill(told, notice(error, app));
  }
}

/** Both languages, each in itself. */
export function languages(app) {
  const options = [
    ["zh-CN", "简体中文"],
    ["en", "English"],
  ];
  return h(
    "div",
    { class: "segments", role: "group", "aria-label": app.texts.t("account.language") },
    options.map(([code, name]) =>
      h(
        "button",
        {
          type: "button",
          lang: code,
          class: "segment-button",
          "aria-pressed": String(code === app.texts.language),
          onclick: () => app.chooseLanguage(code),
        },
        name,
      ),
    ),
  );
}

async function signOut(app, told) {
  try {
    await app.api.signOut();
    app.session.dropTokens();
    app.router.go("/sign-in");
  } catch (error) {
    fill(told, notice(error, app));
  }
}
