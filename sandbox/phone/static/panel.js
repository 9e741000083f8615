/**
 * Beside the phone: whose it is, what time it is, what it asked the service for. None of this is in the mini-program.
 */

import { createCallLog } from "./call_log.js";
import { actButton, fill, h, icon } from "./dom.js";
import { createDeskCard } from "./desk_card.js";
import { createInboxCard } from "./inbox_card.js";
import { createPeopleCard } from "./people_card.js";
import { languages } from "./screens/account.js";
import { createTimeCard } from "./time_card.js";

export function createPanel(app, { panel, device, cards, staff }) {
  const { t } = app.texts;
  const log = createCallLog(app);
  const people = createPeopleCard(app, { close });
  const inbox = createInboxCard(app, { close });
  const time = createTimeCard(app);
  const desk = createDeskCard(app, staff);
  const samples = createSamples(app, close);

  /** On a narrow screen the panel is a drawer over the phone; elsewhere it is there already and is only pointed at. */
  function open() {
    panel.classList.add("open");
    const asDrawer = getComputedStyle(panel).position === "fixed";
    device.inert = asDrawer;
    panel.querySelector(asDrawer ? ".panel-close" : ".people-card button")?.focus();
  }

  function close() {
    if (!panel.classList.contains("open")) return;
    panel.classList.remove("open");
    device.inert = false;
    if (panel.contains(document.activeElement)) device.querySelector(".status-open")?.focus();
  }

  panel.addEventListener("keydown", (event) => event.key === "Escape" && close());

  const refresh = async () => {
    panel.setAttribute("aria-label", t("panel.title"));
    fill(
      cards,
      h(
        "header",
        { class: "panel-head" },
        h(
          "div",
          {},
          h("h2", { class: "panel-title" }, h("span", { class: "sandbox-mark" }, t("sheet.sandbox")), t("panel.title")),
          h("p", { class: "muted small" }, t("panel.text")),
        ),
        languages(app),
        h(
          "button",
          { type: "button", class: "panel-close", "aria-label": t("sheet.close"), onclick: close },
          icon("close"),
        ),
      ),
      h("div", { class: "panel-side" }, people.element(), samples.element(), inbox.element(), log.element()),
      time.element(),
    );
    people.show();
    await Promise.all([time.refresh(), desk.load(), inbox.look()]);
  };

  return {
    open,
    refresh,
    samples,
    logCall: log.add,
    newPerson: people.newPerson,
    loadPeople: people.load,
    waitsFor: (step, registration) => {
      desk.lookAt(registration, step && !step.action ? step : null);
      time.placeAt(registration?.sections?.registration);
    },
  };
}

/** The button that fills the form on the screen with made-up answers; without a form there is nothing to fill. */
function createSamples(app, close) {
  const { t } = app.texts;
  let fillIn = null;
  let button = null;
  const show = () => button && (button.disabled = !fillIn);
  return {
    offer(act) {
      fillIn = act;
      show();
    },
    withdraw() {
      fillIn = null;
      show();
    },
    element() {
      button = actButton(t("samples.fill"), "secondary", async () => {
        close();
        await fillIn?.();
      });
      button.id = "fill-in";
      show();
      return h("section", { class: "panel-card slim" }, button, h("p", { class: "muted small" }, t("samples.text")));
    },
  };
}
