/** The persons of the demo, as the sandbox knows them: choosing one hands them the phone. */

import { actButton, fill, h, uniqueId } from "./dom.js";
import { grouped } from "./format.js";
import { madeUpIdNumber, madeUpName, madeUpPhone } from "./person_names.js";
import { sandbox } from "./sandbox_control.js";

/** The first is what a person has unless said otherwise. */
const PLATFORMS = ["wechat", "alipay", "baidu"];

export function createPeopleCard(app, { close }) {
  const { t } = app.texts;
  const host = h("section", { class: "panel-card people-card" });
  let failed = false;
  let platform = PLATFORMS[0];

  const load = async () => {
    failed = false;
    try {
      app.session.know((await sandbox.people()).map(known));
    } catch {
      failed = true;
    }
    show();
  };

  const choose = (userId) => {
    app.session.choosePerson(userId);
    close();
  };

  /** Makes a person, or the same one anew where the sandbox forgot them. */
  const newPerson = async (given = { ...madeUp(app.session.people()), platform }) => {
    try {
      const { user_id: userId } = await sandbox.newPerson({
        platform: given.platform,
        name: given.name,
        id_number: given.idNumber,
        phone: given.phone,
      });
      await load();
      choose(userId);
    } catch {
      failed = true;
      show();
    }
  };

  const show = () => {
    const people = app.session.people();
    const current = app.session.person();
    const id = uniqueId("person");
    fill(
      host,
      h("h3", {}, t("people.title")),
      people.length
        ? [h("label", { for: id, class: "small" }, t("people.choose")), chooser(app, { id, people, current, choose })]
        : h("p", {}, t("people.none")),
      current?.idNumber && h("p", { class: "number small muted" }, grouped(current.idNumber)),
      h("label", { for: `${id}-platform`, class: "small" }, t("people.platform")),
      platformChooser(app, { id: `${id}-platform`, platform, choose: (chosen) => (platform = chosen) }),
      failed && h("p", { class: "fault", role: "alert" }, t("people.failed")),
      actButton(t("people.new"), people.length ? "secondary" : "primary", () => newPerson()),
    );
  };

  return { element: () => host, load, show, newPerson };
}

function platformChooser({ texts }, { id, platform, choose }) {
  return h("select", { id, class: "input select", onchange: (event) => choose(event.target.value) },
    PLATFORMS.map((name) => h("option", { value: name, selected: name === platform }, texts.t(`platform.${name}`))));
}

function chooser(app, { id, people, current, choose }) {
  return h(
    "select",
    { id, class: "input select", onchange: (event) => event.target.value && choose(event.target.value) },
    !current && h("option", { value: "" }, app.texts.t("field.choose")),
    people.map(({ userId, name, platform }) =>
      h(
        "option",
        { value: userId, selected: userId === current?.userId },
        platform === PLATFORMS[0] ? name : `${name} · ${app.texts.t(`platform.${platform}`)}`,
      ),
    ),
  );
}

function known({ user_id: userId, platform, name, id_number: idNumber, phone }) {
  return { userId, platform, name: name ?? userId, idNumber, phone };
}

/** The first made-up name that nobody has yet. */
function madeUp(people) {
  const taken = new Set(people.map(({ name }) => name));
  let count = 0;
  while (taken.has(madeUpName(count))) count += 1;
  return { name: madeUpName(count), idNumber: madeUpIdNumber(), phone: madeUpPhone() };
}
