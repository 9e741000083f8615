/** Lines that somebody writes, and keys under which a message or an order is sent once, however often it is sent. */

import { h } from "./dom.js";

const LONGEST = 1000;

export const freshKey = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

export function textBox({ id, label, hint = null, rows = 4, labelled = true }) {
  const input = h("textarea", {
    id,
    class: "input",
    rows,
    maxlength: LONGEST,
    "aria-label": labelled ? null : label,
    "aria-describedby": hint ? `${id}-hint` : null,
  });
  return {
    element: h(
      "div",
      { class: "field" },
      labelled && h("label", { for: id }, label),
      hint && h("p", { class: "hint", id: `${id}-hint` }, hint),
      input,
    ),
    text: () => input.value.trim(),
    empty: () => (input.value = ""),
    focus: () => input.focus(),
  };
}
