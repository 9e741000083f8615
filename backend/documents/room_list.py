"""The room list (试室编排表, 试室列表, 试室安排表): which admit numbers sit in which room; hung at a venue's door."""

from dataclasses import dataclass

from backend.documents.sheets import RoomSitting, Sheet, blank_rows, head, in_order, sitting_data

TEMPLATE = "room_list"
LEAST_ROWS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomLine:
    """One room in one session."""

    number: str
    place: str | None
    """Building and floor."""
    specialities: tuple[str, ...]
    first_admit_number: str
    last_admit_number: str
    candidates: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomList(Sheet):
    """One venue's rooms in one session."""

    venue: str | None
    address: str | None
    sittings: tuple[RoomSitting, ...]
    rooms: tuple[RoomLine, ...]


def room_list_data(sheet: RoomList) -> dict[str, object]:
    """The data of the template."""
    return {
        **head(sheet, "试室编排表"),
        "venue": sheet.venue,
        "address": sheet.address,
        "sittings": [sitting_data(sitting) for sitting in in_order(sheet.sittings)],
        "rooms": [_room(room) for room in sheet.rooms],
        "blank_rows": blank_rows(sheet.rooms, LEAST_ROWS),
        "candidates": str(sum(room.candidates for room in sheet.rooms)) if sheet.rooms else None,
        "room_count": str(len(sheet.rooms)) if sheet.rooms else None,
    }


def _room(room: RoomLine) -> dict[str, object]:
    return {
        "number": room.number,
        "place": room.place,
        "specialities": "、".join(room.specialities),
        "first_admit_number": room.first_admit_number,
        "last_admit_number": room.last_admit_number,
        "candidates": str(room.candidates),
    }
