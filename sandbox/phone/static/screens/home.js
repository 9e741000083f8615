/** The home screen: the steps of the registration, one of them open with the one thing to do now. */

import { h, icon } from "../dom.js";
import { signIn, welcome } from "./entrance.js";
import { days } from "../format.js";
import { openStepOf, stepsView } from "../steps_view.js";
import { stateMark } from "../registration_view.js";

export async function home(app) {
  if (!app.session.person()) return welcome(app);
  if (!app.session.tokens()) return signIn(app);
  const registrations = await app.api.registrations();
  await app.todos.count();
  return registrations.length ? underWay(app, registrations) : nothingYet(app);
}

/** The steps of one registration, where somebody is led to it. */
export function homeOf(app, { id }) {
  app.memory.registration = id;
  return home(app);
}

async function nothingYet(app) {
  const { t } = app.texts;
  const account = await app.api.account();
  const checked = account.identity_check;
  app.waitsFor(null, { alsoFor: checked === "pending" });
  return {
    title: t("service.name"),
    tab: "steps",
    body: [
      h(
        "div",
        { class: "hero" },
        h("p", { class: "hero-title" }, t("home.hello", { name: account.name })),
        h("p", {}, t("home.nothing_yet")),
      ),
      h(
        "div",
        { class: "card" },
        h("h2", {}, t("home.identity")),
        h(
          "p",
          { class: `mark ${checked === "passed" ? "green" : "amber"}` },
          icon(checked === "passed" ? "tick" : "warning"),
          t(`identity.${checked}`),
        ),
        checked !== "passed" && h("p", {}, t(`identity.${checked}_text`)),
      ),
      h("div", { class: "card quiet" }, h("h2", {}, t("home.after")), h("p", {}, t("home.after_text"))),
      await app.subscriptions.offer("account"),
    ],
    footer: h("a", { class: "primary", href: "#/exams" }, t("home.choose_exam")),
  };
}

async function underWay(app, registrations) {
  const { t } = app.texts;
  const registration = chosen(app, registrations);
  const [steps, exam] = await Promise.all([app.api.steps(registration.id), app.exam(registration.exam)]);
  app.waitsFor(openStepOf(steps), { registration });
  return {
    title: t("service.name"),
    tab: "steps",
    body: [
      head(app, registration, exam),
      registrations.length > 1 && chooser(app, registrations, registration),
      stepsView(app, registration, steps),
      aside(app, registration, steps),
    ],
  };
}

/** The one the person chose to look at, else the newest, which the service names first. */
function chosen(app, registrations) {
  return registrations.find(({ id }) => id === app.memory.registration) ?? registrations[0];
}

function head(app, registration, exam) {
  const { t, language } = app.texts;
  return h(
    "div",
    { class: "exam-head" },
    h("p", { class: "exam-name" }, exam?.name ?? registration.exam),
    exam?.exam_days?.length > 0 &&
      h("p", { class: "muted small" }, t("home.exam_days", { days: days(exam.exam_days, language) })),
    h(
      "p",
      { class: "exam-state" },
      stateMark(app, registration),
      registration.registration_number &&
        h(
          "span",
          { class: "number" },
          h("span", { class: "muted small" }, t("registration.number")),
          " ",
          registration.registration_number,
        ),
    ),
  );
}

function chooser(app, registrations, current) {
  const { t } = app.texts;
  return h(
    "div",
    { class: "chips", role: "group", "aria-label": t("home.registrations") },
    registrations.map(({ id, exam }) =>
      h(
        "button",
        {
          type: "button",
          class: "chip",
          "aria-pressed": String(id === current.id),
          onclick: () => {
            app.memory.registration = id;
            app.router.refresh();
          },
        },
        exam,
      ),
    ),
  );
}

/** What can also be looked at; none of it is the next thing to do. */
function aside(app, registration, steps) {
  const { t } = app.texts;
  if (registration.state === "draft")
    return h(
      "p",
      { class: "links" },
      h("a", { class: "plain", href: "#/exams" }, t("home.other_exam")),
      h("a", { class: "plain", href: "#/inquiries" }, t("inquiry.title")),
    );
  const isOut = steps.some(({ step, state }) => step === "results" && state === "done");
  return h(
    "p",
    { class: "links" },
    isOut && h("a", { class: "plain", href: `#/registrations/${registration.id}/results` }, t("home.see_results")),
    h("a", { class: "plain", href: `#/registrations/${registration.id}/form` }, t("home.see_form")),
    h("a", { class: "plain", href: `#/registrations/${registration.id}/outcome` }, t("home.see_outcome")),
    h("a", { class: "plain", href: "#/inquiries" }, t("inquiry.title")),
  );
}
