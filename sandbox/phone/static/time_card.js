/** Exam time: a slider along the exam's calendar, its stages as bars beneath, a tap on one jumps to its start. */

import { fill, h, s, uniqueId } from "./dom.js";
import { clockTime, day, deadline, longDay } from "./format.js";
import { sandbox } from "./sandbox_control.js";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const SHOWN = [
  "pre_registration",
  "confirmation",
  "site_review",
  "area_review",
  "payment",
  "seating",
  "admit_card",
  "exam",
  "score_report",
];
const STEPS = [
  [-DAY, "time.day_back"],
  [HOUR, "time.hour_on"],
  [DAY, "time.day_on"],
];
const KEPT_EXAM = "phone.exam";
/** Working hours: reminders don't go out at night. */
const MORNING = 10 * HOUR;

export function createTimeCard(app) {
  const { t } = app.texts;
  const state = { exams: [], exam: localStorage.getItem(KEPT_EXAM), place: null, stages: [], failed: false };
  const host = h("section", { class: "panel-card time-card" });

  const jump = async (moment) => {
    try {
      await app.clock.set(moment);
      state.failed = false;
    } catch {
      state.failed = true;
    }
    show();
  };

  const show = () => fill(host, view(app, state, { jump, chooseExam }));

  const chooseExam = async (code) => {
    state.exam = code;
    state.place = null;
    localStorage.setItem(KEPT_EXAM, code);
    await refresh();
  };

  const refresh = async () => {
    try {
      await load(app, state);
    } catch {
      state.stages = [];
    }
    show();
  };

  setInterval(() => {
    const reading = host.querySelector(".now");
    if (reading) fill(reading, nowWords(app));
  }, 15_000);

  return {
    element: () => host,
    refresh,
    /** Show the windows of the place the registration names. */
    placeAt: async (section) => {
      if (!section?.site || state.place?.site === section.site) return;
      state.place = { area: section.area, site: section.site };
      await refresh();
    },
  };
}

/** Without a registration's place, the one whose data is a sample: the demo's journey runs there. */
async function load(app, state) {
  const read = (path) => sandbox.published(path, app.texts.language);
  state.exams = (await read("/exams")).items;
  const exam =
    state.exams.find(({ code }) => code === state.exam) ??
    state.exams.find(({ code }) => code === "health-2024") ??
    state.exams[0];
  if (!exam) return;
  state.exam = exam.code;
  state.place ??= await samplePlace(read, exam.code);
  const query = state.place ? `?${new URLSearchParams(state.place)}` : "";
  const stages = (await read(`/exams/${exam.code}/calendar${query}`)).items;
  state.stages = bars(app, exam, stages);
}

async function samplePlace(read, exam) {
  const area = (await read(`/exams/${exam}/areas`)).items.find(({ sample }) => sample);
  if (!area) return null;
  const site = (await read(`/exams/${exam}/sites?${new URLSearchParams({ area: area.name })}`)).items[0];
  return site ? { area: area.name, site: site.name } : { area: area.name };
}

/** [{stage, title, from, to}], in time's order; the exam days count as a stage. */
function bars(app, exam, stages) {
  const known = stages
    .filter(({ stage }) => SHOWN.includes(stage))
    .flatMap(({ stage, title, windows }) => windows.map((window) => ({ stage, title, ...span(window) })));
  const days = (exam.exam_days ?? []).map((date) => Date.parse(`${date}T00:00:00+08:00`));
  if (days.length)
    known.push({
      stage: "exam",
      title: app.texts.t("time.exam"),
      from: Math.min(...days),
      to: Math.max(...days) + DAY,
    });
  return known
    .filter(({ from, to }) => from || to)
    .sort((one, other) => (one.from ?? one.to) - (other.from ?? other.to));
}

function span({ opens_at: opens, closes_at: closes }) {
  return { from: opens ? Date.parse(opens) : null, to: closes ? Date.parse(closes) : null };
}

function view(app, state, { jump, chooseExam }) {
  const { t } = app.texts;
  const id = uniqueId("exam");
  return [
    h(
      "div",
      { class: "time-head" },
      h("div", {}, h("h3", {}, t("time.title")), h("p", { class: "now" }, nowWords(app))),
      h(
        "div",
        { class: "time-steps" },
        STEPS.map(([by, key]) =>
          h(
            "button",
            { type: "button", class: "secondary small", onclick: () => jump(new Date(app.clock.now().getTime() + by)) },
            t(key),
          ),
        ),
      ),
    ),
    state.failed && h("p", { class: "fault", role: "alert" }, t("time.failed")),
    state.stages.length
      ? [
          h(
            "div",
            { class: "time-exam" },
            h("label", { for: id, class: "unseen" }, t("time.calendar")),
            h(
              "select",
              { id, class: "input select", onchange: (event) => chooseExam(event.target.value) },
              state.exams.map(({ code, name }) => h("option", { value: code, selected: code === state.exam }, name)),
            ),
            state.place &&
              h(
                "span",
                { class: "muted small" },
                t("time.place", { place: [state.place.area, state.place.site].filter(Boolean).join(" · ") }),
              ),
          ),
          slider(app, state, jump),
        ]
      : h("p", { class: "muted small" }, t("time.no_calendar")),
  ];
}

function nowWords(app) {
  const now = app.clock.now();
  return [
    h("span", { class: "now-day" }, longDay(now, app.texts.language)),
    h("span", { class: "now-clock" }, clockTime(now)),
  ];
}

function slider(app, { stages }, jump) {
  const { t, language } = app.texts;
  const first = Math.min(...stages.map(({ from, to }) => from ?? to)) - 3 * DAY;
  const last = Math.max(...stages.map(({ from, to }) => to ?? from)) + 3 * DAY;
  const now = Math.min(Math.max(app.clock.now().getTime(), first), last);
  const input = h("input", {
    type: "range",
    class: "slider",
    id: "time-slider",
    min: first,
    max: last,
    step: HOUR,
    value: now,
    "aria-label": t("time.slider"),
  });
  const saying = () => {
    const at = new Date(Number(input.value));
    input.setAttribute("aria-valuetext", `${longDay(at, language)} ${clockTime(at)}`);
    return at;
  };
  saying();
  input.addEventListener("input", () =>
    fill(document.querySelector(".now"), [
      h("span", { class: "now-day" }, longDay(saying(), language)),
      h("span", { class: "now-clock" }, clockTime(saying())),
    ]),
  );
  input.addEventListener("change", () => jump(saying()));
  return h(
    "div",
    { class: "timeline" },
    input,
    h(
      "ol",
      { class: "bars" },
      stages.map((one) => h("li", {}, bar(app, one, { first, last, now, jump }))),
    ),
  );
}

/** A stage: its name, its window, and a bar on the slider's own scale. */
function bar(app, one, { first, last, now, jump }) {
  const { t, language } = app.texts;
  const at = (moment) => (100 * (moment - first)) / (last - first);
  const from = one.from ?? first;
  const to = one.to ?? last;
  const open = now >= from && now < to;
  const words =
    one.from && one.to
      ? t("time.window", { from: day(new Date(one.from), language), to: day(new Date(one.to - 1), language) })
      : one.to
        ? t("time.until", { to: deadline(new Date(one.to), language) })
        : t("time.from", { from: day(new Date(one.from), language) });
  const start = new Date(one.from ? one.from + MORNING : one.to - DAY + MORNING);
  return h(
    "button",
    {
      type: "button",
      class: `bar-row${open ? " now-open" : ""}`,
      "data-stage": one.stage,
      title: t("time.jump", { stage: one.title }),
      onclick: () => jump(start),
    },
    h("span", { class: "stage-title" }, one.title),
    h("span", { class: "bar-words" }, words),
    s(
      "svg",
      { class: "bar-line", "aria-hidden": "true", preserveAspectRatio: "none", viewBox: "0 0 100 6" },
      s("rect", { class: "track", x: 0, y: 2.5, width: 100, height: 1 }),
      s("rect", { class: "window", x: at(from), y: 0, width: Math.max(at(to) - at(from), 0.6), height: 6 }),
      s("rect", { class: "now-line", x: at(now) - 0.15, y: 0, width: 0.3, height: 6 }),
    ),
  );
}
