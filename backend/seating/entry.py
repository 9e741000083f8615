"""Who may go in at a door now: a pure function of the seats, the door and the time. And what a door's answer can be."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from backend.clock import day_of
from backend.exams.exam_day import ENTRY_ENDS_AFTER

ENTRY_BEGINS_BEFORE: Final = timedelta(minutes=60)
"""Our decision: no notice says when a venue opens its doors. Rooms are entered 20 minutes before the start."""
CLOCKS_DIFFER: Final = timedelta(minutes=5)
"""What a device that was without the network may be ahead of us."""


class Outcome(StrEnum):
    """What the door is told."""

    ADMITTED = "admitted"
    ALREADY_ENTERED = "already_entered"
    SUPERSEDED = "superseded"
    WRONG_VENUE = "wrong_venue"
    WRONG_DAY = "wrong_day"
    WRONG_SESSION = "wrong_session"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    WRONG_CLOCK = "wrong_clock"
    NOT_FOUND = "not_found"
    FORGED = "forged"


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorFacts:
    """A door: one venue in one session."""

    venue_id: int
    venue: str
    session_id: int
    subject: str
    starts_at: datetime
    ends_at: datetime

    @property
    def opens_at(self) -> datetime:
        return self.starts_at - ENTRY_BEGINS_BEFORE

    @property
    def closes_at(self) -> datetime:
        """The first instant at which nobody goes in any more."""
        return self.starts_at + ENTRY_ENDS_AFTER

    def entry(self, at: datetime) -> Outcome:
        """What this door's time alone says: `too_early`, `admitted` or `too_late`."""
        if at < self.opens_at:
            return Outcome.TOO_EARLY
        return Outcome.TOO_LATE if at >= self.closes_at else Outcome.ADMITTED


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """One of a candidate's seats."""

    session_id: int
    subject: str
    starts_at: datetime
    venue_id: int
    venue: str
    room: str
    seat: str


def at_the_door(sittings: Sequence[Sitting], door: DoorFacts, *, at: datetime, entered: bool) -> Outcome:
    """What holds for the owner of these seats. `entered`: is there a mark of theirs for this session already?

    The place comes first: who stands before the wrong door is told the right one, early or late.
    """
    mine = seat_in(sittings, door)
    if mine is None:
        days = {day_of(sitting.starts_at) for sitting in sittings}
        return Outcome.WRONG_SESSION if day_of(door.starts_at) in days else Outcome.WRONG_DAY
    if mine.venue_id != door.venue_id:
        return Outcome.WRONG_VENUE
    if entered:
        return Outcome.ALREADY_ENTERED
    return door.entry(at)


def seat_in(sittings: Sequence[Sitting], door: DoorFacts) -> Sitting | None:
    """The seat in the door's session."""
    return next((sitting for sitting in sittings if sitting.session_id == door.session_id), None)


def is_plausible(marked_at: datetime, *, listed_at: datetime, now: datetime) -> bool:
    """Whether a device can have made a mark then: after it got its list, and not in the future."""
    return listed_at - CLOCKS_DIFFER <= marked_at <= now + CLOCKS_DIFFER
