"""军队考生: entered by their units, reviewed by the military, handed over to the centre as a file.

Its columns stand in `military_rows.py`. Each row makes a person's account, which waits for them to open it, and an
approved registration: paid through the site where the notice says so (national plan 2021, part ten), else to be paid by
themselves (notice 2025, part ten: "逾期未缴费视为主动放弃考试"). A file is imported whole or not at all; again it
changes nothing; a corrected one replaces what has neither order nor seat nor correction yet.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from backend import audit
from backend.audit import SYSTEM
from backend.candidates.accounts import ABOUT_PHONE
from backend.candidates.logins import ABOUT_ID_NUMBER
from backend.clock import Clock
from backend.errors import Conflict
from backend.events import EventName
from backend.exams.calendar import shown_end
from backend.exams.catalogue import ExamFacts, Exams
from backend.exams.stages import Stage
from backend.personal_data import PersonalData
from backend.registrations import military_statements as sql
from backend.registrations.codes import new_verification_code, registration_number
from backend.registrations.military_rows import NEEDED, MilitaryRows
from backend.registrations.models import PaymentState
from backend.sheets import Row, read
from backend.staging import Bulk, Faults, bulk, stage

PAYMENT: Final = {"at_site": PaymentState.PAID, "online": PaymentState.DUE}
"""By the notice's word: how the fee stands once they are handed over."""
TABLE: Final = "military_staged"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandedOver:
    """What became of a file: its rows, how many of them are new, how many replaced what stood."""

    rows: int
    added: int
    changed: int


class MilitaryHandover:
    def __init__(self, clock: Clock, exams: Exams, personal_data: PersonalData) -> None:
        self._clock, self._exams, self._personal_data = clock, exams, personal_data

    async def load(self, file: Path, exam_code: str) -> HandedOver:
        """Import the whole file or nothing.

        Raises BadFile with every fault; Conflict `military_not_handed_over`; OutOfWindow; NotFound `exam_unknown`.
        """
        exam = await self._exams.exam(exam_code)
        if exam.military is None:
            raise Conflict("military_not_handed_over")
        (await self._exams.calendar(exam_code, None, None)).require_open(Stage.MILITARY_HANDOVER, self._clock.now())
        faults = Faults(file)
        async with bulk() as into:
            await into.execute(sql.HOLD, exam.id)
            count = await self._stage(into, file, faults, exam)
            added = await self._enter(into, faults, exam, PAYMENT[exam.military["payment"]])
            changed = await self._replace(into, faults, exam)
            done = HandedOver(rows=count, added=added, changed=changed)
            after = {"rows": count, "added": added, "changed": changed}
            await audit.record(self._clock, SYSTEM, "imported", "military", exam.code, after=after)
        return done

    async def _stage(self, into: Bulk, file: Path, faults: Faults, exam: ExamFacts) -> int:
        sites = [one.site for one in await self._exams.sites(exam.code)]
        rows = MilitaryRows(
            specialities=await self._exams.specialities_of(exam.kind),
            sites={(site.area, site.name): site for site in sites},
            today=self._clock.now().date(),
        )
        codes = {site.area: (await self._exams.area(site.area)).code for site in sites}
        await into.execute(sql.STAGING)
        count = await stage(
            into,
            partial(read, file, known=rows.knows, needed=NEEDED),
            faults,
            table=TABLE,
            columns=list(sql.COLUMNS),
            check=partial(self._record, rows, codes),
        )
        faults.require_none()
        for found in await into.rows(sql.TWICE):
            faults.add(found["line"], "id_number", f"line {found['first_line']} has it already")
        faults.require_none()
        return count

    def _record(self, rows: MilitaryRows, codes: Mapping[str, str], row: Row) -> tuple[object, ...]:
        """In the order of COLUMNS."""
        checked = rows.check(row)
        return (
            checked.id_type,
            self._personal_data.encrypt(checked.id_number, about=ABOUT_ID_NUMBER),
            self._personal_data.index(checked.id_number, about=ABOUT_ID_NUMBER),
            self._personal_data.encrypt("", about=ABOUT_PHONE),
            checked.name,
            json.dumps(checked.form.stored(), ensure_ascii=False),
            checked.site.id,
            codes[checked.site.area],
            new_verification_code(unlike=None),
        )

    async def _enter(self, into: Bulk, faults: Faults, exam: ExamFacts, payment: PaymentState) -> int:
        """Accounts and registrations of who has none yet.

        Raises BadFile with every row that is somebody else's, or barred and not entered yet.
        """
        now = self._clock.now()
        for found in await into.rows(sql.BARRED, now, exam.id):
            faults.add(found["line"], "id_number", f"barred from exams until {shown_end(found['until'])}")
        faults.require_none()
        await into.execute(sql.PEOPLE, now)
        await into.execute(sql.NUMBERS)
        numbers = await asyncio.to_thread(_numbers, exam.year, await into.rows(sql.WITHOUT_NUMBER, exam.id))
        await into.copy("military_number", ["line", "number"], numbers)
        told = EventName.REGISTRATION_REVIEWED.value
        entered = await into.rows(sql.ENTER, exam.id, payment.value, now, SYSTEM.kind, SYSTEM.id, told)
        for found in await into.rows(sql.OTHER_NAME, exam.id):
            faults.add(found["line"], "name", "an account has this document under another name")
        for found in await into.rows(sql.ENTERED_THEMSELVES, exam.id):
            faults.add(found["line"], "id_number", "this person has entered the exam themselves")
        faults.require_none()
        return int(entered[0]["entered"])

    async def _replace(self, into: Bulk, faults: Faults, exam: ExamFacts) -> int:
        """What a corrected file says otherwise. Raises BadFile with every row for which it is too late."""
        for found in await into.rows(sql.GONE_TOO_FAR, exam.id):
            faults.add(found["line"], "row", "it has an order, a correction or a seat, and can't be replaced")
        faults.require_none()
        changed = await into.rows(sql.REPLACE, exam.id, self._clock.now(), SYSTEM.kind, SYSTEM.id)
        return int(changed[0]["changed"])


def _numbers(year: int, rows: Sequence[Mapping[str, Any]]) -> list[tuple[int, str]]:
    """The registration numbers of new rows, by line."""
    return [
        (row["line"], registration_number(year=year, area_code=row["area_code"], sequence=row["sequence"]))
        for row in rows
    ]
