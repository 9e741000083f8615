"""Which seats are used, and by whom of which speciality: needs first, then room after room, specialities in blocks.

A computer room serves one batch: everybody in it sits the same sessions. So does a room that is for some sessions only.
Any other paper room goes on with the next batch where one ends.
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from backend.errors import Conflict
from backend.seating.facts import Examinee, Need, RoomFacts, SeatPlace, Task
from backend.seating.layout import places

Batch = tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Candidates of one speciality, and as many seats, in the order in which a site fills."""

    examinees: list[Examinee]
    seats: list[SeatPlace]


@dataclass(slots=True)
class OpenRoom:
    """A room while it is filled: what is free in it, and the batch it serves where it serves only one."""

    facts: RoomFacts
    free: list[int]
    batch: Batch | None = None

    @property
    def is_shared(self) -> bool:
        return not self.facts.computer and not self.facts.sessions

    def takes(self, batch: Batch) -> bool:
        serves = not self.facts.sessions or self.facts.sessions.issuperset(batch)
        return serves and (self.is_shared or self.batch in (None, batch))

    def seats(self) -> list[SeatPlace]:
        return [SeatPlace(self.facts.id, number) for number in self.free]


@dataclass(slots=True)
class Allotment:
    """Who has a certain seat for their needs, and the blocks of everybody else."""

    placed: dict[SeatPlace, Examinee] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)


def allot(task: Task, dice: random.Random) -> Allotment:
    """Every candidate's block or seat. Raises Conflict `too_few_seats`, `too_few_rooms`, `no_place_for_need`."""
    free = sum(len(room.free) for room in _open(task))
    if len(task.examinees) > free:
        raise Conflict("too_few_seats", candidates=len(task.examinees), seats=free)
    try:
        return _allot(task, dice, tightly=False)
    except Conflict as refusal:
        if refusal.code != "too_few_rooms":
            raise
        return _allot(task, dice, tightly=True)


def _allot(task: Task, dice: random.Random, *, tightly: bool) -> Allotment:
    """`tightly`: the largest batches first, each in the rooms that leave it the fewest empty seats."""
    rooms, allotment = _open(task), Allotment()
    waiting: dict[Batch, list[Examinee]] = defaultdict(list)
    for one in sorted(task.examinees, key=lambda one: (one.batch, one.registration_id)):
        if one.needs:
            allotment.placed[_claim(rooms, one)] = one
        else:
            waiting[one.batch].append(one)
    shared: list[Examinee] = []
    for batch in sorted(waiting, key=lambda batch: -len(waiting[batch])) if tightly else sorted(waiting):
        people = _by_speciality(waiting[batch], dice)
        seats = _alone(rooms, batch, len(people), tightly=tightly)
        allotment.blocks += _blocks(people[: len(seats)], seats)
        shared += people[len(seats) :]
    seats = chosen([room.seats() for room in rooms if room.is_shared], len(shared))
    if len(seats) < len(shared):
        raise Conflict("too_few_rooms", batches=len(waiting), left=len(shared) - len(seats))
    allotment.blocks += _blocks(shared, seats)
    return allotment


def chosen(rooms: Sequence[Sequence[SeatPlace]], needed: int) -> list[SeatPlace]:
    """The seats that are used: rooms from the first on, the last two that are needed sharing what is left over."""
    taken: list[list[SeatPlace]] = []
    last: Sequence[SeatPlace] = ()
    for seats in filter(None, rooms):
        if needed <= 0:
            break
        taken.append(list(seats[:needed]))
        needed, last = needed - len(taken[-1]), seats
    if len(taken) > 1:
        _balance(taken, last)
    return [seat for room in taken for seat in room]


def _balance(taken: list[list[SeatPlace]], last_room: Sequence[SeatPlace]) -> None:
    total = len(taken[-2]) + len(taken[-1])
    in_last = min(total // 2, len(last_room))
    if in_last > len(taken[-1]):
        taken[-2], taken[-1] = taken[-2][: total - in_last], list(last_room[:in_last])


def _open(task: Task) -> list[OpenRoom]:
    taken: dict[int, dict[int, Examinee]] = defaultdict(dict)
    for seat, one in task.seated.items():
        taken[seat.room_id][seat.number] = one
    rooms = []
    for facts in sorted(task.rooms, key=lambda room: (room.venue_number, room.number)):
        sitting = taken[facts.id]
        unusable = facts.broken | facts.spent | sitting.keys()
        free = [number for number in range(1, facts.seats + 1) if number not in unusable]
        room = OpenRoom(facts, free)
        if sitting and not room.is_shared:
            room.batch = next(iter(sitting.values())).batch
        rooms.append(room)
    return rooms


def _claim(rooms: Iterable[OpenRoom], one: Examinee) -> SeatPlace:
    """The first seat that has what they need, taken out of what is free. Rooms that serve their batch come first."""
    ready = sorted((room for room in rooms if room.takes(one.batch)), key=lambda room: room.batch is None)
    for room in ready:
        if fitting := [number for number in room.free if _fits(room.facts, number, one.needs)]:
            # A place for wheelchairs is the last to go to somebody who only needs the front row.
            number = min(fitting, key=lambda number: (number in room.facts.wheelchair, number))
            room.free.remove(number)
            room.batch = room.batch or one.batch
            return SeatPlace(room.facts.id, number)
    raise Conflict("no_place_for_need", candidates=1)


def _fits(room: RoomFacts, number: int, needs: frozenset[Need]) -> bool:
    in_front = places(room.seats, room.columns)[number][0] == 0
    return (Need.WHEELCHAIR not in needs or number in room.wheelchair) and (Need.FRONT_ROW not in needs or in_front)


def _alone(rooms: Sequence[OpenRoom], batch: Batch, needed: int, *, tightly: bool) -> list[SeatPlace]:
    """Seats in rooms that serve this batch alone, claimed for it; fewer than needed where there are no more."""
    ready = [room for room in rooms if not room.is_shared and room.free and room.takes(batch)]
    ready.sort(key=lambda room: room.batch is None)
    if tightly:
        ready = _least_waste(ready, needed)
    seats = chosen([room.seats() for room in ready], needed)
    used = {seat.room_id for seat in seats}
    for room in ready:
        if room.facts.id in used:
            room.batch = batch
    return seats


def _least_waste(rooms: Sequence[OpenRoom], needed: int) -> list[OpenRoom]:
    """The largest rooms while they are filled, then the smallest that holds the rest."""
    found, left = [], list(rooms)
    while needed > 0 and left:
        holding = [room for room in left if len(room.free) >= needed]
        best = min(holding, key=lambda room: len(room.free)) if holding else max(left, key=lambda one: len(one.free))
        found.append(best)
        left.remove(best)
        needed -= len(best.free)
    return found


def _by_speciality(people: Iterable[Examinee], dice: random.Random) -> list[Examinee]:
    """Block after block, whoever is of one speciality in an order of the dice."""
    mixed = list(people)
    dice.shuffle(mixed)
    return sorted(mixed, key=lambda one: one.speciality)


def _blocks(people: Sequence[Examinee], seats: Sequence[SeatPlace]) -> list[Block]:
    found: list[Block] = []
    for one, seat in zip(people, seats, strict=True):
        if not found or (found[-1].examinees[0].batch, found[-1].examinees[0].speciality) != (
            one.batch,
            one.speciality,
        ):
            found.append(Block(examinees=[], seats=[]))
        found[-1].examinees.append(one)
        found[-1].seats.append(seat)
    return found
