/** Who holds the phone, and the tokens the service gave them: kept by the platform's storage, person by person. */

const CURRENT = "phone.person";
const tokensOf = (userId) => `phone.tokens.${userId}`;

const read = (key) => JSON.parse(localStorage.getItem(key) ?? "null");
const write = (key, value) => localStorage.setItem(key, JSON.stringify(value));

export function createSession() {
  const listeners = new Set();
  let people = [];
  const person = () => people.find(({ userId }) => userId === read(CURRENT)) ?? null;

  return {
    /** {userId, name, platform, idNumber, phone}, null while nobody holds the phone. */
    person,
    people: () => people,
    /** The persons the sandbox knows. */
    know: (known) => {
      people = known;
    },
    onPersonChange: (listener) => listeners.add(listener),
    choosePerson(userId) {
      write(CURRENT, userId);
      for (const listener of listeners) listener();
    },

    tokens: () => (person() ? read(tokensOf(person().userId)) : null),
    keepTokens: ({ access_token: access, refresh_token: refresh }) =>
      write(tokensOf(person().userId), { access, refresh }),
    dropTokens: () => person() && localStorage.removeItem(tokensOf(person().userId)),
  };
}
