/** Made-up answers for the demo's "fill in" button; what the exam offers is taken from what it offers. */

export const SAMPLE_PASSWORD = "shiyan-2024";
export const SAMPLE_NEW_PASSWORD = "shiyan-2025";
export const SAMPLE_ANSWER = "示例小学";

const GIVEN = {
  basic: ({ person }) => ({ gender: "female", birth_date: bornOn(person.idNumber), ethnicity: "01" }),
  education: () => ({
    highest_education: "bachelor",
    degree: "bachelor",
    school: "示例医学院",
    major: "护理学",
    graduation_date: "2012-07-01",
    study_years: 4,
    school_recognised: true,
  }),
  work: () => ({
    employer: "示例市第一医院",
    employer_nature: "public_hospital",
    years_in_speciality: 11,
    stamped_by: "unit",
  }),
};
const LEVEL = "intermediate";
const SPECIALITY = "护理学";
const QUALIFICATION = "junior";

/** Values for one section of the form. */
export async function sampleSection(app, { registration, section }) {
  return section === "registration"
    ? samplePlace(app, registration.exam)
    : GIVEN[section]({ person: app.session.person() });
}

/** The area and site whose data is a sample, and a speciality there is. */
async function samplePlace(app, exam) {
  const areas = await app.api.areas(exam);
  const area = (areas.find(({ sample }) => sample) ?? areas[0])?.name;
  const site = (await app.api.sites(exam, area))[0]?.name;
  const [points, named, any] = await Promise.all([
    app.api.points(exam, { area, site, employer: GIVEN.work().employer }),
    app.api.specialities(exam, { level: LEVEL, q: SPECIALITY }),
    app.api.specialities(exam, { level: LEVEL }),
  ]);
  const speciality = named.items[0] ?? any.items[0];
  return {
    area,
    site,
    confirmation_point: points[0]?.id,
    level: LEVEL,
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
