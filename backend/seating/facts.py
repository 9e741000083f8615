"""What an arrangement is made of and what it gives, as plain data: no rule stands here.

The solver and its checker share these words and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID


class Need(StrEnum):
    """What a candidate must have of their seat; noted by the site, with the reason."""

    WHEELCHAIR = "wheelchair"
    FRONT_ROW = "front_row"


@dataclass(frozen=True, slots=True, kw_only=True)
class Examinee:
    """A candidate to be seated, or one who is.

    `group`: those who should not sit beside each other (their employer, or the school of fresh graduates), empty for
    nobody's. `sessions`: what they sit, by id, in the order of time. `batch`: all that their speciality sits.
    """

    registration_id: UUID
    group: str
    speciality: str = ""
    sessions: tuple[int, ...] = ()
    batch: tuple[int, ...] = ()
    needs: frozenset[Need] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomFacts:
    """A room (试室). Seats are numbered from 1, column by column from the lectern, there and back.

    `computer`: never two batches in it. `spent`: seats whose admit number was retired. `sessions`: the only ones it is
    for; none for any.
    """

    id: int
    venue_number: int
    number: int
    seats: int
    columns: int
    computer: bool
    broken: frozenset[int] = frozenset()
    spent: frozenset[int] = frozenset()
    wheelchair: frozenset[int] = frozenset()
    sessions: frozenset[int] = frozenset()


class SeatPlace(NamedTuple):
    """One seat of one room."""

    room_id: int
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One site's candidates without a seat, its rooms, and who sits there already.

    `slots`: by session, the number of its time: two that overlap have the same.
    """

    examinees: tuple[Examinee, ...]
    rooms: tuple[RoomFacts, ...]
    seated: Mapping[SeatPlace, Examinee] = field(default_factory=dict)
    slots: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatRow:
    """One candidate's seat in one session, as it is to be written."""

    registration_id: UUID
    session: int
    room_id: int
    number: int
