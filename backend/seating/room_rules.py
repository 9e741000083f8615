"""What a site may say of a room (试室), and what of it can't be. Pure.

A seat has two digits in the admit number, so a room has at most 99; a seat chart has room for 10 columns of 12 seats.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

from backend.errors import Fault
from backend.exams.facts import SessionFacts
from backend.exams.room_layout import MOST_COLUMNS, MOST_ROWS

FORMATS: Final = ("computer", "paper")
MOST_VENUES: Final = 99
MOST_ROOMS: Final = 999
MOST_SEATS: Final = 99
LONGEST_PLACE: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomSaid:
    """One room of a venue. `format`: None, as the exam is held. `broken` and `wheelchair`: numbers of seats.

    `sessions`: the numbers of those it is for, none for any. `place`: building, floor and door; of two rooms with one
    place each is for other sessions than the other: the same desks under two numbers.
    """

    venue: int
    number: int
    seats: int
    columns: int
    place: str | None = None
    format: str | None = None
    broken: tuple[int, ...] = ()
    wheelchair: tuple[int, ...] = ()
    sessions: tuple[int, ...] = ()

    def stored(self) -> dict[str, Any]:
        """As the table keeps it."""
        return {
            "capacity": self.seats,
            "columns": self.columns,
            "place": self.place,
            "format": self.format,
            "broken": sorted(set(self.broken)),
            "wheelchair": sorted(set(self.wheelchair)),
            "sessions": sorted(set(self.sessions)),
        }


def faults_of(room: RoomSaid, timetable: Mapping[int, SessionFacts]) -> Iterator[Fault]:
    """What is wrong with a room by itself. `timetable`: the place's sessions, by number."""
    if not 1 <= room.venue <= MOST_VENUES:
        yield Fault("venue", "out_of_range")
    if not 1 <= room.number <= MOST_ROOMS:
        yield Fault("room", "out_of_range")
    if not 1 <= room.seats <= MOST_SEATS:
        yield Fault("seats", "out_of_range")
    if not 1 <= room.columns <= MOST_COLUMNS:
        yield Fault("columns", "out_of_range")
    elif room.seats > room.columns * MOST_ROWS:
        yield Fault("columns", "columns_too_long")
    if room.format is not None and room.format not in FORMATS:
        yield Fault("format", "not_in_list")
    if room.place is not None and len(room.place) > LONGEST_PLACE:
        yield Fault("place", "too_long")
    for field, numbers in (("broken", room.broken), ("wheelchair", room.wheelchair)):
        if not all(1 <= number <= room.seats for number in numbers):
            yield Fault(field, "seat_not_there")
    if set(room.broken) & set(room.wheelchair):
        yield Fault("wheelchair", "seat_is_broken")
    if not timetable.keys() >= set(room.sessions):
        yield Fault("sessions", "session_unknown")


def clashes(rooms: Sequence[RoomSaid], timetable: Mapping[int, SessionFacts]) -> Iterator[tuple[RoomSaid, RoomSaid]]:
    """Pairs of rooms of one venue that would be one place at one time."""
    placed = [room for room in rooms if room.place]
    for one, other in combinations(placed, 2):
        if (one.venue, one.place) == (other.venue, other.place) and _meet(one, other, timetable):
            yield one, other


def _meet(one: RoomSaid, other: RoomSaid, timetable: Mapping[int, SessionFacts]) -> bool:
    if not one.sessions or not other.sessions:
        return True
    theirs = [[timetable[number] for number in room.sessions if number in timetable] for room in (one, other)]
    return any(a.starts_at < b.ends_at and b.starts_at < a.ends_at for a in theirs[0] for b in theirs[1])
