"""Violations as the offices read them: those of their scope, page by page."""

from backend.exams.catalogue import Exams
from backend.staff.duties import Duty
from backend.staff.scope import Clerk
from backend.violations.models import Violation, ViolationState
from backend.violations.rows import in_scope


class Violations:
    def __init__(self, exams: Exams) -> None:
        self._exams = exams

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

    async def one(self, clerk: Clerk, violation_id: int) -> Violation:
        """With its registration. Raises NotAllowed; NotFound `violation_unknown` outside the scope."""
        clerk.require(Duty.SEE_VIOLATIONS)
        return await in_scope(clerk, violation_id)
