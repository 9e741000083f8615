/**
 * Sheets that come up over the page inside the phone: the platform's (marked as the sandbox's, no platform's logo on
 * them) and the page's own questions. One at a time; Escape and the backdrop mean "no".
 */

import { fill, h, uniqueId } from "./dom.js";
import { yuan } from "./format.js";

export function createSheets({ host, front, t }) {
  let dismissOpen = null;
  const dismiss = () => dismissOpen?.();

  const open = (sheet) => {
    dismiss();
    return new Promise((resolve) => {
      const close = show({
        host,
        front,
        ...sheet,
        closed: (value) => {
          dismissOpen = null;
          resolve(value);
        },
      });
      dismissOpen = () => close(sheet.dismissed);
    });
  };

  return {
    /** Closes what is open, as if the person had said no. */
    dismiss,

    /** Asks once more. Resolves true only for the act itself, whose words `confirm` are. */
    ask: ({ title, body, confirm, grave = false, cancel = t("sheet.cancel") }) =>
      open({
        title,
        body,
        dismissed: false,
        actions: [
          { label: confirm, value: true, className: grave ? "grave" : "primary" },
          { label: cancel, value: false, className: "secondary" },
        ],
      }),

    /** Something to read; resolves when it is closed. */
    tell: ({ title, body }) =>
      open({
        title,
        body,
        dismissed: null,
        actions: [{ label: t("sheet.close"), value: null, className: "secondary" }],
      }),

    /** The platform's consent to sign in. */
    consent: (person) =>
      open({
        sandboxMark: t("sheet.sandbox"),
        title: t("sheet.consent_title"),
        body: [
          h("p", {}, t("sheet.consent_text")),
          h(
            "p",
            { class: "who" },
            h("span", { class: "who-initial", "aria-hidden": "true" }, person.name.slice(-1)),
            person.name,
          ),
        ],
        dismissed: false,
        actions: [
          { label: t("sheet.consent_yes"), value: true, className: "primary" },
          { label: t("sheet.consent_no"), value: false, className: "secondary" },
        ],
      }),

    /** The platform's payment: "paid", "cancelled" or "insufficient". */
    payment: ({ amountFen }) =>
      open({
        sandboxMark: t("sheet.sandbox"),
        title: t("sheet.payment_title"),
        body: [
          h("p", { class: "amount" }, yuan(amountFen)),
          h("p", { class: "muted centred" }, t("sheet.payment_text")),
        ],
        dismissed: "cancelled",
        actions: [
          { label: t("sheet.payment_pay", { amount: yuan(amountFen) }), value: "paid", className: "primary" },
          { label: t("sheet.payment_insufficient"), value: "insufficient", className: "secondary" },
          { label: t("sheet.payment_cancel"), value: "cancelled", className: "plain" },
        ],
      }),

    /** The platform's face check: "pass", "no_match", "not_in_records" or "cancelled". */
    face: () =>
      open({
        sandboxMark: t("sheet.sandbox"),
        title: t("sheet.face_title"),
        body: h("p", {}, t("sheet.face_text")),
        dismissed: "cancelled",
        actions: [
          { label: t("sheet.face_pass"), value: "pass", className: "primary" },
          { label: t("sheet.face_no_match"), value: "no_match", className: "secondary" },
          { label: t("sheet.face_not_in_records"), value: "not_in_records", className: "secondary" },
          { label: t("sheet.face_cancel"), value: "cancelled", className: "plain" },
        ],
      }),

    /** The platform's consent to messages, template by template. */
    subscribe: async (templates) => {
      const boxes = templates.map((template) => ({
        template,
        box: h("input", { type: "checkbox", checked: true, id: uniqueId("template") }),
      }));
      const agreed = await open({
        sandboxMark: t("sheet.sandbox"),
        title: t("sheet.subscribe_title"),
        body: boxes.map(({ template, box }) =>
          h("label", { class: "check", for: box.id }, box, h("span", {}, template.title ?? template.template_id)),
        ),
        dismissed: false,
        actions: [
          { label: t("sheet.subscribe_yes"), value: true, className: "primary" },
          { label: t("sheet.subscribe_no"), value: false, className: "secondary" },
        ],
      });
      return Object.fromEntries(
        boxes.map(({ template, box }) => [template.template_id, agreed && box.checked ? "accept" : "reject"]),
      );
    },

    /** One of many, with a search: resolves the chosen option, or null. See picker.js. */
    open,
  };
}

/**
 * Draws the sheet; answers the function that closes it. `body` may be a function of that, for content that closes its
 * sheet.
 */
function show({ host, front, title, body, actions, dismissed, closed, sandboxMark = null, tall = false }) {
  const before = document.activeElement;
  const close = (value) => {
    document.removeEventListener("keydown", onKey);
    fill(host);
    front.inert = false;
    host.classList.remove("open");
    if (before instanceof HTMLElement && before.isConnected) before.focus();
    closed(value);
  };
  const onKey = (event) => event.key === "Escape" && close(dismissed);
  const heading = h("h2", { class: "sheet-title", id: uniqueId("sheet"), tabindex: "-1" }, title);
  const dialog = h(
    "div",
    {
      class: `sheet${tall ? " tall" : ""}${sandboxMark ? " platform" : ""}`,
      role: "dialog",
      "aria-modal": "true",
      "aria-labelledby": heading.id,
    },
    sandboxMark && h("p", { class: "sandbox-mark" }, sandboxMark),
    heading,
    h("div", { class: "sheet-body" }, typeof body === "function" ? body(close) : body),
    h(
      "div",
      { class: "sheet-actions" },
      actions.map((action) => actionButton(action, close)),
    ),
  );
  fill(host, h("div", { class: "backdrop", onclick: () => close(dismissed) }), dialog);
  front.inert = true;
  host.classList.add("open");
  document.addEventListener("keydown", onKey);
  (dialog.querySelector("[data-first]") ?? heading).focus();
  return close;
}

function actionButton({ label, value, className }, close) {
  return h("button", { type: "button", class: className, onclick: () => close(value) }, label);
}
