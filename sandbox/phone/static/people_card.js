/** The persons of the demo: choosing one hands them the phone. */

import { actButton, fill, h, uniqueId } from "./dom.js";
import { grouped } from "./format.js";
import { madeUpIdNumber, madeUpName, madeUpPhone } from "./person_names.js";
import { sandbox } from "./sandbox_control.js";

export function createPeopleCard(app, { close }) {
  const { t } = app.texts;
  const told = h("p", { class: "fault", role: "alert" });

  /** Makes a person, or the same one anew where the sandbox forgot them. */
  const newPerson = async (given = madeUp(app.session.people().length)) => {
    fill(told);
    try {
      const { user_id: userId } = await sandbox.newPerson({ platform: app.runtime.platform, name: given.name, id_number: given.idNumber, phone: given.phone });
      app.session.addPerson({ ...given, userId });
      close();
    } catch {
      fill(told, t("people.failed"));
    }
  };

  const choose = (userId) => {
    app.session.choosePerson(userId);
    close();
  };

  const element = () => {
    const people = app.session.people();
    const current = app.session.person();
    const id = uniqueId("person");
    return h("section", { class: "panel-card", "aria-labelledby": `${id}-title` },
      h("h3", { id: `${id}-title` }, t("people.title")),
      people.length ? [h("label", { for: id, class: "small" }, t("people.choose")), h("select", { id, class: "input select", onchange: (event) => event.target.value && choose(event.target.value) },
        !current && h("option", { value: "" }, t("field.choose")),
        people.map((one) => h("option", { value: one.userId, selected: one.userId === current?.userId }, one.name)))] : h("p", {}, t("people.none")),
      current && h("p", { class: "number small muted" }, grouped(current.idNumber)),
      told,
      actButton(t("people.new"), people.length ? "secondary" : "primary", () => newPerson()));
  };

  return { element, newPerson };
}

function madeUp(count) {
  return { name: madeUpName(count), idNumber: madeUpIdNumber(), phone: madeUpPhone() };
}
