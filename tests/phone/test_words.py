"""The page's own words: the same in both languages, and times as people read them."""

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from backend.candidates.document_numbers import check
from backend.candidates.models import IdType
from sandbox import phone_page
from tests.phone.hand import Hand

SAY = """async ([name, ...given]) => {
  const format = await import("./format.js");
  const moments = given.map((value) => (/T/.test(String(value)) ? new Date(value) : value));
  return format[name](...moments, ...(name === "left" ? [(key, values) => `${key} ${Object.values(values)}`] : []));
}"""
NEW_YEAR = "2024-01-01T00:00:00+08:00"
SAID: list[tuple[list[Any], str]] = [
    (["deadline", "2024-02-09T00:00:00+08:00", "zh-CN"], "2月8日 24:00"),
    (["deadline", "2024-02-09T00:00:00+08:00", "en"], "8 Feb 24:00"),
    (["deadline", NEW_YEAR, "zh-CN"], "12月31日 24:00"),
    (["deadline", "2024-02-08T12:00:00+08:00", "zh-CN"], "2月8日 12:00"),
    (["time", "2024-02-08T16:30:00Z", "zh-CN"], "2月9日 00:30"),
    (["day", "2025-04-12T09:00:00+08:00", "zh-CN", NEW_YEAR], "2025年4月12日"),
    (["day", "2024-04-13T09:00:00+08:00", "zh-CN", NEW_YEAR], "4月13日"),
    (["days", ["2024-04-13", "2024-04-14", "2024-05-01"], "zh-CN"], "2024年4月13、14日，2024年5月1日"),
    (["days", ["2024-04-13", "2024-04-14"], "en"], "13, 14 Apr 2024"),
    (["longDay", NEW_YEAR, "zh-CN"], "2024年1月1日 星期一"),
    (["left", 2 * 86_400_000 + 6 * 3_600_000], "left.days_hours 2,6"),
    (["left", 16 * 86_400_000 + 6 * 3_600_000], "left.days 16"),
    (["left", 90 * 60_000], "left.hours_minutes 1,30"),
    (["left", 20_000], "left.minutes 1"),
    (["yuan", 26_000], "¥260.00"),
    (["grouped", "130102199001010006"], "130102 19900101 0006"),
]
"""The call of format.js, and what a person reads; texts with a T become moments."""


@pytest.mark.browser
async def test_times_money_and_numbers_read_as_people_write_them(hand: Hand) -> None:
    said = [await hand.page.evaluate(SAY, call) for call, _ in SAID]
    assert said == [expected for _, expected in SAID]


@pytest.mark.browser
async def test_a_made_up_document_number_is_valid_and_nobodys(hand: Hand) -> None:
    names = "import('./person_names.js')"
    make = f"() => {names}.then(({{ madeUpIdNumber }}) => Array.from({{ length: 200 }}, () => madeUpIdNumber()))"
    numbers = await hand.page.evaluate(make)
    assert [number for number in numbers if number[14:17] != "000"] == []
    checked = [check(IdType.RESIDENT_ID_CARD, number, today=date(2024, 1, 1)).number for number in numbers]
    assert checked == numbers


def words(language: str) -> dict[str, str]:
    return dict(json.loads((phone_page.FOLDER / "texts" / f"{language}.json").read_text(encoding="utf-8")))


def test_both_languages_say_the_same_things_with_the_same_values() -> None:
    chinese, english = words("zh-CN"), words("en")
    assert chinese.keys() == english.keys()
    values = re.compile(r"\{(\w+)\}")
    differing = [key for key in chinese if set(values.findall(chinese[key])) != set(values.findall(english[key]))]
    assert differing == []
    assert [key for key in chinese if not chinese[key].strip() or not english[key].strip()] == []


def test_every_key_that_is_said_has_words_and_every_word_is_said() -> None:
    sources = "\n".join(path.read_text(encoding="utf-8") for path in sorted(Path(phone_page.FOLDER).rglob("*.js")))
    known = words("zh-CN").keys()
    families = tuple(re.findall(r"`([a-z_]+\.(?:[a-z_]+\.)?)\$\{", sources))
    said = set(re.findall(r'(?:\bt|\bsay)\(\s*"([^"]+)"', sources))
    assert said - known == set()
    unsaid = [key for key in known if f'"{key}"' not in sources and not key.startswith(families)]
    assert unsaid == []
