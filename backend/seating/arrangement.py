"""Who sits where: a pure function of candidates, free seats and a seed. The same input gives the same plan.

A candidate keeps one seat through all sessions, so that no room ever mixes sessions and the card reads simply.
Candidates of one employer are kept apart where there are others to sit between; rooms are filled, the remainder of the
last two balanced.
"""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from backend.errors import Conflict


@dataclass(frozen=True, slots=True, kw_only=True)
class Examinee:
    """A paid candidate without a seat. `group`: those who should not sit beside each other (their employer, or the
    school of fresh graduates)."""

    registration_id: UUID
    group: str


@dataclass(frozen=True, slots=True, order=True, kw_only=True)
class FreeSeat:
    """One seat nobody has, in the order in which a site fills: venue, room, seat."""

    venue_number: int
    room_number: int
    number: int
    room_id: int


def arrange(examinees: Sequence[Examinee], seats: Sequence[FreeSeat], *, seed: int) -> dict[UUID, FreeSeat]:
    """Every examinee's seat. Raises Conflict `too_few_seats`."""
    if len(examinees) > len(seats):
        raise Conflict("too_few_seats", candidates=len(examinees), seats=len(seats))
    queue = apart(examinees, seed=seed)
    return {one.registration_id: seat for one, seat in zip(queue, chosen(seats, len(queue)), strict=True)}


def apart(examinees: Sequence[Examinee], *, seed: int) -> list[Examinee]:
    """An order in which no two of one group follow each other, wherever the groups' sizes allow it."""
    dice = random.Random(seed)
    groups: dict[str, list[Examinee]] = defaultdict(list)
    for one in sorted(examinees, key=lambda one: one.registration_id):
        groups[one.group].append(one)
    for members in groups.values():
        dice.shuffle(members)
    # Sorted by size and dealt out to every second place first, a group meets itself only if over half of all; then
    # what is left of it comes after everybody else.
    ordered = [one for name in sorted(groups, key=lambda name: (-len(groups[name]), name)) for one in groups[name]]
    half, largest = (len(ordered) + 1) // 2, max(map(len, groups.values()), default=0)
    if largest > half:
        ordered[half:] = ordered[largest:] + ordered[half:largest]
    places = [*range(0, len(ordered), 2), *range(1, len(ordered), 2)]
    queue: list[Examinee | None] = [None] * len(ordered)
    for place, one in zip(places, ordered, strict=True):
        queue[place] = one
    return [one for one in queue if one is not None]


def chosen(seats: Sequence[FreeSeat], needed: int) -> list[FreeSeat]:
    """The seats that are used: rooms from the first on, the last two that are needed sharing what is left over."""
    rooms: dict[int, list[FreeSeat]] = {}
    for seat in sorted(seats):
        rooms.setdefault(seat.room_id, []).append(seat)
    taken: list[list[FreeSeat]] = []
    for room in rooms.values():
        if needed <= 0:
            break
        taken.append(room[:needed])
        needed -= len(taken[-1])
    if len(taken) > 1:
        _balance(taken, rooms[taken[-1][0].room_id])
    return [seat for room in taken for seat in room]


def _balance(taken: list[list[FreeSeat]], last_room: Sequence[FreeSeat]) -> None:
    total = len(taken[-2]) + len(taken[-1])
    in_last = min(total // 2, len(last_room))
    if in_last > len(taken[-1]):
        taken[-2], taken[-1] = taken[-2][: total - in_last], list(last_room[:in_last])
