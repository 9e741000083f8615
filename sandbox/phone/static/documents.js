/** Papers the service makes: fetched by the runtime, then opened or kept from a sheet. */

import { fileSize } from "./format.js";
import { h, icon } from "./dom.js";

/** Fetches the PDF and offers to open it. Throws what the API throws. */
export async function openDocument(app, registrationId, name) {
  const { t } = app.texts;
  const file = await app.api.download(registrationId, name);
  const title = t(`document.${name}`);
  await app.sheets.tell({
    title,
    body: [
      h(
        "p",
        { class: "file" },
        icon("file"),
        h(
          "span",
          {},
          h("span", { class: "strong" }, `${title}.pdf`),
          h("span", { class: "muted small" }, fileSize(file.size)),
        ),
      ),
      h(
        "a",
        { class: "primary", href: file.tempFilePath, target: "_blank", rel: "noopener", "data-first": true },
        t("document.open"),
      ),
      h("a", { class: "secondary", href: file.tempFilePath, download: `${title}.pdf` }, t("document.keep")),
    ],
  });
  setTimeout(() => URL.revokeObjectURL(file.tempFilePath), 60_000);
}
