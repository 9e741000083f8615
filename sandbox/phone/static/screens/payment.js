/** Paying the fee: asked once more with the amount, handed to the platform, then confirmed by the service alone. */

import { actButton, fill, h, icon } from "../dom.js";
import { notice } from "../failure.js";
import { time, yuan } from "../format.js";
import { sampleMark } from "../picker.js";
import { rows } from "../registration_view.js";
import { Cancelled } from "../runtime.js";
import { freshKey } from "../writing.js";

const ASKED_TIMES = 20;
const ASKED_EVERY_MS = 1000;

export async function payment(app, { id }) {
  const { t } = app.texts;
  const [registration, steps] = await Promise.all([app.api.registration(id), app.api.steps(id)]);
  if (registration.payment_state === "paid") return paid(app, registration);
  const step = steps.find((one) => one.step === "payment");
  const told = h("div", { class: "told" });
  const send = actButton(t("payment.go"), "primary", () => pay(app, { registration, told }));
  return {
    title: t("payment.title"),
    back: "/",
    body: [
      h("div", { class: "card" }, h("h2", {}, step.title, step.sample && sampleMark(app)), h("p", {}, step.message)),
      told,
      h("div", { class: "card quiet" }, h("p", { class: "small" }, t("payment.safe"))),
      await app.subscriptions.offer("payment"),
    ],
    footer: registration.payment_state === "due" ? send : null,
  };
}

async function paid(app, registration) {
  const { t, language } = app.texts;
  const order = await app.api.payment(registration.id).catch(() => null);
  return {
    title: t("payment.title"),
    back: "/",
    body: [
      h(
        "div",
        { class: "state-head" },
        h("span", { class: "state-mark green" }, icon("tick")),
        h("p", { class: "state-title" }, t("payment.paid")),
      ),
      h(
        "div",
        { class: "card" },
        rows([
          [t("payment.amount"), order && h("span", { class: "number strong" }, yuan(order.amount_fen))],
          [t("payment.order"), order && h("span", { class: "number" }, order.order_number)],
          [t("payment.at"), registration.paid_at && time(new Date(registration.paid_at), language, app.clock.now())],
        ]),
        h("p", { class: "muted small" }, t("payment.paid_text")),
      ),
    ],
    footer: h("a", { class: "primary", href: "#/" }, t("outcome.home")),
  };
}

async function pay(app, { registration, told }) {
  const { t } = app.texts;
  fill(told);
  try {
    const order = await openOrder(app, registration.id);
    if (order.state === "paid") return app.router.refresh();
    const sure = await app.sheets.ask({
      title: t("payment.ask_title", { amount: yuan(order.amount_fen) }),
      body: [
        h("p", {}, t("payment.ask_text")),
        rows([[t("payment.order"), h("span", { class: "number" }, order.order_number)]]),
      ],
      confirm: t("payment.ask_go", { amount: yuan(order.amount_fen) }),
      cancel: t("payment.ask_not"),
    });
    if (!sure) return;
    await app.runtime.requestPayment(order.client, { amountFen: order.amount_fen });
    await confirmed(app, { registration, told });
  } catch (error) {
    fill(told, error instanceof Cancelled ? notPaid(app, error.message) : notice(error, app));
  }
}

/** A lost answer is asked for again under the same key, so that a second tap opens no second order. */
async function openOrder(app, id) {
  app.memory.paymentKey ??= freshKey();
  const order = await app.api.order(id, app.memory.paymentKey);
  app.memory.paymentKey = null;
  return order;
}

/** Only the service's word counts: the platform's own result is a hint. */
async function confirmed(app, { registration, told }) {
  const { t } = app.texts;
  fill(
    told,
    h(
      "div",
      { class: "notice", role: "status" },
      h("span", { class: "spinner", "aria-hidden": "true" }),
      h("p", {}, t("payment.confirming")),
    ),
  );
  for (let asked = 0; asked < ASKED_TIMES; asked += 1) {
    const { payment_state: state } = await app.api.registration(registration.id);
    if (state === "paid") return app.router.refresh();
    await new Promise((resolve) => setTimeout(resolve, ASKED_EVERY_MS));
  }
  fill(
    told,
    h(
      "div",
      { class: "notice amber", role: "alert" },
      icon("warning"),
      h("div", {}, h("p", { class: "strong" }, t("payment.unconfirmed")), h("p", {}, t("payment.unconfirmed_text"))),
    ),
  );
}

function notPaid(app, why) {
  const { t } = app.texts;
  return h(
    "div",
    { class: "notice amber", role: "alert" },
    icon("warning"),
    h("div", {}, h("p", { class: "strong" }, t(`payment.${why}`)), h("p", {}, t("payment.not_paid_text"))),
  );
}
