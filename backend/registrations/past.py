"""Last year's registrations and what the exam said of them, imported from the national centre's file.

Its columns stand in `past_rows.py`. A file is imported whole or not at all; again it changes nothing; a corrected one
replaces the rows it has. Of registrations that were handed in before, the automatic rule is asked again.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from backend import audit
from backend.audit import SYSTEM
from backend.candidates.logins import ABOUT_ID_NUMBER
from backend.clock import Clock
from backend.exams.catalogue import Exams
from backend.personal_data import PersonalData
from backend.registrations.asking_again import ask_again_of_written
from backend.registrations.past_rows import NEEDED, PastRow, PastRows
from backend.sheets import Row, read
from backend.staging import Bulk, Faults, bulk, stage

ABOUT_PAST_ID_NUMBER: Final = "past_registration.id_number"

COLUMNS: Final[Mapping[str, str]] = {
    "id_type": "text",
    "id_number": "bytea",
    "id_number_index": "bytea",
    "archive_number": "text",
    "attendance": "text",
    "qualified": "boolean",
    "passed_subjects": "jsonb",
    "marks": "jsonb",
    "form": "jsonb",
    "sample": "boolean",
}
ONE_AT_A_TIME: Final = "LOCK TABLE past_registration IN SHARE ROW EXCLUSIVE MODE"
STAGING: Final = f"""
CREATE TEMPORARY TABLE past_staged (line integer, {", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())})
ON COMMIT DROP
"""
WRITTEN: Final = "CREATE TEMPORARY TABLE past_written (id bigint, id_type text, id_number_index bytea) ON COMMIT DROP"
TWICE: Final = """
SELECT '{column}' AS "column", line, first_value(line) OVER same AS first_line
FROM past_staged WINDOW same AS (PARTITION BY {key} ORDER BY line)
"""
TWICE_IN_THE_FILE: Final = f"""
SELECT * FROM (
    {TWICE.format(column="id_number", key="id_type, id_number_index")}
    UNION ALL {TWICE.format(column="archive_number", key="archive_number")}
) AS found WHERE line <> first_line ORDER BY line
"""
SAID: Final = "archive_number, attendance, qualified, passed_subjects, marks, form, sample"
WRITE: Final = f"""
WITH written AS (
    INSERT INTO past_registration (kind, year, {", ".join(COLUMNS)})
    SELECT $1, $2, {", ".join(COLUMNS)} FROM past_staged ORDER BY line
    ON CONFLICT (kind, year, id_type, id_number_index) DO UPDATE
    SET (id_number, {SAID}) = (excluded.id_number, excluded.{SAID.replace(", ", ", excluded.")})
    WHERE past_registration.id_number IS NULL
        OR (past_registration.{SAID.replace(", ", ", past_registration.")})
            IS DISTINCT FROM (excluded.{SAID.replace(", ", ", excluded.")})
    RETURNING id, id_type, id_number_index, xmax = 0 AS added
), noted AS (
    INSERT INTO past_written SELECT id, id_type, id_number_index FROM written
)
SELECT count(*) FILTER (WHERE added) AS added, count(*) FILTER (WHERE NOT added) AS changed FROM written
"""
"""A ciphertext is never the same twice, so a number that is kept already is no change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of a file: its rows, how many of them are new, how many replaced what stood."""

    rows: int
    added: int
    changed: int


class PastRegistrations:
    def __init__(self, clock: Clock, exams: Exams, personal_data: PersonalData) -> None:
        self._clock, self._exams, self._personal_data = clock, exams, personal_data

    async def load(self, file: Path, *, kind: str, year: int) -> Imported:
        """Import the whole file or nothing. Raises BadFile with every fault."""
        rows = PastRows.of(kind, await self._exams.specialities_of(kind), today=self._clock.now().date())
        faults = Faults(file)
        async with bulk() as into:
            await into.execute(ONE_AT_A_TIME)
            await into.execute(STAGING)
            await into.execute(WRITTEN)
            count = await stage(
                into,
                partial(read, file, known=rows.knows, needed=NEEDED),
                faults,
                table="past_staged",
                columns=list(COLUMNS),
                check=partial(self._record, rows),
            )
            faults.require_none()
            await _require_once(into, faults)
            written = (await into.rows(WRITE, kind, year))[0]
            imported = Imported(rows=count, added=written["added"], changed=written["changed"])
            if imported.added or imported.changed:
                await ask_again_of_written(into, kind=kind, year=year, now=self._clock.now())
            after = {"kind": kind, "year": year, "rows": count, "added": imported.added, "changed": imported.changed}
            await audit.record(self._clock, SYSTEM, "imported", "past_registration", f"{kind}-{year}", after=after)
        return imported

    def _record(self, rows: PastRows, row: Row) -> tuple[object, ...]:
        return self._stored(rows.check(row))

    def _stored(self, row: PastRow) -> tuple[object, ...]:
        """In the order of COLUMNS."""
        return (
            row.id_type,
            self._personal_data.encrypt(row.id_number, about=ABOUT_PAST_ID_NUMBER),
            self._personal_data.index(row.id_number, about=ABOUT_ID_NUMBER),
            row.archive_number,
            row.attendance,
            row.qualified,
            json.dumps(row.passed_subjects, ensure_ascii=False),
            json.dumps([mark.stored() for mark in row.marks], ensure_ascii=False),
            json.dumps(row.form, ensure_ascii=False),
            row.sample,
        )


async def _require_once(staged: Bulk, faults: Faults) -> None:
    """Raises BadFile where a person, or an archive number, is in the file twice."""
    for found in await staged.rows(TWICE_IN_THE_FILE):
        faults.add(found["line"], found["column"], f"line {found['first_line']} has it already")
    faults.require_none()
