/**
 * The platform's server side, the demo's clock and its offices: what the sandbox offers. No part of the mini-program.
 */

/** The sandbox refused, or isn't there (status 0). */
export class SandboxFailure extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

export const sandbox = {
  people: async () => (await call("GET", "/sandbox/users")).items,
  newPerson: (person) => call("POST", "/sandbox/users", person),
  newCode: (userId) => call("POST", `/sandbox/users/${userId}/codes`),
  pay: (userId, client, outcome) => call("POST", `/sandbox/users/${userId}/pay`, { client, outcome }),
  face: (userId, client, outcome) => call("POST", `/sandbox/users/${userId}/face`, { client, outcome }),
  /** {template_id, title}: a message template as the platform's consent sheet shows it. */
  template: (platform, templateId) =>
    call("GET", `/sandbox/templates/${encodeURIComponent(templateId)}?platform=${platform}`),
  subscribe: (userId, templateId, answer, subscribeId) =>
    call("POST", `/sandbox/users/${userId}/subscribe`, {
      template_id: templateId,
      answer,
      subscribe_id: subscribeId ?? "",
    }),
  /** What has reached the person, the oldest first: {id, kind, arrived_at, content}. */
  inbox: async (userId) => (await call("GET", `/sandbox/users/${userId}/inbox`)).items,
  /** What the offices beside the phone can do; 404 where there are none. */
  deskActs: async (language) => (await call("GET", "/desk", undefined, { "Accept-Language": language })).items,
  deskDo: (act, registration, language) =>
    call("POST", `/desk/${act}`, { registration }, { "Accept-Language": language }),
  /** {name, code}: the site has seen the documents of who asked it last for their account. */
  deskGiveCode: (language) => call("POST", "/desk/recovery-code", {}, { "Accept-Language": language }),
  clock: () => call("GET", "/sandbox/clock"),
  setClock: (now) => call("PUT", "/sandbox/clock", { now }),
  /** The calendar the time slider moves along; public, so the panel reads it without a candidate. */
  published: (path, language) => call("GET", `/api/v1${path}`, undefined, { "Accept-Language": language }),
};

async function call(method, path, data, headers = {}) {
  const init =
    data === undefined
      ? { method, headers }
      : { method, headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(data) };
  let response;
  try {
    response = await fetch(path, { ...init, cache: "no-store" });
  } catch (cause) {
    throw new SandboxFailure(0, String(cause));
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new SandboxFailure(response.status, answer.detail ?? response.statusText);
  return answer;
}
