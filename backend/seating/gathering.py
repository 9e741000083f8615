"""What a site's arrangement is made of, read from the tables: who waits for a seat, the rooms, who sits there."""

import asyncio
import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from backend.database import Database
from backend.errors import Conflict
from backend.exams.catalogue import ExamFacts, Exams, SessionFacts
from backend.registrations.auto_confirmation import meaning
from backend.registrations.models import PaymentState, State
from backend.seating.facts import Examinee, Need, RoomFacts, SeatPlace, Task

CHOICE: Final = """
    registration.id, registration.form #>> '{registration,speciality}' AS speciality,
    registration.form #> '{registration,subjects}' AS subjects, registration.form #>> '{work,employer}' AS employer,
    registration.form #>> '{education,school}' AS school,
    registration.form #>> '{education,fresh_graduate}' = 'true' AS fresh_graduate
"""
WAITING: Final = f"""
SELECT {CHOICE} FROM registration
WHERE exam_id = $1 AND site_id = $2 AND state = $3 AND payment_state = $4 ORDER BY id
"""
HELD: Final = f"{WAITING} FOR UPDATE"
"""Who is approved and paid, and held so until the transaction ends."""
SEATED: Final = f"""
SELECT {CHOICE}, held.room_id, held.number FROM registration
JOIN (SELECT DISTINCT registration_id, room_id, number FROM seat WHERE freed_at IS NULL) AS held
    ON held.registration_id = registration.id
WHERE exam_id = $1 AND site_id = $2 ORDER BY registration.id
"""
ROOMS: Final = """
SELECT room.id, venue.number AS venue_number, room.number, room.capacity, room.columns, room.format, room.broken,
    room.wheelchair, room.sessions,
    (SELECT coalesce(jsonb_agg(DISTINCT seat.number), '[]') FROM seat
        WHERE seat.room_id = room.id AND seat.freed_at IS NOT NULL) AS spent
FROM room JOIN venue ON venue.id = room.venue_id
WHERE venue.exam_id = $1 AND venue.site_id = $2 ORDER BY venue.number, room.number
"""
"""`spent`: seats that were given up. A retired number's seat stays empty, since its number can't be given again."""
NEEDS: Final = """
SELECT seating_need.registration_id, seating_need.need FROM seating_need
JOIN registration ON registration.id = seating_need.registration_id
WHERE registration.exam_id = $1 AND registration.site_id = $2
"""

NO_SESSION: Final = frozenset({0})
Rows = Sequence[Mapping[str, Any]]
Needs = Mapping[UUID, frozenset[Need]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """A site's task. `digest`: of all of it, 64 hexadecimal digits: the same inputs, the same digest."""

    task: Task
    digest: str


class Gathering:
    def __init__(self, database: Database, exams: Exams) -> None:
        self._database, self._exams = database, exams

    async def gather(self, exam: ExamFacts, site_id: int, *, hold: bool) -> Gathered:
        """`hold`: inside a transaction, keep everybody as they are until it ends. Raises Conflict `no_sessions`."""
        sittings = await self._sittings(exam, site_id)
        needs = await self._needs(exam.id, site_id)
        values = (exam.id, site_id, State.APPROVED, PaymentState.PAID)
        waiting = await self._database.rows(HELD if hold else WAITING, *values)
        seated = await self._database.rows(SEATED, exam.id, site_id)
        rooms = await self._database.rows(ROOMS, exam.id, site_id)
        # Ten thousand forms are a tenth of a second's reading.
        return await asyncio.to_thread(_gathered, exam, sittings, needs, waiting, seated, rooms)

    async def _sittings(self, exam: ExamFacts, site_id: int) -> "Sittings":
        site = await self._exams.site_by_id(site_id)
        return Sittings(sorted(await self._exams.sessions(exam.code, site.area), key=lambda one: one.starts_at))

    async def _needs(self, exam_id: int, site_id: int) -> Needs:
        found: dict[UUID, set[Need]] = defaultdict(set)
        for row in await self._database.rows(NEEDS, exam_id, site_id):
            found[row["registration_id"]].add(Need(row["need"]))
        return {registration_id: frozenset(needs) for registration_id, needs in found.items()}


class Sittings:
    """The timetable of a place: which sessions a speciality sits, in the order of time."""

    def __init__(self, sessions: Sequence[SessionFacts]) -> None:
        self.all = sessions
        self._of: dict[str, tuple[SessionFacts, ...]] = {}

    def of(self, speciality: str) -> tuple[SessionFacts, ...]:
        if speciality not in self._of:
            mine = (one for one in self.all if not one.specialities or speciality in one.specialities)
            self._of[speciality] = tuple(mine)
        return self._of[speciality]


def _gathered(exam: ExamFacts, sittings: Sittings, needs: Needs, waiting: Rows, seated: Rows, rooms: Rows) -> Gathered:
    task = Task(
        examinees=tuple(_examinee(row, sittings, needs) for row in waiting),
        rooms=tuple(_room(row, exam, sittings) for row in rooms),
        seated={SeatPlace(row["room_id"], row["number"]): _examinee(row, sittings, needs) for row in seated},
        slots=_slots(sittings.all),
    )
    return Gathered(task=task, digest=digest(task))


def moving(gathered: Gathered, registration_id: UUID) -> Gathered:
    """The task of giving one who is seated another seat; theirs is spent. Raises KeyError for who has none."""
    seated = dict(gathered.task.seated)
    old = {one.registration_id: seat for seat, one in seated.items()}[registration_id]
    one = seated.pop(old)
    rooms = (
        replace(room, spent=room.spent | {old.number}) if room.id == old.room_id else room
        for room in gathered.task.rooms
    )
    task = replace(gathered.task, examinees=(one,), rooms=tuple(rooms), seated=seated)
    return Gathered(task=task, digest=digest(task))


def digest(task: Task) -> str:
    """A hash of the task, 64 hexadecimal digits, the same in whatever order its parts come."""
    whole = {
        "examinees": sorted(_said(one) for one in task.examinees),
        "seated": sorted([*seat, *_said(one)] for seat, one in task.seated.items()),
        "rooms": sorted(
            [
                *(room.id, room.venue_number, room.number, room.seats, room.columns, room.computer),
                *(sorted(seats) for seats in (room.broken, room.spent, room.wheelchair, room.sessions)),
            ]
            for room in task.rooms
        ),
        "slots": sorted(task.slots.items()),
    }
    return hashlib.sha256(json.dumps(whole, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()


def _said(one: Examinee) -> list[Any]:
    return [
        *(str(one.registration_id), one.group, one.speciality),
        *(list(one.sessions), list(one.batch), sorted(one.needs)),
    ]


def _examinee(row: Mapping[str, Any], sittings: Sittings, needs: Needs) -> Examinee:
    """Raises Conflict `no_sessions` for somebody whose subjects nobody has set a time for."""
    speciality, subjects = row["speciality"] or "", json.loads(row["subjects"] or "null") or ()
    batch = sittings.of(speciality)
    mine = [session for session in batch if session.subject in subjects]
    if {session.subject for session in mine} != set(subjects):
        raise Conflict("no_sessions")
    # Fresh graduates have classmates where others have colleagues.
    group = row["school"] if row["fresh_graduate"] else row["employer"]
    return Examinee(
        registration_id=row["id"],
        group=meaning(group),
        speciality=speciality,
        sessions=tuple(session.id for session in mine),
        batch=tuple(session.id for session in batch),
        needs=needs.get(row["id"], frozenset()),
    )


def _room(row: Mapping[str, Any], exam: ExamFacts, sittings: Sittings) -> RoomFacts:
    numbers = frozenset(json.loads(row["sessions"]))
    open_to = frozenset(session.id for session in sittings.all if session.number in numbers)
    return RoomFacts(
        id=row["id"],
        venue_number=row["venue_number"],
        number=row["number"],
        seats=row["capacity"],
        columns=row["columns"],
        computer=(row["format"] or usual_format(exam)) == "computer",
        broken=frozenset(json.loads(row["broken"])),
        spent=frozenset(json.loads(row["spent"])),
        wheelchair=frozenset(json.loads(row["wheelchair"])),
        # For sessions that the timetable no longer has, it is for none.
        sessions=open_to or (NO_SESSION if numbers else frozenset()),
    )


def usual_format(exam: ExamFacts) -> str:
    """Of a room nobody has said it of: paper where the whole exam is."""
    return "paper" if exam.formats == ("paper",) else "computer"


def _slots(sessions: Sequence[SessionFacts]) -> dict[int, int]:
    """By session, the number of its time: one that begins before all before it have ended shares theirs."""
    slots: dict[int, int] = {}
    number, until = -1, None
    for session in sessions:
        if until is None or session.starts_at >= until:
            number += 1
        until = session.ends_at if until is None else max(until, session.ends_at)
        slots[session.id] = number
    return slots
