"""Venues and rooms as their site keeps them: imported from a file, whole or not at all, or set one by one.

What the exam's own files say of a venue holds until its site has written of it. A room that a plan uses stays as it is.
The file's columns stand in `venue_rows.py`; it replaces the rooms it has and leaves the others.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tortoise.expressions import Q

from backend import audit
from backend.audit import SYSTEM, Actor
from backend.clock import Clock
from backend.database import Database
from backend.errors import Conflict, Fault, Faulty, NotFound
from backend.exams.catalogue import ExamFacts, Exams, SiteFacts
from backend.exams.facts import SessionFacts
from backend.exams.models import Room
from backend.seating.room_rules import RoomSaid, faults_of
from backend.seating.venue_rows import LONGEST, NEEDED, VenueRow, VenueRows
from backend.seating.venue_writing import SiteVenues
from backend.sheets import read
from backend.staff.duties import Duty
from backend.staff.scope import Clerk
from backend.staging import BadRow, Faults
from backend.wording import say

Timetable = Mapping[int, SessionFacts]
NO_LINE: Final = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class VenuesImported:
    """What became of a file: its rows, how many rooms of them are new, how many otherwise than before."""

    rows: int
    added: int
    changed: int


class Venues:
    """Each act is one transaction that holds the sites it writes of. Scope is part of every query."""

    def __init__(self, database: Database, clock: Clock, exams: Exams) -> None:
        self._database, self._clock, self._exams = database, clock, exams

    async def load(self, file: Path, exam_code: str) -> VenuesImported:
        """Import a file of any sites of the exam, whole or not at all.

        Raises BadFile with every fault; NotFound `exam_unknown`.
        """
        exam = await self._exams.exam(exam_code)
        sites = [one.site for one in await self._exams.sites(exam_code)]
        return await self._load(file, exam, sites, SYSTEM)

    async def load_for(self, clerk: Clerk, file: Path, exam_code: str) -> VenuesImported:
        """Import a file of the clerk's own site. Raises NotAllowed, and as `load`."""
        clerk.require(Duty.KEEP_ROOMS)
        exam, site = await self._exams.exam(exam_code), await self._site(clerk)
        return await self._load(file, exam, [site], clerk.actor)

    async def rooms(
        self, clerk: Clerk, exam_code: str, *, after: tuple[int, int] = (0, 0), limit: int = 50
    ) -> list[Room]:
        """Rooms of the clerk's scope with their venues, by the venue's id and the room's number, after these two."""
        clerk.require(Duty.SEE_SEATING)
        exam = await self._exams.exam(exam_code)
        beyond = Q(venue_id__gt=after[0]) | Q(venue_id=after[0], number__gt=after[1])
        found = Room.filter(beyond, venue__exam_id=exam.id, **clerk.registrations(through="venue__"))
        return await found.order_by("venue_id", "number").limit(limit).select_related("venue")

    async def set_room(self, clerk: Clerk, exam_code: str, room: RoomSaid, *, name: str, address: str) -> None:
        """Add a room, or describe it otherwise; `name` and `address` are its venue's. Again is harmless.

        Raises NotAllowed; Faulty `room_faulty` naming the fields; Conflict `room_in_use` once a plan uses it.
        """
        clerk.require(Duty.KEEP_ROOMS)
        exam, site = await self._exams.exam(exam_code), await self._site(clerk)
        timetable = await self._timetable(exam, site.area)
        said = {"venue_name": name.strip(), "address": address.strip()}
        faults = [Fault(field, "missing") for field, text in said.items() if not text]
        faults += [Fault(field, "too_long") for field, text in said.items() if len(text) > LONGEST[field]]
        faults += faults_of(room, timetable)
        if faults:
            raise Faulty("room_faulty", faults=faults)
        row = VenueRow(line=NO_LINE, site=site, name=said["venue_name"], address=said["address"], room=room)
        async with self._database.transaction():
            venues = await SiteVenues.hold(self._database, exam, site, timetable)
            faults = [fault for _, fault in venues.wrongs([row])]
            if any(fault.code == "room_in_use" for fault in faults):
                raise Conflict("room_in_use")
            if faults:
                raise Faulty("room_faulty", faults=faults)
            if any(await venues.write([row])):
                await self._record(clerk.actor, "set", exam, site, {"venue": room.venue, "room": room.number})

    async def remove_room(self, clerk: Clerk, exam_code: str, venue: int, room: int) -> None:
        """Take a room away. Raises NotAllowed; NotFound `room_unknown`; Conflict `room_in_use`."""
        clerk.require(Duty.KEEP_ROOMS)
        exam, site = await self._exams.exam(exam_code), await self._site(clerk)
        async with self._database.transaction():
            venues = await SiteVenues.hold(self._database, exam, site, {})
            removed = await venues.remove((venue, room))
            if removed is None:
                raise NotFound("room_unknown")
            if not removed:
                raise Conflict("room_in_use")
            await self._record(clerk.actor, "removed", exam, site, {"venue": venue, "room": room})

    async def _load(self, file: Path, exam: ExamFacts, sites: Sequence[SiteFacts], actor: Actor) -> VenuesImported:
        timetables = {site.area: await self._timetable(exam, site.area) for site in sites}
        rows = VenueRows(sites={(site.area, site.name): site for site in sites}, timetables=timetables)
        faults = Faults(file)
        read_rows = await asyncio.to_thread(_rows, file, rows, faults)
        by_site: dict[int, list[VenueRow]] = defaultdict(list)
        for row in read_rows:
            by_site[row.site.id].append(row)
        added = changed = 0
        async with self._database.transaction():
            held = []
            for _, mine in sorted(by_site.items()):
                site = mine[0].site
                venues = await SiteVenues.hold(self._database, exam, site, timetables[site.area])
                for row, fault in venues.wrongs(mine):
                    faults.add(row.line, fault.field, say("faults", fault.code, "en"))
                held.append((site, venues, mine))
            faults.require_none()
            for site, venues, mine in held:
                new, other = await venues.write(mine)
                added, changed = added + new, changed + other
                await self._record(actor, "imported", exam, site, {"rows": len(mine), "added": new, "changed": other})
        return VenuesImported(rows=len(read_rows), added=added, changed=changed)

    async def _record(self, actor: Actor, act: str, exam: ExamFacts, site: SiteFacts, what: Mapping[str, int]) -> None:
        await audit.record(self._clock, actor, act, "rooms", site.id, after={"exam": exam.code, **what})

    async def _timetable(self, exam: ExamFacts, area: str) -> Timetable:
        return {session.number: session for session in await self._exams.sessions(exam.code, area)}

    async def _site(self, clerk: Clerk) -> SiteFacts:
        assert clerk.site_id is not None
        return await self._exams.site_by_id(clerk.site_id)


def _rows(file: Path, rows: VenueRows, faults: Faults) -> list[VenueRow]:
    """Every row, checked by itself and beside the others. Blocks. Raises BadFile where the columns are wrong."""
    found: list[VenueRow] = []
    rooms: dict[tuple[int, int, int], int] = {}
    venues: dict[tuple[int, int], VenueRow] = {}
    for row in read(file, known=rows.knows, needed=NEEDED):
        try:
            one = rows.check(row)
        except BadRow as bad:
            for column, reason in bad.faults:
                faults.add(row.line, column, reason)
            continue
        room = one.room
        first_line = rooms.setdefault((one.site.id, room.venue, room.number), one.line)
        if first_line != one.line:
            faults.add(one.line, "room", f"line {first_line} has it already")
            continue
        first = venues.setdefault((one.site.id, room.venue), one)
        if (first.name, first.address) != (one.name, one.address):
            faults.add(one.line, "venue_name", f"line {first.line} has another name or address for this venue")
        found.append(one)
    return found
