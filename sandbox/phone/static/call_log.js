/** The calls the phone made, newest first; the same call again in a row counts up instead. */

import { fill, h } from "./dom.js";

const KEPT = 40;

const UUID = /([0-9a-f]{4})[0-9a-f]{4}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** Without the base, an id by its first digits, the query beneath; it may break behind every slash. */
function shown(path) {
  const [way, query] = decodeURIComponent(path.replace("/api/v1/", "")).replace(UUID, "$1…").split("?");
  return [
    way.split("/").map((part) => ["/", h("wbr"), part]),
    query && h("span", { class: "query" }, query.replaceAll("&", " ")),
  ];
}

export function createCallLog(app) {
  const { t } = app.texts;
  const list = h("ol", { class: "calls", tabindex: "0" });
  const calls = [];

  const show = () => {
    list.setAttribute("aria-label", t("log.title"));
    fill(list, calls.length ? calls.map(row) : h("li", { class: "muted small" }, t("log.none")));
  };

  const row = ({ method, path, status, milliseconds, times }) =>
    h(
      "li",
      { class: "call" },
      h("span", { class: `method ${method.toLowerCase()}` }, method),
      h("span", { class: "path" }, shown(path)),
      times > 1 && h("span", { class: "times" }, `×${times}`),
      h("span", { class: `answer ${status >= 400 || status === 0 ? "bad" : "good"}` }, status || t("log.no_answer")),
      h("span", { class: "took" }, `${milliseconds} ms`),
    );

  return {
    add(call) {
      const last = calls[0];
      const same = last && ["method", "path", "status"].every((key) => last[key] === call[key]);
      if (same) Object.assign(last, { milliseconds: call.milliseconds, times: last.times + 1 });
      else calls.unshift({ ...call, times: 1 });
      calls.length = Math.min(calls.length, KEPT);
      show();
    },
    element() {
      show();
      return h("section", { class: "panel-card log-card" }, h("h3", {}, t("log.title")), list);
    },
  };
}
