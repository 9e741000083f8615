/** What service.js needs of WeChat's runtime (微信小程序, base library 3.8.12 or newer for the face). */

const promised = (call, options) => new Promise((success, fail) => call({ ...options, success, fail }));
const read = ({ statusCode, data }) => ({ status: statusCode, data });
const parsed = (text) => {
  try {
    return JSON.parse(text);
  } catch (_) {
    return null;
  }
};

module.exports = {
  platform: "wechat",
  keep: (name, value) => wx.setStorageSync(name, value),
  kept: (name) => wx.getStorageSync(name) || null,

  loginCode: async () => (await promised(wx.login, {})).code,
  request: async ({ method, url, data, header }) =>
    read(await promised(wx.request, { method, url, data, header, timeout: 40000 })),
  async upload({ url, file, header }) {
    const { statusCode, data } = await promised(wx.uploadFile, { url, filePath: file, name: "file", header });
    return { status: statusCode, data: parsed(data) };
  },
  async download({ url, header }) {
    const { statusCode, tempFilePath } = await promised(wx.downloadFile, { url, header });
    return statusCode === 200 ? { status: 200, path: tempFilePath } : { status: statusCode, data: null };
  },
  open: (filePath) => promised(wx.openDocument, { filePath, fileType: "pdf", showMenu: true }),

  /** `client` is what the service gave for it, handed on as it is; so below. */
  verifyFace: (client) => promised(wx.requestFacialVerify, client),
  /** Inside a tap: WeChat asks at no other moment. */
  async subscribe(templates) {
    if (!templates.length) return [];
    const tmplIds = templates.map((one) => one.template_id);
    const said = await promised(wx.requestSubscribeMessage, { tmplIds });
    const known = { accept: "accept", acceptWithAudio: "accept", acceptWithAlert: "accept", ban: "ban" };
    return [{ answers: Object.fromEntries(tmplIds.map((id) => [id, known[said[id]] || "reject"])) }];
  },
  pay: (client) =>
    promised(wx.requestPayment, client).then(
      () => true,
      ({ errMsg }) => {
        if (/cancel/.test(errMsg)) return false;
        throw new Error(errMsg);
      },
    ),
};
