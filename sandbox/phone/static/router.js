/**
 * Screens by address: `#/registrations/{id}/form/basic` shows the screen whose pattern it meets, so that a reload,
 * the browser's own back and a link all lead to the same place.
 *
 * A screen is an async function of (app, params) that resolves {title, back?, tab?, body, footer?, focus?, leave?,
 * typedInto?, again?}: `leave` runs before the next one is made; one that is typed into isn't made anew by itself, one
 * that is to be looked at `again` is, every now and then.
 */

const SKELETON_AFTER_MS = 200;

export function createRouter({ routes, frame, app }) {
  let generation = 0;
  let current = null;
  const patterns = routes.map(([pattern, screen]) => ({ screen, ...compiled(pattern) }));

  const here = () => location.hash.slice(1) || "/";

  const show = async ({ quiet = false } = {}) => {
    if (quiet && current?.typedInto) return;
    const mine = ++generation;
    current?.leave?.();
    current = null;
    const { screen, params } = found(patterns, here());
    const slow = setTimeout(() => mine === generation && !quiet && frame.waiting(), SKELETON_AFTER_MS);
    try {
      const shown = await screen(app, params);
      clearTimeout(slow);
      if (mine !== generation) return;
      current = shown;
      frame.show(shown, { quiet });
    } catch (error) {
      clearTimeout(slow);
      if (mine === generation) frame.failed(error, { retry: () => show(), quiet });
    }
  };

  window.addEventListener("hashchange", () => {
    app.sheets.dismiss();
    show();
  });
  return {
    here,
    /** Whether the screen shown is to be looked at again by itself. */
    looksAgain: () => Boolean(current?.again),
    /** The screen again, from the service. `quiet`: by itself, without a skeleton, keeping where the reader is. */
    refresh: (options) => show(options),
    go: (address) => (here() === address ? show() : (location.hash = address)),
    /** The same, but the browser's back doesn't return to where we were. */
    replace(address) {
      if (here() === address) return void show();
      location.replace(`#${address}`);
    },
  };
}

function compiled(pattern) {
  const names = [...pattern.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  return { names, expression: new RegExp(`^${pattern.replace(/\{\w+\}/g, "([^/]+)")}$`) };
}

function found(patterns, address) {
  for (const { expression, names, screen } of patterns) {
    const match = expression.exec(address);
    if (match)
      return { screen, params: Object.fromEntries(names.map((name, at) => [name, decodeURIComponent(match[at + 1])])) };
  }
  return { screen: patterns[0].screen, params: {} };
}
