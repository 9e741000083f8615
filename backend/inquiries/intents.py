"""What a question is about, where its words say it surely; else nobody's guess is taken for an answer.

A small matcher over `intents.toml`. Chinese is heard and not only read: words are compared by how they are pronounced,
so that a homophone typed by mistake (报明 for 报名) and traditional characters (報名) are the same word. Its confidence
is the share of the question that its words explain: what it does not understand may change the meaning.
"""

import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

SURE: Final = 0.8
"""From this confidence on a question is answered automatically: precision before coverage."""
LONGEST: Final = 40
"""Characters of a question that can be about one thing only."""
SOMEBODY, PERSON = "somebody", "person"
"""Meanings of words: of what only a person may answer, and by which one is asked for."""


class Intent(StrEnum):
    """What can be answered from the candidate's own records and the published rules."""

    NEXT_STEP = "next_step"
    DEADLINE = "deadline"
    PLACE = "place"
    PAYMENT = "payment"
    CONFIRMATION_FAILED = "confirmation_failed"
    ROLLING = "rolling"
    NO_APPEAL = "no_appeal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """`intent`: none where no line holds, or where a person must decide. `confidence`: 0 to 1."""

    intent: Intent | None
    confidence: float

    @property
    def is_sure(self) -> bool:
        return self.intent is not None and self.confidence >= SURE


Sounds = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """As data: what a word means by how it sounds (single characters: as written), and what makes an intent."""

    meanings: Mapping[Sounds, frozenset[str]]
    lines: Sequence[tuple[Intent, frozenset[str]]]
    longest: int


def guess(question: str) -> Guess:
    """What a question is about, and how surely."""
    text = _plain(question)
    if not text or len(text) > LONGEST:
        return Guess(intent=None, confidence=0.0)
    words = list(_words(text))
    heard = _heard(words)
    explained = sum(length for meanings, length in words if meanings)
    found = next((intent for intent, needed in vocabulary().lines if needed <= heard), None)
    return Guess(intent=None if heard & {SOMEBODY, PERSON} else found, confidence=explained / len(text))


def wants_person(text: str) -> bool:
    """Whether a person is asked for in words, as in a chat that has no button for it."""
    return PERSON in _heard(_words(_plain(text)[:LONGEST]))


def _heard(words: Iterable[tuple[frozenset[str], int]]) -> frozenset[str]:
    return frozenset().union(*(meanings for meanings, _ in words))


@cache
def vocabulary() -> Vocabulary:
    """Read once. Raises ValueError where an intent needs words that are not there."""
    said = tomllib.loads((Path(__file__).parent / "intents.toml").read_text("utf-8"))
    meanings: dict[Sounds, set[str]] = {}
    for meaning, words in said["words"].items():
        for word in words:
            meanings.setdefault(_sounds(word), set()).add(meaning)
    lines = [
        (Intent(intent), frozenset(line.split(" + "))) for intent, lines in said["intents"].items() for line in lines
    ]
    if unknown := {word for _, needed in lines for word in needed} - set(said["words"]):
        raise ValueError(f"intents.toml: no such words: {', '.join(sorted(unknown))}")
    return Vocabulary(
        meanings={sounds: frozenset(names) for sounds, names in meanings.items()},
        lines=lines,
        longest=max(map(len, meanings)),
    )


def _words(text: str) -> Iterator[tuple[frozenset[str], int]]:
    """The known words from left to right, the longest first; what is unknown, a character at a time, means nothing."""
    known, sounds, at = vocabulary(), _sounds(text), 0
    while at < len(text):
        for length in range(min(known.longest, len(text) - at), 0, -1):
            word = sounds[at : at + length] if length > 1 else (text[at],)
            if meanings := known.meanings.get(word):
                yield meanings, length
                break
        else:
            yield frozenset(), (length := 1)
        at += length


def _sounds(text: str) -> Sounds:
    """One sound a character; a single character stands for itself."""
    if len(text) == 1:
        return (text,)
    # Its dictionaries take 57 MB and a second: they are for processes that hear questions, not for all that could.
    from pypinyin import lazy_pinyin

    return tuple(lazy_pinyin(text, errors=_letters))  # type: ignore[arg-type]  # a list is taken too


def _letters(unknown: str) -> list[str]:
    """What has no sound of its own, a character at a time."""
    return list(unknown)


def _plain(question: str) -> str:
    """Letters and digits alone, in one width and case."""
    return "".join(one for one in unicodedata.normalize("NFKC", question).casefold() if one.isalnum())
