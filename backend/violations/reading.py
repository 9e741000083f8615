"""Violations as the offices read them: those of their scope, page by page."""

from typing import Final

from tortoise.queryset import QuerySet

from backend.database import Database
from backend.exams.catalogue import Exams
from backend.staff.duties import Duty
from backend.staff.scope import Clerk
from backend.violations.models import Violation, ViolationState
from backend.violations.rows import in_scope

COUNTED: Final = 10_000
WHOSE: Final = ("registration", "registration__candidate")


class Violations:
    def __init__(self, database: Database, exams: Exams) -> None:
        self._database, self._exams = database, exams

    async def of_exam(
        self, clerk: Clerk, exam_code: str, *, state: ViolationState | None = None, after: int = 0, limit: int = 50
    ) -> list[Violation]:
        """Of the clerk's scope, the oldest first, after the one with this id; those that wait with `recorded`.

        Raises NotAllowed; NotFound `exam_unknown`.
        """
        clerk.require(Duty.SEE_VIOLATIONS)
        exam = await self._exams.exam(exam_code)
        scope = clerk.registrations(through="registration__")
        found = Violation.filter(registration__exam_id=exam.id, id__gt=after, **scope)
        if state is not None:
            found = found.filter(state=state)
        return await found.order_by("id").limit(limit)

    async def page(
        self, clerk: Clerk, *, state: ViolationState | None = None, after: int = 0, limit: int = 50
    ) -> list[Violation]:
        """Of every exam, as `of_exam`; each with its registration and candidate."""
        found = self._in(clerk, state).filter(id__gt=after)
        return await found.order_by("id").limit(limit).select_related(*WHOSE)

    async def how_many(self, clerk: Clerk) -> int:
        """How many wait for the area; of more than COUNTED no more than that is said."""
        return await self._database.count(self._in(clerk, ViolationState.RECORDED), at_most=COUNTED)

    def _in(self, clerk: Clerk, state: ViolationState | None) -> QuerySet[Violation]:
        clerk.require(Duty.SEE_VIOLATIONS)
        found = Violation.filter(**clerk.registrations(through="registration__"))
        return found.filter(state=state) if state is not None else found

    async def one(self, clerk: Clerk, violation_id: int) -> Violation:
        """With its registration. Raises NotAllowed; NotFound `violation_unknown` outside the scope."""
        clerk.require(Duty.SEE_VIOLATIONS)
        return await in_scope(clerk, violation_id)
