/** Made-up answers for the demo's "fill in" button; what the exam offers is taken from what it offers. */

export const SAMPLE_PASSWORD = "shiyan-2024";
export const SAMPLE_NEW_PASSWORD = "shiyan-2025";
export const SAMPLE_ANSWER = "示例小学";

const EMPLOYER = "示例市第一医院";
const WORK = {
  employer: EMPLOYER,
  employer_nature: "public_hospital",
  years_in_speciality: 11,
  stamped_by: "unit",
};
const EDUCATION = {
  highest_education: "bachelor",
  degree: "bachelor",
  school: "示例医学院",
  major: "护理学",
  graduation_date: "2012-07-01",
  study_years: 4,
  school_recognised: true,
};
/** Of somebody who asks for a nurse's licence: at work for a year, and not yet of any level. */
const NURSE = {
  education: {
    highest_education: "junior_college",
    degree: "none",
    school: "示例卫生职业学院",
    major: "护理",
    graduation_date: "2010-06-30",
    study_years: 3,
    studies: [
      { begun: "2007-09", ended: "2009-06", school: "示例卫生职业学院", major: "护理" },
      { begun: "2009-07", ended: "2010-05", school: "示例市第一医院（实习）", major: "护理" },
    ],
    fresh_graduate: false,
  },
  work: { ...WORK, years_in_speciality: 1, stamped_by: "file_holder" },
};
const LEVEL = "intermediate";
const SPECIALITY = "护理学";
const QUALIFICATION = "junior";

/** Values for one section of the form, those that it asks for. */
export async function sampleSection(app, { registration, drawn, section }) {
  const given = await GIVEN[section](app, registration.exam, drawn.label("studies") ? NURSE : {});
  const asked = new Set(drawn.fieldsOf(section).map(({ name }) => name));
  return Object.fromEntries(Object.entries(given).filter(([name]) => asked.has(name)));
}

const GIVEN = {
  basic: (app) => ({
    gender: "female",
    birth_date: bornOn(app.session.person().idNumber),
    ethnicity: "01",
    health: "good",
  }),
  registration: (app, exam) => samplePlace(app, exam),
  education: (app, exam, { education = EDUCATION }) => education,
  work: (app, exam, { work = WORK }) => work,
};

/** The area and site whose data is a sample, and a speciality there. */
async function samplePlace(app, exam) {
  const areas = await app.api.areas(exam);
  const area = (areas.find(({ sample }) => sample) ?? areas[0])?.name;
  const site = (await app.api.sites(exam, area))[0]?.name;
  const [points, named, any] = await Promise.all([
    app.api.points(exam, { area, site, employer: EMPLOYER }),
    app.api.specialities(exam, { level: LEVEL, q: SPECIALITY }),
    app.api.specialities(exam, {}),
  ]);
  const speciality = named.items[0] ?? any.items[0];
  return {
    area,
    site,
    confirmation_point: points[0]?.id,
    level: speciality?.level,
    speciality: speciality?.code,
    subjects: speciality?.subjects,
    current_qualification: QUALIFICATION,
    current_qualification_date: "2016-05-20",
    practice_registration_date: "2013-03-01",
  };
}

function bornOn(idNumber) {
  return idNumber.replace(/^\d{6}(\d{4})(\d\d)(\d\d).*/, "$1-$2-$3");
}
