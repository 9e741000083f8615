"""The seat chart (座位安排表): the seats as they stand in the room, seen as one enters and looks at the lectern.

How seats run through a room is published nowhere: columns from the lectern to the back, in turns there and back, is
what invigilators are used to, and the default here.
"""

from dataclasses import dataclass
from math import ceil

from backend.documents.sheets import Room, Seated, Sheet, head, rooms_data
from backend.exams.room_layout import MOST_COLUMNS, MOST_ROWS

__all__ = ["MOST_COLUMNS", "MOST_ROWS", "Layout", "SeatChart", "seat_chart_data"]

TEMPLATE = "seat_chart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How the seats of a room run."""

    columns: int = 5
    seats: int = 30
    """Seats the room has; those that nobody sits in are drawn empty."""
    first_column: str = "left"
    """Where the first seat stands as one looks at the lectern: `left` or `right`."""
    serpentine: bool = True
    """Every second column is numbered from the back to the lectern."""
    door: str | None = "right"
    """The side of the lectern the door is on: `left`, `right`, or None where nobody knows."""

    def rows(self) -> int:
        """Seats a column."""
        return ceil(self.seats / self.columns)

    def seat_at(self, row: int, column: int) -> int | None:
        """The seat that stands in this row (0 is at the lectern) and column (0 is at the left), if there is one."""
        along = column if self.first_column == "left" else self.columns - 1 - column
        back = self.serpentine and along % 2 == 1
        seat = along * self.rows() + (self.rows() - row if back else row + 1)
        return seat if seat <= self.seats else None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatChart(Sheet):
    """The charts of several rooms, a page each."""

    rooms: tuple[Room, ...]
    layout: Layout


def seat_chart_data(sheet: SeatChart) -> dict[str, object]:
    """The data of the template.

    Raises ValueError (number of rooms; a layout of more than MOST_COLUMNS or MOST_ROWS; a seat the layout hasn't).
    """
    layout = sheet.layout
    if layout.columns > MOST_COLUMNS or layout.rows() > MOST_ROWS:
        raise ValueError(f"a chart has at most {MOST_COLUMNS} columns and {MOST_ROWS} rows")
    rooms = rooms_data(sheet.rooms, least=0, masked=True)
    for data, room in zip(rooms, sheet.rooms, strict=True):
        data["places"] = _places(layout, room.candidates)
        del data["seats"]
    return {
        **head(sheet, "座位安排表"),
        "rooms": rooms,
        "columns": layout.columns,
        "rows": layout.rows(),
        "door": layout.door,
    }


def _places(layout: Layout, candidates: tuple[Seated, ...]) -> list[dict[str, object] | None]:
    """Row by row from the lectern, each from left to right; None where the room has no seat."""
    taken = {int(seated.seat): seated for seated in candidates}
    if max(taken, default=0) > layout.seats:
        raise ValueError(f"seat {max(taken)} is not one of the room's {layout.seats}")
    seats = [layout.seat_at(row, column) for row in range(layout.rows()) for column in range(layout.columns)]
    return [None if seat is None else _place(seat, taken.get(seat)) for seat in seats]


def _place(seat: int, seated: Seated | None) -> dict[str, object]:
    return {
        "seat": f"{seat:02d}",
        "name": seated.name if seated else None,
        "admit_number": seated.admit_number if seated else None,
    }
