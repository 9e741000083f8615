/**
 * A forgotten password: the ways to prove who one is by something one knows or was given, and the new password they
 * all lead to. The face is in face.js, the request to a site in site_recovery.js.
 */

import { textControl } from "../controls.js";
import { h, icon } from "../dom.js";
import { notice } from "../failure.js";
import { SAMPLE_ANSWER, SAMPLE_NEW_PASSWORD } from "../sample_answers.js";
import { shortForm } from "../short_form.js";
import { loginControl, withLogin } from "./password.js";

const WAYS = ["question", "face", "code", "site"];
const ENDED = new Set(["reset_token_expired", "reset_token_used"]);

/** Which way. */
export async function forgotten(app) {
  const { t } = app.texts;
  const why = app.memory.whyAgain;
  app.memory.whyAgain = null;
  return {
    title: t("forgotten.title"),
    back: wayOut(app),
    body: [
      h("p", { class: "lead" }, t("forgotten.text")),
      why && notice(why, app),
      h(
        "ul",
        { class: "parts" },
        WAYS.map((way) => h("li", {}, wayCard(t, way))),
      ),
    ],
  };
}

function wayCard(t, way) {
  return h(
    "a",
    { class: "card part", href: `#/forgotten/${way}` },
    h(
      "span",
      { class: "part-text" },
      h("span", { class: "part-title" }, t(`forgotten.way.${way}`)),
      h("span", { class: "muted small" }, t(`forgotten.note.${way}`)),
    ),
    icon("forward"),
  );
}

/** Whose question. */
export async function askQuestion(app) {
  const { t } = app.texts;
  return shortForm(app, {
    title: t("forgotten.way.question"),
    back: "/forgotten",
    lead: t("question.text"),
    controls: [loginControl(t)],
    ...withLogin(app),
    act: t("forgotten.next"),
    sample: () => ({ login: app.session.person().idNumber }),
    send: async ({ login }) => {
      const { text } = await app.api.recoveryQuestion({ login });
      app.memory.question = { login, text };
      return "/forgotten/answer";
    },
  });
}

export async function answerQuestion(app) {
  const { t } = app.texts;
  if (!app.memory.question) return askQuestion(app);
  const { login, text } = app.memory.question;
  return shortForm(app, {
    title: t("forgotten.way.question"),
    back: "/forgotten/question",
    controls: [textControl({ name: "answer", label: text, hint: t("question.hint") }, t)],
    below: otherWay({ text: t("question.lost"), address: "/forgotten/face", words: t("question.go_face") }),
    act: t("forgotten.next"),
    sample: () => ({ answer: SAMPLE_ANSWER }),
    send: async ({ answer }) => proven(app, { login, ...(await app.api.answerQuestion({ login, answer })) }),
  });
}

/** The code that the site gave out. */
export async function useCode(app) {
  const { t } = app.texts;
  return shortForm(app, {
    title: t("forgotten.way.code"),
    back: "/forgotten",
    lead: t("code.text"),
    controls: [
      loginControl(t),
      textControl(
        {
          name: "recovery_code",
          label: t("code.code"),
          attributes: { autocomplete: "one-time-code", autocapitalize: "characters", spellcheck: "false" },
        },
        t,
      ),
    ],
    ...withLogin(app),
    below: otherWay({ text: t("code.none"), address: "/forgotten/site", words: t("forgotten.way.site") }),
    act: t("forgotten.next"),
    send: async (typed) => proven(app, { login: typed.login, ...(await app.api.useRecoveryCode(typed)) }),
  });
}

/** The new password, typed twice: what is set cannot be seen. */
export async function newPassword(app) {
  const { t } = app.texts;
  const token = app.memory.resetToken;
  if (!token) return forgotten(app);
  const hidden = (name, more = {}) =>
    textControl(
      { name, label: t(`reset.${name}`), type: "password", attributes: { autocomplete: "new-password" }, ...more },
      t,
    );
  return shortForm(app, {
    title: t("reset.title"),
    back: "/forgotten",
    lead: t("reset.text"),
    controls: [hidden("new_password", { hint: t("register.password_hint") }), hidden("again")],
    act: t("reset.go"),
    sample: () => ({ new_password: SAMPLE_NEW_PASSWORD, again: SAMPLE_NEW_PASSWORD }),
    send: async ({ new_password, again }, form) => {
      if (new_password !== again) return void form.fault([{ field: "again", message: t("reset.differs") }]);
      return set(app, { reset_token: token, new_password });
    },
  });
}

async function set(app, asked) {
  try {
    await app.api.resetPassword(asked);
  } catch (error) {
    if (!ENDED.has(error.code)) throw error;
    Object.assign(app.memory, { resetToken: null, whyAgain: error });
    return "/forgotten";
  }
  app.memory.resetToken = null;
  app.session.dropTokens();
  app.frame.say(app.texts.t("reset.done"));
  return wayOut(app);
}

/** Who has proved to be somebody sets their password next; where this app is nobody's yet it can be bound then. */
export function proven(app, { login, reset_token: resetToken, binding_token: bindingToken }) {
  Object.assign(app.memory, { login, resetToken });
  if (bindingToken) app.memory.bindingToken = bindingToken;
  return "/forgotten/password";
}

/** Back to where the password is asked for. */
function wayOut(app) {
  return app.memory.bindingToken ? "/bind" : "/password";
}

/** Beneath a form: where to go when it doesn't help. */
export function otherWay({ text, address, words }) {
  return h(
    "div",
    { class: "card quiet" },
    h("p", { class: "small" }, text),
    h("a", { class: "secondary", href: `#${address}` }, words),
  );
}
