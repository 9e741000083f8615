"""A venue's rooms as sheets of each kind: which template, which data. Pure; how many rooms a paper holds differs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Any, Final

from backend.documents import door_list, room_list, room_record, seat_chart, seat_labels, sign_in_sheet
from backend.documents.admit_card import ExamFormat
from backend.documents.room_list import RoomLine, RoomList
from backend.documents.room_record import RoomRecord, RoomReport
from backend.documents.sheets import ROOMS_A_PAPER, Sheet
from backend.documents.venue_rooms import FilledRoom, sitting_of, speciality_name
from backend.exams.facts import SessionFacts, SpecialityFacts

ROOMS_A_BATCH: Final = 10
"""Rooms that are read and drawn at a time: with their photos a sheet of so many takes some 150 MB while it is drawn."""


class SheetKind(StrEnum):
    """What a site prints of its rooms."""

    SIGN_IN_SHEET = "sign_in_sheet"
    SEAT_CHART = "seat_chart"
    SEAT_LABELS = "seat_labels"
    DOOR_LIST = "door_list"
    ROOM_RECORD = "room_record"


TITLES: Final[Mapping[SheetKind, str]] = {
    SheetKind.SIGN_IN_SHEET: "签到表",
    SheetKind.SEAT_CHART: "座位安排表",
    SheetKind.SEAT_LABELS: "座位贴",
    SheetKind.DOOR_LIST: "试室考生名单",
    SheetKind.ROOM_RECORD: "试室情况记录单",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPaper:
    """One paper to draw."""

    template: str
    data: dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading(Sheet):
    """What stands at the head of every sheet of a venue, and how its exam is sat."""

    exam_format: ExamFormat

    def fields(self) -> dict[str, Any]:
        """As sheets take it."""
        return {name: getattr(self, name) for name in ("exam_name", "printed_at", "sample", "area", "site")}


def papers_of(kind: SheetKind, heading: Heading, rooms: Sequence[FilledRoom]) -> list[SheetPaper]:
    """The papers of one kind for some rooms, at most ROOMS_A_BATCH, in their order."""
    return list(PAPERS[kind](heading, rooms))


def room_list_paper(
    heading: Heading,
    venue: str,
    address: str,
    session: SessionFacts,
    lines: Sequence[Mapping[str, Any]],
    specialities: Mapping[str, SpecialityFacts],
) -> SheetPaper:
    """A venue's room list for one session; `lines` as `VenueRooms.lines` has them."""
    sheet = RoomList(
        **heading.fields(),
        venue=venue,
        address=address,
        sittings=(sitting_of(session),),
        rooms=tuple(_line(line, specialities) for line in lines),
    )
    return SheetPaper(template=room_list.TEMPLATE, data=room_list.room_list_data(sheet))


def _line(line: Mapping[str, Any], specialities: Mapping[str, SpecialityFacts]) -> RoomLine:
    return RoomLine(
        number=f"{line['number']:03d}",
        place=line["place"],
        specialities=tuple(speciality_name(code, specialities) for code in line["specialities"]),
        first_admit_number=line["first"],
        last_admit_number=line["last"],
        candidates=line["candidates"],
    )


def _sign_in_sheets(heading: Heading, rooms: Sequence[FilledRoom]) -> Iterator[SheetPaper]:
    """A sheet has a column a sitting and room for four: where a paper room has more, each four have their own sheet."""
    most = sign_in_sheet.ROOM_FOR_SITTINGS
    printed = tuple(
        room.printed(room.sessions[first : first + most])
        for room in rooms
        for first in range(0, len(room.sessions), most)
    )
    for first in range(0, len(printed), ROOMS_A_BATCH):
        sheet = sign_in_sheet.SignInSheet(**heading.fields(), rooms=printed[first : first + ROOMS_A_BATCH])
        yield SheetPaper(template=sign_in_sheet.TEMPLATE, data=sign_in_sheet.sign_in_sheet_data(sheet))


def _seat_charts(heading: Heading, rooms: Sequence[FilledRoom]) -> Iterator[SheetPaper]:
    """Rooms of one shape, one after the other, share a paper."""
    for (columns, seats), alike in groupby(rooms, key=lambda room: (room.columns, room.seats)):
        layout = seat_chart.Layout(columns=columns, seats=seats, door=None)
        printed = tuple(room.printed() for room in alike)
        sheet = seat_chart.SeatChart(**heading.fields(), rooms=printed, layout=layout)
        yield SheetPaper(template=seat_chart.TEMPLATE, data=seat_chart.seat_chart_data(sheet))


def _seat_labels(heading: Heading, rooms: Sequence[FilledRoom]) -> Iterator[SheetPaper]:
    sheet = seat_labels.SeatLabels(**heading.fields(), rooms=tuple(room.printed() for room in rooms))
    yield SheetPaper(template=seat_labels.TEMPLATE, data=seat_labels.seat_labels_data(sheet))


def _door_lists(heading: Heading, rooms: Sequence[FilledRoom]) -> Iterator[SheetPaper]:
    sheet = door_list.DoorList(**heading.fields(), rooms=tuple(room.printed() for room in rooms))
    yield SheetPaper(template=door_list.TEMPLATE, data=door_list.door_list_data(sheet))


def _room_records(heading: Heading, rooms: Sequence[FilledRoom]) -> Iterator[SheetPaper]:
    """One a sitting, to be filled in by the invigilators."""
    reports = tuple(_report(room, session) for room in rooms for session in room.sessions)
    for first in range(0, len(reports), ROOMS_A_PAPER):
        some = reports[first : first + ROOMS_A_PAPER]
        sheet = RoomRecord(**heading.fields(), exam_format=heading.exam_format, rooms=some)
        yield SheetPaper(template=room_record.TEMPLATE, data=room_record.room_record_data(sheet))


def _report(room: FilledRoom, session: SessionFacts) -> RoomReport:
    here = room.printed([session])
    return RoomReport(
        venue=here.venue,
        number=here.number,
        sitting=here.sittings[0],
        expected=len(here.candidates),
        present=None,
        absent=(),
        violations=(),
        events=(),
    )


PAPERS: Final[Mapping[SheetKind, Callable[[Heading, Sequence[FilledRoom]], Iterator[SheetPaper]]]] = {
    SheetKind.SIGN_IN_SHEET: _sign_in_sheets,
    SheetKind.SEAT_CHART: _seat_charts,
    SheetKind.SEAT_LABELS: _seat_labels,
    SheetKind.DOOR_LIST: _door_lists,
    SheetKind.ROOM_RECORD: _room_records,
}
