"""补充材料: papers that a review found wanting. The candidate hands them in by a deadline of their own, and the
registration goes back to the level that returned it.
"""

from datetime import datetime
from uuid import UUID

from backend import audit
from backend.audit import Actor
from backend.clock import Clock
from backend.database import Database
from backend.errors import Conflict, Fault, Faulty
from backend.events import EventName, tell
from backend.exams.catalogue import Exams
from backend.exams.stages import Stage
from backend.registrations.models import Registration, State
from backend.registrations.moves import Act, move
from backend.registrations.rows import Held, hold, require_version


def require_supplement_time(held: Held, until: datetime | None, now: datetime) -> datetime:
    """That instant. Raises Faulty unless a supplement can still come until then, and be decided on before the area's
    review ends."""
    closes_at = held.calendar.closes_at(Stage.AREA_REVIEW)
    if until is None or until <= now or (closes_at is not None and until > closes_at):
        fault = Fault("until", "missing" if until is None else "in_the_past" if until <= now else "after_the_review")
        raise Faulty("supplement_time_faulty", faults=[fault])
    return until


class Supplements:
    """The candidate's act. `candidate_id` is part of every query: nobody else's registration is found."""

    def __init__(self, *, database: Database, clock: Clock, exams: Exams) -> None:
        self._database, self._clock, self._exams = database, clock, exams

    async def hand_in(
        self, candidate_id: UUID, registration_id: UUID, *, actor: Actor, expected_version: int | None = None
    ) -> Registration:
        """Say that the supplement has been handed in. Again is harmless, until the office has decided.

        Raises NotFound; Outdated; Conflict by the table of states, `supplement_too_late` from its deadline on.
        """
        async with self._database.transaction():
            held = await hold(self._exams, registration_id, candidate_id=candidate_id)
            if _handed_in(held.row):
                return held.row
            require_version(held.row, expected_version)
            step = move(Act.SUPPLEMENT, held.row.state, returned_by=held.row.returned_by)
            now, until = self._clock.now(), held.row.supplement_until
            if until is not None and now >= until:
                raise Conflict("supplement_too_late", until=until.astimezone(now.tzinfo))
            held.row.state, held.row.reasons = step.end, []
            held.row.version += 1
            await held.row.save()
            await self._record(held.row, actor, step.records, now)
        return held.row

    async def _record(self, row: Registration, actor: Actor, act: str, now: datetime) -> None:
        before = {"state": State.RETURNED}
        await audit.record(self._clock, actor, act, "registration", row.id, before=before, after={"state": row.state})
        await tell(
            EventName.REGISTRATION_SUPPLEMENTED,
            subject_id=row.id,
            candidate_id=row.candidate_id,
            at=now,
            level=row.returned_by,
        )


def _handed_in(row: Registration) -> bool:
    """Whether it lies with the level that asked for it, and nothing was decided since."""
    waits = {"site": State.CONFIRMED, "area": State.SITE_APPROVED}
    return row.returned_by is not None and row.state is waits[row.returned_by]
