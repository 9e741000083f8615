/** The candidate API as the screens use it: tokens, language, and its errors as exceptions. */

/** The service said no: an application/problem+json answer. `errors` are {field, code, message}. */
export class Problem extends Error {
  constructor(status, answer) {
    super(answer?.detail ?? answer?.title ?? "");
    this.status = status;
    this.code = answer?.code ?? `http_${status}`;
    this.errors = answer?.errors ?? [];
    this.traceId = answer?.trace_id ?? null;
  }
}

const BASE = "/api/v1";

/** @param onSignedOut  called when the service no longer knows the session */
export function createApi({ runtime, session, texts, onSignedOut }) {
  let refreshing = null;

  const language = () => ({ "Accept-Language": texts.language });
  const headers = (extra = {}) => {
    const tokens = session.tokens();
    return { ...language(), ...(tokens ? { Authorization: `Bearer ${tokens.access}` } : {}), ...extra };
  };

  const renew = async () => {
    const tokens = session.tokens();
    if (!tokens) return false;
    const answer = await runtime.request({
      method: "POST",
      path: `${BASE}/sessions/refresh`,
      data: { refresh_token: tokens.refresh },
    });
    if (answer.statusCode === 200) session.keepTokens(answer.data);
    return answer.statusCode === 200;
  };

  /** Refresh tokens rotate and one used twice ends the session: many calls at once share one renewal. */
  const renewOnce = () => (refreshing ??= renew().finally(() => (refreshing = null)));

  const answered = (answer) => {
    if (answer.statusCode >= 400) throw new Problem(answer.statusCode, answer.data);
    return answer.tempFilePath ? answer : answer.data;
  };

  const ask = async (send) => {
    let answer = await send();
    if (answer.statusCode === 401 && (await renewOnce())) answer = await send();
    if (answer.statusCode === 401 && session.tokens()) {
      session.dropTokens();
      onSignedOut();
    }
    return answered(answer);
  };

  const call = (method, path, { data, extra } = {}) =>
    ask(() => runtime.request({ method, path: `${BASE}${path}`, data, headers: headers(extra) }));
  const get = (path, data) => call("GET", path, { data });
  const post = (path, data, extra) => call("POST", path, { data, extra });
  /** What opens a session: asked without one, so a refusal here says nothing about the session there may be. */
  const open = async (path, data) => {
    const answer = answered(
      await runtime.request({ method: "POST", path: `${BASE}${path}`, data, headers: language() }),
    );
    if (answer?.access_token) session.keepTokens(answer);
    return answer;
  };

  /** Which platform, and a code for whoever holds the phone. */
  const holder = async () => ({ platform: runtime.platform, ...(await runtime.loginCode()) });

  return {
    signIn: async () => open("/sessions", { platform: runtime.platform, ...(await runtime.login()) }),
    signInByPassword: (data) => open("/sessions/password", data),
    signOut: () => call("DELETE", "/sessions/current"),
    recoveryQuestions: async () => (await get("/recovery-questions")).items,
    createAccount: (account) => open("/accounts", account),
    bind: (data) => open("/bindings", data),
    recoveryQuestion: (data) => open("/password-resets/question/lookup", data),
    answerQuestion: (data) => open("/password-resets/question", data),
    useRecoveryCode: (data) => open("/password-resets/recovery-code", data),
    beginFace: async (data) => open("/face-logins", { ...(await holder()), ...data }),
    completeFace: async (id) => open(`/face-logins/${id}/complete`, await runtime.loginCode()),
    resetPassword: (data) => open("/password-resets", data),
    askSite: async (data) => open("/account-recoveries", { ...(await holder()), ...data }),

    account: () => get("/account"),
    bindings: async () => (await get("/bindings")).items,
    unbind: (platform) => call("DELETE", `/bindings/${platform}`),

    exams: async () => (await get("/exams")).items,
    calendar: async (exam, place = {}) => (await get(`/exams/${exam}/calendar`, place)).items,
    areas: async (exam) => (await get(`/exams/${exam}/areas`)).items,
    sites: async (exam, area) => (await get(`/exams/${exam}/sites`, { area })).items,
    /** One page: {items, next}. */
    specialities: (exam, query) => get(`/exams/${exam}/specialities`, query),
    points: async (exam, query) => (await get(`/exams/${exam}/confirmation-points`, query)).items,
    form: async (exam) => (await get(`/exams/${exam}/form`)).items,
    codeLists: async () => (await get("/code-lists")).items,

    registrations: async () => (await get("/registrations")).items,
    registration: (id) => get(`/registrations/${id}`),
    enter: (exam) => post("/registrations", { exam }),
    saveSection: (id, section, data, version) =>
      call("PUT", `/registrations/${id}/sections/${section}`, { data, extra: { "If-Match": `"${version}"` } }),
    uploadPhoto: (id, file) =>
      ask(() => runtime.uploadFile({ path: `${BASE}/registrations/${id}/photo`, file, headers: headers() })),
    submit: (id) => post(`/registrations/${id}/submit`),
    withdraw: (id) => post(`/registrations/${id}/withdraw`),
    steps: async (id) => (await get(`/registrations/${id}/steps`)).items,
    order: (id, key) =>
      post(`/registrations/${id}/payment`, { platform: runtime.platform }, { "Idempotency-Key": key }),
    payment: (id) => get(`/registrations/${id}/payment`),
    admitCard: (id) => get(`/registrations/${id}/admit-card`),
    results: (id) => get(`/registrations/${id}/results`),
    commitment: (id) => get(`/registrations/${id}/commitment`),
    /** `letter`: the version that was read. */
    signCommitment: (id, letter) => post(`/registrations/${id}/commitment?letter=${letter}`),
    supplement: (id) => post(`/registrations/${id}/supplement`),
    download: (id, name) =>
      ask(() => runtime.downloadFile({ path: `${BASE}/registrations/${id}/${name}`, headers: headers() })),

    /** The newest first; one page is more than a person has. */
    inquiries: () => get("/inquiries"),
    inquiry: (id) => get(`/inquiries/${id}`),
    ask: (data) => post("/inquiries", data),
    write: (id, data) => post(`/inquiries/${id}/messages`, data),
    inquiryPicture: (id, message) =>
      ask(() => runtime.downloadFile({ path: `${BASE}/inquiries/${id}/pictures/${message}`, headers: headers() })),
    askPerson: (id) => post(`/inquiries/${id}/ask-person`),
    /** {items}: those after `after`; where there is none yet, the next one within `wait` seconds. */
    messages: (id, query) => get(`/inquiries/${id}/messages`, query),

    todos: (after) => get("/todos", { after }),
    subscriptions: async (step) => (await get("/subscriptions", { step })).items,
    /** What was answered by template; `name`: of the one form that it was asked in, where the platform has such. */
    subscribed: (answers, name) =>
      post("/subscriptions", { platform: runtime.platform, answers, subscribe_id: name ?? null }),
  };
}
