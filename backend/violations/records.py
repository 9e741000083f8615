"""What is written down of a violation, and what is wrong with it. Pure.

Nurse exam's plan of 2012, annex 2: "记录违纪违规考生行为并当场告知其记录内容并要求本人签字,没收违纪违规使用物品并填写
收据交考点核查". Who won't sign is written down too, with the reason.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from backend.clock import EXAM_ZONE
from backend.errors import Fault
from backend.exams.calendar import midnight
from backend.violations.models import Violation
from backend.violations.offences import Severity, offences

LONGEST: Final = {"what": 500, "unsigned_because": 200, "receipt_number": 32}
"""Characters, by field."""
LONGEST_THING: Final = 60
MOST_THINGS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """A thing that was taken: what, how many of it in words, and a remark."""

    name: str
    quantity: str
    remark: str | None = None

    def stored(self) -> dict[str, str | None]:
        """As JSON keeps it."""
        return {"name": self.name, "quantity": self.quantity, "remark": self.remark}


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What the invigilators wrote. Times are aware.

    `told_at`: when the candidate was told what is written; `unsigned_because`: why they didn't sign, None where they
    did; `receipt_number`: of what was taken.
    """

    subject: str
    severity: Severity
    item: int
    what: str
    seen_at: datetime
    told_at: datetime
    unsigned_because: str | None = None
    taken: tuple[Thing, ...] = ()
    receipt_number: str | None = None

    def values(self) -> dict[str, Any]:
        """As a row keeps them, without the spaces around what was typed."""
        return {
            "subject": self.subject,
            "severity": self.severity,
            "item": self.item,
            "what": self.what.strip(),
            "seen_at": self.seen_at.astimezone(EXAM_ZONE),
            "told_at": self.told_at.astimezone(EXAM_ZONE),
            "unsigned_because": _typed(self.unsigned_because),
            "taken": [thing.stored() for thing in self.taken],
            "receipt_number": _typed(self.receipt_number),
        }

    def is_of(self, violation: Violation) -> bool:
        """Whether the row says just this."""
        return all(getattr(violation, name) == value for name, value in self.values().items())


def faults(record: Record, *, subjects: Collection[str], first_day: date | None, now: datetime) -> list[Fault]:
    """Everything wrong with it. `subjects`: the candidate's; `first_day`: of the exam, before which nothing is seen;
    None where its notice prints none."""
    return [
        *_offence(record, subjects),
        *_times(record, midnight(first_day) if first_day else None, now),
        *_words(record),
        *_things(record),
    ]


def _offence(record: Record, subjects: Collection[str]) -> Iterator[Fault]:
    if record.subject not in subjects:
        yield Fault("subject", "not_in_list")
    if (record.severity, record.item) not in offences():
        yield Fault("item", "not_in_list")


def _times(record: Record, earliest: datetime | None, now: datetime) -> Iterator[Fault]:
    if record.seen_at > now or (earliest and record.seen_at < earliest):
        yield Fault("seen_at", "out_of_range")
    if not record.seen_at <= record.told_at <= now:
        yield Fault("told_at", "out_of_range")


def _words(record: Record) -> Iterator[Fault]:
    if not record.what.strip():
        yield Fault("what", "missing")
    if record.unsigned_because is not None and not record.unsigned_because.strip():
        yield Fault("unsigned_because", "missing")
    for field, longest in LONGEST.items():
        if len(getattr(record, field) or "") > longest:
            yield Fault(field, "too_long")


def _things(record: Record) -> Iterator[Fault]:
    if record.taken and _typed(record.receipt_number) is None:
        yield Fault("receipt_number", "missing")
    if not record.taken and _typed(record.receipt_number) is not None:
        yield Fault("taken", "missing")
    if len(record.taken) > MOST_THINGS:
        yield Fault("taken", "too_many")
    if any(not thing.name.strip() or not thing.quantity.strip() for thing in record.taken):
        yield Fault("taken", "incomplete")
    if any(len(words or "") > LONGEST_THING for thing in record.taken for words in thing.stored().values()):
        yield Fault("taken", "too_long")


def _typed(text: str | None) -> str | None:
    return (text or "").strip() or None
