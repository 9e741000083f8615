/** The controls of one section of the registration form, with what the exam offers behind them. */

import { checksControl, choiceControl, pickControl, selectControl, textControl } from "./controls.js";
import { pick } from "./picker.js";
import { offerPlaces } from "./places.js";
import { studiesControl } from "./studies_control.js";
import { pointOf, pointOption, specialityOf, specialityOption } from "./value_words.js";

/** Makes the controls for `fields` and fills them with `values`. */
export async function fieldControls(app, { exam, section, fields, values, employer }) {
  const lists = await app.codeLists();
  const controls = fields.map((field) =>
    MAKE[field.kind](app, field, { exam, lists, employer, other: (name) => byName[name] }),
  );
  const byName = Object.fromEntries(controls.map((control) => [control.name, control]));
  if (section === "registration") await wirePlace(app, { exam, byName, values });
  return controls;
}

const MAKE = {
  text: (app, field) => textControl({ ...base(app, field), attributes: { maxlength: field.longest } }, app.texts.t),
  number: (app, field) =>
    textControl(
      { ...base(app, field), type: "number", attributes: { inputmode: "numeric", min: field.least, max: field.most } },
      app.texts.t,
    ),
  date: (app, field) =>
    textControl(
      { ...base(app, field), type: "date", attributes: { min: "1930-01-01", max: "2030-12-31" } },
      app.texts.t,
    ),
  choice: (app, field) => choiceOf(app, field, field.name),
  yes_no: (app, field) => choiceOf(app, field, "yes_no"),
  studies: (app, field) => studiesControl(base(app, field), app.texts.t),
  code: (app, field, { lists }) =>
    selectControl(
      {
        ...base(app, field),
        options: (lists.find(({ name }) => name === field.list)?.values ?? []).map(({ code, text }) => ({
          value: code,
          text,
        })),
      },
      app.texts.t,
    ),
  area: (app, field) => selectControl(base(app, field), app.texts.t),
  site: (app, field) => selectControl(base(app, field), app.texts.t),
  subjects: (app, field) => checksControl({ ...base(app, field), empty: app.texts.t("subjects.empty") }, app.texts.t),
  point: (app, field, context) =>
    pickControl({ ...base(app, field), find: () => findPoint(app, context) }, app.texts.t),
  speciality: (app, field, context) =>
    pickControl({ ...base(app, field), find: () => findSpeciality(app, context) }, app.texts.t),
};

function base({ texts }, { name, label, needed }) {
  const hinted = needed === "of_the_employed" ? `hint.${needed}` : `hint.${name}`;
  return { name, label, hint: texts.knows(hinted) ? texts.t(hinted) : null, optional: needed === "optional" };
}

function choiceOf({ texts }, field, said) {
  const options = field.values.map((value) => ({ value, text: texts.t(`value.${said}.${value}`) }));
  return choiceControl({ ...base({ texts }, field), options }, texts.t);
}

function findPoint(app, { exam, employer, other }) {
  const { t } = app.texts;
  const [area, site] = [other("area").get(), other("site").get()];
  return pick(app, {
    title: t("point.title"),
    search: t("point.search"),
    query: employer ?? "",
    chosen: other("confirmation_point").get(),
    empty: t(site ? "point.empty" : "point.site_first"),
    look: async (query) =>
      site ? (await app.api.points(exam, { area, site, employer: query })).map((point) => pointOption(app, point)) : [],
  });
}

function findSpeciality(app, { exam, other }) {
  const { t } = app.texts;
  return pick(app, {
    title: t("speciality.title"),
    search: t("speciality.search"),
    chosen: other("speciality").get(),
    empty: t("speciality.empty"),
    look: async (query) => {
      const { items, next } = await app.api.specialities(exam, { level: other("level")?.get(), q: query });
      return Object.assign(
        items.map((one) => specialityOption(app, one)),
        { more: next !== null },
      );
    },
  });
}

/**
 * Area → its sites → their confirmation points; speciality → its subjects. A new answer empties what hung on the old
 * one.
 */
async function wirePlace(app, { exam, byName, values }) {
  const { area, site } = byName;
  const offerSites = await offerPlaces(app, {
    area,
    site,
    areas: await app.api.areas(exam),
    sitesOf: (name) => app.api.sites(exam, name),
    chosen: values.area,
  });
  area.onChange(() => byName.confirmation_point.set(null));
  byName.site.onChange(() => byName.confirmation_point.set(null));
  byName.level?.onChange(() => chooseSpeciality(byName, null));
  byName.speciality.onChange(() => chooseSpeciality(byName, byName.speciality.option()));
  byName.confirmation_point.restore = async (given) => byName.confirmation_point.set(await pointOf(app, exam, given));
  byName.speciality.restore = async (given) => {
    const option = await specialityOf(app, exam, given);
    chooseSpeciality(byName, option);
    byName.subjects.set(given.subjects);
  };
  byName.site.restore = async (given) => {
    await offerSites(given.area);
    byName.site.set(given.site);
  };
}

function chooseSpeciality(byName, option) {
  byName.speciality.set(option);
  const subjects = option?.subjects ?? [];
  byName.subjects.offer(subjects);
  byName.subjects.set(subjects);
}
