/** A screen that is one short form with one act. */

import { actButton, fill, h } from "./dom.js";
import { showFaults } from "./failure.js";
import { createForm } from "./form.js";

/**
 * Every line of it is needed.
 *
 * @param act     the button's words
 * @param send    (values, form) => Promise of where to go on, or of nothing
 * @param sample  () => values for the demo's "fill in" button
 * @param keep    (values) => takes along what was typed, when the screen is left
 * @param refused (error) => what is to be told instead of the error's own words, if anything
 */
export function shortForm(app, { title, back, lead, controls, values, below, act, send, sample, keep, refused }) {
  const told = h("div", { class: "told" });
  const form = createForm(controls, { values });
  const footer = form.sentBy(
    actButton(act, "primary", async () => {
      fill(told);
      const empty = controls.filter((control) => control.get() === null);
      form.fault(empty.map(({ name }) => ({ field: name, message: app.texts.t("field.missing") })));
      if (empty.length) return;
      try {
        const address = await send(form.values(), form);
        if (address) app.router.go(address);
      } catch (error) {
        const instead = refused?.(error);
        if (instead) fill(told, instead);
        else showFaults(app, { error, form, told });
      }
    }),
  );
  if (sample) app.samples.offer(async () => form.set(await sample()));
  return {
    title,
    back,
    body: [lead && h("p", { class: "lead" }, lead), told, form.element, below].flat(),
    footer,
    typedInto: true,
    leave: () => {
      keep?.(form.values());
      app.samples.withdraw();
    },
  };
}
