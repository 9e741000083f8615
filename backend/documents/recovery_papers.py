"""The recovery confirmation (试卷和答题卡回收确认单), drawn from who sits in a venue in one session."""

from typing import Any, Final

from backend import audit
from backend.candidates.logins import ABOUT_ID_NUMBER
from backend.clock import EXAM_ZONE, Clock
from backend.database import Database
from backend.documents import recovery_confirmation
from backend.documents.filled_forms import word
from backend.documents.recovery_confirmation import RecoveryConfirmation
from backend.documents.rendering import Renderer
from backend.documents.sheets import ROOMS_A_PAPER, Room, RoomSitting, Seated
from backend.errors import NotFound
from backend.exams.catalogue import ExamFacts, Exams
from backend.exams.models import Venue
from backend.personal_data import PersonalData
from backend.seating.doors import door
from backend.seating.entry import DoorFacts
from backend.staff.duties import Duty
from backend.staff.scope import Clerk

SEATED: Final = """
SELECT room.number AS room, seat.number AS seat, admit_number.number, candidate.name, candidate.id_number,
    registration.form #>> '{basic,gender}' AS gender, registration.form #>> '{registration,speciality}' AS speciality
FROM seat
JOIN room ON room.id = seat.room_id
JOIN registration ON registration.id = seat.registration_id
JOIN candidate ON candidate.id = registration.candidate_id
JOIN admit_number ON admit_number.registration_id = registration.id AND admit_number.retired_at IS NULL
WHERE room.venue_id = $1 AND seat.session_id = $2 AND seat.freed_at IS NULL
    AND room.number IN (
        SELECT number FROM room WHERE venue_id = $1 AND number > $3
            AND EXISTS (SELECT FROM seat WHERE room_id = room.id AND session_id = $2 AND freed_at IS NULL)
        ORDER BY number LIMIT $4
    )
ORDER BY room.number, seat.number
"""


class RecoveryPapers:
    def __init__(
        self, *, database: Database, clock: Clock, exams: Exams, personal_data: PersonalData, renderer: Renderer
    ) -> None:
        self._database, self._clock, self._exams = database, clock, exams
        self._personal_data, self._renderer = personal_data, renderer

    async def confirmation(self, clerk: Clerk, *, venue_id: int, session_id: int, after_room: int = 0) -> bytes:
        """The sheets of the next ROOMS_A_PAPER rooms after that one, which is on record.

        Raises NotAllowed; NotFound `door_unknown` outside the scope, `rooms_unknown` where nobody sits any more.
        """
        clerk.require(Duty.PRINT_RECOVERY)
        where = await door(self._database, clerk, venue_id, session_id)
        rows = await self._database.rows(SEATED, venue_id, session_id, after_room, ROOMS_A_PAPER)
        if not rows:
            raise NotFound("rooms_unknown")
        venue = await Venue.get(id=venue_id)
        exam, site = await self._exams.by_id(venue.exam_id), await self._exams.site_by_id(venue.site_id)
        sheet = RecoveryConfirmation(
            exam_name=exam.name,
            printed_at=self._clock.now().replace(second=0, microsecond=0),
            sample=exam.sample or venue.sample,
            area=site.area,
            site=site.name,
            rooms=tuple([await self._room(exam, where, rows, number) for number in _numbers(rows)]),
        )
        data = recovery_confirmation.recovery_confirmation_data(sheet)
        rendered = await self._renderer.render(recovery_confirmation.TEMPLATE, data)
        await audit.record(self._clock, clerk.actor, "printed", recovery_confirmation.TEMPLATE, venue_id)
        return rendered.pdf

    async def _room(self, exam: ExamFacts, where: DoorFacts, rows: list[dict[str, Any]], number: int) -> Room:
        sitting = RoomSitting(
            subject=where.subject,
            starts_at=where.starts_at.astimezone(EXAM_ZONE),
            ends_at=where.ends_at.astimezone(EXAM_ZONE),
        )
        candidates = tuple([await self._seated(exam, row) for row in rows if row["room"] == number])
        return Room(venue=where.venue, number=f"{number:03d}", place=None, sittings=(sitting,), candidates=candidates)

    async def _seated(self, exam: ExamFacts, row: dict[str, Any]) -> Seated:
        return Seated(
            seat=f"{row['seat']:02d}",
            admit_number=row["number"],
            name=row["name"],
            gender=word("gender", row["gender"]),
            id_number=self._personal_data.decrypt(bytes(row["id_number"]), about=ABOUT_ID_NUMBER),
            speciality=(await self._exams.speciality(exam.code, row["speciality"])).name,
            photo=None,
        )


def _numbers(rows: list[dict[str, Any]]) -> list[int]:
    """The rooms, in their order."""
    return list(dict.fromkeys(row["room"] for row in rows))
