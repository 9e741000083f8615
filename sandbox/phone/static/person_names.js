/** Persons for the demo, plainly made up: 测试甲, 测试乙, …, with document numbers that no real person can have. */

const STEMS = "甲乙丙丁戊己庚辛壬癸";
const NUMBERS = "二三四五六七八九十";
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_CHARACTERS = "10X98765432";
/** Counties of Hebei, where the sample calendar stands. */
const COUNTIES = ["130102", "130202", "130403", "130602", "131002"];

/** The name of the `count`-th person: the ten stems, then 测试甲二 and so on. */
export function madeUpName(count) {
  const round = Math.floor(count / STEMS.length);
  return `测试${STEMS[count % STEMS.length]}${round ? NUMBERS[(round - 1) % NUMBERS.length] : ""}`;
}

/** The check character GB 11643 puts behind seventeen digits. */
function checkCharacter(digits) {
  const sum = WEIGHTS.reduce((total, weight, at) => total + weight * Number(digits[at]), 0);
  return CHECK_CHARACTERS[sum % 11];
}

/** A resident ID number whose checksum holds and whose order code, 000, is never given out. */
export function madeUpIdNumber(random = Math.random) {
  const born = new Date(Date.UTC(1980, 0, 1) + Math.floor(random() * 5500) * 86_400_000);
  const county = COUNTIES[Math.floor(random() * COUNTIES.length)];
  const digits = `${county}${born.toISOString().slice(0, 10).replaceAll("-", "")}000`;
  return digits + checkCharacter(digits);
}

/** A mobile number in form only, plainly made up; nothing is ever sent to it. */
export function madeUpPhone(random = Math.random) {
  return `1990000${String(Math.floor(random() * 1e4)).padStart(4, "0")}`;
}
