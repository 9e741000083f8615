/** What service.js needs of Alipay's runtime (支付宝小程序). */

const promised = (call, options) => new Promise((success, fail) => call({ ...options, success, fail }));
const parsed = (text) => {
  try {
    return typeof text === "string" ? JSON.parse(text) : text;
  } catch (_) {
    return null;
  }
};
/** Alipay calls every answer that is not 2xx a failure; it is an answer all the same. */
const answered = (sent) =>
  sent.then(
    (answer) => ({ status: answer.status || answer.statusCode, data: parsed(answer.data) }),
    (failure) => {
      const status = failure.status || failure.statusCode;
      if (!status) throw failure;
      return { status, data: parsed(failure.data) };
    },
  );
const JSON_HEADER = { "Content-Type": "application/json" };
const PAID = "9000";
const UNKNOWN = ["8000", "6004"]; // the service will be told

module.exports = {
  platform: "alipay",
  keep: (key, data) => my.setStorageSync({ key, data }),
  kept: (key) => my.getStorageSync({ key }).data || null,

  loginCode: async () => (await promised(my.getAuthCode, { scopes: "auth_base" })).authCode,
  request: ({ method, url, data, header }) => {
    const body = data === undefined ? {} : { data: JSON.stringify(data) };
    const headers = { ...JSON_HEADER, ...header };
    return answered(promised(my.request, { method, url, ...body, headers, dataType: "json", timeout: 40000 }));
  },
  upload: ({ url, file, header }) =>
    answered(promised(my.uploadFile, { url, filePath: file, name: "file", fileType: "image", header })),
  async download({ url, header }) {
    const file = await promised(my.downloadFile, { url, header });
    return { status: 200, path: file.tempFilePath || file.apFilePath };
  },
  open: (filePath) => promised(my.openDocument, { filePath, fileType: "pdf" }),

  /** `client` is what the service gave for it, handed on as it is; so below. */
  async verifyFace(client) {
    const { resultStatus } = await promised(my.startAPVerify, client);
    if (resultStatus !== PAID) throw new Error(`face ${resultStatus}`);
  },
  async subscribe(templates) {
    if (!templates.length) return [];
    const entityIds = templates.map((one) => one.template_id);
    const { result } = await promised(my.requestSubscribeMessage, { entityIds });
    const accepted = (result && result.subscribeEntityIds) || [];
    const answer = (id) => (accepted.includes(id) ? "accept" : "reject");
    return [{ answers: Object.fromEntries(entityIds.map((id) => [id, answer(id)])) }];
  },
  async pay(client) {
    const { resultCode, memo } = await promised(my.tradePay, client);
    const code = String(resultCode);
    if (code === "6001") return false;
    if (code !== PAID && !UNKNOWN.includes(code)) throw new Error(memo || code);
    return true;
  },
};
