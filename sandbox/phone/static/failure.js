/** What happened, is anything lost, what now: an error as a person can use it. */

import { Problem } from "./api.js";
import { actButton, fill, h, icon } from "./dom.js";
import { Cancelled, NetworkFailure, PaymentRefused, RuntimeRefusal } from "./runtime.js";
import { SandboxFailure } from "./sandbox_control.js";

/** {happened, lost, now, number?} in words. */
function explained(error, t) {
  if (error instanceof NetworkFailure) {
    return navigator.onLine
      ? { happened: t("error.no_answer"), lost: t("error.nothing_lost"), now: t("error.again_soon") }
      : { happened: t("error.offline"), lost: t("error.nothing_lost"), now: t("error.again_online") };
  }
  if (error instanceof PaymentRefused)
    return { happened: t("payment.cancelled"), lost: t("payment.not_paid_text"), now: error.message };
  if (error instanceof SandboxFailure)
    return { happened: t("error.sandbox"), lost: t("error.nothing_lost"), now: error.message };
  if (error instanceof Problem && error.status >= 500) {
    return {
      happened: t("error.service"),
      lost: t("error.nothing_lost"),
      now: t("error.again_soon"),
      number: error.traceId,
    };
  }
  if (error instanceof Problem)
    return { happened: error.message || t("error.refused"), lost: null, now: null, number: null };
  return { happened: t("error.page"), lost: t("error.nothing_lost"), now: t("error.again_soon"), number: null };
}

/** The error in a screen's place: {body, action}. */
export function failure(error, { texts: { t }, retry }) {
  if (error instanceof RuntimeRefusal || !known(error)) console.error(error);
  const { happened, lost, now, number } = explained(error, t);
  const body = h(
    "div",
    { class: "state" },
    h("span", { class: "state-mark amber" }, icon("warning")),
    h("p", { class: "state-title" }, happened),
    lost && h("p", {}, lost),
    now && h("p", {}, now),
    number && h("p", { class: "muted small" }, t("error.number", { number })),
  );
  return { body, action: actButton(t("state.retry"), "primary", retry) };
}

/** The error beside what was being done, which stays on the screen. Nothing for a sheet the person closed. */
export function notice(error, { texts: { t } }) {
  if (error instanceof Cancelled) return null;
  if (error instanceof RuntimeRefusal || !known(error)) console.error(error);
  const { happened, lost, now, number } = explained(error, t);
  return h(
    "div",
    { class: "notice amber", role: "alert", tabindex: "-1" },
    icon("warning"),
    h(
      "div",
      {},
      h("p", { class: "strong" }, happened),
      (lost || now) && h("p", {}, [lost, now].filter(Boolean).join(" ")),
      number && h("p", { class: "muted small" }, t("error.number", { number })),
    ),
  );
}

/** Faults beneath their fields; whatever belongs to no field, or is no fault of the form's, above them. */
export function showFaults(app, { error, form, told }) {
  const strays = form.fault(error.errors ?? []);
  const placed = (error.errors ?? []).length - strays.length;
  if (placed > 0 && strays.length === 0) return;
  const banner = notice(error, app);
  for (const { message } of strays) banner?.lastElementChild.append(h("p", {}, message));
  fill(told, banner);
  banner?.focus();
}

function known(error) {
  return [Problem, NetworkFailure, PaymentRefused, SandboxFailure, Cancelled].some((kind) => error instanceof kind);
}
