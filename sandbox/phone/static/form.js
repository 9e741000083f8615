/** Several controls as one form: their values, their faults, and where each fault is mended. */

import { h, uniqueId } from "./dom.js";

export function createForm(controls, { values = {} } = {}) {
  const byName = Object.fromEntries(controls.map((control) => [control.name, control]));
  for (const control of controls) if (control.name in values) control.set(values[control.name]);
  /** Of `education.school`, of `studies.0.begun`. */
  const controlOf = (field) => byName[field.split(".").find((part) => part in byName)];
  const element = h(
    "form",
    { class: "form", id: uniqueId("form"), novalidate: true },
    controls.map((control) => control.element),
  );
  element.addEventListener("submit", (event) => event.preventDefault());

  const form = {
    element,
    control: (name) => byName[name],

    /** The button at the screen's foot that the Enter key taps from any line of the form. */
    sentBy(button) {
      button.type = "submit";
      button.setAttribute("form", element.id);
      return button;
    },

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
      const strays = errors.filter(({ field }) => !controlOf(field));
      for (const { field, message } of errors) controlOf(field)?.fault(message);
      const first = controls.find(({ name }) => errors.some(({ field }) => controlOf(field)?.name === name));
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
