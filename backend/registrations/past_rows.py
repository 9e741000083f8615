"""One row of last year's file, checked: who, under which archive number, what the exam said, and the form. Pure.

Columns: id_type, id_number, name, archive_number, attendance (sat | absent | void), qualified (yes | no),
passed_subjects (separated by `;`), where known `score.科目` and `pass_line.科目` of each subject (a score, absent or
void), sample (yes | no), and the form's fields as `section.field`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from backend.candidates.models import IdType
from backend.exams.facts import SpecialityFacts
from backend.exams.marks import BadMark, Mark, full_marks, read_mark
from backend.registrations.document_cells import document
from backend.registrations.form import SECTIONS
from backend.sheets import Row
from backend.staging import BadRow

NEEDED: Final = ("id_type", "id_number", "name", "archive_number", "attendance", "qualified", "passed_subjects")
ATTENDANCE: Final = ("sat", "absent", "void")
YES_NO: Final = {"yes": True, "no": False}
FORM: Final = frozenset(f"{section}.{name}" for section, model in SECTIONS.items() for name in model.model_fields)
LONGEST_ARCHIVE_NUMBER: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRow:
    """One row, checked."""

    id_type: IdType
    id_number: str
    archive_number: str
    attendance: str
    qualified: bool
    marks: tuple[Mark, ...]
    form: Mapping[str, Any]
    sample: bool

    @property
    def passed_subjects(self) -> list[str]:
        return [mark.subject for mark in self.marks if mark.passed]


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRows:
    """Checks the rows of one file. `specialities`: the kind's, by code; `subjects`: all of theirs, once each;
    `highest`: a subject's full marks; `today` is exam time's."""

    specialities: Mapping[str, SpecialityFacts]
    subjects: tuple[str, ...]
    highest: int
    today: date

    @classmethod
    def of(cls, kind: str, specialities: Mapping[str, SpecialityFacts], *, today: date) -> "PastRows":
        subjects = dict.fromkeys(subject for one in specialities.values() for subject in one.subjects)
        return cls(specialities=specialities, subjects=tuple(subjects), highest=full_marks(kind), today=today)

    def knows(self, column: str) -> bool:
        """Whether it is one of the file's columns."""
        mark, _, subject = column.partition(".")
        is_mark = mark in ("score", "pass_line") and subject in self.subjects
        return is_mark or column in NEEDED or column == "sample" or column in FORM

    def check(self, row: Row) -> PastRow:
        """Raises BadRow with every fault."""
        cells, faults = row.cells, list[tuple[str, str]]()
        id_type, number = document(cells, faults, today=self.today)
        faults += _words(cells)
        marks = self._marks(cells, faults)
        if faults or id_type is None:
            raise BadRow(*faults)
        return PastRow(
            id_type=id_type,
            id_number=number,
            archive_number=cells["archive_number"],
            attendance=cells["attendance"],
            qualified=YES_NO[cells["qualified"]],
            marks=marks,
            form=_form(cells),
            sample=YES_NO[cells.get("sample") or "no"],
        )

    def _marks(self, cells: Mapping[str, str], faults: list[tuple[str, str]]) -> tuple[Mark, ...]:
        subjects = self._subjects(cells, faults)
        scored = {mark.subject: mark for mark in self._scored(cells, subjects, faults)}
        passed = [one.strip() for one in cells["passed_subjects"].split(";") if one.strip()]
        for subject in passed:
            if subject not in subjects:
                faults.append(("passed_subjects", f"{subject} is no subject of the speciality"))
            scored.setdefault(subject, Mark(subject=subject, status="sat", passed=True))
        if any(mark.passed != (mark.subject in passed) for mark in scored.values()):
            faults.append(("passed_subjects", "the scores say otherwise"))
        return tuple(scored.values())

    def _subjects(self, cells: Mapping[str, str], faults: list[tuple[str, str]]) -> Sequence[str]:
        """The speciality's own subjects, of the whole kind where the row names no speciality."""
        code = cells.get("registration.speciality")
        if not code:
            return self.subjects
        if code not in self.specialities:
            faults.append(("registration.speciality", f"no speciality has the code {code}"))
            return self.subjects
        return self.specialities[code].subjects

    def _scored(
        self, cells: Mapping[str, str], subjects: Sequence[str], faults: list[tuple[str, str]]
    ) -> Iterator[Mark]:
        for subject in self.subjects:
            score, line = cells.get(f"score.{subject}", ""), cells.get(f"pass_line.{subject}", "")
            try:
                mark = read_mark(subject, score, line, highest=self.highest)
            except BadMark as error:
                faults.append((f"{error.column}.{subject}", str(error)))
                continue
            if mark is not None and subject not in subjects:
                faults.append((f"score.{subject}", "it is no subject of the speciality"))
            elif mark is not None:
                yield mark


def _words(cells: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if not 0 < len(cells["archive_number"]) <= LONGEST_ARCHIVE_NUMBER:
        yield "archive_number", f"it has not 1 to {LONGEST_ARCHIVE_NUMBER} characters"
    if not cells["name"]:
        yield "name", "it is empty"
    if cells["attendance"] not in ATTENDANCE:
        yield "attendance", "it is none of sat, absent, void"
    if cells["qualified"] not in YES_NO:
        yield "qualified", "it is neither yes nor no"
    if (cells.get("sample") or "no") not in YES_NO:
        yield "sample", "it is neither yes nor no"


def _form(cells: Mapping[str, str]) -> dict[str, Any]:
    form: dict[str, Any] = {"name": cells["name"]}
    for field, value in cells.items():
        if value != "" and field in FORM:
            section, _, name = field.partition(".")
            form.setdefault(section, {})[name] = value
    return form
