"""From which instant an exam's results may be seen: set by the centre, and final once it has come."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from backend import audit
from backend.clock import EXAM_ZONE, Clock
from backend.database import Database
from backend.errors import Conflict, Fault, Faulty
from backend.events import EventName, tell
from backend.exams.catalogue import Exams
from backend.results.models import Result, ResultsPublication
from backend.staff.duties import Duty
from backend.staff.scope import Clerk

HOLD_FOR_ONE: Final = "SELECT pg_advisory_xact_lock_shared(1919251571, $1::int)"
HOLD: Final = "SELECT pg_advisory_xact_lock(1919251571, $1::int)"
"""One import or publication of an exam's results at a time; the number is nobody else's in this database."""


class Publications:
    def __init__(self, database: Database, clock: Clock, exams: Exams) -> None:
        self._database, self._clock, self._exams = database, clock, exams

    async def publish(
        self, clerk: Clerk, exam_code: str, *, at: datetime, report_until: datetime | None = None
    ) -> ResultsPublication:
        """Set the instant, at the earliest now, and until when the score report may be downloaded. Again, it is moved.

        Raises NotAllowed; Conflict `results_published` once they are out, `results_missing` where none were imported.
        """
        clerk.require(Duty.PUBLISH_RESULTS)
        exam = await self._exams.exam(exam_code)
        async with self._database.transaction():
            await hold(self._database, exam.id)
            now = self._clock.now()
            await require_unpublished(exam.id, now)
            if not await Result.exists(exam_id=exam.id):
                raise Conflict("results_missing")
            row = await self._set(exam.id, max(at, now), report_until, clerk)
            after = {"publish_at": max(at, now).astimezone(EXAM_ZONE).isoformat()}
            await audit.record(self._clock, clerk.actor, "published", "results", exam.code, after=after)
            # Told now for whoever plans by it; it holds no result, and nobody reads one before the instant.
            await tell(EventName.RESULTS_ANNOUNCED, subject_id=exam.code, candidate_id=None, at=now, **after)
        return row

    async def announced(self, clerk: Clerk, exams: Sequence[int]) -> dict[int, ResultsPublication]:
        """Of these exams, by their ids, the instants that are set. Raises NotAllowed."""
        clerk.require(Duty.PUBLISH_RESULTS)
        return {row.exam_id: row for row in await ResultsPublication.filter(exam_id__in=list(exams))}

    async def _set(self, exam_id: int, at: datetime, report_until: datetime | None, clerk: Clerk) -> ResultsPublication:
        if report_until is not None and report_until <= at:
            raise Faulty("request_faulty", faults=[Fault("report_until", "out_of_range")])
        values = {"publish_at": at, "report_until": report_until, "set_at": self._clock.now()}
        row, _ = await ResultsPublication.update_or_create(
            exam_id=exam_id, defaults={**values, "set_by": str(clerk.member_id)}
        )
        return row


async def hold(database: Database, exam_id: int) -> None:
    """Keep other imports and publications of this exam's results away until the transaction ends."""
    await database.rows(HOLD, exam_id)


async def hold_for_one(database: Database, exam_id: int) -> None:
    """Keep imports and publications away while something is decided of one candidate, others' decisions not."""
    await database.rows(HOLD_FOR_ONE, exam_id)


async def require_unpublished(exam_id: int, now: datetime) -> None:
    """Raises Conflict `results_published` where they are out."""
    if await ResultsPublication.exists(exam_id=exam_id, publish_at__lte=now):
        raise Conflict("results_published")
