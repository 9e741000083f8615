/** The registration form as an exam asks it: the service's questions by section, and how far somebody is with them. */

/** How a question is asked that is looked up in what the exam offers, by the list that it names. */
const LOOKED_UP = { areas: "area", sites: "site", "confirmation-points": "point", specialities: "speciality" };
const YES_NO = [true, false];

/**
 * What `GET /exams/{code}/form` answers, as screens draw it: the names of the sections, the fields of each.
 *
 * A field is {name, label, kind, needed, list, values, longest, least, most}; kind: text · number · date · code (from
 * the code list `list`) · choice (one of `values`) · yes_no · subjects · studies · area · site · point · speciality.
 * The photo has a screen of its own.
 */
export function drawnForm(questions) {
  const sections = new Map();
  for (const question of questions) {
    if (question.answer === "picture") continue;
    const [section, name] = question.field.split(".");
    sections.set(section, [...(sections.get(section) ?? []), drawn(name, question)]);
  }
  const fieldsOf = (section) => sections.get(section) ?? [];
  const field = (section, name) => fieldsOf(section).find((one) => one.name === name) ?? null;

  return {
    sections: [...sections.keys()],
    fieldsOf,

    /**
     * Where a fault belongs: {section, field} of `education.school`, `studies` or `basic.photo`; null where the form
     * doesn't ask for it.
     */
    placeOf(faultField) {
      const parts = faultField.split(".");
      if (parts.includes("photo")) return { section: "photo", field: "photo" };
      const named = parts.find((part) => sections.has(part));
      for (const section of named ? [named] : sections.keys()) {
        const name = parts.find((part) => field(section, part));
        if (name) return { section, field: name };
      }
      return named ? { section: named, field: parts.at(-1) } : null;
    },

    /** What the exam's own paper calls the field; null for one that is not on it. */
    label: (name) => [...sections.values()].flat().find((one) => one.name === name)?.label ?? null,

    /** How many of the section's fields that this person must answer are still empty; `answers` by section. */
    missingIn(section, answers) {
      const asked = fieldsOf(section).filter(({ needed }) => isNeeded(needed, answers));
      return asked.filter(({ name }) => isEmpty(answers[section]?.[name])).length;
    },

    /** Whether the section was never saved with anything in it. */
    isUntouched: (section, answers) => fieldsOf(section).every(({ name }) => isEmpty(answers[section]?.[name])),
  };
}

function drawn(name, { title, answer, needed, of, choices, longest, least, most }) {
  return {
    name,
    label: title,
    kind: answer === "looked_up" ? LOOKED_UP[of] : answer,
    needed,
    list: of,
    values: answer === "yes_no" ? YES_NO : choices,
    longest,
    least,
    most,
  };
}

/** Fresh graduates have no employer yet. */
function isNeeded(needed, answers) {
  return needed === "always" || (needed === "of_the_employed" && !answers.education?.fresh_graduate);
}

function isEmpty(value) {
  return value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
}
