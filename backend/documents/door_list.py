"""The door list (试室考生名单): who sits in a room, hung on its door; document numbers are masked."""

from dataclasses import dataclass

from backend.documents.sheets import Room, Sheet, head, rooms_data

TEMPLATE = "door_list"
LEAST_ROWS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorList(Sheet):
    """The lists of several rooms, each on pages of its own."""

    rooms: tuple[Room, ...]


def door_list_data(sheet: DoorList) -> dict[str, object]:
    """The data of the template. Raises ValueError (number of rooms)."""
    return {**head(sheet, "试室考生名单"), "rooms": rooms_data(sheet.rooms, least=LEAST_ROWS, masked=True)}
