/** The words behind a form's codes: what a code list, a speciality or a confirmation point is called. */

import { h } from "./dom.js";
import { clockTime, day, deadline } from "./format.js";

/** A function of (field, value): the words of one value of this registration's form. */
export async function valueWords(app, registration) {
  const { t } = app.texts;
  const chosen = registration.sections.registration ?? {};
  const [form, lists, speciality, point] = await Promise.all([
    app.form(registration.exam),
    app.codeLists(),
    specialityOf(app, registration.exam, chosen),
    pointOf(app, registration.exam, chosen),
  ]);
  const listed = Object.fromEntries(
    lists.flatMap(({ name, values }) => values.map(({ code, text }) => [`${name}.${code}`, text])),
  );
  const asked = new Map(form.sections.flatMap(form.fieldsOf).map((one) => [one.name, one]));
  return (field, value) => {
    if (value === null || value === undefined) return null;
    if (field === "speciality") return value === speciality?.value ? speciality.text : value;
    if (field === "confirmation_point") return point?.text ?? value;
    const { kind, list = field } = asked.get(field) ?? {};
    if (kind === "studies") return value.map((one) => h("span", { class: "study-line" }, studyWords(one, t)));
    if (Array.isArray(value)) return value.join(t("list.comma"));
    const own = `value.${kind === "yes_no" ? kind : field}.${value}`;
    return app.texts.knows(own) ? t(own) : (listed[`${list}.${value}`] ?? String(value));
  };
}

function studyWords({ begun, ended, school, major }, t) {
  return [t("study.months", { begun: begun ?? "…", ended: ended ?? "…" }), school, major].filter(Boolean).join(" · ");
}

/** {value, text, note, subjects} of the chosen speciality. */
export async function specialityOf(app, exam, { speciality, level }) {
  if (!speciality) return null;
  const { items } = await app.api.specialities(exam, { level, q: speciality });
  const one = items.find(({ code }) => code === speciality);
  return one ? specialityOption(app, one) : null;
}

export function specialityOption(app, { code, name, level, subjects, sample }) {
  return { value: code, text: name, note: `${app.texts.t(`value.level.${level}`)} · ${code}`, level, subjects, sample };
}

/** {value, text, note} of the chosen confirmation point. */
export async function pointOf(app, exam, { confirmation_point: chosen, area, site }) {
  if (!chosen || !area || !site) return null;
  const one = (await app.api.points(exam, { area, site })).find(({ id }) => id === chosen);
  return one ? pointOption(app, one) : null;
}

export function pointOption(app, point) {
  const { t } = app.texts;
  const handIn = t(
    point.hand_in === "unit" ? "point.by_unit" : point.through_unit ? "point.after_unit" : "point.by_self",
  );
  return {
    value: point.id,
    text: point.name,
    note: [whenOpen(app, point), [point.address, point.phone].filter(Boolean).join(" · "), handIn],
    sample: point.sample,
  };
}

/** The half day, or from when to when. */
function whenOpen(app, { opens_at: opens, closes_at: closes, half_day: half }) {
  const { t, language } = app.texts;
  if (!opens || !closes) return null;
  const [from, to] = [new Date(opens), new Date(closes)];
  if (half) return `${day(from, language)} ${clockTime(from)}–${clockTime(to)}`;
  return t("point.open", { from: day(from, language), to: deadline(to, language) });
}
