/** Opening an account: one for one document number, ever. */

import { selectControl, textControl } from "../controls.js";
import { actButton, fill, h } from "../dom.js";
import { showFaults } from "../failure.js";
import { createForm } from "../form.js";
import { SAMPLE_ANSWER, SAMPLE_PASSWORD } from "../sample_answers.js";
import { signIn, signInAgain } from "./entrance.js";

const RESIDENT = "resident_id_card";

export async function register(app) {
  const { t } = app.texts;
  if (!app.memory.bindingToken) return signIn(app);
  const told = h("div", { class: "told" });
  const form = createForm(controls(t, await app.api.recoveryQuestions()), {
    values: app.memory.registerDraft ?? { id_type: RESIDENT },
  });
  const send = form.sentBy(actButton(t("register.go"), "primary", () => open(app, form, told)));
  app.samples.offer(() => form.set(sampleAccount(app)));
  return {
    title: t("register.title"),
    back: "/binding",
    body: [h("p", { class: "lead" }, t("register.text")), told, form.element],
    footer: send,
    typedInto: true,
    leave: () => {
      app.memory.registerDraft = form.values();
      app.samples.withdraw();
    },
  };
}

async function open(app, form, told) {
  const { t } = app.texts;
  fill(told);
  try {
    await app.api.createAccount({ binding_token: app.memory.bindingToken, ...texts(form.values()) });
    app.memory.bindingToken = null;
    app.frame.say(t("register.done"));
    app.router.go("/");
  } catch (error) {
    if (!signInAgain(app, error)) showFaults(app, { error, form, told });
  }
}

/** Empty answers go as empty texts: the service says of each what is wrong with it. */
const texts = (values) => Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value ?? ""]));

function controls(t, questions) {
  const text = (name, more = {}) => textControl({ name, label: t(`account.${name}`), ...more }, t);
  return [
    text("name", { attributes: { autocomplete: "name" } }),
    selectControl(
      {
        name: "id_type",
        label: t("account.id_type"),
        options: [{ value: RESIDENT, text: t("id_type.resident_id_card") }],
      },
      t,
    ),
    text("id_number", {
      hint: t("register.id_number_hint"),
      attributes: { inputmode: "text", autocapitalize: "characters", spellcheck: "false" },
    }),
    text("phone", { type: "tel", attributes: { inputmode: "tel", autocomplete: "tel" } }),
    text("username", {
      hint: t("register.username_hint"),
      attributes: { autocomplete: "username", autocapitalize: "off", spellcheck: "false" },
    }),
    text("password", {
      type: "password",
      hint: t("register.password_hint"),
      attributes: { autocomplete: "new-password" },
    }),
    selectControl(
      {
        name: "recovery_question",
        label: t("account.recovery_question"),
        hint: t("register.recovery_hint"),
        options: questions.map(({ code, text: words }) => ({ value: code, text: words })),
      },
      t,
    ),
    text("recovery_answer"),
  ];
}

function sampleAccount(app) {
  const { name, idNumber, phone } = app.session.person();
  return {
    name,
    id_type: RESIDENT,
    id_number: idNumber,
    phone,
    username: `test_${idNumber.slice(6, 14)}_${idNumber.slice(-1).toLowerCase()}${phone.slice(-4)}`,
    password: SAMPLE_PASSWORD,
    recovery_question: "first_school",
    recovery_answer: SAMPLE_ANSWER,
  };
}
