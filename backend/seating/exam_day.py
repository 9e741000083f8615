"""The exam day as an office follows it: its subjects of today, and what the invigilators of each do now and next."""

from dataclasses import dataclass

from backend.clock import Clock, day_of
from backend.exams.catalogue import Exams, SessionFacts
from backend.exams.exam_day import InvigilatorsMoment, invigilation_of, moment
from backend.staff.duties import Duty
from backend.staff.models import Level
from backend.staff.scope import Clerk


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectNow:
    """One of today's subjects, and its moment."""

    session: SessionFacts
    moment: InvigilatorsMoment


class ExamDay:
    def __init__(self, clock: Clock, exams: Exams) -> None:
        self._clock, self._exams = clock, exams

    async def now(self, clerk: Clerk, exam_code: str) -> list[SubjectNow]:
        """Today's subjects in the clerk's area, the first one first; none on another day.

        Raises NotAllowed; NotFound `exam_unknown`.
        """
        clerk.require(Duty.SEE_EXAM_DAY)
        now, plan = self._clock.now(), invigilation_of(exam_code)
        sessions = await self._exams.sessions(exam_code, await self._area(clerk))
        today = [session for session in sessions if day_of(session.starts_at) == day_of(now)]
        return [
            SubjectNow(
                session=session,
                moment=moment(plan, starts_at=session.starts_at, ends_at=session.ends_at, now=now),
            )
            for session in sorted(today, key=lambda session: (session.starts_at, session.number))
        ]

    async def _area(self, clerk: Clerk) -> str:
        if clerk.level is Level.SITE:
            return (await self._exams.site_by_id(clerk.site_id or 0)).area
        return (await self._exams.area_by_id(clerk.area_id or 0)).name
