"""One row of a results file, checked: an admit number and the marks of its subjects. Pure.

Columns: admit_number, of each subject of the exam `score.科目` (a score, absent or void; empty where it wasn't entered
for) and `pass_line.科目`, and where they are known violation (serious: all subjects of the sitting are void),
archive_number (this year's, under which scores roll next year) and sample (yes | no).
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from backend.exams.marks import BadMark, Mark, Violation, read_mark
from backend.results.judgement import voided
from backend.sheets import Row
from backend.staging import BadRow

NEEDED: Final = ("admit_number",)
OPTIONAL: Final = ("archive_number", "violation", "sample")
ADMIT_NUMBER: Final = re.compile(r"[0-9]{14}")
VIOLATIONS: Final[Mapping[str, Violation | None]] = {"": None, "serious": "serious"}
SAMPLES: Final = {"": False, "no": False, "yes": True}
LONGEST_ARCHIVE_NUMBER: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRows:
    """Checks the rows of one file. `subjects`: all that the exam has; `highest`: a subject's full marks."""

    subjects: tuple[str, ...]
    highest: int

    @property
    def needed(self) -> tuple[str, ...]:
        marks = [f"{part}.{subject}" for subject in self.subjects for part in ("score", "pass_line")]
        return (*NEEDED, *marks)

    def knows(self, column: str) -> bool:
        """Whether it is one of the file's columns."""
        return column in OPTIONAL or column in self.needed

    def record(self, row: Row) -> tuple[object, ...]:
        """Admit number, marks as JSON, archive number, sample. Raises BadRow with every fault."""
        cells, faults = row.cells, list[tuple[str, str]]()
        marks = tuple(self._marks(cells, faults))
        faults += _words(cells)
        if not marks and not faults:
            faults.append(("row", "it says nothing of any subject"))
        if faults:
            raise BadRow(*faults)
        if violation := VIOLATIONS[cells.get("violation", "")]:
            marks = voided(marks, {mark.subject: violation for mark in marks})
        stored = json.dumps([mark.stored() for mark in marks], ensure_ascii=False)
        return cells["admit_number"], stored, cells.get("archive_number") or None, SAMPLES[cells.get("sample", "")]

    def _marks(self, cells: Mapping[str, str], faults: list[tuple[str, str]]) -> Iterator[Mark]:
        for subject in self.subjects:
            try:
                mark = read_mark(
                    subject, cells[f"score.{subject}"], cells[f"pass_line.{subject}"], highest=self.highest
                )
            except BadMark as error:
                faults.append((f"{error.column}.{subject}", str(error)))
                continue
            if mark is not None:
                yield mark


def _words(cells: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if not ADMIT_NUMBER.fullmatch(cells["admit_number"]):
        yield "admit_number", "it is not 14 digits"
    if len(cells.get("archive_number", "")) > LONGEST_ARCHIVE_NUMBER:
        yield "archive_number", f"it has more than {LONGEST_ARCHIVE_NUMBER} characters"
    if cells.get("violation", "") not in VIOLATIONS:
        yield "violation", "it is neither empty nor serious"
    if cells.get("sample", "") not in SAMPLES:
        yield "sample", "it is neither yes nor no"
