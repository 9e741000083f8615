// Security keys, the scan box, asking once more before what can't be undone, and the live desk. All else needs no script.
"use strict";

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

function unpacked(options) {
  const known = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));
  const read = { ...options, challenge: bytes(options.challenge) };
  if (options.user) read.user = { ...options.user, id: bytes(options.user.id) };
  if (options.excludeCredentials) read.excludeCredentials = known(options.excludeCredentials);
  if (options.allowCredentials) read.allowCredentials = known(options.allowCredentials);
  return read;
}

function packed(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response, clientExtensionResults: {} };
}

async function sent(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify(body),
  });
  const said = await answer.json();
  if (!answer.ok) throw new Error(said.message);
  return said;
}

async function withKey(button) {
  if (button.dataset.key === "get") {
    const options = unpacked(JSON.parse(button.dataset.options));
    const credential = await navigator.credentials.get({ publicKey: options });
    return sent("/sign-in/key", { step: button.dataset.step, answer: packed(credential) });
  }
  const asked = await sent("/account/keys/begin", {});
  const credential = await navigator.credentials.create({ publicKey: unpacked(asked.options) });
  const name = document.getElementById("key-name").value;
  return sent("/account/keys", { step: asked.step, answer: packed(credential), name });
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-key]");
  if (!button) return;
  const said = document.getElementById("said");
  said.hidden = true;
  button.disabled = true;
  try {
    location.assign((await withKey(button)).go_on);
  } catch (error) {
    said.textContent = error.message;
    said.hidden = false;
    button.disabled = false;
  }
});

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (button && button.dataset.sure && !confirm(button.dataset.sure)) event.preventDefault();
});

// The desk: what happens elsewhere comes by itself; what is being written stays as it is.
const UNATTENDED = { "X-Unattended": "1" };
const DRAFT_AFTER_MS = 700;
const MARK_EVERY_MS = 10_000;
const MARK_SHOWN_MS = 15_000;
const LOOK_AGAIN_MS = 60_000;
const TOGETHER_MS = 150;

function fetched(path, target) {
  return htmx.ajax("GET", path, { target, swap: "innerHTML", headers: UNATTENDED }).catch(() => {});
}

function posted(path, fields, headers = {}) {
  return fetch(path, { method: "POST", headers, body: new URLSearchParams(fields) }).catch(() => {});
}

function atDesk(desk) {
  const live = document.getElementById("live");
  const marks = document.getElementById("marks");
  const { me, inquiry } = desk.dataset;
  let waiting = null;
  let talkToo = false;

  const lookAgain = (isOurs) => {
    talkToo = talkToo || isOurs;
    waiting = waiting || setTimeout(refresh, TOGETHER_MS);
  };
  async function refresh() {
    const shown = desk.querySelectorAll("#lines [data-entry]").length;
    const ours = talkToo;
    [waiting, talkToo] = [null, false];
    await fetched(`${desk.dataset.lines}&shown=${shown}`, "#lines");
    if (ours && desk.dataset.talk) await fetched(desk.dataset.talk, "#talk");
    if (ours) toTheEnd();
  }

  const events = new EventSource(desk.dataset.events);
  events.onopen = () => (live.textContent = desk.dataset.on);
  events.onerror = () => (live.textContent = events.readyState === EventSource.CLOSED ? desk.dataset.over : desk.dataset.off);
  events.onmessage = (event) => lookAgain(JSON.parse(event.data).inquiry === inquiry);
  events.addEventListener("reload", () => lookAgain(true));
  events.addEventListener("ended", () => {
    events.close();
    live.textContent = desk.dataset.over;
  });
  events.addEventListener("mark", (event) => {
    const said = JSON.parse(event.data);
    if (said.inquiry !== inquiry || said.member === me || !marks) return;
    marks.textContent = desk.dataset[said.doing].replace("{name}", said.name);
    clearTimeout(marks.fade);
    marks.fade = setTimeout(() => (marks.textContent = ""), MARK_SHOWN_MS);
  });
  addEventListener("pagehide", () => events.close());
  setInterval(() => lookAgain(false), LOOK_AGAIN_MS);

  const mark = (doing) => desk.dataset.marks && posted(desk.dataset.marks, { doing }, UNATTENDED);
  mark("reading");
  setInterval(() => document.hidden || mark("reading"), MARK_EVERY_MS * 2);
  const box = desk.querySelector("[data-draft]");
  if (box) keptWhileTyped(box, () => mark("typing"));
  toTheEnd();
}

function keptWhileTyped(box, typing) {
  let later = null;
  let marked = 0;
  box.addEventListener("input", () => {
    clearTimeout(later);
    later = setTimeout(() => posted(box.dataset.draft, { text: box.value }), DRAFT_AFTER_MS);
    if (Date.now() - marked > MARK_EVERY_MS) typing();
    if (Date.now() - marked > MARK_EVERY_MS) marked = Date.now();
  });
  box.form.addEventListener("submit", () => clearTimeout(later));
}

function toTheEnd() {
  const said = document.getElementById("said");
  if (said) said.scrollTop = said.scrollHeight;
}

document.addEventListener("change", async (event) => {
  const list = event.target.closest("[data-canned]");
  if (!list || !list.value) return;
  const asked = new URLSearchParams({ text: list.value });
  list.value = "";
  const answer = await fetch(`${list.dataset.canned}?${asked}`, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  const box = document.querySelector("[data-draft]");
  box.value = `${box.value}${box.value ? "\n" : ""}${(await answer.json()).text}`;
  box.dispatchEvent(new Event("input"));
  box.focus();
});

document.addEventListener("keydown", (event) => {
  if (!document.querySelector("[data-desk]")) return;
  const isTyping = event.target.closest("input, textarea, select");
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.closest("[data-draft]")) {
    event.target.form.requestSubmit();
    return;
  }
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  const entries = [...document.querySelectorAll("#lines [data-entry]")];
  const at = entries.findIndex((one) => one === document.activeElement);
  const to = { j: Math.min(at + 1, entries.length - 1), k: Math.max(at - 1, 0) }[event.key];
  const box = { r: document.querySelector("[data-draft]"), "/": document.getElementById("find") }[event.key];
  const next = box || entries[to];
  if (!next) return;
  event.preventDefault();
  next.focus();
});

document.querySelectorAll("[data-desk]").forEach(atDesk);
