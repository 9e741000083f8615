"""One row of a file of venues and rooms, checked. Pure.

Columns: area, site, venue (its number), venue_name, address, room (its number), seats; where they are known columns,
place, format, broken, wheelchair and sessions, the last three separated by `;`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from backend.exams.facts import SessionFacts, SiteFacts
from backend.exams.room_layout import usual_columns
from backend.seating.room_rules import RoomSaid, faults_of
from backend.sheets import Row
from backend.staging import BadRow
from backend.wording import say

NEEDED: Final = ("area", "site", "venue", "venue_name", "address", "room", "seats")
OPTIONAL: Final = ("columns", "place", "format", "broken", "wheelchair", "sessions")
LONGEST: Final = {"venue_name": 128, "address": 256}


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueRow:
    """One room, and what the row says of its venue."""

    line: int
    site: SiteFacts
    name: str
    address: str
    room: RoomSaid


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueRows:
    """Checks the rows of one file. `sites`: those it may speak of, by area and name; `timetables`: by area, the
    sessions by number."""

    sites: Mapping[tuple[str, str], SiteFacts]
    timetables: Mapping[str, Mapping[int, SessionFacts]]

    def knows(self, column: str) -> bool:
        """Whether it is one of the file's columns."""
        return column in NEEDED or column in OPTIONAL

    def check(self, row: Row) -> VenueRow:
        """Raises BadRow with every fault."""
        faults: list[tuple[str, str]] = []
        if row.fault is not None:
            raise BadRow(("row", row.fault))
        cells = row.cells
        site = self.sites.get((cells["area"], cells["site"]))
        if site is None:
            faults.append(("site", "there is no such site to import for"))
        for name, longest in LONGEST.items():
            if not 0 < len(cells[name]) <= longest:
                faults.append((name, f"1 to {longest} characters are needed"))
        room = self._room(cells, faults)
        if site is not None and not faults:
            found = faults_of(room, self.timetables[site.area])
            faults += [(fault.field, say("faults", fault.code, "en")) for fault in found]
        if faults or site is None:
            raise BadRow(*faults)
        return VenueRow(line=row.line, site=site, name=cells["venue_name"], address=cells["address"], room=room)

    def _room(self, cells: Mapping[str, str], faults: list[tuple[str, str]]) -> RoomSaid:
        seats = _number("seats", cells, faults)
        columns = _number("columns", cells, faults) if cells.get("columns") else usual_columns(seats)
        return RoomSaid(
            venue=_number("venue", cells, faults),
            number=_number("room", cells, faults),
            seats=seats,
            columns=columns,
            place=cells.get("place") or None,
            format=cells.get("format") or None,
            broken=_numbers("broken", cells, faults),
            wheelchair=_numbers("wheelchair", cells, faults),
            sessions=_numbers("sessions", cells, faults),
        )


def _number(name: str, cells: Mapping[str, str], faults: list[tuple[str, str]]) -> int:
    """The number in a cell; what is none is a fault, and counts as 0."""
    cell = cells[name]
    if cell.isascii() and cell.isdigit() and len(cell) < 6:
        return int(cell)
    faults.append((name, "it is not a whole number"))
    return 0


def _numbers(name: str, cells: Mapping[str, str], faults: list[tuple[str, str]]) -> tuple[int, ...]:
    parts = [part.strip() for part in cells.get(name, "").split(";")]
    return tuple(_number(name, {name: part}, faults) for part in parts if part)
