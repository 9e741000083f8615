"""A result judged anew: what was decided of its candidate came after the file, or was undone."""

from uuid import UUID

from backend.database import Database
from backend.exams.catalogue import ExamFacts, Exams
from backend.results.judging import Judging
from backend.results.models import Result
from backend.results.statements import REPORTED


class Rejudging:
    def __init__(self, database: Database, exams: Exams) -> None:
        self._database, self._exams = database, exams

    async def rejudge(self, exam: ExamFacts, registration_id: UUID) -> bool:
        """Judge the reported marks by what is void now, in the caller's transaction, which keeps imports away
        (`hold_for_one`); whether there is a result. Also once they are out: an office's error is nobody's to bear.
        """
        rows = await self._database.rows(REPORTED, exam.id, exam.kind, exam.year - 1, registration_id)
        if not rows:
            return False
        judging = Judging(exam=exam, specialities=await self._exams.specialities_of(exam.kind))
        judged = judging.judged(rows[0])
        await Result.filter(registration_id=registration_id).update(
            marks=[mark.stored() for mark in judged.marks],
            rolled=[mark.stored() for mark in judged.outcome.rolled],
            rolls_on=list(judged.outcome.rolls_on),
            qualified=judged.outcome.qualified,
        )
        return True
