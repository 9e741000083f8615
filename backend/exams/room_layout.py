"""How many seats stand side by side in a room nobody has described, and how many a seat chart has room for."""

from math import ceil
from typing import Final

MOST_COLUMNS: Final = 10
MOST_ROWS: Final = 12
USUAL_COLUMNS: Final = 5


def usual_columns(seats: int) -> int:
    """Five, and more where a column would be too long for a page."""
    return max(USUAL_COLUMNS, ceil(seats / MOST_ROWS))
