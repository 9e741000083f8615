"""The sign-in sheet (考生签到表): each candidate of a room with photo and document number, and where they sign.

Invigilators hold the candidate, the document and this sheet side by side (the nurse exam's plan of 2012, annex 2:
"是否相符"): the document number stands whole. It is never posted.
"""

from dataclasses import dataclass

from backend.documents.sheets import Room, Sheet, head, rooms_data

TEMPLATE = "sign_in_sheet"
ROWS_A_PAGE = 10
ROOM_FOR_SITTINGS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInSheet(Sheet):
    """The sheets of several rooms, each on pages of its own; one column to sign in for each of a room's sittings."""

    rooms: tuple[Room, ...]


def sign_in_sheet_data(sheet: SignInSheet) -> dict[str, object]:
    """The data of the template. Raises ValueError (number of rooms; more than ROOM_FOR_SITTINGS sittings)."""
    for room in sheet.rooms:
        if len(room.sittings) > ROOM_FOR_SITTINGS:
            raise ValueError(f"the sheet has room for {ROOM_FOR_SITTINGS} sittings, not {len(room.sittings)}")
    rooms = rooms_data(sheet.rooms, least=ROWS_A_PAGE, masked=False, photos=True)
    return {**head(sheet, "考生签到表"), "rooms": rooms}
