/** Puts the page together: the phone with its runtime and screens, and beside it what belongs to no phone. */

import { createApi } from "./api.js";
import { createClock } from "./clock.js";
import { createDrafts } from "./drafts.js";
import { fill, h } from "./dom.js";
import { drawnForm } from "./form_sections.js";
import { createFrame } from "./frame.js";
import { createPanel } from "./panel.js";
import { createRouter } from "./router.js";
import { createRuntime } from "./runtime.js";
import { sandbox } from "./sandbox_control.js";
import { account } from "./screens/account.js";
import { admitCard } from "./screens/admit_card.js";
import { bind, binding, signIn, welcome } from "./screens/entrance.js";
import { commitment } from "./screens/commitment.js";
import { exams } from "./screens/exams.js";
import { showFace } from "./screens/face.js";
import { answerQuestion, askQuestion, forgotten, newPassword, useCode } from "./screens/forgotten.js";
import { formOverview } from "./screens/form_overview.js";
import { formSection } from "./screens/form_section.js";
import { home, homeOf } from "./screens/home.js";
import { inquiries, newInquiry } from "./screens/inquiries.js";
import { inquiry } from "./screens/inquiry.js";
import { outcome } from "./screens/outcome.js";
import { signInByPassword } from "./screens/password.js";
import { payment } from "./screens/payment.js";
import { photo } from "./screens/photo.js";
import { register } from "./screens/register.js";
import { results } from "./screens/results.js";
import { askedSite, askSite } from "./screens/site_recovery.js";
import { todos } from "./screens/todos.js";
import { createSession } from "./session.js";
import { createSheets } from "./sheets.js";
import { createStatus } from "./status.js";
import { createSubscriptions } from "./subscriptions.js";
import { loadTexts } from "./texts.js";

/** A screen that needs somebody to hold the phone. */
const held = (screen) => (app, params) => (app.session.person() ? screen : welcome)(app, params);

const ROUTES = [
  ["/", home],
  ["/sign-in", signIn],
  ["/password", held(signInByPassword)],
  ["/forgotten", held(forgotten)],
  ["/forgotten/question", held(askQuestion)],
  ["/forgotten/answer", held(answerQuestion)],
  ["/forgotten/face", held(showFace)],
  ["/forgotten/code", held(useCode)],
  ["/forgotten/site", held(askSite)],
  ["/forgotten/asked", held(askedSite)],
  ["/forgotten/password", held(newPassword)],
  ["/binding", binding],
  ["/bind", bind],
  ["/register", register],
  ["/exams", exams],
  ["/registrations/{id}", homeOf],
  ["/registrations/{id}/form", formOverview],
  ["/registrations/{id}/form/{section}", formSection],
  ["/registrations/{id}/form/{section}/{field}", formSection],
  ["/registrations/{id}/photo", photo],
  ["/registrations/{id}/outcome", outcome],
  ["/registrations/{id}/payment", payment],
  ["/registrations/{id}/admit-card", admitCard],
  ["/registrations/{id}/commitment", commitment],
  ["/registrations/{id}/results", results],
  ["/inquiries", inquiries],
  ["/inquiries/new", newInquiry],
  ["/inquiries/{id}", inquiry],
  ["/todos", todos],
  ["/account", account],
];
/** How often a screen looks again that waits for somebody else; a mini-program has no server-sent events. */
const LOOK_AGAIN_MS = 3000;

const elementOf = (id) => document.getElementById(id);

async function start() {
  const texts = await loadTexts();
  texts.choose(texts.language);
  const app = { texts, memory: {}, drafts: createDrafts(), session: createSession(), clock: createClock() };
  app.sheets = createSheets({ host: elementOf("sheets"), front: elementOf("front"), t: texts.t });
  app.runtime = createRuntime({
    person: app.session.person,
    sheets: app.sheets,
    sandbox,
    onCall: (call) => app.panel.logCall(call),
  });
  texts.onPlatform(() => app.runtime.platform);
  app.api = createApi({ runtime: app.runtime, session: app.session, texts, onSignedOut: () => signedOut(app) });
  Object.assign(app, known(app), { todos: countedTodos(app), subscriptions: createSubscriptions(app) });
  app.frame = createFrame({
    elements: Object.fromEntries(["bar", "screen", "footer", "toast"].map((id) => [id, elementOf(id)])),
    texts,
    tabs: () => tabs(app),
  });
  app.panel = createPanel(app, {
    panel: elementOf("panel"),
    device: elementOf("device"),
    cards: elementOf("panel-cards"),
    staff: { box: elementOf("staff"), note: elementOf("staff-note"), buttons: elementOf("staff-panel") },
  });
  app.samples = app.panel.samples;
  app.waitsFor = (step, { registration = null, alsoFor = false } = {}) => {
    app.memory.waiting = alsoFor || Boolean(step && !step.action);
    app.panel.waitsFor(step, registration);
  };
  app.status = createStatus(app, elementOf("status"));
  app.router = createRouter({ routes: ROUTES, frame: app.frame, app });
  app.chooseLanguage = (language) => chooseLanguage(app, language);
  watch(app);
  await app.clock.sync().catch(() => {});
  await app.panel.loadPeople();
  await app.panel.refresh();
  app.router.refresh();
}

/** What hardly changes while the page is open, fetched once a language. */
function known(app) {
  const once = (read) => {
    const kept = new Map();
    return (...asked) => {
      const key = [app.texts.language, ...asked].join(" ");
      if (!kept.has(key))
        kept.set(
          key,
          read(...asked).catch((error) => (kept.delete(key), Promise.reject(error))),
        );
      return kept.get(key);
    };
  };
  const exams = once(() => app.api.exams());
  return {
    exams,
    codeLists: once(() => app.api.codeLists()),
    /** What the exam's form asks, see form_sections.js. */
    form: once(async (exam) => drawnForm(await app.api.form(exam))),
    exam: async (code) => (await exams()).find((one) => one.code === code) ?? null,
  };
}

function tabs(app) {
  return [
    { name: "steps", address: "/" },
    { name: "todo", address: "/todos", count: app.memory.openTodos },
    { name: "account", address: "/account" },
  ];
}

/** The number on the to-do tab; what it was, where the service can't say now. */
function countedTodos(app) {
  return {
    count: async () => {
      const page = await app.api.todos().catch(() => null);
      if (page) app.memory.openTodos = page.items.filter(({ state }) => state === "open").length;
    },
  };
}

function signedOut(app) {
  app.memory.whySignIn = app.texts.t("sign_in.session_over");
  app.router.replace("/sign-in");
}

function watch(app) {
  app.session.onPersonChange(() => {
    app.memory = {};
    app.sheets.dismiss();
    app.waitsFor(null);
    app.panel.refresh();
    app.router.replace("/");
  });
  app.clock.onJump(() => {
    app.panel.refresh();
    app.router.refresh({ quiet: true });
  });
  setInterval(() => lookAgain(app), LOOK_AGAIN_MS);
  for (const name of ["online", "offline"]) window.addEventListener(name, () => app.status.refresh());
}

function lookAgain(app) {
  const waits = app.router.looksAgain() || (app.memory.waiting && app.router.here() === "/");
  if (!waits || document.hidden || elementOf("front").inert) return;
  app.router.refresh({ quiet: true });
}

async function chooseLanguage(app, language) {
  app.texts.choose(language);
  app.status.refresh();
  await app.panel.refresh();
  await app.router.refresh();
}

start().catch((error) => {
  console.error(error);
  fill(
    elementOf("screen"),
    h(
      "div",
      { class: "state" },
      h("p", { class: "state-title" }, "页面没能打开，请刷新。"),
      h("p", {}, "The page could not start. Please reload."),
    ),
  );
});
