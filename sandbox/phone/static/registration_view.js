/** Small views of a registration that several screens share. */

import { h, icon } from "./dom.js";

const LOOK = {
  draft: ["", null],
  submitted: ["teal", null],
  confirmed: ["green", "tick"],
  site_approved: ["green", "tick"],
  approved: ["green", "tick"],
  seated: ["green", "tick"],
  confirmation_rejected: ["amber", "warning"],
  returned: ["amber", "warning"],
  rejected: ["red", "warning"],
  forfeited: ["red", "warning"],
  cancelled: ["red", "warning"],
};

/** Where the registration stands, in a word. */
export function stateMark(app, { state }) {
  const [colour, drawing] = LOOK[state] ?? ["", null];
  return h("span", { class: `mark ${colour}` }, drawing && icon(drawing), app.texts.t(`state_of.${state}`));
}

/** Whether the candidate may change the form now. */
export function isEditable({ state }) {
  return state === "draft" || state === "confirmation_rejected";
}

/** Whether nothing can be mended any more. */
export function isLost({ state }) {
  return LOOK[state]?.[0] === "red";
}

/** Rows of a name and its value. Empty values are left out. */
export function rows(pairs) {
  return h(
    "dl",
    { class: "rows" },
    pairs
      .filter(([, value]) => value !== null && value !== undefined && value !== "")
      .map(([name, value]) => h("div", { class: "row" }, h("dt", {}, name), h("dd", {}, value))),
  );
}
