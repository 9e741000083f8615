/** Elements without markup strings: nothing that came over the wire is ever parsed as HTML. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * An element with its attributes and children.
 *
 * `on…` functions are listeners, `true` is an attribute without a value, `false`, `null` and `undefined` leave it out.
 * Children may be nested arrays; empty ones are left out, anything else that is no node becomes text.
 */
export function h(tag, attributes = {}, ...children) {
  return dress(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function s(tag, attributes = {}, ...children) {
  return dress(document.createElementNS(SVG, tag), attributes, children);
}

function dress(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...flat(children));
  return element;
}

function flat(children) {
  return children
    .flat(Infinity)
    .filter((child) => child !== null && child !== undefined && child !== false && child !== "");
}

/** Puts these children in the place of whatever `parent` held. */
export function fill(parent, ...children) {
  parent.replaceChildren(...flat(children));
  return parent;
}

let lastId = 0;

/** An id no other element of the page has, so that labels and descriptions can point at it. */
export function uniqueId(prefix) {
  lastId += 1;
  return `${prefix}-${lastId}`;
}

const PATHS = {
  back: "M15 5l-7 7 7 7",
  forward: "M9 5l7 7-7 7",
  down: "M5 9l7 7 7-7",
  tick: "M5.5 12.5l4.5 4.5 8.5-9.5",
  warning: "M12 3.5a8.5 8.5 0 1 0 0 17a8.5 8.5 0 0 0 0-17zM12 8v4.8M12 16v.1",
  bang: "M12 6v7.5M12 17.8v.2",
  close: "M6 6l12 12M18 6L6 18",
  steps: "M5 6h1M5 12h1M5 18h1M10 6h9M10 12h9M10 18h9",
  todo: "M6 4h12v16H6zM9 9h6M9 13h6M9 17h3",
  account: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8M4.5 20c.8-3.6 3.7-5.5 7.5-5.5s6.7 1.9 7.5 5.5",
  file: "M7 3h7l4 4v14H7zM14 3v4h4",
};

/** A line drawing, one colour, never the only bearer of a meaning. */
export function icon(name, className = "") {
  return s(
    "svg",
    { viewBox: "0 0 24 24", class: `icon ${className}`, "aria-hidden": "true", focusable: "false" },
    s("path", {
      d: PATHS[name],
      fill: "none",
      stroke: "currentColor",
      "stroke-width": 2,
      "stroke-linecap": "round",
      "stroke-linejoin": "round",
    }),
  );
}

/** A button that says it is busy while its act runs, so that a second tap does nothing. */
export function actButton(label, className, act) {
  const button = h("button", { type: "button", class: className }, label);
  button.addEventListener("click", async () => {
    if (button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    try {
      await act();
    } finally {
      button.removeAttribute("aria-busy");
    }
  });
  return button;
}
