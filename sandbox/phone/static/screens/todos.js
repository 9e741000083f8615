/** To-do reminders: what waits for the candidate, then what is done or over, page by page; each opens its page. */

import { actButton, fill, h, icon } from "../dom.js";
import { deadline, time } from "../format.js";
import { addressOf } from "../pages.js";
import { untilView } from "../steps_view.js";

const LOOK = { done: ["green", "tick"], missed: ["amber", "warning"], open: ["teal", null] };

export async function todos(app) {
  const { t } = app.texts;
  const [page] = await Promise.all([app.api.todos(), app.todos.count()]);
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
    again: !page.next,
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
  const [colour, drawing] = LOOK[todo.state];
  const address = addressOf(todo.page);
  return h(
    "li",
    {},
    h(
      address ? "a" : "div",
      { class: `card todo ${todo.state}`, href: address && `#${address}`, "data-todo": todo.kind },
      h(
        "span",
        { class: "todo-head" },
        h("span", { class: "strong" }, todo.title),
        h("span", { class: `mark ${colour}` }, drawing && icon(drawing), t(`todo.${todo.state}`)),
      ),
      h("span", {}, todo.text),
      due(app, todo, now) ?? h("span", { class: "muted small" }, time(new Date(todo.told_at), language, now)),
    ),
  );
}

/** The deadline of what waits, and what is left of it. */
function due(app, { state, due_at: until }, now) {
  const end = until && new Date(until);
  if (state !== "open" || !(end > now)) return null;
  return untilView(app, { words: deadline(end, app.texts.language, now), rest: end - now });
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
