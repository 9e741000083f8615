/** Times, money and numbers as people read them. All times are China's, whatever the browser's zone. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

function parts(moment) {
  const shifted = new Date(moment.getTime() + 8 * HOUR);
  return {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth() + 1,
    day: shifted.getUTCDate(),
    weekday: shifted.getUTCDay(),
    clock: shifted.toISOString().slice(11, 16),
  };
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAYS = { "zh-CN": "日一二三四五六", en: ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] };

/** `2月8日`, `8 Feb`; with the year where it could be mistaken: more than ten months from `now`. */
export function day(moment, language, now = moment) {
  const { year, month, day: date } = parts(moment);
  const other = Math.abs(moment - now) > 300 * DAY;
  if (language === "en") return `${date} ${MONTHS[month - 1]}${other ? ` ${year}` : ""}`;
  return `${other ? `${year}年` : ""}${month}月${date}日`;
}

/** Several days, each month said once: `2024年4月13、14、20、21日`, `13, 14, 20, 21 Apr 2024`. Days are `2024-04-13`. */
export function days(dates, language) {
  const months = new Map();
  for (const date of dates)
    months.set(date.slice(0, 7), [...(months.get(date.slice(0, 7)) ?? []), Number(date.slice(8))]);
  const said = [...months].map(([yearMonth, numbers]) => {
    const [year, month] = yearMonth.split("-").map(Number);
    return language === "en"
      ? `${numbers.join(", ")} ${MONTHS[month - 1]} ${year}`
      : `${year}年${month}月${numbers.join("、")}日`;
  });
  return said.join(language === "en" ? "; " : "，");
}

/** `2月8日 10:00`. */
export function time(moment, language, now = moment) {
  return `${day(moment, language, now)} ${parts(moment).clock}`;
}

/** The end of a half-open window: midnight is the 24:00 of the day before. */
export function deadline(moment, language, now = moment) {
  if (parts(moment).clock !== "00:00") return time(moment, language, now);
  return `${day(new Date(moment.getTime() - MINUTE), language, now)} 24:00`;
}

/** `2023年12月1日 星期五`. */
export function longDay(moment, language) {
  const { year, month, day: date, weekday } = parts(moment);
  if (language === "en") return `${WEEKDAYS.en[weekday]}, ${date} ${MONTHS[month - 1]} ${year}`;
  return `${year}年${month}月${date}日 星期${WEEKDAYS["zh-CN"][weekday]}`;
}

export const clockTime = (moment) => parts(moment).clock;

/** What is left, as exactly as it matters: `16 天`, `2 天 6 小时`, `40 分钟`. `t` says the units. */
export function left(milliseconds, t) {
  const days = Math.floor(milliseconds / DAY);
  const hours = Math.floor((milliseconds % DAY) / HOUR);
  const minutes = Math.floor((milliseconds % HOUR) / MINUTE);
  if (days >= 7) return t("left.days", { days });
  if (days) return hours ? t("left.days_hours", { days, hours }) : t("left.days", { days });
  if (hours) return minutes ? t("left.hours_minutes", { hours, minutes }) : t("left.hours", { hours });
  return t("left.minutes", { minutes: Math.max(minutes, 1) });
}

/** `¥260.00` of 26000 fen. */
export const yuan = (fen) => `¥${(fen / 100).toFixed(2)}`;

/** A document number in groups that the eye can hold: 6, 8 and 4 of a resident ID card's 18, else fours. */
export function grouped(number) {
  if (number.length === 18) return [number.slice(0, 6), number.slice(6, 14), number.slice(14)].join(" ");
  return number.replace(/(.{4})(?=.)/g, "$1 ");
}

export function fileSize(bytes) {
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
