/**
 * The candidate API as a mini-program uses it, the same on WeChat, Alipay and Baidu. `runtime` is one of the three files
 * beside this one; copy both into the program.
 *
 *   const service = createService(require("./wechat"), "https://exam.example.cn", { onSignedOut: showSignIn });
 *
 * Errors are `Problem`s: `code` is stable, `message` is in the reader's words, `errors` are {field, code, message}.
 */

const KEPT = "zhunkao.tokens";

class Problem extends Error {
  constructor(status, answer) {
    super((answer && answer.detail) || "");
    this.status = status;
    this.code = (answer && answer.code) || `http_${status}`;
    this.errors = (answer && answer.errors) || [];
    this.traceId = answer && answer.trace_id; // by which the service's operators find what happened
  }
}

function createService(runtime, origin, { language = "zh-CN", onSignedOut = () => {} } = {}) {
  let tokens = runtime.kept(KEPT);
  let renewing = null;

  const keep = (answer) => {
    tokens = { access: answer.access_token, refresh: answer.refresh_token };
    runtime.keep(KEPT, tokens);
    return answer;
  };
  const forget = () => {
    tokens = null;
    runtime.keep(KEPT, null);
  };
  const header = (more) => ({
    "Accept-Language": language,
    ...(tokens ? { Authorization: `Bearer ${tokens.access}` } : {}),
    ...more,
  });
  const url = (path) => `${origin}/api/v1${path}`;
  const answered = ({ status, data, path }) => {
    if (status >= 400) throw new Problem(status, data);
    return path || data;
  };

  /** A refresh token is good once: whatever runs at the same time waits for the one renewal. */
  const renew = async () => {
    if (!tokens) return false;
    const data = { refresh_token: tokens.refresh };
    const answer = await runtime.request({ method: "POST", url: url("/sessions/refresh"), data, header: {} });
    if (answer.status === 200) keep(answer.data);
    else if (answer.status === 401) {
      forget();
      onSignedOut();
    }
    return answer.status === 200;
  };
  const withSession = async (send) => {
    const answer = await send();
    if (answer.status !== 401 || !tokens) return answered(answer);
    renewing = renewing || renew().finally(() => (renewing = null));
    return answered((await renewing) ? await send() : answer);
  };

  const call = (method, path, data, more) =>
    withSession(() => runtime.request({ method, url: url(path), data, header: header(more) }));
  const get = (path) => call("GET", path);
  const post = (path, data, more) => call("POST", path, data, more);
  /** Without the session there may be: a refusal here says nothing of that one. */
  const opened = async (path, data) => {
    const sent = { method: "POST", url: url(path), data, header: { "Accept-Language": language } };
    const answer = answered(await runtime.request(sent));
    return answer && answer.access_token ? keep(answer) : answer;
  };
  const holder = async () => ({ platform: runtime.platform, code: await runtime.loginCode() });

  return {
    call,

    /** {status: "signed_in"}, or {status: "binding_required", binding_token} for `bind` or `createAccount`. */
    signIn: async () => opened("/sessions", await holder()),
    bind: (bindingToken, login, password) => opened("/bindings", { binding_token: bindingToken, login, password }),
    createAccount: (account) => opened("/accounts", account),
    signOut: () => call("DELETE", "/sessions/current").then(forget),

    /** {reset_token} for `resetPassword`, once the platform has told the service that it was the person's own face. */
    async proveByFace({ name, idType, idNumber }) {
      const person = { name, id_type: idType, id_number: idNumber };
      const begun = await opened("/face-logins", { ...(await holder()), ...person });
      await runtime.verifyFace(begun.client);
      return opened(`/face-logins/${begun.id}/complete`, { code: await runtime.loginCode() });
    },
    resetPassword: (resetToken, password) =>
      opened("/password-resets", { reset_token: resetToken, new_password: password }),

    /** What to ask for at this step; call `subscribe` with it inside the person's tap. */
    toSubscribe: async (step) => (await get(`/subscriptions?step=${step}`)).items,
    async subscribe(templates) {
      for (const { answers, subscribeId } of await runtime.subscribe(templates))
        await post("/subscriptions", { platform: runtime.platform, answers, subscribe_id: subscribeId || null });
    },

    /**
     * True once it is paid, false where the person left the cashier. `key`: made once when the person first taps "pay"
     * and kept until this ends: the same key is the same order, however often it is sent.
     */
    async pay(registration, key) {
      const path = `/registrations/${registration}/payment`;
      const order = await post(path, { platform: runtime.platform }, { "Idempotency-Key": key });
      if (order.state !== "paid" && !(await runtime.pay(order.client))) return false;
      // The cashier's answer is a hint. The service is told by the platform, within seconds.
      for (let tries = 0; tries < 10; tries += 1) {
        if ((await get(path)).state === "paid") return true;
        await new Promise((resolve) => setTimeout(resolve, 1000));
      }
      return false; // not known yet: show the steps, which will say
    },

    /** `name`: application-form.pdf, admit-card.pdf, score-report.pdf. Opens it on the phone. */
    async open(registration, name) {
      const at = url(`/registrations/${registration}/${name}`);
      await runtime.open(await withSession(() => runtime.download({ url: at, header: header() })));
    },
    uploadPhoto: (registration, file) =>
      withSession(() => runtime.upload({ url: url(`/registrations/${registration}/photo`), file, header: header() })),

    ask: (question) => post("/inquiries", { kind: "question", ...question }),
    /** `id`: made once for what was typed; sent again after a bad line, it is still one message. */
    write: (inquiry, text, id) => post(`/inquiries/${inquiry}/messages`, { text, client_message_id: id }),
    /** Calls `show` with each message as it comes, until `leave()` of what is returned is called. */
    follow(inquiry, show) {
      let open = true;
      const listen = async (after) => {
        while (open) {
          try {
            const { items } = await get(`/inquiries/${inquiry}/messages?after=${after}&wait=25`);
            for (const one of open ? items : []) {
              show(one);
              after = Math.max(after, one.id);
            }
          } catch (error) {
            if (error instanceof Problem && error.status < 500 && error.status !== 429) throw error;
            await new Promise((resolve) => setTimeout(resolve, 3000));
          }
        }
      };
      const done = listen(0);
      return { leave: () => ((open = false), done) };
    },
  };
}

module.exports = { createService, Problem };
