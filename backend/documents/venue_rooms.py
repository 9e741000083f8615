"""The rooms of a venue with who sits in them, read for the sheets that are printed of them: some rooms at a time."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from backend.candidates.logins import ABOUT_ID_NUMBER
from backend.database import Database
from backend.documents.filled_forms import word
from backend.documents.sheets import Room, RoomSitting, Seated
from backend.exams.catalogue import ExamFacts, Exams, SessionFacts, SpecialityFacts
from backend.exams.models import Venue
from backend.personal_data import PersonalData
from backend.storage import Storage

ROOMS: Final = """
SELECT room.id, room.number, room.place, room.capacity, room.columns FROM room
WHERE room.venue_id = $1 AND room.number > $2 AND room.number <= $3
    AND EXISTS (SELECT FROM seat WHERE seat.room_id = room.id AND seat.freed_at IS NULL)
ORDER BY room.number LIMIT $4
"""
SITTERS: Final = """
SELECT seat.room_id, seat.number, admit_number.number AS admit_number, candidate.name, candidate.id_number,
    registration.form #>> '{basic,gender}' AS gender, registration.form #>> '{registration,speciality}' AS speciality,
    registration.photo, jsonb_agg(seat.session_id) AS sessions
FROM seat
JOIN registration ON registration.id = seat.registration_id
JOIN candidate ON candidate.id = registration.candidate_id
JOIN admit_number ON admit_number.registration_id = registration.id AND admit_number.retired_at IS NULL
WHERE seat.room_id = ANY($1::bigint[]) AND seat.freed_at IS NULL
GROUP BY seat.room_id, seat.number, admit_number.number, candidate.id, registration.id
ORDER BY seat.room_id, seat.number
"""
LINES: Final = """
SELECT seat.session_id, room.number, room.place, count(*) AS candidates,
    min(admit_number.number) AS first, max(admit_number.number) AS last,
    jsonb_agg(DISTINCT registration.form #>> '{registration,speciality}') AS specialities
FROM seat
JOIN room ON room.id = seat.room_id
JOIN registration ON registration.id = seat.registration_id
JOIN admit_number ON admit_number.registration_id = registration.id AND admit_number.retired_at IS NULL
WHERE room.venue_id = $1 AND seat.freed_at IS NULL
GROUP BY seat.session_id, room.id ORDER BY room.number
"""
"""By session and room of a venue: what its room list says."""
LAST_ROOM: Final = 999
PHOTOS_AT_ONCE: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitter:
    """Somebody in a seat, and which sessions they sit there, by id."""

    seated: Seated
    sessions: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledRoom:
    """A room as it is filled."""

    venue: str
    number: int
    place: str | None
    seats: int
    columns: int
    sessions: tuple[SessionFacts, ...]
    """Those that anybody sits here, by time."""
    sitters: tuple[Sitter, ...]

    def printed(self, sessions: Sequence[SessionFacts] | None = None) -> Room:
        """As sheets have it; of some sessions only, those who sit one of them."""
        wanted = self.sessions if sessions is None else sessions
        ids = {session.id for session in wanted}
        return Room(
            venue=self.venue,
            number=f"{self.number:03d}",
            place=self.place,
            sittings=tuple(sitting_of(session) for session in wanted),
            candidates=tuple(sitter.seated for sitter in self.sitters if sitter.sessions & ids),
        )


def sitting_of(session: SessionFacts) -> RoomSitting:
    return RoomSitting(subject=session.subject, starts_at=session.starts_at, ends_at=session.ends_at)


class VenueRooms:
    """Reads a venue's rooms, in the order of their numbers."""

    def __init__(self, database: Database, exams: Exams, personal_data: PersonalData, storage: Storage) -> None:
        self._database, self._exams = database, exams
        self._personal_data, self._storage = personal_data, storage

    async def read(
        self,
        exam: ExamFacts,
        venue: Venue,
        *,
        after: int = 0,
        until: int = LAST_ROOM,
        limit: int,
        photos: bool,
    ) -> list[FilledRoom]:
        """At most `limit` rooms in which anybody sits, with numbers after one and until another."""
        rooms = await self._database.rows(ROOMS, venue.id, after, until, limit)
        sitters = await self._database.rows(SITTERS, [room["id"] for room in rooms])
        pictures = await self._photos(sitters) if photos else {}
        specialities = await self._exams.specialities_of(exam.kind)
        known = {session.id: session for session in await self.sessions(exam, venue)}
        return await asyncio.to_thread(self._filled, venue.name, rooms, sitters, pictures, specialities, known)

    async def lines(self, venue: Venue) -> list[dict[str, Any]]:
        """The rows of LINES, their specialities as a list of codes."""
        rows = await self._database.rows(LINES, venue.id)
        return [{**row, "specialities": json.loads(row["specialities"])} for row in rows]

    async def sessions(self, exam: ExamFacts, venue: Venue) -> Sequence[SessionFacts]:
        """The timetable of the venue's place, by time."""
        site = await self._exams.site_by_id(venue.site_id)
        return sorted(await self._exams.sessions(exam.code, site.area), key=lambda session: session.starts_at)

    async def _photos(self, sitters: Sequence[Mapping[str, Any]]) -> dict[str, bytes]:
        """By key; some at a time."""
        gate = asyncio.Semaphore(PHOTOS_AT_ONCE)

        async def fetched(key: str) -> tuple[str, bytes]:
            async with gate:
                return key, await self._storage.get(key)

        keys = {row["photo"] for row in sitters if row["photo"]}
        return dict(await asyncio.gather(*(fetched(key) for key in keys)))

    def _filled(
        self,
        venue: str,
        rooms: Sequence[Mapping[str, Any]],
        sitters: Sequence[Mapping[str, Any]],
        pictures: Mapping[str, bytes],
        specialities: Mapping[str, SpecialityFacts],
        known: Mapping[int, SessionFacts],
    ) -> list[FilledRoom]:
        """In a thread: hundreds of document numbers take a while to decrypt."""
        found = []
        for room in rooms:
            here = tuple(self._sitter(row, pictures, specialities) for row in sitters if row["room_id"] == room["id"])
            sat = frozenset().union(*(sitter.sessions for sitter in here))
            found.append(
                FilledRoom(
                    venue=venue,
                    number=room["number"],
                    place=room["place"],
                    seats=room["capacity"],
                    columns=room["columns"],
                    sessions=tuple(session for session in known.values() if session.id in sat),
                    sitters=here,
                )
            )
        return found

    def _sitter(
        self, row: Mapping[str, Any], pictures: Mapping[str, bytes], specialities: Mapping[str, SpecialityFacts]
    ) -> Sitter:
        seated = Seated(
            seat=f"{row['number']:02d}",
            admit_number=row["admit_number"],
            name=row["name"],
            gender=word("gender", row["gender"]),
            id_number=self._personal_data.decrypt(bytes(row["id_number"]), about=ABOUT_ID_NUMBER),
            speciality=speciality_name(row["speciality"], specialities),
            photo=pictures.get(row["photo"]) if row["photo"] else None,
        )
        return Sitter(seated=seated, sessions=frozenset(json.loads(row["sessions"])))


def speciality_name(code: str | None, specialities: Mapping[str, SpecialityFacts]) -> str:
    """护理学（203）"""
    known = specialities.get(code or "")
    return f"{known.name}（{known.code}）" if known else code or ""
