/** The registration form as the phone asks for it: sections, their fields in order, and how each is asked. */

/**
 * kind: text · number · date · code (from the code list `list`) · choice (one of `values`) · subjects · area · site ·
 * point · speciality. `optional` is a hint beside the label; what must be there is the service's to say, at submit.
 */
export const SECTIONS = {
  basic: [
    { name: "gender", kind: "choice", values: ["female", "male"] },
    { name: "birth_date", kind: "date" },
    { name: "ethnicity", kind: "code", list: "ethnicity" },
  ],
  registration: [
    { name: "area", kind: "area" },
    { name: "site", kind: "site" },
    { name: "confirmation_point", kind: "point" },
    { name: "level", kind: "choice", values: ["junior", "intermediate"] },
    { name: "speciality", kind: "speciality" },
    { name: "subjects", kind: "subjects" },
    { name: "current_qualification", kind: "code", list: "current_qualification" },
    { name: "current_qualification_date", kind: "date" },
    { name: "licence_class", kind: "code", list: "licence_class", optional: true },
    { name: "practice_registration_date", kind: "date", optional: true },
    { name: "archive_number", kind: "text", optional: true, hint: true },
    { name: "last_year_speciality", kind: "text", optional: true, hint: true },
  ],
  education: [
    { name: "highest_education", kind: "code", list: "highest_education" },
    { name: "degree", kind: "code", list: "degree" },
    { name: "school", kind: "text" },
    { name: "school_note", kind: "text", optional: true },
    { name: "major", kind: "text" },
    { name: "major_note", kind: "text", optional: true },
    { name: "graduation_date", kind: "date" },
    { name: "study_years", kind: "number" },
    { name: "school_recognised", kind: "choice", values: [true, false] },
  ],
  work: [
    { name: "employer", kind: "text", hint: true },
    { name: "employer_parent", kind: "text", optional: true },
    { name: "employer_nature", kind: "code", list: "employer_nature" },
    { name: "years_in_speciality", kind: "number" },
    { name: "stamped_by", kind: "choice", values: ["unit", "file_holder"] },
  ],
};

/**
 * Where a fault belongs: {section, field} of `education.school`, `school` or `basic.photo`; null where we don't ask
 * for it.
 */
export function placeOf(faultField) {
  const [last, before] = faultField.split(".").reverse();
  if (last === "photo") return { section: "photo", field: "photo" };
  const section = before in SECTIONS ? before : Object.keys(SECTIONS).find((name) => asks(name, last));
  return section ? { section, field: last } : null;
}

/** How many of the section's fields that are asked of everybody are still empty. */
export function missingIn(section, values = {}) {
  return SECTIONS[section].filter(({ name, optional }) => !optional && isEmpty(values[name])).length;
}

/** Whether the section was never saved with anything in it. */
export function isUntouched(section, values = {}) {
  return SECTIONS[section].every(({ name }) => isEmpty(values[name]));
}

function isEmpty(value) {
  return value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
}

function asks(section, field) {
  return SECTIONS[section].some(({ name }) => name === field);
}
