"""What invigilators do at an instant of an exam day: what is due, what comes next, which order is read, who may go in.

Pure. The timetable (监考工作程序) and the orders A to F (考场指令) are those of the nurse exam's plan of 2012, annexes
2 and 3; no other notice prints one. Instants are aware; an edge belongs to what begins with it.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final, Literal

from backend.exams.reference import DATA

ENTRY_BEGINS: Final = timedelta(minutes=20)
"""Before the start: 开考前20分钟…组织考生有秩序进入试室."""
ENTRY_ENDS_AFTER: Final = timedelta(minutes=30)
"""After the start: 考试开始30分钟后,考生不得入场; the orders say it to everybody, and so does every admit card."""

Entry = Literal["not_yet", "open", "too_late"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """So many minutes after the start or the end of a subject; before it where they are negative."""

    anchor: Literal["start", "end"]
    minute: int

    def at(self, starts_at: datetime, ends_at: datetime) -> datetime:
        return (starts_at if self.anchor == "start" else ends_at) + timedelta(minutes=self.minute)


@dataclass(frozen=True, slots=True, kw_only=True)
class InvigilatorDuty:
    """One row of the timetable. `ends`: None where it lasts until the next such row; `instruction`: A to F."""

    begins: Edge
    ends: Edge | None
    words: str
    instruction: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Invigilation:
    """An exam's timetable, and its orders by letter; both empty where its notice prints none."""

    duties: tuple[InvigilatorDuty, ...]
    instructions: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A duty at its time. `order`: the words that are read out with it."""

    begins_at: datetime
    words: str
    instruction: str | None
    order: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InvigilatorsMoment:
    """An instant of one subject. `following`: all that begins next, at one time; `reading`: the letter read now."""

    due: tuple[Due, ...]
    following: tuple[Due, ...]
    reading: str | None
    entry: Entry
    entry_ends_at: datetime


def invigilation_of(exam_code: str) -> Invigilation:
    """As its notice prints it."""
    found = _printed()
    return found.get(exam_code, Invigilation(duties=(), instructions={}))


def moment(plan: Invigilation, *, starts_at: datetime, ends_at: datetime, now: datetime) -> InvigilatorsMoment:
    """The subject's moment at `now`."""
    spans = _spans(plan.duties, starts_at, ends_at)
    due = tuple(_due(plan, duty, begins) for begins, ends, duty in spans if begins <= now and (not ends or now < ends))
    ahead = [(begins, duty) for begins, _, duty in spans if begins > now]
    soonest = min((begins for begins, _ in ahead), default=None)
    return InvigilatorsMoment(
        due=due,
        following=tuple(_due(plan, duty, begins) for begins, duty in ahead if begins == soonest),
        reading=next((one.instruction for one in due if one.instruction), None),
        entry=entry(starts_at, now),
        entry_ends_at=starts_at + ENTRY_ENDS_AFTER,
    )


def entry(starts_at: datetime, now: datetime) -> Entry:
    """Whether a candidate may still go into the room."""
    if now < starts_at - ENTRY_BEGINS:
        return "not_yet"
    return "open" if now < starts_at + ENTRY_ENDS_AFTER else "too_late"


Span = tuple[datetime, datetime | None, InvigilatorDuty]


def _spans(duties: Sequence[InvigilatorDuty], starts_at: datetime, ends_at: datetime) -> list[Span]:
    """Each duty with when it begins and ends, by when it begins; the last one has no end."""
    placed = sorted(((duty.begins.at(starts_at, ends_at), duty) for duty in duties), key=lambda one: one[0])
    turns = [begins for begins, duty in placed if duty.ends is None]
    return [
        (
            begins,
            duty.ends.at(starts_at, ends_at) if duty.ends else next((turn for turn in turns if turn > begins), None),
            duty,
        )
        for begins, duty in placed
    ]


def _due(plan: Invigilation, duty: InvigilatorDuty, begins_at: datetime) -> Due:
    letter = duty.instruction
    return Due(
        begins_at=begins_at,
        words=duty.words,
        instruction=letter,
        order=plan.instructions[letter] if letter else None,
    )


@cache
def _printed() -> Mapping[str, Invigilation]:
    """By the exam's code."""
    read = tomllib.loads((DATA / "invigilation.toml").read_text(encoding="utf-8"))
    duties = tuple(_duty(row) for row in read["duties"])
    return {read["exam"]: Invigilation(duties=duties, instructions=read["instructions"])}


def _duty(row: Mapping[str, Any]) -> InvigilatorDuty:
    return InvigilatorDuty(
        begins=Edge(anchor=row["anchor"], minute=row["minute"]),
        ends=Edge(**row["ends"]) if "ends" in row else None,
        words=row["words"],
        instruction=row.get("instruction"),
    )
