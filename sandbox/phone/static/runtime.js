/**
 * What a mini-program's runtime can do, and nothing more: the phone reaches the service through this module only.
 *
 * WeChat's, Alipay's and Baidu's runtimes send GET, POST, PUT and DELETE with JSON and upload one file as multipart.
 * They have no PATCH and no EventSource, and one of the three sends no raw bytes. Anything else is refused here
 * before it leaves, so that a page which works on this phone works in a mini-program. HTTP answers of every status
 * are answers, not failures.
 */

const METHODS = new Set(["GET", "POST", "PUT", "DELETE"]);
const TIMEOUT_MS = 20_000;
/** What each platform's payment call answers: null where it was paid, otherwise why not, in its own words. */
const REFUSALS = {
  wechat: ({ errMsg }) => (errMsg === "requestPayment:ok" ? null : String(errMsg).replace(/^requestPayment:fail */, "")),
  alipay: ({ resultCode, memo }) => (resultCode === "9000" ? null : memo || String(resultCode)),
  baidu: ({ errCode, errMsg }) => (errCode === 0 ? null : String(errMsg)),
};

/** The page asked for something a mini-program can't do: a mistake of ours, never of the network's. */
export class RuntimeRefusal extends Error {}

/** Nothing came back: no network, no server, or too late. */
export class NetworkFailure extends Error {}

/** The person closed the platform's sheet. */
export class Cancelled extends Error {}

/** The platform took no money; why, in its own words. */
export class PaymentRefused extends Error {}

/**
 * @param person    () => {userId, name, platform}: whose phone this is; platform "wechat" | "alipay" | "baidu"
 * @param sheets    what the platform draws over the page: consent, payment, face, subscribe
 * @param sandbox   the platform's server side, see sandbox_control.js
 * @param onCall    ({method, path, status, milliseconds}) after each call; status 0 = nothing came back
 */
export function createRuntime({ person, sheets, sandbox, onCall }) {
  const send = (method, path, init) => logged({ method, path, init, onCall });

  return {
    /** The platform of the person's app. */
    get platform() {
      return person()?.platform ?? "wechat";
    },

    /** A login code of the platform, once the person has agreed. Cancelled where they don't. */
    async login() {
      if (!(await sheets.consent(person()))) throw new Cancelled("login");
      return this.loginCode();
    },

    /** {code}. The same without asking: no platform asks where a page wants a code and nothing of the person. */
    loginCode: () => sandbox.newCode(person().userId),

    /** {statusCode, data, header}. `data` goes out as JSON; with GET it becomes the query. */
    async request({ method = "GET", path, data, headers = {} }) {
      checkRequest(method, path, data);
      const response = await send(method, withQuery(method, path, data), jsonInit(method, data, headers));
      return { statusCode: response.status, data: await body(response), header: headerOf(response) };
    },

    /** {statusCode, data}. One file, as multipart/form-data in the field `file`. */
    async uploadFile({ path, name = "file", file, headers = {} }) {
      checkPath(path);
      if (name !== "file" || !(file instanceof Blob))
        throw new RuntimeRefusal("uploadFile sends one file in the field `file`.");
      const form = new FormData();
      form.append(name, file, file.name ?? "photo.jpg");
      const response = await send("POST", path, { method: "POST", headers, body: form });
      return { statusCode: response.status, data: await body(response) };
    },

    /**
     * {statusCode, tempFilePath, size} of a file that was read; {statusCode, data} where the service answered
     * otherwise.
     */
    async downloadFile({ path, headers = {} }) {
      checkPath(path);
      const response = await send("GET", path, { method: "GET", headers });
      if (response.status !== 200) return { statusCode: response.status, data: await body(response) };
      const file = await response.blob();
      return { statusCode: 200, tempFilePath: URL.createObjectURL(file), size: file.size };
    },

    /**
     * The platform's payment: `client` is the service's, handed on as it is. Resolves when paid, Cancelled otherwise.
     * A platform knows the amount of its order; the sandbox's sheet is told it, as `shown`.
     */
    async requestPayment(client, shown) {
      const outcome = await sheets.payment(shown);
      const answer = await sandbox.pay(person().userId, client, outcome);
      if (outcome !== "paid") throw new Cancelled(outcome);
      const refusal = REFUSALS[person().platform](answer);
      if (refusal !== null) throw new PaymentRefused(refusal);
      return answer;
    },

    /**
     * The platform's face check: `client` is the service's, handed on as it is. Cancelled where the person left it;
     * what became of the face the platform's server tells the service, never the phone.
     */
    async verifyFace(client) {
      const outcome = await sheets.face();
      const answer = await sandbox.face(person().userId, client, outcome);
      if (outcome === "cancelled") throw new Cancelled("face");
      return answer;
    },

    /**
     * {template_id: "accept" | "reject"}: what the person said to each of at most three templates, whose titles the
     * platform knows. `subscribe_id` goes with a template where the platform names its forms.
     */
    async requestSubscribeMessage(templates) {
      if (templates.length > 3) throw new RuntimeRefusal("At most three templates a tap.");
      const { userId, platform } = person();
      const shown = templates.map(({ template_id: id }) => sandbox.template(platform, id));
      const answers = await sheets.subscribe(await Promise.all(shown));
      for (const { template_id: id, subscribe_id: name } of templates)
        await sandbox.subscribe(userId, id, answers[id], name);
      return answers;
    },
  };
}

function checkRequest(method, path, data) {
  if (!METHODS.has(method)) throw new RuntimeRefusal(`A mini-program sends no ${method}.`);
  checkPath(path);
  if (data !== undefined && !isPlain(data)) throw new RuntimeRefusal("A mini-program sends JSON: an object or a list.");
}

function checkPath(path) {
  if (!path.startsWith("/api/v1/")) throw new RuntimeRefusal(`${path} is not the service's.`);
}

function isPlain(data) {
  return Array.isArray(data) || (data !== null && Object.getPrototypeOf(data) === Object.prototype);
}

function withQuery(method, path, data) {
  if (method !== "GET" || data === undefined) return path;
  const given = Object.entries(data).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const query = new URLSearchParams(given).toString();
  return query ? `${path}?${query}` : path;
}

function jsonInit(method, data, headers) {
  if (method === "GET" || data === undefined) return { method, headers };
  return { method, headers: { ...headers, "Content-Type": "application/json" }, body: JSON.stringify(data) };
}

function headerOf(response) {
  return Object.fromEntries([...response.headers].map(([name, value]) => [name.toLowerCase(), value]));
}

async function body(response) {
  const text = await response.text();
  if (!text) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null; // A proxy's error page, for one: the status says enough.
  }
}

async function logged({ method, path, init, onCall }) {
  const began = performance.now();
  const report = (status) => onCall({ method, path, status, milliseconds: Math.round(performance.now() - began) });
  try {
    const response = await fetch(path, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS), cache: "no-store" });
    report(response.status);
    return response;
  } catch (cause) {
    report(0);
    throw new NetworkFailure(path, { cause });
  }
}
