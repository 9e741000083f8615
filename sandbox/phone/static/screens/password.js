/** Signing in without the platform's code: by user name or document number, and password. */

import { textControl } from "../controls.js";
import { h } from "../dom.js";
import { SAMPLE_PASSWORD } from "../sample_answers.js";
import { shortForm } from "../short_form.js";

export async function signInByPassword(app) {
  const { t } = app.texts;
  return shortForm(app, {
    title: t("password.title"),
    back: "/sign-in",
    lead: t("password.text"),
    controls: loginControls(t),
    ...withLogin(app),
    below: forgottenLink(t),
    act: t("password.go"),
    sample: () => ({ login: app.session.person().idNumber, password: SAMPLE_PASSWORD }),
    send: async (typed) => {
      await app.api.signInByPassword(typed);
      app.memory.whySignIn = null;
      return "/";
    },
  });
}

/** The login is taken along to the ways of setting a new password, and back. */
export function withLogin(app) {
  return {
    values: { login: app.memory.login ?? null },
    keep: ({ login }) => (app.memory.login = login),
  };
}

export function loginControls(t) {
  return [
    loginControl(t),
    textControl(
      {
        name: "password",
        label: t("account.password"),
        type: "password",
        attributes: { autocomplete: "current-password" },
      },
      t,
    ),
  ];
}

export function loginControl(t) {
  return textControl(
    {
      name: "login",
      label: t("bind.login"),
      hint: t("bind.login_hint"),
      attributes: { autocomplete: "username", autocapitalize: "off", spellcheck: "false" },
    },
    t,
  );
}

export function forgottenLink(t) {
  return h("p", { class: "centred" }, h("a", { class: "plain", href: "#/forgotten" }, t("forgotten.link")));
}
