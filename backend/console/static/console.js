// Security keys, the scan box, and asking once more before what can't be undone. Everything else works without a script.
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
