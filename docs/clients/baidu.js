/** What service.js needs of Baidu's runtime (百度智能小程序). */

const promised = (call, options) => new Promise((success, fail) => call({ ...options, success, fail }));
const parsed = (text) => {
  try {
    return typeof text === "string" ? JSON.parse(text) : text;
  } catch (_) {
    return null;
  }
};
let faceDone = () => {};

module.exports = {
  platform: "baidu",
  keep: (name, value) => swan.setStorageSync(name, value),
  kept: (name) => swan.getStorageSync(name) || null,

  loginCode: async () => (await promised(swan.getLoginCode, {})).code,
  async request({ method, url, data, header }) {
    const sent = { method, url, data, header: { "Content-Type": "application/json", ...header }, timeout: 40000 };
    const { statusCode, data: body } = await promised(swan.request, sent);
    return { status: statusCode, data: parsed(body) };
  },
  async upload({ url, file, header }) {
    const { statusCode, data } = await promised(swan.uploadFile, { url, filePath: file, name: "file", header });
    return { status: statusCode, data: parsed(data) };
  },
  async download({ url, header }) {
    const { statusCode, tempFilePath } = await promised(swan.downloadFile, { url, header });
    return statusCode === 200 ? { status: 200, path: tempFilePath } : { status: statusCode, data: null };
  },
  open: (filePath) => promised(swan.openDocument, { filePath, fileType: "pdf" }),

  /**
   * The face is looked at on a page of Baidu's: `pages/face/face` holds nothing but `<web-view src="{{src}}" />`, calls
   * `faceLeft` in its onUnload, and its return address is ZHUNKAO_BAIDU_FACE_RETURN_URL. What came of it the service
   * asks Baidu itself.
   */
  verifyFace: ({ url }) =>
    new Promise((resolve) => {
      faceDone = resolve;
      swan.navigateTo({ url: `/pages/face/face?src=${encodeURIComponent(url)}` });
    }),
  faceLeft: () => faceDone(),

  /**
   * Baidu asks by a form of its own, one template each:
   *   <form report-type="subscribe" template-id="{{one.template_id}}" subscribe-id="{{one.subscribe_id}}" bindsubmit="agreed">
   * Afterwards each is looked up: 1 means subscribed.
   */
  async subscribe(templates) {
    const asked = templates.map(async ({ template_id: templateId, subscribe_id: subscribeId }) => {
      const { status } = await promised(swan.subscribeService, { templateId, subscribeId, type: "query" });
      return { answers: { [templateId]: Number(status) === 1 ? "accept" : "reject" }, subscribeId };
    });
    return Promise.all(asked);
  },
  pay: (client) =>
    promised(swan.requestPolymerPayment, client).then(
      () => true,
      (failure) => {
        if (failure.errCode === 2 || /cancel/i.test(failure.errMsg || "")) return false;
        throw new Error(failure.errMsg);
      },
    ),
};
