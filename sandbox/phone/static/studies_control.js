/** Where somebody has studied, line by line, the earliest first: the nurses' form asks for it. */

import { finish } from "./controls.js";
import { actButton, fill, h } from "./dom.js";

const MOST = 4;
const PARTS = [
  ["begun", "month"],
  ["ended", "month"],
  ["school", "text"],
  ["major", "text"],
];

/** A control like the others: its value is a list of {begun, ended, school, major}, months as `2009-09`. */
export function studiesControl({ name, label, hint, optional }, t) {
  const list = h("div", { class: "studies", id: `field-${name}`, tabindex: "-1" });
  const more = h("div", {});
  let lines = [];

  const show = () => {
    fill(
      list,
      lines.map(({ element }) => element),
    );
    fill(more, lines.length < MOST && actButton(t("studies.more"), "secondary small", () => add({}, { go: true })));
  };
  const add = (values, { go = false } = {}) => {
    lines.push(line(name, lines.length + 1, values, t));
    show();
    if (go) lines.at(-1).element.querySelector("input").focus();
  };
  const set = (values) => {
    lines = [];
    for (const one of values?.length ? values : [{}]) add(one);
  };
  set([]);
  return finish({
    name,
    label,
    hint,
    optional,
    t,
    input: list,
    grouped: true,
    control: h("div", { class: "studies-box" }, list, more),
    get: () => {
      const told = lines.map(({ get }) => get()).filter((one) => Object.values(one).some(Boolean));
      return told.length ? told : null;
    },
    set,
  });
}

function line(name, number, values, t) {
  const inputs = PARTS.map(([part, type]) => {
    const id = `field-${name}-${number}-${part}`;
    const input = h("input", {
      ...{ id, type, class: "input", autocomplete: "off", value: values[part] ?? "" },
      ...(type === "text" ? { maxlength: 60 } : {}),
    });
    return { part, input, element: h("div", { class: part }, h("label", { for: id }, t(`study.${part}`)), input) };
  });
  return {
    element: h(
      "div",
      { class: "study card", role: "group", "aria-label": t("studies.line", { number }) },
      inputs.map(({ element }) => element),
    ),
    get: () => Object.fromEntries(inputs.map(({ part, input }) => [part, input.value.trim() || null])),
  };
}
