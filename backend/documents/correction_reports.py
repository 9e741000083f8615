"""The offices' report on corrections (考生信息修正汇总表): what the area approved, what was before, and the evidence.

Notice 2025: "2025年5月8日前将考生基本信息修改情况上报考区"; nurse exam's plan of 2012: sites to areas by 30 May, areas
to the centre by 10 June.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from typing import Any, Final

from backend import audit
from backend.candidates.logins import ABOUT_ID_NUMBER
from backend.clock import EXAM_ZONE, Clock
from backend.documents.review_reports import BATCH, Report
from backend.documents.workbooks import Cell, Column, Sheet
from backend.exams.catalogue import Exams, SpecialityFacts
from backend.personal_data import PersonalData, mask_document
from backend.registrations.corrections import Correctable
from backend.registrations.models import Correction, CorrectionState
from backend.staff.duties import Duty
from backend.staff.scope import Clerk

NAME: Final = "考生信息修正汇总表"
WHAT: Final = {
    Correctable.PHOTO: "照片",
    Correctable.NAME: "姓名",
    Correctable.SPECIALITY: "报考专业",
    Correctable.SUBJECTS: "报考科目",
}
COLUMNS: Final = (
    Column(heading="序号", width=6),
    Column(heading="网报号", width=16),
    Column(heading="姓名", width=12),
    Column(heading="证件编号", width=22),
    Column(heading="考区", width=10),
    Column(heading="考点", width=14),
    Column(heading="修正内容", width=12),
    Column(heading="修正前", width=30),
    Column(heading="修正后", width=30),
    Column(heading="依据", width=40),
    Column(heading="审批时间", width=18),
)


class CorrectionReports:
    """Of what lies inside the clerk's scope; document numbers are masked, and each report is on record."""

    def __init__(self, *, clock: Clock, exams: Exams, personal_data: PersonalData) -> None:
        self._clock, self._exams, self._personal_data = clock, exams, personal_data

    async def approved(self, clerk: Clerk, exam_code: str) -> Report:
        """A row a correction, in the order in which they were registered. Raises NotAllowed; NotFound `exam_unknown`"""
        clerk.require(Duty.SEE_CORRECTIONS)
        exam = await self._exams.exam(exam_code)
        specialities = await self._exams.specialities_of(exam.kind)
        async with Sheet(f"{exam.name} {NAME}", COLUMNS) as sheet:
            async for batch in self._batches(clerk, exam.id):
                sites = {one.registration.site_id for one in batch}
                places = {site_id: await self._place(site_id) for site_id in sites}
                await sheet.add(await asyncio.to_thread(self._lines, batch, places, specialities, sheet.rows + 1))
            content = await sheet.content()
        after = {"report": NAME, "rows": sheet.rows}
        await audit.record(self._clock, clerk.actor, "reported", "exam", exam.code, after=after)
        return Report(file_name=f"{exam.name}{NAME}.xlsx", content=content, rows=sheet.rows)

    async def _batches(self, clerk: Clerk, exam_id: int) -> AsyncIterator[list[Correction]]:
        scope = clerk.registrations(through="registration__")
        approved = Correction.filter(registration__exam_id=exam_id, state=CorrectionState.APPROVED, **scope)
        last = 0
        while batch := (
            await approved.filter(id__gt=last)
            .order_by("id")
            .limit(BATCH)
            .select_related("registration", "registration__candidate")
        ):
            yield batch
            last = batch[-1].id

    async def _place(self, site_id: int | None) -> tuple[str, str]:
        site = await self._exams.site_by_id(site_id or 0)
        return site.area, site.name

    def _lines(
        self,
        batch: Iterable[Correction],
        places: Mapping[int | None, tuple[str, str]],
        specialities: Mapping[str, SpecialityFacts],
        first: int,
    ) -> list[list[Cell]]:
        """The rows of one batch, in a thread: document numbers take a while to decrypt."""
        lines: list[list[Cell]] = []
        for number, one in enumerate(batch, start=first):
            row, candidate, what = one.registration, one.registration.candidate, Correctable(one.what)
            document = self._personal_data.decrypt(bytes(candidate.id_number), about=ABOUT_ID_NUMBER)
            decided_at = one.decided_at.astimezone(EXAM_ZONE).strftime("%Y-%m-%d %H:%M") if one.decided_at else None
            lines.append(
                [
                    number,
                    row.registration_number,
                    candidate.name,
                    mask_document(document),
                    *places[row.site_id],
                    WHAT[what],
                    _said(what, one.before, specialities),
                    _said(what, one.after, specialities),
                    one.evidence,
                    decided_at,
                ]
            )
        return lines


def _said(what: Correctable, values: Mapping[str, Any], specialities: Mapping[str, SpecialityFacts]) -> str:
    """What was, or is to be, as people read it; of a photo only that there is one."""
    match what:
        case Correctable.PHOTO:
            return "有" if values[what] else "无"
        case Correctable.NAME:
            return str(values["name"])
        case Correctable.SPECIALITY:
            code = str(values["speciality"])
            return f"{code} {specialities[code].name}" if code in specialities else code
        case Correctable.SUBJECTS:
            return "、".join(values["subjects"] or ())
