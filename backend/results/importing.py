"""This year's results, imported from the national centre's file: whole or not at all, judged, unseen until published.

Its columns stand in `rows.py`. The same file again changes nothing; a corrected one replaces the rows it has, until the
results are out.
"""

import asyncio
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from backend import audit
from backend.audit import SYSTEM
from backend.clock import Clock
from backend.database import Database
from backend.exams.catalogue import ExamFacts, Exams
from backend.exams.marks import full_marks
from backend.results.judging import Judging
from backend.results.publication import hold, require_unpublished
from backend.results.rows import ResultRows
from backend.results.statements import (
    COUNTED,
    IN_ORDER,
    JUDGED,
    JUDGED_COLUMNS,
    STAGED,
    TWICE,
    WHOSE,
    WRITE,
)
from backend.sheets import read
from backend.staging import BATCH, Bulk, Faults, bulk, stage

STAGED_COLUMNS: Final = ("admit_number", "marks", "archive_number", "sample")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultsImported:
    """What became of a file: its rows, how many of them are new, how many replaced what stood."""

    rows: int
    added: int
    changed: int


class ResultImports:
    def __init__(self, database: Database, clock: Clock, exams: Exams) -> None:
        self._database, self._clock, self._exams = database, clock, exams

    async def load(self, file: Path, exam_code: str) -> ResultsImported:
        """Import the whole file or nothing.

        Raises BadFile with every fault; Conflict `results_published` once they are out; NotFound `exam_unknown`.
        """
        exam = await self._exams.exam(exam_code)
        faults = Faults(file)
        async with bulk() as into:
            await hold(self._database, exam.id)
            await require_unpublished(exam.id, self._clock.now())
            count = await self._stage(into, file, faults, exam)
            await self._judge(into, faults, exam)
            written = (await into.rows(WRITE, exam.id))[0]
            # Their time may have come while the file was read.
            await require_unpublished(exam.id, self._clock.now())
            imported = ResultsImported(rows=count, added=written["added"], changed=written["changed"])
            after = {"rows": count, "added": imported.added, "changed": imported.changed}
            await audit.record(self._clock, SYSTEM, "imported", "results", exam.code, after=after)
        return imported

    async def _stage(self, into: Bulk, file: Path, faults: Faults, exam: ExamFacts) -> int:
        rows = ResultRows(subjects=exam.subjects, highest=full_marks(exam.kind))
        await into.execute(STAGED)
        count = await stage(
            into,
            partial(read, file, known=rows.knows, needed=rows.needed),
            faults,
            table="result_staged",
            columns=STAGED_COLUMNS,
            check=rows.record,
        )
        faults.require_none()
        await into.execute(IN_ORDER)
        await into.execute(COUNTED)
        for found in await into.rows(TWICE):
            faults.add(found["line"], "admit_number", f"line {found['first_line']} has it already")
        return count

    async def _judge(self, into: Bulk, faults: Faults, exam: ExamFacts) -> None:
        """Raises BadFile with every row whose candidate isn't found or entered for other subjects."""
        judging = Judging(exam=exam, specialities=await self._exams.specialities_of(exam.kind))
        await into.execute(JUDGED)
        line = 0
        while batch := await into.rows(WHOSE, exam.id, exam.kind, exam.year - 1, line, BATCH):
            records = await asyncio.to_thread(judging.records, batch, faults)
            line = batch[-1]["line"]
            if not faults.count:
                await into.copy("result_judged", JUDGED_COLUMNS, records)
        faults.require_none()
