/** The photo on the form and the admit card: chosen, or the sandbox's sample, looked at, then uploaded. */

import { actButton, fill, h, icon, uniqueId } from "../dom.js";
import { notice } from "../failure.js";
import { samplePhoto } from "../sample_photo.js";

export async function photo(app, { id }) {
  const { t } = app.texts;
  const registration = await app.api.registration(id);
  const told = h("div", { class: "told" });
  const preview = h(
    "div",
    { class: "photo-preview" },
    h("p", { class: "muted small" }, t(registration.photo ? "photo.there" : "photo.none_yet")),
  );
  const state = { file: null, address: null };
  const input = h("input", {
    type: "file",
    accept: "image/jpeg,image/png",
    id: uniqueId("photo"),
    class: "unseen-box",
  });
  const send = actButton(t("photo.upload"), "primary", () => upload(app, { id, state, told }));
  const choose = (file) => show({ app, file, state, preview, send, told });
  send.disabled = true;
  input.addEventListener("change", () => input.files[0] && choose(input.files[0]));
  return {
    title: t("section.photo"),
    back: `/registrations/${id}/form`,
    body: [
      told,
      h(
        "div",
        { class: "card photo-card" },
        preview,
        h(
          "div",
          { class: "photo-choose" },
          h("label", { class: "secondary", for: input.id }, input, t("photo.choose")),
          actButton(t("photo.sample"), "secondary", async () => choose(await samplePhoto(t("photo.sample_mark")))),
        ),
      ),
      h(
        "div",
        { class: "card quiet" },
        h("h2", {}, t("photo.rules")),
        h(
          "ul",
          { class: "facts" },
          ["photo.rule_1", "photo.rule_2", "photo.rule_3"].map((key) =>
            h("li", {}, icon("tick"), h("span", {}, t(key))),
          ),
        ),
      ),
    ],
    footer: send,
    typedInto: true,
    leave: () => state.address && URL.revokeObjectURL(state.address),
  };
}

function show({ app, file, state, preview, send, told }) {
  if (state.address) URL.revokeObjectURL(state.address);
  Object.assign(state, { file, address: URL.createObjectURL(file) });
  fill(told);
  fill(preview, h("img", { src: state.address, alt: app.texts.t("photo.preview"), width: 125, height: 175 }));
  send.disabled = false;
}

async function upload(app, { id, state, told }) {
  const { t } = app.texts;
  fill(told);
  try {
    await app.api.uploadPhoto(id, state.file);
    app.memory.faults = {
      ...app.memory.faults,
      [id]: (app.memory.faults?.[id] ?? []).filter(({ field }) => !field.endsWith("photo")),
    };
    app.frame.say(t("photo.done"));
    app.router.go(`/registrations/${id}/form`);
  } catch (error) {
    const banner = notice(error, app);
    for (const { message } of error.errors ?? []) banner?.lastElementChild.append(h("p", {}, message));
    fill(told, banner);
  }
}
