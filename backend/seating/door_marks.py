"""The doors of an exam as an office follows them: who sits there, who has gone in, and what was marked without the
network."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from backend.clock import EXAM_ZONE
from backend.database import Database
from backend.errors import NotFound
from backend.exams.catalogue import Exams
from backend.seating.doors import door_of
from backend.seating.entry import DoorFacts
from backend.staff.duties import Duty
from backend.staff.models import Level
from backend.staff.scope import Clerk

IN_SCOPE: Final = "($1::bigint IS NULL OR venue.site_id = $1) AND ($2::bigint IS NULL OR site.area_id = $2)"
"""$1: the clerk's site, $2: their area; without either every door."""
DOOR: Final = f"""
SELECT venue.exam_id, venue.id AS venue_id, venue.name AS venue, exam_session.id AS session_id, exam_session.subject,
    exam_session.starts_at, exam_session.ends_at, site.name AS site
FROM venue
JOIN site ON site.id = venue.site_id
JOIN exam_session ON exam_session.exam_id = venue.exam_id
    AND (exam_session.area_id IS NULL OR exam_session.area_id = site.area_id)
WHERE {IN_SCOPE}
"""
COUNTED: Final = """
SELECT door.*, counted.* FROM ({doors}) AS door
CROSS JOIN LATERAL (
    SELECT count(*) AS seated, count(mark.id) AS entered, count(mark.door_list_id) AS provisional
    FROM room
    JOIN seat ON seat.room_id = room.id AND seat.session_id = door.session_id AND seat.freed_at IS NULL
    LEFT JOIN entry_mark AS mark ON mark.registration_id = seat.registration_id
        AND mark.session_id = seat.session_id AND mark.outcome = 'admitted'
    WHERE room.venue_id = door.venue_id
) AS counted
ORDER BY door.venue_id, door.session_id
"""
"""Counted are the doors of one page alone."""
PAGE_OF_DOORS: Final = COUNTED.format(
    doors=f"""{DOOR} AND venue.exam_id = $3 AND (venue.id, exam_session.id) > ($4, $5) AND EXISTS (
    SELECT FROM room JOIN seat ON seat.room_id = room.id AND seat.session_id = exam_session.id
    WHERE room.venue_id = venue.id AND seat.freed_at IS NULL
) ORDER BY venue.id, exam_session.id LIMIT $6"""
)
ONE_DOOR: Final = COUNTED.format(doors=f"{DOOR} AND venue.id = $3 AND exam_session.id = $4")
SEATED: Final = """
SELECT room.number AS room, seat.number AS seat, admit_number.number AS admit_number, candidate.name,
    mark.marked_at, mark.door_list_id IS NOT NULL AS provisional, member.name AS marked_by
FROM room
JOIN seat ON seat.room_id = room.id AND seat.session_id = $2 AND seat.freed_at IS NULL
JOIN registration ON registration.id = seat.registration_id
JOIN candidate ON candidate.id = registration.candidate_id
LEFT JOIN admit_number ON admit_number.registration_id = registration.id AND admit_number.retired_at IS NULL
LEFT JOIN entry_mark AS mark ON mark.registration_id = seat.registration_id
    AND mark.session_id = seat.session_id AND mark.outcome = 'admitted'
LEFT JOIN staff_member AS member ON member.id = mark.marked_by
WHERE room.venue_id = $1 AND (room.number, seat.number) > ($3::bigint, $4::bigint)
    AND (NOT $5::boolean OR mark.id IS NULL)
ORDER BY room.number, seat.number LIMIT $6
"""
ROOMS: Final = """
SELECT number FROM room WHERE venue_id = $1
    AND EXISTS (SELECT FROM seat WHERE room_id = room.id AND session_id = $2 AND freed_at IS NULL)
ORDER BY number
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorCounts:
    """One venue in one session in which somebody sits. `provisional`: of those who are in, marked without the
    network."""

    exam_id: int
    door: DoorFacts
    site: str
    seated: int
    entered: int
    provisional: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Who sits at this door. `entered_at` None: not in yet; `provisional`: by the clock of a device without the
    network."""

    room: int
    seat: int
    admit_number: str | None
    name: str
    entered_at: datetime | None
    entered_by: str | None
    provisional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorLook:
    """A door and a page of who sits there. `rooms`: the numbers of its rooms."""

    counts: DoorCounts
    rooms: Sequence[int]
    expected: Sequence[Expected]


class DoorMarks:
    """Reads, and marks nobody. Scope is part of every query."""

    def __init__(self, *, database: Database, exams: Exams) -> None:
        self._database, self._exams = database, exams

    async def doors(
        self, clerk: Clerk, exam_code: str, *, after: tuple[int, int] = (0, 0), limit: int = 50
    ) -> list[DoorCounts]:
        """The exam's doors in the clerk's scope, by venue and session, after this pair of keys.

        Raises NotAllowed; NotFound `exam_unknown`.
        """
        clerk.require(Duty.SEE_DOOR)
        exam = await self._exams.exam(exam_code)
        rows = await self._database.rows(PAGE_OF_DOORS, *_office(clerk), exam.id, *after, limit)
        return [_counts(row) for row in rows]

    async def look(
        self,
        clerk: Clerk,
        *,
        venue_id: int,
        session_id: int,
        after: tuple[int, int] = (0, 0),
        missing: bool = False,
        limit: int = 50,
    ) -> DoorLook:
        """Who sits there by room and seat, after this pair of numbers; `missing`: only those who are not in.

        Raises NotAllowed; NotFound `door_unknown` outside the scope.
        """
        clerk.require(Duty.SEE_DOOR)
        found = await self._database.rows(ONE_DOOR, *_office(clerk), venue_id, session_id)
        if not found:
            raise NotFound("door_unknown")
        rows = await self._database.rows(SEATED, venue_id, session_id, *after, missing, limit)
        rooms = await self._database.rows(ROOMS, venue_id, session_id)
        return DoorLook(
            counts=_counts(found[0]),
            rooms=[row["number"] for row in rooms],
            expected=[_expected(row) for row in rows],
        )


def _office(clerk: Clerk) -> tuple[int | None, int | None]:
    """Site and area of IN_SCOPE."""
    return clerk.site_id if clerk.level is Level.SITE else None, clerk.area_id if clerk.level is Level.AREA else None


def _counts(row: dict[str, Any]) -> DoorCounts:
    return DoorCounts(
        exam_id=row["exam_id"],
        door=door_of(row),
        site=row["site"],
        seated=row["seated"],
        entered=row["entered"],
        provisional=row["provisional"],
    )


def _expected(row: dict[str, Any]) -> Expected:
    marked_at = row["marked_at"]
    return Expected(
        room=row["room"],
        seat=row["seat"],
        admit_number=row["admit_number"],
        name=row["name"],
        entered_at=marked_at.astimezone(EXAM_ZONE) if marked_at else None,
        entered_by=row["marked_by"],
        provisional=row["provisional"],
    )
