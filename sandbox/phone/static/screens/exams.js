/** Choosing an exam: what is on offer, until when, and entering it. */

import { actButton, fill, h, uniqueId } from "../dom.js";
import { notice } from "../failure.js";
import { day, days, deadline, left } from "../format.js";
import { sampleMark } from "../picker.js";

export async function exams(app) {
  const { t } = app.texts;
  const offered = await Promise.all(
    (await app.exams()).map(async (exam) => ({ exam, stage: await preRegistration(app, exam.code) })),
  );
  if (!offered.length)
    return {
      title: t("exams.title"),
      back: "/",
      body: h(
        "div",
        { class: "state" },
        h("p", { class: "state-title" }, t("exams.none")),
        h("p", {}, t("exams.none_text")),
      ),
    };
  offered.sort((one, other) => rank(one.stage) - rank(other.stage) || other.exam.year - one.exam.year);
  const told = h("div", { class: "told" });
  const boxes = offered.map((one) => ({
    ...one,
    box: h("input", {
      type: "radio",
      name: "exam",
      value: one.exam.code,
      id: uniqueId("exam"),
      disabled: one.stage?.state !== "open",
    }),
  }));
  boxes.find(({ box }) => !box.disabled)?.box.setAttribute("checked", "");
  const isOpen = boxes.some(({ box }) => !box.disabled);
  return {
    title: t("exams.title"),
    back: "/",
    body: [
      !isOpen && h("div", { class: "notice" }, h("p", {}, t("exams.none_open"))),
      told,
      h(
        "fieldset",
        { class: "exam-list" },
        h("legend", { class: "unseen" }, t("exams.title")),
        boxes.map((one) => card(app, one)),
      ),
    ],
    footer: isOpen
      ? actButton(t("exams.enter"), "primary", () => enter(app, boxes.find(({ box }) => box.checked)?.exam, told))
      : null,
  };
}

async function preRegistration(app, code) {
  const stages = await app.api.calendar(code);
  return stages.find(({ stage }) => stage === "pre_registration") ?? null;
}

const ORDER = ["open", "upcoming", "closed", "none"];
const rank = (stage) => ORDER.indexOf(stage?.state ?? "none");

function card(app, { exam, stage, box }) {
  const { t, language } = app.texts;
  return h(
    "label",
    { class: "card exam-card", for: box.id },
    box,
    h(
      "span",
      { class: "exam-card-text" },
      h("span", { class: "strong" }, exam.name, exam.sample && sampleMark(app)),
      exam.exam_days?.length > 0 &&
        h("span", { class: "muted small" }, t("home.exam_days", { days: days(exam.exam_days, language) })),
      h("span", { class: `small ${stage?.state === "open" ? "mark teal" : "muted"}` }, windowWords(app, stage)),
    ),
  );
}

function windowWords(app, stage) {
  const { t, language } = app.texts;
  const now = app.clock.now();
  const windows = stage?.windows ?? [];
  if (stage?.state === "open") {
    const end = windows.map(({ closes_at: closes }) => closes && new Date(closes)).find((at) => at > now);
    return end
      ? t("exams.open_until", { until: deadline(end, language, now), left: left(end - now, t) })
      : t("exams.open");
  }
  const next = windows.map(({ opens_at: opens }) => opens && new Date(opens)).find((at) => at > now);
  if (next) return t("exams.opens", { day: day(next, language, now) });
  return t(stage && stage.state !== "none" ? "exams.closed" : "exams.unknown");
}

async function enter(app, exam, told) {
  fill(told);
  if (!exam) return;
  try {
    const registration = await app.api.enter(exam.code);
    app.memory.registration = registration.id;
    app.router.go(`/registrations/${registration.id}/form`);
  } catch (error) {
    fill(told, notice(error, app));
    told.scrollIntoView({ block: "center" });
  }
}
