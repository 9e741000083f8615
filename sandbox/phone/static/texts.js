/** The page's own words, in zh-CN and en; what the service says comes in the same language by Accept-Language. */

const LANGUAGES = ["zh-CN", "en"];
const KEPT = "phone.language";

/** Loads both languages' words and says them in the one chosen. */
export async function loadTexts() {
  const catalogues = Object.fromEntries(
    await Promise.all(LANGUAGES.map(async (language) => [language, await read(language)])),
  );
  let language = LANGUAGES.includes(localStorage.getItem(KEPT)) ? localStorage.getItem(KEPT) : "zh-CN";
  let platform = () => "wechat";
  return {
    get language() {
      return language;
    },
    choose(next) {
      language = next;
      localStorage.setItem(KEPT, next);
      document.documentElement.lang = next;
    },
    /** Tells which platform the phone is on: words about it name it by `{platform}`. */
    onPlatform(current) {
      platform = current;
    },
    /** The words of `key`, its `{names}` filled. A key without words is said as itself, so that it is seen. */
    t: (key, values = {}) => filled(catalogues[language][key] ?? key, { platform: catalogues[language][`platform.${platform()}`], ...values }),
    /** Whether there are words for `key`. */
    knows: (key) => key in catalogues[language],
  };
}

async function read(language) {
  const response = await fetch(new URL(`texts/${language}.json`, import.meta.url));
  return response.json();
}

function filled(words, values) {
  return words.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}
