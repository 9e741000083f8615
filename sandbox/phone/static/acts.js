/** What a candidate can do about a step, under the names the service gives the acts. */

import { openDocument } from "./documents.js";
import { fill, h } from "./dom.js";
import { notice } from "./failure.js";

/** {label, run} of the step's act; null where the phone has nothing for it. */
export function doFor(app, { registration, step, told }) {
  const make = ACTS[step.action];
  if (!make) return null;
  const run = make(app, registration, step);
  const label = app.texts.t(
    app.texts.knows(`act.${step.action}.${registration.state}`)
      ? `act.${step.action}.${registration.state}`
      : `act.${step.action}`,
  );
  return { label, run: () => guarded(app, told, run) };
}

async function guarded(app, told, run) {
  fill(told);
  try {
    await run();
  } catch (error) {
    fill(told, notice(error, app));
  }
}

const go =
  (address) =>
  (app, { id }) =>
  () =>
    app.router.go(`/registrations/${id}/${address}`);

const ACTS = {
  edit: go("form"),
  submit: go("form"),
  pay: go("payment"),
  download_admit_card: go("admit-card"),
  download_application_form:
    (app, { id }) =>
    () =>
      openDocument(app, id, "application-form.pdf"),
  withdraw: (app, registration, step) => () => withdraw(app, registration, step),
  sign_commitment: go("commitment"),
  supplement: (app, registration) => () => supplement(app, registration),
  bind: (app) => () => bindAgain(app),
};

/** Asks once more, naming what happens to the paper that may be printed already. */
async function withdraw(app, registration) {
  const { t } = app.texts;
  const sure = await app.sheets.ask({
    title: t("withdraw.title"),
    body: [
      h("p", {}, t("withdraw.code", { code: registration.verification_code ?? "" })),
      h("p", {}, t("withdraw.again")),
    ],
    confirm: t("withdraw.go"),
    cancel: t("withdraw.keep"),
    grave: true,
  });
  if (!sure) return;
  await app.api.withdraw(registration.id);
  app.frame.say(t("withdraw.done"));
  app.router.go(`/registrations/${registration.id}/form`);
}

/** Asks once more, with what was asked for: the site looks at the papers, not at the phone. */
async function supplement(app, { id, reasons }) {
  const { t } = app.texts;
  const sure = await app.sheets.ask({
    title: t("supplement.title"),
    body: [
      h(
        "ul",
        { class: "reasons" },
        reasons.map((reason) => h("li", {}, reason)),
      ),
      h("p", {}, t("supplement.text")),
    ],
    confirm: t("supplement.go"),
    cancel: t("supplement.not_yet"),
  });
  if (!sure) return;
  await app.api.supplement(id);
  app.frame.say(t("supplement.done"));
  await app.router.refresh();
}

async function bindAgain(app) {
  const answer = await app.api.signIn();
  if (answer.status === "signed_in") return app.router.refresh();
  app.memory.bindingToken = answer.binding_token;
  app.router.go("/bind");
}
