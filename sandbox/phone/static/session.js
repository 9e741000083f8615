/** Who holds the phone, and the tokens the service gave them: kept by the platform's storage, person by person. */

const PEOPLE = "phone.people";
const CURRENT = "phone.person";
const tokensOf = (userId) => `phone.tokens.${userId}`;

const read = (key, otherwise) => JSON.parse(localStorage.getItem(key) ?? "null") ?? otherwise;
const write = (key, value) => localStorage.setItem(key, JSON.stringify(value));

export function createSession() {
  const listeners = new Set();
  const changed = () => listeners.forEach((listener) => listener());
  const person = () => read(PEOPLE, []).find(({ userId }) => userId === read(CURRENT, null)) ?? null;

  return {
    person,
    people: () => read(PEOPLE, []),
    onPersonChange: (listener) => listeners.add(listener),

    /** {userId, name, idNumber, phone}; becomes the one who holds the phone. */
    addPerson(added) {
      write(PEOPLE, [...read(PEOPLE, []), added]);
      this.choosePerson(added.userId);
    },

    choosePerson(userId) {
      write(CURRENT, userId);
      changed();
    },

    /** The sandbox forgot them (it was started anew): take them off the list with all they had. */
    forgetPerson(userId) {
      write(PEOPLE, read(PEOPLE, []).filter((one) => one.userId !== userId));
      localStorage.removeItem(tokensOf(userId));
      if (read(CURRENT, null) === userId) localStorage.removeItem(CURRENT);
      changed();
    },

    tokens: () => (person() ? read(tokensOf(person().userId), null) : null),
    keepTokens: ({ access_token: access, refresh_token: refresh }) => write(tokensOf(person().userId), { access, refresh }),
    dropTokens: () => person() && localStorage.removeItem(tokensOf(person().userId)),
  };
}
