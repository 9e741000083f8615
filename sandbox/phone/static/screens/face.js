/** The face as a way back: name and number, the platform's face check, then what its server says became of it. */

import { textControl } from "../controls.js";
import { h, icon } from "../dom.js";
import { notice } from "../failure.js";
import { Cancelled } from "../runtime.js";
import { shortForm } from "../short_form.js";
import { otherWay, proven } from "./forgotten.js";

const RESIDENT = "resident_id_card";
/** After these the same face check may be shown to the phone again. */
const STILL_OPEN = new Set(["face_not_completed", "platform_unavailable"]);

export async function showFace(app) {
  const { t } = app.texts;
  return shortForm(app, {
    title: t("forgotten.way.face"),
    back: "/forgotten",
    lead: t("face.text"),
    controls: personControls(t),
    ...withPerson(app),
    below: otherWay({ text: t("face.trouble"), address: "/forgotten/site", words: t("forgotten.way.site") }),
    act: t("face.go"),
    sample: () => samplePerson(app),
    send: (person) => verify(app, { ...person, id_type: RESIDENT }),
    refused: (error) => refused(app, error),
  });
}

async function verify(app, person) {
  const begun = await beginOnce(app, person);
  await app.runtime.verifyFace(begun.client);
  try {
    const done = await app.api.completeFace(begun.id);
    app.memory.face = null;
    return proven(app, { login: person.id_number, ...done });
  } catch (error) {
    if (error.code && !STILL_OPEN.has(error.code)) app.memory.face = null;
    throw error;
  }
}

/** Every check that is begun costs money and counts: one that was cancelled is shown again to the same person. */
async function beginOnce(app, person) {
  const about = JSON.stringify(person);
  if (app.memory.face?.about !== about) app.memory.face = { about, ...(await app.api.beginFace(person)) };
  return app.memory.face;
}

/** What is told instead of the error alone: that nothing happened, or where somebody without an account goes. */
function refused(app, error) {
  const { t } = app.texts;
  if (error instanceof Cancelled)
    return h("div", { class: "notice amber", role: "alert" }, icon("warning"), h("p", {}, t("face.cancelled")));
  if (error.code !== "no_account") return null;
  const register = h("a", { class: "secondary", href: "#/sign-in" }, t("face.register"));
  const told = notice(error, app);
  told.lastElementChild.append(register);
  return told;
}

/** Name and number are taken along to the request to a site. */
export function withPerson(app) {
  return {
    values: app.memory.typedPerson ?? {},
    keep: ({ name, id_number }) => (app.memory.typedPerson = { name, id_number }),
  };
}

export function personControls(t) {
  return [
    textControl({ name: "name", label: t("account.name"), attributes: { autocomplete: "name" } }, t),
    textControl(
      {
        name: "id_number",
        label: t("account.id_number"),
        attributes: { autocapitalize: "characters", spellcheck: "false" },
      },
      t,
    ),
  ];
}

export function samplePerson(app) {
  const { name, idNumber } = app.session.person();
  return { name, id_number: idNumber };
}
