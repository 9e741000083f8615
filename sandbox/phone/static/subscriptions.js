/** Agreeing to reminders on the platform: the templates the service asks for now, at most three a tap. */

import { Problem } from "./api.js";
import { actButton, fill, h } from "./dom.js";
import { notice } from "./failure.js";

export function createSubscriptions(app) {
  const { t } = app.texts;
  let offered = true;

  const templatesFor = async (step) => {
    if (!offered) return [];
    try {
      return await app.api.subscriptions(step);
    } catch (error) {
      if (error instanceof Problem && error.status === 404) offered = false;
      return [];
    }
  };

  const ask = async (templates, host) => {
    try {
      const answers = await app.runtime.requestSubscribeMessage(templates);
      await app.api.subscribed(answers);
      fill(host, h("p", { class: "muted small centred" }, t("subscribe.done")));
    } catch (error) {
      fill(host, notice(error, app));
    }
  };

  return {
    /** A card that asks; null where there is nothing to ask for. */
    async offer(step) {
      const templates = await templatesFor(step);
      if (!templates.length) return null;
      const host = h("div", { class: "told" });
      return h(
        "section",
        { class: "card quiet" },
        h("h2", {}, t("subscribe.title")),
        h("p", {}, t("subscribe.text")),
        host,
        actButton(t("subscribe.go"), "secondary", () => ask(templates, host)),
      );
    },
  };
}
