"""Last year's registrations and what the exam said of them, imported from the national centre's file.

UTF-8 CSV with a header: id_type, id_number, archive_number, attendance (sat | absent | void), qualified (yes | no)
passed_subjects (separated by `;`), sample (yes | no), and the form's fields as `section.field` (`name` for the name).
"""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from backend import audit
from backend.audit import SYSTEM
from backend.candidates.document_numbers import BadDocumentNumber, check
from backend.candidates.logins import ABOUT_ID_NUMBER
from backend.candidates.models import IdType
from backend.clock import Clock
from backend.database import Database
from backend.personal_data import PersonalData

ATTENDANCE: Final = frozenset({"sat", "absent", "void"})
YES_NO: Final = {"yes": True, "no": False}

WRITE: Final = """
INSERT INTO past_registration
    (kind, year, id_type, id_number_index, archive_number, attendance, qualified, passed_subjects, form, sample)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8::text::jsonb, $9::text::jsonb, $10)
ON CONFLICT (kind, year, id_type, id_number_index) DO UPDATE SET archive_number = excluded.archive_number,
    attendance = excluded.attendance, qualified = excluded.qualified, passed_subjects = excluded.passed_subjects,
    form = excluded.form, sample = excluded.sample
"""
"""One row of the file; imported again it replaces itself."""


class BadFile(ValueError):
    """The file has bad rows; nothing of it was imported. `faults`: one sentence a row, with its line."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRow:
    """One row, checked."""

    id_type: IdType
    id_number: str
    archive_number: str
    attendance: str
    qualified: bool
    passed_subjects: tuple[str, ...]
    form: Mapping[str, Any]
    sample: bool


class PastRegistrations:
    def __init__(self, database: Database, clock: Clock, personal_data: PersonalData) -> None:
        self._database, self._clock, self._personal_data = database, clock, personal_data

    async def load(self, file: Path, *, kind: str, year: int) -> int:
        """Import the whole file or nothing; how many rows. Raises BadFile."""
        rows = self._checked(file)
        async with self._database.transaction():
            for row in rows:
                await self._database.execute(
                    WRITE,
                    kind,
                    year,
                    row.id_type,
                    self._personal_data.index(row.id_number, about=ABOUT_ID_NUMBER),
                    row.archive_number,
                    row.attendance,
                    row.qualified,
                    json.dumps(row.passed_subjects, ensure_ascii=False),
                    json.dumps(row.form, ensure_ascii=False),
                    row.sample,
                )
            after = {"kind": kind, "year": year, "rows": len(rows)}
            await audit.record(self._clock, SYSTEM, "imported", "past_registration", f"{kind}-{year}", after=after)
        return len(rows)

    def _checked(self, file: Path) -> list[PastRow]:
        rows: list[PastRow] = []
        faults: list[str] = []
        for line, given in _lines(file):
            try:
                rows.append(self._row(_whole(given)))
            except (ValueError, KeyError) as error:
                faults.append(f"{file.name} line {line}: {_reason(error)}")
        if faults:
            raise BadFile(faults)
        return rows

    def _row(self, given: Mapping[str, str]) -> PastRow:
        id_type = IdType(given["id_type"])
        if given["attendance"] not in ATTENDANCE:
            raise ValueError("attendance is sat, absent or void")
        return PastRow(
            id_type=id_type,
            id_number=check(id_type, given["id_number"], today=self._clock.now().date()).number,
            archive_number=given["archive_number"].strip(),
            attendance=given["attendance"],
            qualified=YES_NO[given["qualified"]],
            passed_subjects=tuple(one for one in given["passed_subjects"].split(";") if one),
            form=_form(given),
            sample=YES_NO[given.get("sample") or "no"],
        )


def _lines(file: Path) -> Iterator[tuple[int, Mapping[str | None, Any]]]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        try:
            for row in reader:
                yield reader.line_num, row
        except UnicodeDecodeError as error:
            raise BadFile([f"{file.name}: it is not UTF-8"]) from error


def _whole(row: Mapping[str | None, Any]) -> Mapping[str, str]:
    """The row, if it has as many columns as the header. Raises ValueError."""
    if None in row or None in row.values():
        raise ValueError("it has not as many columns as the header")
    return {column: value for column, value in row.items() if column is not None}


def _form(given: Mapping[str, str]) -> dict[str, Any]:
    form: dict[str, Any] = {"name": given["name"]}
    for field, value in given.items():
        section, dot, name = field.partition(".")
        if dot and value != "":
            form.setdefault(section, {})[name] = value
    return form


def _reason(error: Exception) -> str:
    if isinstance(error, BadDocumentNumber):
        return f"id_number: {error.code}"
    return f"{error.args[0]!s} is missing or not one of its values" if isinstance(error, KeyError) else str(error)
