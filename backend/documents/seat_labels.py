"""Seat labels (座位贴): one for each desk, 30 an A4 page of 65 × 27.4 mm, with marks to cut along.

The candidate compares the admit number with their card's (the nurse exam's plan of 2012, annex 3, order A:
"请考生核对自己的准考证号和桌上的准考证号"). No document number: desks are read by neighbours.
"""

from dataclasses import dataclass

from backend.documents.sheets import Room, Sheet, head, rooms_data

TEMPLATE = "seat_labels"
LABELS_A_PAGE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatLabels(Sheet):
    """The labels of several rooms, each room's from a new page on."""

    rooms: tuple[Room, ...]


def seat_labels_data(sheet: SeatLabels) -> dict[str, object]:
    """The data of the template. Raises ValueError (number of rooms)."""
    return {**head(sheet, "座位贴"), "rooms": rooms_data(sheet.rooms, least=0, masked=True)}
