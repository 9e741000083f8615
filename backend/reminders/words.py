"""What a reminder says: its kind's words with the facts it was handed out with, in the reader's language."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from backend.clock import EXAM_ZONE
from backend.wording import Language, Term, say, sentence

CATALOGUE: Final = "reminders"
MOMENTS: Final = frozenset({"starts_at"})
DAYS: Final = frozenset({"day"})
"""Facts that are times; they are kept as text, as JSON has none."""


def title(kind: str, language: Language) -> str:
    return say(CATALOGUE, kind, language)


def text(kind: str, facts: Mapping[str, Any], expires_at: datetime | None, language: Language, ending: str = "") -> str:
    """The sentence of its variant, or that with this ending: `_hint`, `_outcome`."""
    return sentence(say(CATALOGUE, f"{kind}_{facts['variant']}{ending}", language, **values(facts, expires_at)))


def values(facts: Mapping[str, Any], expires_at: datetime | None) -> dict[str, object]:
    """The facts as the words take them; `until` is the deadline as it is now."""
    until = expires_at.astimezone(EXAM_ZONE) if expires_at else Term(CATALOGUE, "no_deadline")
    return {**{name: _value(name, value, until) for name, value in facts.items()}, "until": until}


def term(code: str, *, of: str = CATALOGUE, **said: object) -> dict[str, object]:
    """A fact that is an entry of a catalogue, said in whatever language is read."""
    return {"term": code, "of": of, "values": said}


def _value(name: str, value: Any, until: object) -> object:
    if isinstance(value, dict) and "term" in value:
        said = {inner: _value(inner, one, until) for inner, one in value["values"].items()}
        return Term(value["of"], value["term"], {**said, "until": until})
    if isinstance(value, list):
        return [_value(name, one, until) for one in value]
    if isinstance(value, str) and name in MOMENTS:
        return datetime.fromisoformat(value).astimezone(EXAM_ZONE)
    if isinstance(value, str) and name in DAYS:
        return date.fromisoformat(value)
    return value
