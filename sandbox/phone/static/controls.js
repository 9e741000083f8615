/**
 * The controls of a form. Each is {name, element, get, set, fault, focus, onChange}: `get` gives null for nothing,
 * `fault(words)` writes what is wrong beneath the control (null takes it away), `focus` goes to where it is mended.
 */

import { fill, h, icon, uniqueId } from "./dom.js";

/** A line of text, a number or a date. `attributes` go to the input. */
export function textControl({ name, label, hint, optional, type = "text", attributes = {} }, t) {
  const input = h("input", { ...common(name, hint), type, class: "input", autocomplete: "off", ...attributes });
  const isNumber = type === "number";
  return finish({
    name,
    label,
    hint,
    optional,
    t,
    input,
    control: input,
    get: () =>
      input.value.trim() === ""
        ? null
        : isNumber
          ? Number(input.value)
          : type === "password"
            ? input.value
            : input.value.trim(),
    set: (value) => (input.value = value ?? ""),
  });
}

/** One of many: options are {value, text}. */
export function selectControl({ name, label, hint, optional, options = [] }, t) {
  const input = h("select", { ...common(name, hint), class: "input select" });
  let chosen = null;
  const offer = (list) =>
    fill(
      input,
      h("option", { value: "" }, t("field.choose")),
      list.map(({ value, text }) => h("option", { value }, text)),
    );
  const shape = {
    name,
    label,
    hint,
    optional,
    t,
    input,
    control: h("div", { class: "select-box" }, input, icon("down")),
  };
  offer(options);
  input.addEventListener("change", () => (chosen = input.value || null));
  return finish({
    ...shape,
    get: () => chosen,
    set: (value) => {
      input.value = value ?? "";
      chosen = input.value || null;
    },
    extra: {
      offer: (list) => {
        offer(list);
        input.value = chosen ?? "";
        chosen = input.value || null;
      },
    },
  });
}

/** One of a few, all in sight. Options are {value, text}; values may be true and false. */
export function choiceControl({ name, label, hint, optional, options }, t) {
  const group = uniqueId(name);
  const boxes = options.map(({ value, text }, at) => {
    const box = h("input", {
      type: "radio",
      name: group,
      id: at === 0 ? idOf(name) : uniqueId(group),
      class: "unseen-box",
    });
    return { value, box, element: h("label", { class: "segment", for: box.id }, box, h("span", {}, text)) };
  });
  return finish({
    name,
    label,
    hint,
    optional,
    t,
    input: boxes[0].box,
    grouped: true,
    control: h(
      "div",
      { class: "segments" },
      boxes.map(({ element }) => element),
    ),
    get: () => boxes.find(({ box }) => box.checked)?.value ?? null,
    set: (value) => boxes.forEach((one) => (one.box.checked = one.value === value)),
  });
}

/** Any of a few. Options are texts; they come later, with `offer`, where another answer decides them. */
export function checksControl({ name, label, hint, optional, options = [], empty }, t) {
  const box = h("div", { class: "checks", id: idOf(name), tabindex: "-1" });
  let inputs = [];
  const get = () => {
    const chosen = inputs.filter(({ input }) => input.checked).map(({ value }) => value);
    return chosen.length ? chosen : null;
  };
  const offer = (values) => {
    inputs = values.map((value) => ({ value, input: h("input", { type: "checkbox", id: uniqueId(name) }) }));
    fill(
      box,
      inputs.length
        ? inputs.map(({ value, input }) => h("label", { class: "check", for: input.id }, input, h("span", {}, value)))
        : h("p", { class: "muted small" }, empty),
    );
  };
  offer(options);
  return finish({
    name,
    label,
    hint,
    optional,
    t,
    input: box,
    grouped: true,
    control: box,
    get,
    set: (value) => inputs.forEach((one) => (one.input.checked = (value ?? []).includes(one.value))),
    extra: { offer },
  });
}

/** One of so many that they are looked for on a sheet: `find` resolves the option {value, text, note} or null. */
export function pickControl({ name, label, hint, optional, find, empty }, t) {
  let chosen = null;
  const shown = h("span", { class: "pick-text", id: uniqueId(name) });
  const input = h("button", { ...common(name, hint), type: "button", class: "input pick" }, shown, icon("forward"));
  const show = () => {
    fill(
      shown,
      chosen
        ? [
            h("span", {}, chosen.text),
            [chosen.note]
              .flat()
              .filter(Boolean)
              .map((line) => h("span", { class: "muted small" }, line)),
          ]
        : h("span", { class: "muted" }, empty ?? t("field.choose")),
    );
  };
  show();
  const control = finish({
    name,
    label,
    hint,
    optional,
    t,
    input,
    control: input,
    get: () => chosen?.value ?? null,
    set: (option) => {
      chosen = option;
      show();
    },
    extra: { option: () => chosen },
  });
  input.setAttribute("aria-labelledby", `${control.labelId} ${shown.id}`);
  input.addEventListener("click", async () => {
    const option = await find();
    if (!option) return;
    control.set(option);
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  return control;
}

const idOf = (name) => `field-${name}`;

function common(name, hint) {
  return { id: idOf(name), name, "aria-describedby": hint ? `${idOf(name)}-hint` : null };
}

/** The control in its label, with its hint and whatever is wrong beneath. */
export function finish({ name, label, hint, optional, t, input, control, get, set, grouped = false, extra = {} }) {
  const labelId = uniqueId("label");
  const told = h("p", { class: "fault", id: `${idOf(name)}-fault` });
  const words = [label, optional && h("span", { class: "optional" }, t("field.optional"))];
  const element = h(
    grouped ? "fieldset" : "div",
    { class: "field", "data-field": name },
    grouped ? h("legend", { id: labelId }, words) : h("label", { id: labelId, for: idOf(name) }, words),
    hint && h("p", { class: "hint", id: `${idOf(name)}-hint` }, hint),
    control,
    told,
  );
  const described = [hint && `${idOf(name)}-hint`, told.id].filter(Boolean).join(" ");
  const fault = (message) => {
    fill(told, message && [icon("warning"), h("span", {}, message)]);
    element.classList.toggle("faulty", Boolean(message));
    const target = grouped ? element : input;
    target.toggleAttribute("aria-invalid", false);
    if (message && !grouped) target.setAttribute("aria-invalid", "true");
    target.setAttribute("aria-describedby", described);
  };
  fault(null);
  element.addEventListener("change", () => fault(null));
  return {
    name,
    element,
    get,
    set,
    labelId,
    fault,
    focus: () => input.focus(),
    onChange: (listener) => element.addEventListener("change", listener),
    ...extra,
  };
}
