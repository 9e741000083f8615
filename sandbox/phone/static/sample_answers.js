/** Made-up answers for the demo's "fill in" button; what the exam offers is taken from what it offers. */

const GIVEN = {
  basic: ({ person }) => ({ gender: "female", birth_date: bornOn(person.idNumber), ethnicity: "01" }),
  education: () => ({
    school: "示例医学院", major: "护理学", graduation_date: "2012-07-01", study_years: 5, school_recognised: true,
  }),
  work: () => ({ employer: "示例市第一医院", years_in_speciality: 10, stamped_by: "unit" }),
};

/** Values for one section. Coded fields without a made-up answer get the first code their list has. */
export async function sampleSection(app, { registration, section, form }) {
  if (section === "registration") return samplePlace(app, registration.exam);
  const values = GIVEN[section]({ person: app.session.person() });
  return { ...(await firstCodes(app, form)), ...values };
}

async function samplePlace(app, exam) {
  const areas = await app.api.areas(exam);
  const area = (areas.find(({ sample }) => sample) ?? areas[0])?.name;
  const site = (await app.api.sites(exam, area))[0]?.name;
  const [points, specialities, lists] = await Promise.all([
    app.api.points(exam, { area, site, employer: GIVEN.work().employer }), app.api.specialities(exam, { level: "intermediate" }), app.codeLists(),
  ]);
  return {
    area, site, confirmation_point: points[0]?.id, level: "intermediate", speciality: specialities[0]?.code, subjects: specialities[0]?.subjects,
    current_qualification: first(lists, "current_qualification"), current_qualification_date: "2016-06-01",
    licence_class: null, practice_registration_date: "2013-03-01", archive_number: null, last_year_speciality: null,
  };
}

async function firstCodes(app, form) {
  const lists = await app.codeLists();
  return Object.fromEntries(lists.filter(({ name }) => form.control(name)).map(({ name }) => [name, first(lists, name)]));
}

const first = (lists, name) => lists.find((list) => list.name === name)?.values[0]?.code;

function bornOn(idNumber) {
  return idNumber.replace(/^\d{6}(\d{4})(\d\d)(\d\d).*/, "$1-$2-$3");
}
