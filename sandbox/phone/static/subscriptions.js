/** Agreeing to reminders on the platform: the templates the service asks for at a step, at most three a tap. */

import { actButton, fill, h } from "./dom.js";
import { notice } from "./failure.js";

export function createSubscriptions(app) {
  const { t } = app.texts;

  const ask = async (templates, host) => {
    try {
      await tell(app, templates, await app.runtime.requestSubscribeMessage(templates));
      fill(host, h("p", { class: "muted small centred" }, t("subscribe.done")));
    } catch (error) {
      fill(host, notice(error, app));
    }
  };

  return {
    /** A card that asks; null where the service asks for nothing, or can't say now. */
    async offer(step) {
      const templates = await app.api.subscriptions(step).catch(() => []);
      if (!templates.length) return null;
      const host = h("div", { class: "told" });
      fill(
        host,
        actButton(t("subscribe.go"), "secondary", () => ask(templates, host)),
      );
      return h(
        "section",
        { class: "card quiet subscribe" },
        h("h2", {}, t("subscribe.title")),
        h("p", {}, t("subscribe.text")),
        host,
      );
    },
  };
}

/** Baidu's forms each have a template and a name of their own, and are told one by one. */
async function tell(app, templates, answers) {
  const named = templates.filter(({ subscribe_id: name }) => name);
  for (const { template_id: template, subscribe_id: name } of named)
    await app.api.subscribed({ [template]: answers[template] }, name);
  if (!named.length) await app.api.subscribed(answers);
}
