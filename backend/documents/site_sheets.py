"""What a site prints of a venue: sign-in sheets, room lists, seat charts, labels, door lists and room records.

National plan 2021: 《考生签到表》 from 1 April on; 《试室编排表》《座位安排表》和《座位贴》 are hung up. They are
printed of what the area has frozen and, where the calendar has a day for the sign-in sheet, from that day on. Where it
has none, the sign-in sheets come from the centre (the nurse exam's plan of 2012), and the site prints the others.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from backend import audit
from backend.clock import Clock
from backend.database import Database
from backend.documents.admit_card import ExamFormat
from backend.documents.archive import Entry, zipped
from backend.documents.rendering import Renderer
from backend.documents.sheet_papers import (
    ROOMS_A_BATCH,
    TITLES,
    Heading,
    SheetKind,
    SheetPaper,
    papers_of,
    room_list_paper,
)
from backend.documents.venue_rooms import VenueRooms
from backend.errors import Conflict, NotFound
from backend.exams.calendar import Calendar
from backend.exams.catalogue import ExamFacts, Exams, SiteFacts
from backend.exams.models import Venue
from backend.exams.stages import Stage
from backend.seating.models import PlanState, SeatingPlan
from backend.staff.duties import Duty
from backend.staff.scope import Clerk

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A finished sheet, and the characters on it that no font has."""

    file_name: str
    pdf: bytes
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Of:
    """One venue of one exam, as its sheets are headed."""

    exam: ExamFacts
    site: SiteFacts
    venue: Venue
    heading: Heading
    calendar: Calendar


class SiteSheets:
    """Every print is on record. Scope is part of every query."""

    def __init__(
        self, *, database: Database, clock: Clock, exams: Exams, rooms: VenueRooms, renderer: Renderer
    ) -> None:
        self._database, self._clock, self._exams = database, clock, exams
        self._rooms, self._renderer = rooms, renderer

    async def sheet(self, clerk: Clerk, exam_code: str, kind: SheetKind, *, venue: int, room: int) -> list[Printed]:
        """One room's sheets of a kind: usually one paper.

        Raises NotAllowed; NotFound `venue_unknown`, `room_unknown`; OutOfWindow; Conflict `seating_not_frozen`.
        """
        of = await self._of(clerk, exam_code, venue)
        self._require_window(of, kind)
        photos = kind is SheetKind.SIGN_IN_SHEET
        found = await self._rooms.read(of.exam, of.venue, after=room - 1, until=room, limit=1, photos=photos)
        if not found:
            raise NotFound("room_unknown")
        await self._record(clerk, of, {"sheets": [kind], "room": room})
        name = f"{TITLES[kind]}-{venue:02d}-{room:03d}"
        papers = await asyncio.to_thread(papers_of, kind, of.heading, found)
        return [await self._drawn(paper, _name(name, number, len(papers))) for number, paper in enumerate(papers, 1)]

    async def room_lists(self, clerk: Clerk, exam_code: str, *, venue: int) -> list[Printed]:
        """A venue's room lists (试室编排表), one a session, by time. Raises as `sheet`."""
        of = await self._of(clerk, exam_code, venue)
        self._require_window(of, None)
        await self._record(clerk, of, {"sheets": ["room_list"]})
        return [printed async for printed in self._room_lists(of)]

    async def archive(self, clerk: Clerk, exam_code: str, *, venue: int) -> AsyncIterator[bytes]:
        """All sheets of a venue as one ZIP, in pieces: some rooms are read and drawn while those before are sent.

        Without sign-in sheets where sites print none. Raises as `sheet`, before the first piece.
        """
        of = await self._of(clerk, exam_code, venue)
        self._require_window(of, None)
        kinds = [kind for kind in SheetKind if kind is not SheetKind.SIGN_IN_SHEET or self._prints_sign_in(of)]
        await self._record(clerk, of, {"sheets": ["room_list", *kinds]})
        return zipped(self._entries(of, kinds), at=of.heading.printed_at)

    async def _entries(self, of: _Of, kinds: Sequence[SheetKind]) -> AsyncIterator[Entry]:
        missing: dict[str, None] = {}
        async for printed in self._everything(of, kinds):
            missing.update(dict.fromkeys(printed.missing))
            yield Entry(name=printed.file_name, content=printed.pdf)
        if missing:
            lines = [f"U+{ord(character):04X} {character}" for character in missing]
            yield Entry(name="缺字.txt", content="\n".join(lines).encode())

    async def _everything(self, of: _Of, kinds: Sequence[SheetKind]) -> AsyncIterator[Printed]:
        async for printed in self._room_lists(of):
            yield printed
        after = 0
        while rooms := await self._rooms.read(
            of.exam, of.venue, after=after, limit=ROOMS_A_BATCH, photos=SheetKind.SIGN_IN_SHEET in kinds
        ):
            first, after = rooms[0].number, rooms[-1].number
            for kind in kinds:
                papers = await asyncio.to_thread(papers_of, kind, of.heading, rooms)
                for number, paper in enumerate(papers, 1):
                    name = f"{TITLES[kind]}/{of.venue.number:02d}-{first:03d}至{after:03d}"
                    yield await self._drawn(paper, _name(name, number, len(papers)))

    async def _room_lists(self, of: _Of) -> AsyncIterator[Printed]:
        lines = await self._rooms.lines(of.venue)
        specialities = await self._exams.specialities_of(of.exam.kind)
        for session in await self._rooms.sessions(of.exam, of.venue):
            mine = [line for line in lines if line["session_id"] == session.id]
            if mine:
                venue = of.venue
                paper = room_list_paper(of.heading, venue.name, venue.address, session, mine, specialities)
                yield await self._drawn(paper, f"试室编排表/{venue.number:02d}-场次{session.number:02d}.pdf")

    async def _drawn(self, paper: SheetPaper, name: str) -> Printed:
        rendered = await self._renderer.render(paper.template, paper.data)
        if rendered.missing:
            log.warning("characters_without_font", sheet=name, characters=rendered.missing)
        return Printed(file_name=name, pdf=rendered.pdf, missing=rendered.missing)

    async def _of(self, clerk: Clerk, exam_code: str, number: int) -> _Of:
        """Raises NotAllowed; NotFound `venue_unknown`; Conflict `seating_not_frozen`."""
        clerk.require(Duty.PRINT_SHEETS)
        assert clerk.site_id is not None
        exam, site = await self._exams.exam(exam_code), await self._exams.site_by_id(clerk.site_id)
        venue = await Venue.get_or_none(exam_id=exam.id, site_id=site.id, number=number)
        if venue is None:
            raise NotFound("venue_unknown")
        await _require_frozen(exam.id, site.id)
        sessions = await self._rooms.sessions(exam, venue)
        heading = Heading(
            exam_name=exam.name,
            printed_at=self._clock.now().replace(second=0, microsecond=0),
            sample=exam.sample or venue.sample or any(session.sample for session in sessions),
            area=site.area,
            site=site.name,
            exam_format=ExamFormat.PAPER if exam.formats == ("paper",) else ExamFormat.COMPUTER,
        )
        calendar = await self._exams.calendar(exam_code, site.area, site.name)
        return _Of(exam=exam, site=site, venue=venue, heading=heading, calendar=calendar)

    def _prints_sign_in(self, of: _Of) -> bool:
        return bool(of.calendar.stage(Stage.SIGN_IN_SHEET).windows)

    def _require_window(self, of: _Of, kind: SheetKind | None) -> None:
        """Raises OutOfWindow before the day of the sign-in sheet; for that sheet itself, also where there is none."""
        if kind is SheetKind.SIGN_IN_SHEET or self._prints_sign_in(of):
            of.calendar.require_open(Stage.SIGN_IN_SHEET, self._clock.now())

    async def _record(self, clerk: Clerk, of: _Of, what: Mapping[str, Any]) -> None:
        after = {"exam": of.exam.code, **what}
        await audit.record(self._clock, clerk.actor, "printed", "venue", of.venue.id, after=after)


async def _require_frozen(exam_id: int, site_id: int) -> None:
    """Raises Conflict `seating_not_frozen` unless there are plans and the area has frozen each."""
    plans = SeatingPlan.filter(exam_id=exam_id, site_id=site_id).exclude(state=PlanState.WITHDRAWN)
    states = [plan.state for plan in await plans.only("id", "state")]
    if not states or any(state is not PlanState.FROZEN for state in states):
        raise Conflict("seating_not_frozen")


def _name(name: str, number: int, of: int) -> str:
    return f"{name}-{number}.pdf" if of > 1 else f"{name}.pdf"
