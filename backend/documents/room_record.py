"""The room record (试室情况记录单): what happened in a room during one subject, written by its invigilators.

Its parts are what the nurse exam's plan of 2012 (annex 2) has invigilators write down: the sealed bag that the first
and the last seat's candidates look at, who is absent 30 minutes after the start, what was done against the rules, and
what was counted at the end. With a computer exam the bag and the counting are the machines' checks instead.
"""

from dataclasses import dataclass
from datetime import datetime

from backend.documents.admit_card import ExamFormat
from backend.documents.dates import minute
from backend.documents.sheets import ROOMS_A_PAPER, RoomSitting, Sheet, blank_rows, counted, head, sitting_data

TEMPLATE = "room_record"
LEAST_ABSENT, LEAST_VIOLATIONS, LEAST_EVENTS = 12, 3, 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    """A candidate who has not come."""

    seat: str
    admit_number: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomViolation:
    """What a candidate did against the rules; the violation record tells all of it."""

    seat: str
    admit_number: str
    name: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomEvent:
    """Anything else worth keeping: a changed machine, a candidate led out, a broken paper."""

    at: datetime
    seat: str | None
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomReport:
    """One room in one subject."""

    venue: str | None
    number: str | None
    sitting: RoomSitting | None
    expected: int | None
    """应考"""
    present: int | None
    """实考"""
    absent: tuple[Absent, ...]
    violations: tuple[RoomViolation, ...]
    events: tuple[RoomEvent, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomRecord(Sheet):
    """The records of several rooms, each on pages of its own."""

    exam_format: ExamFormat
    rooms: tuple[RoomReport, ...]


def room_record_data(sheet: RoomRecord) -> dict[str, object]:
    """The data of the template. Raises ValueError (number of rooms)."""
    if not 0 < len(sheet.rooms) <= ROOMS_A_PAPER:
        raise ValueError(f"a paper holds 1 to {ROOMS_A_PAPER} rooms, not {len(sheet.rooms)}")
    return {
        **head(sheet, "试室情况记录单"),
        "on_paper": sheet.exam_format is ExamFormat.PAPER,
        "rooms": [_room(room) for room in sheet.rooms],
    }


def _room(room: RoomReport) -> dict[str, object]:
    known = room.expected is not None and room.present is not None
    return {
        "venue": room.venue,
        "number": room.number,
        "sitting": sitting_data(room.sitting) if room.sitting else None,
        "expected": counted(room.expected),
        "present": counted(room.present),
        "absent_count": counted(len(room.absent)) if known else None,
        "violation_count": counted(len(room.violations)) if known else None,
        "absent": [{"seat": one.seat, "admit_number": one.admit_number, "name": one.name} for one in room.absent],
        "blank_absent": blank_rows(room.absent, LEAST_ABSENT),
        "violations": [_violation(one) for one in room.violations],
        "blank_violations": blank_rows(room.violations, LEAST_VIOLATIONS),
        "events": [{"at": minute(one.at), "seat": one.seat, "what": one.what} for one in room.events],
        "blank_events": blank_rows(room.events, LEAST_EVENTS),
    }


def _violation(one: RoomViolation) -> dict[str, object]:
    return {"seat": one.seat, "admit_number": one.admit_number, "name": one.name, "what": one.what}
