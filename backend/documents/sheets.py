"""What the offices' sheets have in common: whose they are, and how a column or a signature's day stays blank."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from backend.documents.dates import day, minute, weekday
from backend.documents.photos import photo_svg
from backend.personal_data import mask_document

ROOMS_A_PAPER = 20
"""Each with thirty photos takes about 300 MB while it is drawn, and forty of them half a gigabyte."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What every paper says of itself; of any paper, what is None or empty is left blank to write in."""

    exam_name: str
    printed_at: datetime
    sample: bool
    """Made-up data: the paper says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet(Paper):
    """A paper of an office."""

    area: str | None
    """考区"""
    site: str | None
    """考点"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomSitting:
    """A subject that is sat in a room, and when."""

    subject: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Seated:
    """A candidate in their seat."""

    seat: str
    admit_number: str
    name: str
    gender: str
    id_number: str
    """Whole: a sheet that hangs where all can read it masks it by itself."""
    speciality: str
    photo: bytes | None
    """A JPEG as `accept_photo` of backend.registrations.photos makes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A room (试室) with who sits in it; without candidates its sheet is a blank one."""

    venue: str | None
    """考场"""
    number: str | None
    place: str | None
    """Building and floor."""
    sittings: tuple[RoomSitting, ...]
    candidates: tuple[Seated, ...]


def paper_head(paper: Paper, title: str) -> dict[str, object]:
    """The part of a template's data that is the same for every paper."""
    return {
        "title": title,
        "exam_name": paper.exam_name,
        "printed_at": when(paper.printed_at),
        "sample": paper.sample,
    }


def head(sheet: Sheet, title: str) -> dict[str, object]:
    """The part of a template's data that is the same for every sheet."""
    return {**paper_head(sheet, title), "area": sheet.area, "site": sheet.site}


def rooms_data(rooms: Sequence[Room], *, least: int, masked: bool, photos: bool = False) -> list[dict[str, object]]:
    """The rooms for a template; one of fewer than `least` candidates ends in blank rows.

    Raises ValueError for none or for more than ROOMS_A_PAPER.
    """
    if not 0 < len(rooms) <= ROOMS_A_PAPER:
        raise ValueError(f"a paper holds 1 to {ROOMS_A_PAPER} rooms, not {len(rooms)}")
    return [
        {
            "venue": room.venue,
            "number": room.number,
            "place": room.place,
            "sittings": [sitting_data(sitting) for sitting in in_order(room.sittings)],
            "seats": [_seat(seated, masked=masked, photos=photos) for seated in room.candidates],
            "blank_rows": blank_rows(room.candidates, least),
        }
        for room in rooms
    ]


def in_order(sittings: Sequence[RoomSitting]) -> list[RoomSitting]:
    """By time."""
    return sorted(sittings, key=lambda sitting: sitting.starts_at)


def sitting_data(sitting: RoomSitting) -> dict[str, object]:
    """A sitting as templates have it."""
    return {
        "subject": sitting.subject,
        "day": f"{day(sitting.starts_at)} {weekday(sitting.starts_at)}",
        "short_day": day(sitting.starts_at).partition("年")[2],
        "hours": f"{minute(sitting.starts_at)}—{minute(sitting.ends_at)}",
    }


def when(moment: datetime | None) -> str | None:
    """2024年4月13日 09:30"""
    return f"{day(moment)} {minute(moment)}" if moment else None


def blank_rows(rows: Sequence[object], least: int) -> int:
    """How many rows are left to write in, so that there are `least`."""
    return max(0, least - len(rows))


def counted(number: int | None) -> str | None:
    """A number as it is printed."""
    return None if number is None else str(number)


def _seat(seated: Seated, *, masked: bool, photos: bool) -> dict[str, object]:
    return {
        "seat": seated.seat,
        "admit_number": seated.admit_number,
        "name": seated.name,
        "gender": seated.gender,
        "id_number": mask_document(seated.id_number) if masked else seated.id_number,
        "speciality": seated.speciality,
        "photo": photo_svg(seated.photo) if photos and seated.photo else None,
    }
