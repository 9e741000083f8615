"""What people read, in zh-CN and en, kept as data: one entry a code, with named placeholders.

Values are said in the reader's language: a `Term` is another entry, a datetime reads as people write it, and a datetime
under a name of `DEADLINES` that falls on midnight reads as the 24:00 of the day before.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Final, Literal

Language = Literal["zh-CN", "en"]
DEADLINES: Final = frozenset({"closes_at", "until", "expires_at"})


@dataclass(frozen=True, slots=True)
class Term:
    """One entry of a catalogue, to be said inside another: a stage's title in an error's sentence."""

    catalogue: str
    code: str
    values: Mapping[str, object] = field(default_factory=dict)


@cache
def catalogue(name: str) -> Mapping[str, Mapping[str, str]]:
    """The entries of wording/`name`.toml: code → {"zh": …, "en": …}."""
    with files(__name__).joinpath(f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def say(name: str, code: str, language: Language = "zh-CN", /, **values: object) -> str:
    """The words of one entry, its placeholders filled.

    Raises KeyError for a code without words: a mistake of ours, found by a test that reads the code for its codes.
    """
    words = catalogue(name)[code]["zh" if language == "zh-CN" else "en"]
    return words.format_map({key: _said(key, value, language) for key, value in values.items()})


def sentence(words: str) -> str:
    """With a capital at its beginning: what stands alone, of words that may also stand inside others."""
    return words[:1].upper() + words[1:]


def moment(at: datetime, language: Language, *, deadline: bool = False) -> str:
    """`2月8日 24:00` (zh-CN) or `8 Feb 24:00` (en)."""
    day, clock = at, at.strftime("%H:%M")
    if deadline and at.strftime("%H:%M:%S") == "00:00:00":
        day, clock = at - timedelta(days=1), "24:00"
    return f"{_day(day, language)} {clock}"


def _day(day: date, language: Language) -> str:
    return f"{day.month}月{day.day}日" if language == "zh-CN" else f"{day.day} {day.strftime('%b')}"


def _said(key: str, value: object, language: Language) -> object:
    if isinstance(value, Term):
        return say(value.catalogue, value.code, language, **value.values)
    if isinstance(value, datetime):
        return moment(value, language, deadline=key in DEADLINES)
    if isinstance(value, date):
        return _day(value, language)
    if isinstance(value, list | tuple):
        joined = [str(_said(key, one, language)) for one in value]
        return ("、" if language == "zh-CN" else ", ").join(joined)
    return value
