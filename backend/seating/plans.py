"""Seats are given by the site, once payment is over: every paid candidate one seat a session, and an admit number."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from backend import audit
from backend.clock import Clock
from backend.database import Database
from backend.errors import Conflict
from backend.events import EventName, tell
from backend.exams.catalogue import ExamFacts, Exams, SessionFacts
from backend.exams.stages import Stage
from backend.registrations.auto_confirmation import meaning
from backend.registrations.form import Form
from backend.registrations.models import PaymentState, Registration, State
from backend.registrations.moves import Act, move
from backend.seating.admit_numbers import admit_number
from backend.seating.arrangement import Examinee, FreeSeat, arrange
from backend.seating.models import AdmitNumber, Seat, SeatingPlan
from backend.staff.duties import Duty
from backend.staff.scope import Clerk

FREE_SEATS: Final = """
SELECT venue.number AS venue_number, room.number AS room_number, seat_number AS number, room.id AS room_id
FROM venue
JOIN room ON room.venue_id = venue.id
CROSS JOIN LATERAL generate_series(1, room.capacity) AS seat_number
WHERE venue.exam_id = $1 AND venue.site_id = $2
    AND NOT EXISTS (SELECT 1 FROM seat WHERE seat.room_id = room.id AND seat.number = seat_number)
"""
"""Seats nobody has or ever had: a retired number's seat stays empty, since its number can't be given again."""

SITE_LOCK: Final = "SELECT pg_advisory_xact_lock($1::int, $2::int)"
"""One arrangement of a site at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopted:
    """What an arrangement did."""

    plan_id: int | None
    seated: int


class Seating:
    def __init__(self, *, database: Database, clock: Clock, exams: Exams) -> None:
        self._database, self._clock, self._exams = database, clock, exams

    async def arrange(self, clerk: Clerk, exam_code: str, *, seed: int) -> Adopted:
        """Seat everyone of the clerk's site who is approved and paid and has no seat. Again seats who came since.

        Raises NotAllowed; OutOfWindow outside the seating window; Conflict `too_few_seats`, `no_sessions`.
        """
        clerk.require(Duty.ARRANGE_SEATS)
        assert clerk.site_id is not None
        exam = await self._exams.exam(exam_code)
        async with self._database.transaction():
            await self._database.rows(SITE_LOCK, exam.id, clerk.site_id)
            rows = await self._waiting(exam.id, clerk.site_id)
            place = await self._exams.site_by_id(clerk.site_id)
            calendar = await self._exams.calendar(exam_code, place.area, place.name)
            calendar.require_open(Stage.SEATING, self._clock.now())
            if not rows:
                return Adopted(plan_id=None, seated=0)
            seats = await self._free_seats(exam.id, clerk.site_id)
            plan = arrange([_examinee(row) for row in rows], seats, seed=seed)
            adopted = await self._adopt(clerk, exam, seed, len(rows))
            for row in rows:
                await self._seat(clerk, exam, adopted, row, plan[row.id])
        return Adopted(plan_id=adopted.id, seated=len(rows))

    async def free(self, registration_id: UUID) -> str | None:
        """Inside a transaction that holds the registration: free its seats and retire its admit number; which it was.

        Neither is given again: a number is never reused, and the freed seat is part of it.
        """
        now = self._clock.now()
        await Seat.filter(registration_id=registration_id, freed_at=None).update(freed_at=now)
        number = await AdmitNumber.get_or_none(registration_id=registration_id, retired_at=None)
        if number is None:
            return None
        number.retired_at = now
        await number.save(update_fields=["retired_at"])
        return number.number

    async def _waiting(self, exam_id: int, site_id: int) -> list[Registration]:
        return await (
            Registration.filter(exam_id=exam_id, site_id=site_id, state=State.APPROVED, payment_state=PaymentState.PAID)
            .order_by("id")
            .select_for_update()
        )

    async def _free_seats(self, exam_id: int, site_id: int) -> list[FreeSeat]:
        return [FreeSeat(**row) for row in await self._database.rows(FREE_SEATS, exam_id, site_id)]

    async def _adopt(self, clerk: Clerk, exam: ExamFacts, seed: int, candidates: int) -> SeatingPlan:
        plan = await SeatingPlan.create(
            exam_id=exam.id,
            site_id=clerk.site_id,
            seed=seed,
            candidates=candidates,
            adopted_at=self._clock.now(),
            adopted_by=str(clerk.member_id),
        )
        after = {"exam": exam.code, "seed": seed, "candidates": candidates}
        await audit.record(self._clock, clerk.actor, "adopted", "seating_plan", plan.id, after=after)
        return plan

    async def _seat(self, clerk: Clerk, exam: ExamFacts, plan: SeatingPlan, row: Registration, seat: FreeSeat) -> None:
        step = move(Act.SEAT, row.state)
        form = Form.model_validate(row.form)
        area, site = form.registration.area or "", form.registration.site or ""
        sessions = await self._sessions(exam, form)
        await Seat.bulk_create(
            Seat(plan=plan, registration=row, session_id=session.id, room_id=seat.room_id, number=seat.number)
            for session in sessions
        )
        number = admit_number(
            year=exam.year,
            kind=exam.kind,
            area_code=(await self._exams.area(area)).code,
            site_code=(await self._exams.site(area, site)).code,
            venue_number=seat.venue_number,
            room_number=seat.room_number,
            seat_number=seat.number,
        )
        await AdmitNumber.create(number=number, registration=row, issued_at=self._clock.now())
        row.state, row.seated_at = step.end, self._clock.now()
        row.version += 1
        await row.save()
        after: dict[str, Any] = {"state": row.state, "admit_number": number}
        await audit.record(self._clock, clerk.actor, step.records, "registration", row.id, after=after)
        await tell(
            EventName.REGISTRATION_SEATED, subject_id=row.id, candidate_id=row.candidate_id, at=self._clock.now()
        )

    async def _sessions(self, exam: ExamFacts, form: Form) -> Sequence[SessionFacts]:
        """The sessions of the subjects this candidate sits."""
        choice = form.registration
        sessions = await self._exams.sessions(exam.code, choice.area, speciality=choice.speciality)
        mine = [session for session in sessions if session.subject in (choice.subjects or ())]
        if {session.subject for session in mine} != set(choice.subjects or ()):
            raise Conflict("no_sessions")
        return mine


def _examinee(row: Registration) -> Examinee:
    education, work = row.form.get("education") or {}, row.form.get("work") or {}
    # Fresh graduates have classmates where others have colleagues.
    group = education.get("school") if education.get("fresh_graduate") else work.get("employer")
    return Examinee(registration_id=row.id, group=meaning(group))
