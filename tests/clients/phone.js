/**
 * A phone for docs/clients: wx, my and swan as far as those use them, played over the sandbox. Runs one act of a JSON
 * object on standard input and prints what came of it as JSON. `node phone.js <docs/clients>`
 */
const { readFileSync, writeFileSync, mkdtempSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");

const asked = JSON.parse(readFileSync(0, "utf-8"));
const folder = process.argv[2];
const stored = new Map();
const opened = [];

async function sandbox(path, body) {
  const sent = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body || {}) };
  const answer = await fetch(`${asked.sandbox}/sandbox/users/${asked.user}/${path}`, sent);
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** As the runtimes have it: one object of options, what came of it told to `success` or `fail`. */
const told = (act) => (options) => {
  act(options).then(options.success, (error) => (error instanceof Error ? console.error(error) : null, options.fail(error)));
};

async function fetched({ method = "GET", url, data, header }) {
  const body = data === undefined ? undefined : typeof data === "string" ? data : JSON.stringify(data);
  const headers = { ...(body ? { "Content-Type": "application/json" } : {}), ...header };
  const answer = await fetch(url, { method, headers, body });
  const text = await answer.text();
  return { statusCode: answer.status, data: text ? JSON.parse(text) : "" };
}

async function saved({ url, header }) {
  const answer = await fetch(url, { headers: header });
  const path = join(mkdtempSync(join(tmpdir(), "phone-")), "file");
  writeFileSync(path, Buffer.from(await answer.arrayBuffer()));
  return { statusCode: answer.status, tempFilePath: path };
}

async function uploaded({ url, filePath, name, header }) {
  const form = new FormData();
  form.append(name, new Blob([readFileSync(filePath)], { type: "image/jpeg" }), "photo.jpg");
  const answer = await fetch(url, { method: "POST", headers: header, body: form });
  return { statusCode: answer.status, data: await answer.text() };
}

async function shown({ filePath }) {
  opened.push(readFileSync(filePath).subarray(0, 4).toString());
  return {};
}

const paid = (client) => sandbox("pay", { client, outcome: asked.outcome || "paid" });
const looked = (client) => sandbox("face", { client, outcome: "pass" });
const agreed = (template_id, subscribe_id) =>
  sandbox("subscribe", { template_id, answer: "accept", subscribe_id: subscribe_id || "" });
const without = ({ success, fail, ...client }) => client;
const refusedUnless = (holds, answer) => {
  if (!holds) throw Object.assign({}, answer);
  return answer;
};

const common = {
  uploadFile: told(uploaded),
  downloadFile: told(saved),
  openDocument: told(shown),
  setStorageSync: (name, value) => stored.set(name, value),
  getStorageSync: (name) => stored.get(name) || "",
  request: told(fetched),
};

globalThis.wx = {
  ...common,
  login: told(() => sandbox("codes")),
  requestFacialVerify: told((options) => looked(without(options))),
  requestSubscribeMessage: told(async ({ tmplIds }) => {
    for (const id of tmplIds) await agreed(id);
    return Object.fromEntries(tmplIds.map((id) => [id, "accept"]));
  }),
  requestPayment: told(async (options) => {
    const answer = await paid(without(options));
    return refusedUnless(answer.errMsg === "requestPayment:ok", answer);
  }),
};

globalThis.my = {
  ...common,
  setStorageSync: ({ key, data }) => stored.set(key, data),
  getStorageSync: ({ key }) => ({ data: stored.get(key) }),
  getAuthCode: told(async () => ({ authCode: (await sandbox("codes")).code })),
  request: told(async ({ headers, ...options }) => {
    const { statusCode: status, data } = await fetched({ ...options, header: headers });
    return refusedUnless(status >= 200 && status < 300, { error: 19, status, data });
  }),
  startAPVerify: told((options) => looked(without(options))),
  requestSubscribeMessage: told(async ({ entityIds }) => {
    for (const id of entityIds) await agreed(id);
    return { result: { subscribeEntityIds: entityIds } };
  }),
  tradePay: told((options) => paid(without(options))),
};

globalThis.swan = {
  ...common,
  getLoginCode: told(() => sandbox("codes")),
  navigateTo: ({ url }) => {
    const client = { url: decodeURIComponent(url.split("src=")[1]) };
    looked(client).then(() => runtime.faceLeft());
  },
  subscribeService: told(({ templateId, subscribeId }) => agreed(templateId, subscribeId)), // the form, then the query
  requestPolymerPayment: told(async (options) => {
    const answer = await paid(without(options));
    return refusedUnless(answer.errCode === 0, answer);
  }),
};

const { createService, Problem } = require(join(folder, "service.js"));
const runtime = require(join(folder, `${asked.platform}.js`));
const signedOut = [];
const service = createService(runtime, asked.origin, { onSignedOut: () => signedOut.push(true) });

const acts = {
  async register() {
    const first = await service.signIn();
    await service.createAccount({ ...asked.account, binding_token: first.binding_token });
    const again = await service.signIn();
    return { first: first.status, again: again.status };
  },
  async bind() {
    const { binding_token } = await service.signIn();
    await service.bind(binding_token, asked.login, asked.password);
    return { bindings: (await service.call("GET", "/bindings")).items.map((one) => one.platform).sort() };
  },
  async reset() {
    const proven = await service.proveByFace({ name: asked.name, idType: "resident_id_card", idNumber: asked.login });
    await service.resetPassword(proven.reset_token, asked.password);
    return { reset: true };
  },
  async subscribe() {
    await service.signIn();
    const templates = await service.toSubscribe("payment");
    await service.subscribe(templates);
    return { asked: templates.length };
  },
  async pay() {
    await service.signIn();
    return { paid: await service.pay(asked.registration, "a-first-intention") };
  },
  async download() {
    await service.signIn();
    await service.open(asked.registration, "application-form.pdf");
    return { opened };
  },
  async photo() {
    await service.signIn();
    return { photo: await service.uploadPhoto(asked.registration, asked.file) };
  },
  async chat() {
    await service.signIn();
    const heard = [];
    const { id } = await service.ask({ registration: asked.registration, text: asked.text });
    const come = new Promise((resolve) => {
      const chat = service.follow(id, (one) => heard.push(one.text) && one.text === asked.more && resolve(chat));
    });
    await service.write(id, asked.more, "typed-once");
    await service.write(id, asked.more, "typed-once");
    (await come).leave();
    const kept = (await service.call("GET", `/inquiries/${id}/messages`)).items.map((one) => one.text);
    return { heard, kept };
  },
  async renew() {
    await service.signIn();
    const kept = runtime.kept("zhunkao.tokens");
    runtime.keep("zhunkao.tokens", { access: "not a token", refresh: kept.refresh });
    const later = createService(runtime, asked.origin);
    const [one, two] = await Promise.all([later.call("GET", "/account"), later.call("GET", "/registrations")]);
    return { renewed: Boolean(one.name && two.items) };
  },
  async lose() {
    runtime.keep("zhunkao.tokens", { access: "not a token", refresh: "nor this" });
    const later = createService(runtime, asked.origin, { onSignedOut: () => signedOut.push(true) });
    const code = await later.call("GET", "/account").catch((error) => error instanceof Problem && error.code);
    return { code, signedOut: signedOut.length };
  },
};

acts[asked.act]().then(
  (came) => {
    console.log(JSON.stringify(came));
    process.exit(0); // a long poll may still wait
  },
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
