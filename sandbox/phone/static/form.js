/** Several controls as one form: their values, their faults, and where each fault is mended. */

import { h } from "./dom.js";

export function createForm(controls, { onSubmit, values = {} } = {}) {
  const byName = Object.fromEntries(controls.map((control) => [control.name, control]));
  for (const control of controls) if (control.name in values) control.set(values[control.name]);
  const element = h("form", { class: "form", novalidate: true }, controls.map((control) => control.element));
  element.addEventListener("submit", (event) => {
    event.preventDefault();
    onSubmit?.();
  });
  element.append(h("button", { type: "submit", class: "unseen", tabindex: "-1", "aria-hidden": "true" }));

  const form = {
    element,
    control: (name) => byName[name],
    values: () => Object.fromEntries(controls.map((control) => [control.name, control.get()])),
    set(given) {
      for (const [name, value] of Object.entries(given)) {
        byName[name]?.set(value);
        byName[name]?.fault(null);
      }
    },

    /** Writes the faults beneath their controls; answers those that belong to none. `go` leads to the first. */
    fault(errors, { go = true } = {}) {
      for (const control of controls) control.fault(null);
      const strays = errors.filter(({ field }) => !byName[lastOf(field)]);
      for (const { field, message } of errors) byName[lastOf(field)]?.fault(message);
      const first = controls.find(({ name }) => errors.some(({ field }) => lastOf(field) === name));
      if (first && go) form.go(first.name);
      return strays;
    },

    go(name) {
      const control = byName[name];
      if (!control) return;
      control.element.scrollIntoView({ block: "center" });
      control.focus();
    },
  };
  return form;
}

function lastOf(field) {
  return field.split(".").at(-1);
}
