/**
 * Before there is a session: whose phone it is, signing in, and what to do where this app is not bound to a candidate
 * yet.
 */

import { SandboxFailure } from "../sandbox_control.js";
import { actButton, fill, h, icon } from "../dom.js";
import { notice } from "../failure.js";
import { SAMPLE_PASSWORD } from "../sample_answers.js";
import { shortForm } from "../short_form.js";
import { forgottenLink, loginControls, withLogin } from "./password.js";

const GONE = 404;
const ENDED = new Set(["binding_token_expired", "binding_token_used"]);

/** Nobody holds the phone. */
export function welcome(app) {
  const { t } = app.texts;
  return {
    title: t("service.name"),
    body: h(
      "div",
      { class: "state" },
      h("span", { class: "state-mark" }, icon("account")),
      h("p", { class: "state-title" }, t("welcome.title")),
      h("p", {}, t("welcome.text")),
    ),
    footer: actButton(t("welcome.choose"), "primary", () => app.panel.open()),
  };
}

/** Signing in by the platform's code alone. */
export async function signIn(app) {
  if (!app.session.person()) return welcome(app);
  const { t } = app.texts;
  const told = h("div", { class: "told" });
  const facts = ["sign_in.fact_once", "sign_in.fact_bound", "sign_in.fact_official"];
  return {
    title: t("service.name"),
    body: [
      h("div", { class: "hero" }, h("p", { class: "hero-title" }, t("sign_in.title")), h("p", {}, t("sign_in.text"))),
      app.memory.whySignIn &&
        h("div", { class: "notice amber", role: "status" }, icon("warning"), h("p", {}, app.memory.whySignIn)),
      told,
      h(
        "div",
        { class: "card" },
        h(
          "ul",
          { class: "facts" },
          facts.map((key) => h("li", {}, icon("tick"), h("span", {}, t(key)))),
        ),
      ),
      h("p", { class: "centred" }, h("a", { class: "plain", href: "#/password" }, t("password.title"))),
    ],
    footer: actButton(t("sign_in.go"), "primary", () => trySignIn(app, told)),
  };
}

async function trySignIn(app, told) {
  fill(told);
  try {
    const answer = await app.api.signIn();
    app.memory.whySignIn = null;
    if (answer.status === "signed_in") return app.router.go("/");
    app.memory.bindingToken = answer.binding_token;
    app.router.go("/binding");
  } catch (error) {
    if (error instanceof SandboxFailure && error.status === GONE) return personGone(app);
    fill(
      told,
      notice(error, app) ?? h("div", { class: "notice", role: "status" }, h("p", {}, app.texts.t("sign_in.refused"))),
    );
  }
}

/** The sandbox was started anew and no longer knows the person. */
async function personGone(app) {
  const { t } = app.texts;
  const person = app.session.person();
  const again = await app.sheets.ask({
    title: t("gone.title"),
    body: h("p", {}, t("gone.text", { name: person.name })),
    confirm: t("gone.again"),
  });
  if (again) return app.panel.newPerson(person);
  await app.panel.loadPeople();
  app.router.refresh();
}

/** Not bound yet: new here, or an account from before. */
export async function binding(app) {
  const { t } = app.texts;
  if (!app.memory.bindingToken) return signIn(app);
  return {
    title: t("binding.title"),
    back: "/sign-in",
    body: [
      h("div", { class: "card" }, h("h2", {}, t("binding.heading")), h("p", {}, t("binding.text"))),
      h(
        "div",
        { class: "card" },
        h("h2", {}, t("binding.have")),
        h("p", {}, t("binding.have_text")),
        h("a", { class: "secondary", href: "#/bind" }, t("binding.go_bind")),
      ),
    ],
    footer: h("a", { class: "primary", href: "#/register" }, t("binding.go_register")),
  };
}

/** Binds this app to an account that exists. */
export async function bind(app) {
  const { t } = app.texts;
  if (!app.memory.bindingToken) return signIn(app);
  return shortForm(app, {
    title: t("bind.title"),
    back: "/binding",
    lead: t("bind.text"),
    controls: loginControls(t),
    ...withLogin(app),
    below: forgottenLink(t),
    act: t("bind.go"),
    sample: () => ({ login: app.session.person().idNumber, password: SAMPLE_PASSWORD }),
    send: async (typed) => {
      try {
        await app.api.bind({ binding_token: app.memory.bindingToken, ...typed });
      } catch (error) {
        if (signInAgain(app, error)) return null;
        throw error;
      }
      app.memory.bindingToken = null;
      app.frame.say(t("bind.done"));
      return "/";
    },
  });
}

/** A binding token lives for minutes and serves once: without it the way begins at signing in, which says why. */
export function signInAgain(app, error) {
  if (!ENDED.has(error.code)) return false;
  app.memory.bindingToken = null;
  app.memory.whySignIn = error.message;
  app.router.go("/sign-in");
  return true;
}
