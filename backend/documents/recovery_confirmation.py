"""The recovery confirmation (试卷和答题卡回收确认单): candidates sign that paper and answer card were taken from them.

Read out in order E of the nurse exam's plan of 2012 (annex 3); packed with the answer cards (the 2021 and 2025
plans). It goes to the marking centre with the cards, and names nobody's document.
"""

from dataclasses import dataclass

from backend.documents.sheets import Room, Sheet, head, rooms_data

TEMPLATE = "recovery_confirmation"
LEAST_ROWS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryConfirmation(Sheet):
    """The sheets of several rooms, each on pages of its own; a room's sitting is the one whose papers are taken."""

    rooms: tuple[Room, ...]


def recovery_confirmation_data(sheet: RecoveryConfirmation) -> dict[str, object]:
    """The data of the template. Raises ValueError (number of rooms)."""
    rooms = rooms_data(sheet.rooms, least=LEAST_ROWS, masked=True)
    return {**head(sheet, "试卷和答题卡回收确认单"), "rooms": rooms}
