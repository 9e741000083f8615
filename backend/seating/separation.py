"""Keeping apart who should not sit beside each other: colleagues, and fresh graduates of one school.

Within a block the groups are dealt out to every second seat, as on a chessboard, the largest first; then those who
still have one of their own beside them change seats within their block as long as that helps.
"""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from backend.seating.allotment import Block
from backend.seating.facts import Examinee, RoomFacts, SeatPlace
from backend.seating.layout import neighbours, places

IDLE_ROUNDS: Final = 3
"""So many rounds in which nobody gained, though some changed for a seat as good, are the last ones."""
TRIED: Final = 80
"""Seats that somebody looks at for a better one."""
NOBODY: Final = -1
"""The group of an empty seat, and of those who belong to none."""


class Separation:
    """Seats while they are being given out. Inside, a seat is its position among all, a group a number."""

    def __init__(self, rooms: Sequence[RoomFacts], slots: Mapping[int, int], dice: random.Random) -> None:
        self._slots, self._dice = slots, dice
        self._seats: list[SeatPlace] = []
        self._beside: list[list[int]] = []
        self._colour: list[int] = []
        for room in rooms:
            self._add(room)
        self._position = {seat: position for position, seat in enumerate(self._seats)}
        self._numbers = {"": NOBODY}
        self._group = [NOBODY] * len(self._seats)
        self._times = [0] * len(self._seats)
        self._who: list[Examinee | None] = [None] * len(self._seats)

    def place(self, seat: SeatPlace, one: Examinee) -> None:
        """Somebody whose seat is settled, or settled for now."""
        position = self._position[seat]
        self._who[position] = one
        self._group[position] = self._numbers.setdefault(one.group, len(self._numbers))
        self._times[position] = self._times_of(one)

    def deal(self, block: Block) -> None:
        """Everybody of a block to a seat of it."""
        sizes = Counter(one.group for one in block.examinees)
        lots = {group: self._dice.random() for group in sorted(sizes)}
        people = sorted(block.examinees, key=lambda one: (-sizes[one.group], lots[one.group]))
        seats = sorted(block.seats, key=lambda seat: self._colour[self._position[seat]])
        for seat, one in zip(seats, people, strict=True):
            self.place(seat, one)

    def improve(self, blocks: Sequence[Block]) -> None:
        """Change seats within blocks until nobody gains by it."""
        positions = [[self._position[seat] for seat in block.seats] for block in blocks]
        idle = 0
        while idle < IDLE_ROUNDS:
            gains = [self._gained(block) for block in positions]
            if not any(moved for _, moved in gains):
                return
            idle = 0 if any(gained for gained, _ in gains) else idle + 1

    def plan(self) -> dict[SeatPlace, Examinee]:
        """Who sits where."""
        return {seat: one for seat, one in zip(self._seats, self._who, strict=True) if one is not None}

    def _add(self, room: RoomFacts) -> None:
        before = len(self._seats) - 1
        beside, stands = neighbours(room.seats, room.columns), places(room.seats, room.columns)
        for number in range(1, room.seats + 1):
            self._seats.append(SeatPlace(room.id, number))
            self._beside.append([before + near for near in beside[number]])
            self._colour.append(sum(stands[number]) % 2)

    def _gained(self, block: list[int]) -> tuple[int, int]:
        """By how many clashes a block got better, and how many changed seats for it, or for one as good."""
        uneasy = [seat for seat in block if self._clashes(seat)]
        self._dice.shuffle(uneasy)
        gains = [gain for seat in uneasy if (gain := self._move(seat, block)) is not None]
        return sum(gains), len(gains)

    def _move(self, seat: int, block: list[int]) -> int | None:
        """Change the seat of whoever sits here for the best that is found; the gain, None where none is as good."""
        here = self._clashes(seat)
        if not here:
            return None
        best, found = 0, []
        for other in block if len(block) <= TRIED else self._dice.sample(block, TRIED):
            if self._group[other] == self._group[seat]:
                continue
            gain = self._gain(seat, other, here)
            if gain > best:
                best, found = gain, [other]
            elif gain == best:
                found.append(other)
        if not found:
            return None
        self._swap(seat, self._dice.choice(found))
        return best

    def _gain(self, seat: int, other: int, here: int) -> int:
        """By how many there would be fewer clashes if the two changed their seats."""
        before = here + self._clashes(other)
        self._exchange(seat, other)
        after = self._clashes(seat) + self._clashes(other)
        self._exchange(seat, other)
        return before - after

    def _swap(self, seat: int, other: int) -> None:
        self._exchange(seat, other)
        self._who[seat], self._who[other] = self._who[other], self._who[seat]

    def _exchange(self, seat: int, other: int) -> None:
        group, times = self._group, self._times
        group[seat], group[other] = group[other], group[seat]
        times[seat], times[other] = times[other], times[seat]

    def _clashes(self, seat: int) -> int:
        """How many of the same group sit beside this seat at the same time."""
        own, group, times = self._group[seat], self._group, self._times
        if own == NOBODY:
            return 0
        sitting, found = times[seat], 0
        for near in self._beside[seat]:
            if group[near] == own and times[near] & sitting:
                found += 1
        return found

    def _times_of(self, one: Examinee) -> int:
        """The times at which they sit, a bit each; who sits nothing known sits always."""
        times = 0
        for session in one.sessions:
            times |= 1 << self._slots.get(session, session)
        return times or -1
