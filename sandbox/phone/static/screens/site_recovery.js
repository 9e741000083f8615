/** The last way back: a test site sees the documents and gives out a one-time code. The answer is the same for all. */

import { selectControl, textControl } from "../controls.js";
import { h, icon } from "../dom.js";
import { everyPlace, offerPlaces } from "../places.js";
import { shortForm } from "../short_form.js";
import { personControls, samplePerson, withPerson } from "./face.js";
import { otherWay } from "./forgotten.js";

const ID_TYPES = ["resident_id_card", "passport", "hk_macau_permit", "taiwan_permit", "military_id"];

export async function askSite(app) {
  const { t } = app.texts;
  const places = await everyPlace(app);
  const controls = controlsOf(t);
  const byName = Object.fromEntries(controls.map((control) => [control.name, control]));
  const offerSites = await offerPlaces(app, { ...places, area: byName.area, site: byName.site });
  const { values, keep } = withPerson(app);
  return shortForm(app, {
    title: t("forgotten.way.site"),
    back: "/forgotten",
    lead: t("site.text"),
    controls,
    keep,
    values: { id_type: ID_TYPES[0], ...values },
    act: t("site.go"),
    sample: async () => {
      const { area, name: site } = places.sample;
      await offerSites(area);
      return { id_type: ID_TYPES[0], ...samplePerson(app), area, site, phone: app.session.person().phone };
    },
    send: async (asked) => {
      const { text } = await app.api.askSite(asked);
      app.memory.siteAnswer = text;
      return "/forgotten/asked";
    },
  });
}

/** What the service answered, and what to do with the code. */
export async function askedSite(app) {
  const { t } = app.texts;
  if (!app.memory.siteAnswer) return askSite(app);
  return {
    title: t("forgotten.way.site"),
    back: "/forgotten",
    body: [
      h(
        "div",
        { class: "state-head" },
        h("span", { class: "state-mark green" }, icon("tick")),
        h("p", { class: "state-title" }, t("site.asked")),
      ),
      h("div", { class: "card" }, h("p", {}, app.memory.siteAnswer)),
      otherWay({ text: t("site.then"), address: "/forgotten/code", words: t("forgotten.way.code") }),
    ],
    footer: h("a", { class: "primary", href: "#/sign-in" }, t("site.back")),
  };
}

function controlsOf(t) {
  const [name, number] = personControls(t);
  const idType = selectControl(
    {
      name: "id_type",
      label: t("account.id_type"),
      options: ID_TYPES.map((value) => ({ value, text: t(`id_type.${value}`) })),
    },
    t,
  );
  return [
    name,
    idType,
    number,
    selectControl({ name: "area", label: t("site.area"), hint: t("site.hint") }, t),
    selectControl({ name: "site", label: t("site.site") }, t),
    textControl(
      {
        name: "phone",
        label: t("account.phone"),
        type: "tel",
        hint: t("site.phone_hint"),
        attributes: { inputmode: "tel", autocomplete: "tel" },
      },
      t,
    ),
  ];
}
