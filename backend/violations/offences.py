"""The offences of a candidate, as they are read out in the room, and what follows from each. Pure; facts in a file."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

FILE: Final = Path(__file__).with_name("offences.toml")


class Severity(StrEnum):
    """How grave it is, by the rules read out in the room (nurse exam's plan of 2012, annex 3, order A)."""

    ORDINARY = "ordinary"
    """That subject is void."""
    SERIOUS = "serious"
    """All subjects of the sitting are void; items 3 to 8 bar for two years."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offence:
    """One item of a list. `effect`: what follows, in the rules' own words; `bars`: from both kinds of exam."""

    severity: Severity
    item: int
    words: str
    effect: str
    bars: bool


@cache
def offences() -> Mapping[tuple[Severity, int], Offence]:
    """Every offence by its list and its number there, from 1."""
    read = tomllib.loads(FILE.read_text(encoding="utf-8"))
    barred = {(Severity.SERIOUS, item) for item in read["bar"]["items"]}
    found = {}
    for severity in Severity:
        for item, words in enumerate(read[severity]["items"], start=1):
            bars = (severity, item) in barred
            effect = "，".join([read[severity]["effect"], *([read["bar"]["effect"]] if bars else [])])
            found[severity, item] = Offence(severity=severity, item=item, words=words, effect=effect, bars=bars)
    return found


def voids(upheld: Iterable[tuple[str, Severity]]) -> dict[str, Severity]:
    """Of what was upheld, given by subject: the gravest of each subject, as a registration keeps it."""
    found: dict[str, Severity] = {}
    for subject, severity in upheld:
        if severity is Severity.SERIOUS or subject not in found:
            found[subject] = severity
    return found
