/** What was typed and not saved, kept on the phone until it is: no way out of a form loses it. */

const PREFIX = "phone.draft.";

export function createDrafts() {
  const keyOf = (id, section) => `${PREFIX}${id}.${section}`;
  return {
    has: (id, section) => sessionStorage.getItem(keyOf(id, section)) !== null,
    get: (id, section) => JSON.parse(sessionStorage.getItem(keyOf(id, section)) ?? "null"),
    keep: (id, section, values) => sessionStorage.setItem(keyOf(id, section), JSON.stringify(values)),
    drop: (id, section) => sessionStorage.removeItem(keyOf(id, section)),
  };
}
