"""Where a room's seats stand: columns from the lectern to the back, numbered in turns there and back."""

from functools import cache
from math import ceil


@cache
def places(seats: int, columns: int) -> dict[int, tuple[int, int]]:
    """By seat: its row (0 is the front one) and its column."""
    rows = ceil(seats / columns)
    found = {}
    for seat in range(1, seats + 1):
        column, along = divmod(seat - 1, rows)
        found[seat] = (rows - 1 - along if column % 2 else along, column)
    return found


@cache
def neighbours(seats: int, columns: int) -> dict[int, tuple[int, ...]]:
    """By seat: the seats to its left and right, before and behind it."""
    where = places(seats, columns)
    at = {place: seat for seat, place in where.items()}
    sides = ((0, 1), (0, -1), (1, 0), (-1, 0))
    return {
        seat: tuple(at[row + down, column + right] for down, right in sides if (row + down, column + right) in at)
        for seat, (row, column) in where.items()
    }
