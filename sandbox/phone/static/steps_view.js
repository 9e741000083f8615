/** The vertical line of steps: done, the one that is open, those to come, and what went wrong. */

import { doFor } from "./acts.js";
import { actButton, h, icon } from "./dom.js";
import { day, deadline, left, time } from "./format.js";
import { sampleMark } from "./picker.js";
import { isLost } from "./registration_view.js";

const OPEN = new Set(["current", "failed"]);
/** Acts that stand on a step without being the thing to do now. */
const ASIDE = new Set(["withdraw"]);

/** The step whose card is open: the first that waits for the candidate, else the first that waits at all. */
export function openStepOf(steps) {
  const open = steps.filter(({ state }) => OPEN.has(state));
  return (
    open.find(({ action }) => action && !ASIDE.has(action)) ??
    open[0] ??
    steps.find(({ action }) => action && !ASIDE.has(action)) ??
    null
  );
}

export function stepsView(app, registration, steps) {
  const open = openStepOf(steps);
  return h(
    "ol",
    { class: "steps" },
    steps.map((step) => row(app, registration, step, step === open)),
  );
}

function row(app, registration, step, isOpen) {
  const look = step.state === "failed" && isLost(registration) ? "lost" : step.state;
  return h(
    "li",
    { class: `step ${look}${isOpen ? " open" : ""}`, "data-step": step.step, "aria-current": isOpen ? "step" : null },
    h("span", { class: "step-dot" }, dot(step.state)),
    isOpen ? card(app, registration, step) : line(app, registration, step),
  );
}

function dot(state) {
  if (state === "done") return icon("tick");
  if (state === "failed") return icon("bang");
  return null;
}

function stateWords(app, step) {
  return h("span", { class: "unseen" }, app.texts.t(`step_state.${step.state}`));
}

function line(app, registration, step) {
  const told = when(app, step);
  const speaks = OPEN.has(step.state) || (step.state === "upcoming" && !step.at);
  return h(
    "div",
    { class: "step-line" },
    h(
      "p",
      { class: "step-head" },
      h("span", { class: "step-title" }, step.title, stateWords(app, step)),
      told && h("span", { class: "step-when" }, step.sample && step.state !== "done" && sampleMark(app), told),
    ),
    speaks && h("p", { class: "small step-words" }, step.message),
    ASIDE.has(step.action) && asideAct(app, registration, step),
  );
}

/** When it was done, or the day it opens. */
function when(app, step) {
  const { t, language } = app.texts;
  if (!step.at) return null;
  const at = new Date(step.at);
  if (step.state === "done") return time(at, language, app.clock.now());
  if (step.step === "exam") return day(at, language, app.clock.now());
  return step.state === "upcoming" ? t("step.from", { day: day(at, language, app.clock.now()) }) : null;
}

function card(app, registration, step) {
  const told = h("div", { class: "told" });
  const act = step.action && !ASIDE.has(step.action) && doFor(app, { registration, step, told });
  return h(
    "div",
    { class: "card step-card" },
    h(
      "p",
      { class: "step-head" },
      h("span", { class: "step-title" }, step.title, stateWords(app, step)),
      step.sample && sampleMark(app),
    ),
    h("p", { class: "step-message" }, step.message),
    reasons(app, registration, step),
    until(app, registration, step),
    place(app, step),
    bring(app, step),
    told,
    act && actButton(act.label, "primary", act.run),
    ASIDE.has(step.action) && asideAct(app, registration, step),
  );
}

function asideAct(app, registration, step) {
  const told = h("div", { class: "told" });
  const act = doFor(app, { registration, step, told });
  return act && [told, actButton(act.label, "plain inline", act.run)];
}

function reasons(app, registration, step) {
  if (step.state !== "failed" || !registration.reasons?.length || step.step === "confirmation") return null;
  return h(
    "ul",
    { class: "reasons" },
    registration.reasons.map((reason) =>
      h("li", {}, typeof reason === "string" ? reason : (reason.text ?? reason.message ?? reason.reason)),
    ),
  );
}

/**
 * The end and what is left of it, unless the step's own sentence says so already; an office's end is not the
 * candidate's.
 */
function until(app, registration, step) {
  if (!step.until || isLost(registration)) return null;
  const { language } = app.texts;
  const end = new Date(step.until);
  const rest = end - app.clock.now();
  const words = deadline(end, language, app.clock.now());
  if (step.message.includes(words) || rest <= 0) return null;
  return step.action
    ? untilView(app, { words, rest })
    : h("p", { class: "muted small" }, app.texts.t("step.at_the_latest", { until: words }));
}

/** A deadline and what is left of it. */
export function untilView(app, { words, rest }) {
  const { t } = app.texts;
  return h(
    "span",
    { class: "until" },
    h("span", {}, t("step.until", { until: words })),
    h("span", {}, t("step.left", { left: left(rest, t) })),
  );
}

function place(app, step) {
  return (
    step.where &&
    h(
      "div",
      { class: "place" },
      h("p", { class: "muted small" }, app.texts.t("step.where")),
      h("p", {}, step.where.replaceAll("-", "\u2011")),
    )
  );
}

function bring(app, step) {
  if (!step.bring?.length) return null;
  return h(
    "div",
    { class: "place" },
    h("p", { class: "muted small" }, app.texts.t("step.bring")),
    h(
      "ul",
      { class: "bring" },
      step.bring.map((one) => h("li", {}, one)),
    ),
  );
}
