/**
 * The phone's own furniture: status line, title bar, the screen between, its foot; and what it shows while waiting or
 * failing.
 */

import { fill, h, icon } from "./dom.js";
import { failure } from "./failure.js";

const TOAST_MS = 2500;

export function createFrame({ elements, texts, tabs }) {
  const { bar, screen, footer, toast } = elements;
  const { t } = texts;

  let justSaid = false;

  /** What was said on leaving a screen stays on the next one, and no longer. */
  const passToast = () => {
    if (!justSaid) fill(toast);
    justSaid = false;
  };

  const bars = ({ title, back }) => {
    fill(
      bar,
      back
        ? h("a", { class: "bar-back", href: `#${back}`, "aria-label": t("nav.back") }, icon("back"))
        : h("span", { class: "bar-side" }),
      h("h1", { class: "bar-title", tabindex: "-1" }, title),
      h("span", { class: "bar-side" }),
    );
    document.title = `${title} · ${t("page.title")}`;
  };

  const foot = (content, tab) => {
    fill(footer, content && h("div", { class: "foot" }, content), tab && tabBar(tab));
    footer.classList.toggle("empty", !content && !tab);
  };

  const tabBar = (current) =>
    h(
      "nav",
      { class: "tabs", "aria-label": t("nav.tabs") },
      tabs().map(({ name, address, count }) =>
        h(
          "a",
          { href: `#${address}`, class: "tab", "aria-current": name === current ? "page" : null },
          icon(name),
          h("span", {}, t(`tab.${name}`)),
          count ? h("span", { class: "badge" }, h("span", { class: "unseen" }, t("tab.open")), String(count)) : null,
        ),
      ),
    );

  return {
    /** Grey shapes in place of the content. */
    waiting() {
      fill(screen, skeleton(t("state.loading")));
      foot(null, null);
    },

    show(shown, { quiet = false } = {}) {
      if (!quiet) passToast();
      const held = quiet ? { top: screen.scrollTop, focus: document.activeElement?.id } : null;
      bars(shown);
      fill(screen, shown.body);
      foot(shown.footer, shown.tab);
      if (held) restore(held);
      else {
        screen.scrollTop = 0;
        (shown.focus?.() ?? bar.querySelector("h1")).focus({ preventScroll: !shown.focus });
      }
    },

    failed(error, { retry, quiet }) {
      if (quiet) return;
      bars({ title: t("state.error_title"), back: "/" });
      const { body, action } = failure(error, { texts, retry });
      fill(screen, body);
      foot(action, null);
      bar.querySelector("h1").focus();
    },

    /** One sentence that comes and goes; also read out. */
    say(words) {
      justSaid = true;
      toast.style.bottom = `${footer.offsetHeight + 12}px`;
      fill(toast, h("span", {}, words));
      clearTimeout(toast.timer);
      toast.timer = setTimeout(() => fill(toast), TOAST_MS);
    },
  };

  function restore({ top, focus }) {
    screen.scrollTop = top;
    if (focus) document.getElementById(focus)?.focus({ preventScroll: true });
  }
}

function skeleton(words) {
  return h(
    "div",
    { class: "skeleton", role: "status" },
    h("span", { class: "unseen" }, words),
    [0, 1, 2].map(() =>
      h(
        "div",
        { class: "card" },
        h("div", { class: "bone short" }),
        h("div", { class: "bone" }),
        h("div", { class: "bone mid" }),
      ),
    ),
  );
}
