"""Whether a plan is right, told by somebody who doesn't know how it was made: it shares no code with the solver.

It reads the rows that are to be written, seat by seat and session by session, against the same facts the solver had,
and counts neighbours of one group beside a number below which no arrangement on the same seats can come.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final
from uuid import UUID

from backend.seating.bounds import Spot, Together, least_possible
from backend.seating.facts import Examinee, Need, RoomFacts, SeatPlace, SeatRow, Task

LISTED: Final = 100
"""Faults that are listed; of more, the number is told."""


class Wrong(StrEnum):
    """What can be wrong with a plan."""

    NOBODY_WAITS = "nobody_waits"
    """A seat for somebody who isn't to be seated."""
    SESSION_MISSING = "session_missing"
    SESSION_NOT_THEIRS = "session_not_theirs"
    TWO_SEATS = "two_seats"
    """More than one seat in one session."""
    NO_SUCH_SEAT = "no_such_seat"
    SEAT_BROKEN = "seat_broken"
    SEAT_SPENT = "seat_spent"
    """Its admit number was retired, and none is given twice."""
    SEAT_TAKEN = "seat_taken"
    """Two sit on it at one time."""
    NUMBER_SHARED = "number_shared"
    """Two would have it as the seat of their first session, and so one admit number."""
    SESSIONS_MIXED = "sessions_mixed"
    """A computer room with two batches."""
    ROOM_CLOSED = "room_closed"
    """A room that is for other sessions."""
    NEED_UNMET = "need_unmet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One thing that is wrong, and where; of a session nobody has a seat in, the seat isn't known."""

    wrong: Wrong
    registration_id: UUID
    session: int
    seat: SeatPlace | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`count`: of all that is wrong, `found` lists the first.

    `neighbours`: pairs of one group side by side at one time, at least one of them newly seated. `least`: fewer are
    impossible on the plan's seats, speciality by speciality.
    """

    count: int
    found: tuple[Found, ...]
    neighbours: int
    least: int

    @property
    def holds(self) -> bool:
        return self.count == 0


def check(task: Task, rows: Sequence[SeatRow]) -> Verdict:
    """Everything that is wrong with the rows, and how well they keep groups apart."""
    plan = _Plan(task, rows)
    wrong = [*plan.of_candidates(), *plan.of_seats(), *plan.of_rooms()]
    return Verdict(
        count=len(wrong),
        found=tuple(wrong[:LISTED]),
        neighbours=plan.neighbours(),
        least=least_possible(plan.parts()),
    )


class _Plan:
    """The rows, as the checker looks at them."""

    def __init__(self, task: Task, rows: Sequence[SeatRow]) -> None:
        self._task, self._rows = task, rows
        self._rooms = {room.id: room for room in task.rooms}
        self._waiting = {one.registration_id: one for one in task.examinees}
        self._known = [row for row in rows if row.registration_id in self._waiting and self._seat_of(row)]

    def of_candidates(self) -> Iterator[Found]:
        """Everybody who waits has one seat in each of their sessions; nobody else has any."""
        given = Counter((row.registration_id, row.session) for row in self._rows)
        for (registration_id, session), times in given.items():
            one = self._waiting.get(registration_id)
            if one is None:
                yield Found(wrong=Wrong.NOBODY_WAITS, registration_id=registration_id, session=session)
            elif session not in one.sessions:
                yield Found(wrong=Wrong.SESSION_NOT_THEIRS, registration_id=registration_id, session=session)
            if times > 1:
                yield Found(wrong=Wrong.TWO_SEATS, registration_id=registration_id, session=session)
        for one in self._task.examinees:
            for session in one.sessions:
                if (one.registration_id, session) not in given:
                    yield Found(wrong=Wrong.SESSION_MISSING, registration_id=one.registration_id, session=session)

    def of_seats(self) -> Iterator[Found]:
        """Every seat is there and whole, one person's at a time, and of nobody else's number."""
        held = {(seat, time): one.registration_id for seat, one, time in self._already()}
        numbers = {seat: one.registration_id for seat, one in self._task.seated.items()}
        for row in self._rows:
            seat = self._seat_of(row)
            if seat is None:
                yield _found(Wrong.NO_SUCH_SEAT, row)
                continue
            room = self._rooms[row.room_id]
            if row.number in room.broken:
                yield _found(Wrong.SEAT_BROKEN, row)
            if row.number in room.spent:
                yield _found(Wrong.SEAT_SPENT, row)
            if held.setdefault((seat, self._time(row.session)), row.registration_id) != row.registration_id:
                yield _found(Wrong.SEAT_TAKEN, row)
            if self._is_first(row) and numbers.setdefault(seat, row.registration_id) != row.registration_id:
                yield _found(Wrong.NUMBER_SHARED, row)

    def of_rooms(self) -> Iterator[Found]:
        """Computer rooms keep to one batch, rooms to their sessions, and needs are met."""
        served = {seat.room_id: one.batch for seat, one in self._task.seated.items()}
        for row in self._known:
            room, one = self._rooms[row.room_id], self._waiting[row.registration_id]
            if room.computer and served.setdefault(room.id, one.batch) != one.batch:
                yield _found(Wrong.SESSIONS_MIXED, row)
            if room.sessions and row.session not in room.sessions:
                yield _found(Wrong.ROOM_CLOSED, row)
            if not all(_has(room, row.number, need) for need in one.needs):
                yield _found(Wrong.NEED_UNMET, row)

    def neighbours(self) -> int:
        """Pairs of one group, one to the left of or before the other at the same time."""
        sitting = self._sitting()
        pairs = set()
        for (room, row, column), people in sitting.items():
            for near in ((room, row + 1, column), (room, row, column + 1)):
                for one, times in people:
                    for other, their_times in sitting.get(near, ()):
                        if one.group and one.group == other.group and times & their_times:
                            pairs.add(frozenset((one.registration_id, other.registration_id)))
        return sum(1 for pair in pairs if pair & self._waiting.keys())

    def parts(self) -> list[Together]:
        """By speciality: its seats, and of each group the most who sit there at one time."""
        spots: dict[str, set[Spot]] = defaultdict(set)
        groups: dict[str, Counter[tuple[str, int]]] = defaultdict(Counter)
        for row in self._known:
            one = self._waiting[row.registration_id]
            spots[one.speciality].add(self._spot(row.room_id, row.number))
            groups[one.speciality][one.group, self._time(row.session)] += 1
        return [Together(spots=frozenset(found), groups=_most(groups[name])) for name, found in spots.items()]

    def _sitting(self) -> dict[Spot, list[tuple[Examinee, int]]]:
        """By place: whoever sits there, and when: a bit a time."""
        times: dict[tuple[int, int, UUID], int] = defaultdict(int)
        for row in self._known:
            times[row.room_id, row.number, row.registration_id] |= 1 << self._time(row.session)
        found: dict[Spot, list[tuple[Examinee, int]]] = defaultdict(list)
        for (room_id, number, registration_id), bits in times.items():
            found[self._spot(room_id, number)].append((self._waiting[registration_id], bits))
        for seat, one, time in self._already():
            found[self._spot(*seat)].append((one, 1 << time))
        return found

    def _already(self) -> Iterator[tuple[SeatPlace, Examinee, int]]:
        for seat, one in self._task.seated.items():
            for session in one.sessions:
                yield seat, one, self._time(session)

    def _time(self, session: int) -> int:
        return self._task.slots.get(session, session)

    def _is_first(self, row: SeatRow) -> bool:
        one = self._waiting.get(row.registration_id)
        return one is not None and one.sessions[:1] == (row.session,)

    def _seat_of(self, row: SeatRow) -> SeatPlace | None:
        """None where there is no such seat."""
        room = self._rooms.get(row.room_id)
        return SeatPlace(row.room_id, row.number) if room and 1 <= row.number <= room.seats else None

    def _spot(self, room_id: int, number: int) -> Spot:
        room = self._rooms[room_id]
        return (room_id, *_where(room.seats, room.columns, number))


def _found(wrong: Wrong, row: SeatRow) -> Found:
    seat = SeatPlace(row.room_id, row.number)
    return Found(wrong=wrong, registration_id=row.registration_id, session=row.session, seat=seat)


@cache
def _where(seats: int, columns: int, number: int) -> tuple[int, int]:
    """Row and column, by walking the columns: down the first one from the lectern, up the second."""
    deep = -(-seats // columns)
    column, steps = (number - 1) // deep, (number - 1) % deep
    return (steps if column % 2 == 0 else deep - 1 - steps), column


def _has(room: RoomFacts, number: int, need: Need) -> bool:
    if need is Need.WHEELCHAIR:
        return number in room.wheelchair
    return _where(room.seats, room.columns, number)[0] == 0


def _most(counts: Mapping[tuple[str, int], int]) -> dict[str, int]:
    most: dict[str, int] = {}
    for (group, _), size in counts.items():
        most[group] = max(size, most.get(group, 0))
    return most
