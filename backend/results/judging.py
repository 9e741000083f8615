"""Reported marks, each beside whose they are, judged one by one. Pure: a row of the statement BESIDE in, a record out.

What was decided of violations is void before anything is added up, also of last year's marks that would roll.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from backend.exams.facts import ExamFacts, SpecialityFacts
from backend.exams.marks import Mark, marks_of
from backend.results.judgement import Outcome, Sitting, judge, voided
from backend.staging import BadRow, Faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The marks that count, and what they add up to."""

    marks: tuple[Mark, ...]
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """What one exam judges by. `specialities`: of its kind, by code."""

    exam: ExamFacts
    specialities: Mapping[str, SpecialityFacts]

    def records(self, rows: Iterable[Mapping[str, Any]], faults: Faults) -> list[tuple[object, ...]]:
        """One record a row, in the order of JUDGED_COLUMNS; a bad row's fault instead."""
        found = []
        for row in rows:
            try:
                found.append(self._record(row))
            except BadRow as bad:
                for column, reason in bad.faults:
                    faults.add(row["line"], column, reason)
        return found

    def judged(self, row: Mapping[str, Any]) -> Judged:
        """One row of somebody who is known."""
        marks = voided(marks_of(json.loads(row["marks"])), json.loads(row["voids"]))
        outcome = judge(
            Sitting(year=self.exam.year, speciality=row["speciality"], marks=marks),
            _last(row) if row["rolls"] else None,
            subjects=self._subjects(row["speciality"]),
            rolls=row["rolls"],
            rolling_years=self.exam.rolling_years,
        )
        return Judged(marks=marks, outcome=outcome)

    def _record(self, row: Mapping[str, Any]) -> tuple[object, ...]:
        _require_candidate(row)
        _require_entered(marks_of(json.loads(row["marks"])), json.loads(row["subjects"] or "[]"))
        judged = self.judged(row)
        outcome = judged.outcome
        marks, rolled = [[mark.stored() for mark in marks] for marks in (judged.marks, outcome.rolled)]
        return (
            row["line"],
            row["registration_id"],
            _json(marks),
            _json(rolled),
            _json(outcome.rolls_on),
            outcome.qualified,
        )

    def _subjects(self, speciality: str) -> tuple[str, ...]:
        """The speciality's, or the exam's where the list of specialities has changed since."""
        known = self.specialities.get(speciality)
        return known.subjects if known else self.exam.subjects


def _require_candidate(row: Mapping[str, Any]) -> None:
    if row["registration_id"] is None:
        raise BadRow(("admit_number", "no candidate of this exam has it"))
    if row["retired"]:
        raise BadRow(("admit_number", "it was retired: the candidate has another one"))


def _require_entered(marks: tuple[Mark, ...], subjects: list[str]) -> None:
    """The file says of each subject that the candidate entered for, and of no other."""
    said = [mark.subject for mark in marks]
    faults = [(f"score.{subject}", "the candidate did not enter for it") for subject in said if subject not in subjects]
    faults += [
        (f"score.{subject}", "it is empty, and the candidate entered for it")
        for subject in subjects
        if subject not in said
    ]
    if faults:
        raise BadRow(*faults)


def _last(row: Mapping[str, Any]) -> Sitting | None:
    if row["past_year"] is None:
        return None
    marks = voided(marks_of(json.loads(row["past_marks"])), json.loads(row["past_voids"] or "{}"))
    return Sitting(year=row["past_year"], speciality=row["past_speciality"] or "", marks=marks)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
