"""Below how many neighbours of one group no arrangement on these seats can come.

Of a group of m on n seats, take away one of each two who sit beside each other: nobody is left beside another, so those
who are left are no more than an independent set of seats has; at least m minus that many pairs there were. And of all
pairs of seats side by side, those with somebody else in them are no more than the neighbours of the busiest n − m
seats.
The larger of the two numbers holds. Shares no code with the solver.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

Spot = tuple[int, int, int]
"""Room, row, column."""
SIDES: Final = ((0, 1), (0, -1), (1, 0), (-1, 0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """Seats among which people can be arranged, and how many of each group sit there at one time."""

    spots: frozenset[Spot]
    groups: Mapping[str, int]


def least_possible(parts: Sequence[Together]) -> int:
    """Pairs of one group side by side that can't be avoided, over all parts."""
    return sum(_of_part(part) for part in parts)


def _of_part(part: Together) -> int:
    # A group of no more than half always finds a colour of the chessboard for itself.
    large = [size for group, size in part.groups.items() if group and 2 * size > len(part.spots)]
    if not large:
        return 0
    around = {spot: _beside(spot, part.spots) for spot in part.spots}
    apart = len(part.spots) - _matched(around)
    degrees = sorted(map(len, around.values()), reverse=True)
    pairs = sum(degrees) // 2
    return sum(max(0, size - apart, pairs - sum(degrees[: len(part.spots) - size])) for size in large)


def _beside(spot: Spot, spots: frozenset[Spot]) -> list[Spot]:
    room, row, column = spot
    return [near for down, right in SIDES if (near := (room, row + down, column + right)) in spots]


def _matched(around: Mapping[Spot, list[Spot]]) -> int:
    """The most pairs of seats side by side that have no seat in common (König: the rest of the seats stand apart)."""
    mate: dict[Spot, Spot] = {}
    return sum(_augment(spot, around, mate, set()) for spot in sorted(around) if sum(spot[1:]) % 2 == 0)


def _augment(spot: Spot, around: Mapping[Spot, list[Spot]], mate: dict[Spot, Spot], seen: set[Spot]) -> bool:
    for near in around[spot]:
        if near not in seen:
            seen.add(near)
            if near not in mate or _augment(mate[near], around, mate, seen):
                mate[near] = spot
                return True
    return False
