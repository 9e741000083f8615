/** To-do reminders: what waits for the candidate, the open ones first, page by page. */

import { actButton, fill, h, icon } from "../dom.js";
import { deadline } from "../format.js";
import { untilView } from "../steps_view.js";

export async function todos(app) {
  const { t } = app.texts;
  const page = await app.api.todos();
  const list = h(
    "ul",
    { class: "todo-list" },
    page.items.map((todo) => row(app, todo)),
  );
  const more = h("div", {});
  offerMore(app, { list, more, next: page.next });
  return {
    title: t("tab.todo"),
    tab: "todo",
    body: page.items.length
      ? [list, more]
      : h(
          "div",
          { class: "state" },
          h("span", { class: "state-mark" }, icon("todo")),
          h("p", { class: "state-title" }, t("todos.none")),
          h("p", {}, t("todos.none_text")),
        ),
  };
}

function row(app, todo) {
  const { t, language } = app.texts;
  const now = app.clock.now();
  const due = todo.due_at && new Date(todo.due_at);
  const look = { done: ["green", "tick"], missed: ["amber", "warning"] }[todo.state] ?? ["teal", null];
  return h(
    "li",
    { class: `card todo ${todo.state}` },
    h(
      "p",
      { class: "todo-head" },
      h("span", { class: "strong" }, todo.title),
      h("span", { class: `mark ${look[0]}` }, look[1] && icon(look[1]), t(`todo.${todo.state}`)),
    ),
    h("p", {}, todo.text),
    todo.state === "open" && due > now && untilView(app, { words: deadline(due, language, now), rest: due - now }),
  );
}

function offerMore(app, { list, more, next }) {
  if (!next) return void fill(more);
  fill(
    more,
    actButton(app.texts.t("todos.more"), "secondary", async () => {
      const page = await app.api.todos(next);
      list.append(...page.items.map((todo) => row(app, todo)));
      offerMore(app, { list, more, next: page.next });
    }),
  );
}
