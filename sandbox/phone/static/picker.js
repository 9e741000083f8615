/** A sheet to look for one of many: the best match stands first, typing asks the service anew. */

import { notice } from "./failure.js";
import { fill, h, uniqueId } from "./dom.js";

const TYPING_PAUSE_MS = 250;

/**
 * @param look     (query) => Promise of options {value, text, note, sample}; `more` on the list: there are others
 * @param search   the label of the search box; null where there are few enough to see
 * @param query    what stands in the box at first
 */
export async function pick(app, { title, look, search = null, query = "", chosen = null, empty }) {
  const { t } = app.texts;
  return app.sheets.open({
    title,
    tall: true,
    dismissed: null,
    actions: [{ label: t("sheet.cancel"), value: null, className: "secondary" }],
    body: (close) => {
      const list = h("ul", { class: "options", "aria-label": title });
      const show = shower(app, { list, look, chosen, empty, close });
      show(query);
      return [search && searchBox({ search, query, show }), list];
    },
  });
}

function searchBox({ search, query, show }) {
  const id = uniqueId("search");
  let pause = 0;
  const input = h("input", {
    id,
    type: "search",
    class: "input",
    value: query,
    autocomplete: "off",
    "data-first": true,
  });
  input.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(() => show(input.value.trim()), TYPING_PAUSE_MS);
  });
  return h("div", { class: "field" }, h("label", { for: id }, search), input);
}

function shower(app, { list, look, chosen, empty, close }) {
  let latest = 0;
  return async (query) => {
    const mine = ++latest;
    try {
      const options = await look(query);
      if (mine !== latest) return;
      fill(
        list,
        options.length
          ? options.map((option) => row(app, option, chosen, close))
          : h("li", { class: "muted options-empty" }, empty),
        options.more && h("li", { class: "muted options-empty" }, app.texts.t("pick.more")),
      );
    } catch (error) {
      if (mine === latest) fill(list, h("li", {}, notice(error, app)));
    }
  };
}

function row(app, option, chosen, close) {
  return h(
    "li",
    {},
    h(
      "button",
      {
        type: "button",
        class: "option",
        "aria-pressed": String(option.value === chosen),
        onclick: () => close(option),
      },
      h("span", { class: "option-text" }, option.text, option.sample && sampleMark(app)),
      [option.note]
        .flat()
        .filter(Boolean)
        .map((line) => h("span", { class: "muted small" }, line)),
    ),
  );
}

/** Says of data that no notice published it. */
export function sampleMark(app) {
  return h("span", { class: "sample" }, app.texts.t("sample"));
}
