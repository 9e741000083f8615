"""The rules for values in subscribe messages, by the keyword's type (WeChat's pages on sending them: limits)."""

import re
import unicodedata
from collections.abc import Callable, Collection
from datetime import date

HAN = r"\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af"
CLOCK = r"(?:[01]?\d|2[0-3])[:\uff1a][0-5]\d(?:[:\uff1a][0-5]\d)?"
DAY_FORMS = (
    re.compile(r"(?P<y>\d{4})([-/.])(?P<m>\d{1,2})\2(?P<d>\d{1,2})"),
    re.compile(r"(?P<y>\d{4})年(?P<m>\d{1,2})月(?:(?P<d>\d{1,2})日)?"),
    re.compile(r"(?P<m>\d{1,2})月(?P<d>\d{1,2})日"),
)
KEY = re.compile(r"(?P<type>[a-z_]+?)(?P<number>\d+)")


def fault(key: str, value: object, enum_values: Collection[str] = ()) -> str | None:
    """What is wrong with the value of the keyword, in WeChat's terms; None when nothing is."""
    match = KEY.fullmatch(key)
    rule = RULES.get(match["type"]) if match else None
    if not isinstance(value, str):
        return "is not a string"
    if not value.strip():
        return "is empty"
    if has_control_characters(value):
        return "has a line break or control character"
    if match and match["type"] == "enum":
        return None if value in enum_values else "invalid"
    return None if rule and rule(value) else "invalid"


def has_control_characters(value: str) -> bool:
    return any(unicodedata.category(character) in ("Cc", "Zl", "Zp") for character in value)


def is_name(value: str) -> bool:
    """Ten Han at most, or twenty letters and symbols; a mixture counts as Han."""
    return len(value) <= (10 if re.search(f"[{HAN}]", value) else 20)


def is_symbols(value: str) -> bool:
    return len(value) <= 5 and all(unicodedata.category(character)[0] in "PS" for character in value)


def is_character_string(value: str) -> bool:
    """Digits, letters and symbols, no Han."""
    return len(value) <= 32 and not re.search(f"[{HAN}]", value)


def is_amount(value: str) -> bool:
    """A currency sign at most, ten digits at most, decimals allowed, may end in 元."""
    return bool(re.fullmatch(r"[¥￥$€£]?\d+(\.\d+)?元?", value)) and sum(map(str.isdigit, value)) <= 10


def is_day(value: str) -> bool:
    """A real day in one of the permitted forms; without a year any leap day is real, without a day its first counts."""
    match = next((match for form in DAY_FORMS if (match := form.fullmatch(value))), None)
    if match is None:
        return False
    parts = match.groupdict(default="")
    try:
        date(int(parts.get("y") or 2024), int(parts["m"]), int(parts["d"] or 1))
    except ValueError:
        return False
    return True


def is_time_point(value: str) -> bool:
    """`HH:MM[:SS]`, with or without a day before it."""
    day, _, clock = value.strip().rpartition(" ")
    if not re.fullmatch(CLOCK, clock):
        day, clock = split_at_day_sign(value.strip())
    return bool(re.fullmatch(CLOCK, clock)) and (not day or is_day(day.strip()))


def split_at_day_sign(value: str) -> tuple[str, str]:
    """`2019年10月1日15:01` has no space between day and time."""
    day, sign, clock = value.rpartition("日")
    return day + sign, clock


def is_time(value: str) -> bool:
    """A point in time or a range of two."""
    return len(points := value.split("~")) <= 2 and all(map(is_time_point, points))


def is_date(value: str) -> bool:
    """A day, with or without a time, or a range of two."""
    return len(ends := value.split("~")) <= 2 and all(is_day(end.strip()) or is_dated_time(end) for end in ends)


def is_dated_time(value: str) -> bool:
    return is_time_point(value) and not re.fullmatch(CLOCK, value.strip())


def matches(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda value: compiled.fullmatch(value) is not None


RULES: dict[str, Callable[[str], bool]] = {
    "thing": matches(r".{1,20}"),
    "number": matches(r"(?=.{1,32}$)-?\d+(\.\d+)?"),
    "letter": matches(r"[A-Za-z]{1,32}"),
    "symbol": is_symbols,
    "character_string": is_character_string,
    "time": is_time,
    "date": is_date,
    "amount": is_amount,
    "phone_number": matches(r"[\d+\-()*#,; ]{1,17}"),
    "car_number": matches(rf"[A-Za-z\d{HAN}]{{1,8}}"),
    "name": is_name,
    "phrase": matches(f"[{HAN}]{{1,5}}"),
}
