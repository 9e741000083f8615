"""The offices' reports on the review: 审核情况汇总表, by outcome, and 审核未通过人员汇总表, with the reasons."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from tortoise.expressions import Q
from tortoise.functions import Count
from tortoise.queryset import QuerySet

from backend import audit
from backend.candidates.logins import ABOUT_ID_NUMBER
from backend.clock import EXAM_ZONE, Clock
from backend.documents.workbooks import Cell, Column, Sheet
from backend.exams.catalogue import ExamFacts, Exams, SpecialityFacts
from backend.personal_data import PersonalData, mask_document
from backend.registrations.models import Origin, Registration, State
from backend.staff.duties import Duty
from backend.staff.scope import Clerk
from backend.wording import say

BATCH: Final = 1000

OUTCOMES: Final[Mapping[str, frozenset[State]]] = {
    "待确认": frozenset({State.SUBMITTED, State.CONFIRMATION_REJECTED}),
    "待考点审核": frozenset({State.CONFIRMED}),
    "待考区审核": frozenset({State.SITE_APPROVED}),
    "退回补充材料": frozenset({State.RETURNED}),
    "审核通过": frozenset({State.APPROVED, State.SEATED}),
    "审核未通过": frozenset({State.REJECTED}),
    "视为放弃": frozenset({State.FORFEITED}),
    "已取消": frozenset({State.CANCELLED}),
}
"""The summary's columns; a draft, and one that lapsed, is nobody's to review."""

PERSON: Final = (
    Column(heading="序号", width=6),
    Column(heading="网报号", width=16),
    Column(heading="姓名", width=12),
    Column(heading="证件类型", width=18),
    Column(heading="证件编号", width=22),
    Column(heading="考区", width=10),
    Column(heading="考点", width=14),
    Column(heading="报考级别", width=10),
    Column(heading="专业代码", width=10),
    Column(heading="报考专业", width=20),
    Column(heading="工作单位", width=28),
)
NOT_PASSED: Final = (
    *PERSON,
    Column(heading="审核级别", width=10),
    Column(heading="未通过原因", width=40),
    Column(heading="审核时间", width=18),
)
FRONTLINE: Final = (
    *PERSON,
    Column(heading="证明材料", width=12),
    Column(heading="材料说明", width=40),
    Column(heading="政策依据", width=40),
    Column(heading="减免条件", width=24),
    Column(heading="审核状态", width=14),
)
BROUGHT: Final = (*PERSON, Column(heading="报名点", width=28), Column(heading="确认时间", width=18))
Tail = Callable[[Registration], list[Cell]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A finished Excel file, and how many rows it has under its headings."""

    file_name: str
    content: bytes
    rows: int


class ReviewReports:
    """Reports of what lies inside the clerk's scope; document numbers are masked, and each report is on record.

    Wuhai 2025: frontline staff who are relieved stand in a roster apart, the two tables of the review are the others'.
    """

    def __init__(self, *, clock: Clock, exams: Exams, personal_data: PersonalData) -> None:
        self._clock, self._exams, self._personal_data = clock, exams, personal_data

    async def summary(self, clerk: Clerk, exam_code: str) -> Report:
        """审核情况汇总表: a row a site, and their sum.

        Raises NotAllowed for a point's staff; NotFound `exam_unknown`.
        """
        exam = await self._required(clerk, exam_code)
        by_site = await self._counted(clerk, exam.id)
        columns = [Column(heading="考区", width=10), Column(heading="考点", width=16)]
        columns += [Column(heading=heading, width=12) for heading in (*OUTCOMES, "合计")]
        rows: list[Sequence[Cell]] = []
        for site_id, counts in by_site.items():
            site = await self._exams.site_by_id(site_id)
            rows.append([site.area, site.name, *_outcomes(counts)])
        rows.append(["合计", "", *_outcomes(sum(by_site.values(), Counter()))])
        async with Sheet(f"{exam.name} 审核情况汇总表", columns) as sheet:
            await sheet.add(rows)
            return await self._reported(clerk, exam, "审核情况汇总表", sheet)

    async def not_passed(self, clerk: Clerk, exam_code: str) -> Report:
        """审核未通过人员汇总表: a row a person, by registration number. Raises as `summary` does."""
        found = Registration.filter(state=State.REJECTED, frontline__id__isnull=True)
        return await self._people(clerk, exam_code, "审核未通过人员汇总表", NOT_PASSED, found, _review)

    async def frontline(self, clerk: Clerk, exam_code: str) -> Report:
        """一线医务人员名册: who is relieved, by what proof, of what. Raises as `summary` does."""
        found = Registration.filter(frontline__id__isnull=False).prefetch_related("frontline")
        return await self._people(clerk, exam_code, "一线医务人员名册", FRONTLINE, found, _relief)

    async def brought(self, clerk: Clerk, exam_code: str) -> Report:
        """报考材料移交清单: whose papers a point took in, for the site that gets them (Xiangxi 2021: "各報名點要于…前將
        確認的報考材料送至州醫考中心"). Raises NotAllowed beyond points and sites; NotFound `exam_unknown`."""
        clerk.require(Duty.LIST_BROUGHT)
        site = await self._exams.site_by_id(clerk.site_id or 0)
        points = {point.id: point.name for point in await self._exams.points(exam_code, site.area, site.name)}
        found = Registration.filter(confirmed_by="staff", confirmed_at__isnull=False, origin=Origin.CANDIDATE)
        return await self._people(
            clerk,
            exam_code,
            "报考材料移交清单",
            BROUGHT,
            found,
            lambda row: [points.get(row.confirmation_point_id or 0), _minute(row.confirmed_at)],
            duty=Duty.LIST_BROUGHT,
        )

    async def _people(
        self,
        clerk: Clerk,
        exam_code: str,
        name: str,
        columns: Sequence[Column],
        found: QuerySet[Registration],
        tail: Tail,
        *,
        duty: Duty = Duty.REPORT_REVIEWS,
    ) -> Report:
        """A row a person, by registration number: who they are, then what this report says of them."""
        exam = await self._required(clerk, exam_code, duty)
        specialities = {one.code: one for one in await self._exams.specialities(exam_code)}
        async with Sheet(f"{exam.name} {name}", columns) as sheet:
            async for batch in _batches(found.filter(exam_id=exam.id, **clerk.registrations())):
                places = {row.site_id: await self._place(row.site_id) for row in batch}
                lines = await asyncio.to_thread(self._lines, batch, places, specialities, sheet.rows + 1, tail)
                await sheet.add(lines)
            return await self._reported(clerk, exam, name, sheet)

    async def _required(self, clerk: Clerk, exam_code: str, duty: Duty = Duty.REPORT_REVIEWS) -> ExamFacts:
        clerk.require(duty)
        return await self._exams.exam(exam_code)

    async def _counted(self, clerk: Clerk, exam_id: int) -> dict[int, Counter[str]]:
        """By site: how many are in which state."""
        handed_in = Q(forfeited_from__isnull=True) | ~Q(forfeited_from=State.DRAFT)
        counted = (
            await Registration.filter(
                handed_in,
                exam_id=exam_id,
                site_id__isnull=False,
                frontline__id__isnull=True,
                **clerk.registrations(),
            )
            .annotate(count=Count("id"))
            .group_by("site_id", "state")
            .values("site_id", "state", "count")
        )
        found: dict[int, Counter[str]] = {}
        for row in sorted(counted, key=lambda row: row["site_id"]):
            found.setdefault(row["site_id"], Counter())[row["state"]] += row["count"]
        return found

    async def _place(self, site_id: int | None) -> tuple[str, str]:
        site = await self._exams.site_by_id(site_id or 0)
        return site.area, site.name

    def _lines(
        self,
        batch: Iterable[Registration],
        places: Mapping[int | None, tuple[str, str]],
        specialities: Mapping[str, SpecialityFacts],
        first: int,
        tail: Tail,
    ) -> list[list[Cell]]:
        """The rows of one batch, in a thread: a thousand document numbers take a while to decrypt."""
        return [
            [number, *self._person(row), *places[row.site_id], *_choice(row, specialities), *tail(row)]
            for number, row in enumerate(batch, start=first)
        ]

    def _person(self, row: Registration) -> list[Cell]:
        candidate = row.candidate
        number = self._personal_data.decrypt(bytes(candidate.id_number), about=ABOUT_ID_NUMBER)
        kind = say("terms", f"id_type_{candidate.id_type}")
        return [row.registration_number, candidate.name, kind, mask_document(number)]

    async def _reported(self, clerk: Clerk, exam: ExamFacts, name: str, sheet: Sheet) -> Report:
        content = await sheet.content()
        after = {"report": name, "rows": sheet.rows}
        await audit.record(self._clock, clerk.actor, "reported", "exam", exam.code, after=after)
        return Report(file_name=f"{exam.name}{name}.xlsx", content=content, rows=sheet.rows)


async def _batches(found: QuerySet[Registration]) -> AsyncIterator[list[Registration]]:
    last = ""
    while batch := (
        await found.filter(registration_number__gt=last)
        .order_by("registration_number")
        .limit(BATCH)
        .select_related("candidate")
    ):
        yield batch
        last = batch[-1].registration_number or ""


def _outcomes(counts: Counter[str]) -> list[Cell]:
    """The columns of the summary, and their sum."""
    columns = [sum(counts[state] for state in states) for states in OUTCOMES.values()]
    return [*columns, sum(columns)]


def _choice(row: Registration, specialities: Mapping[str, SpecialityFacts]) -> list[Cell]:
    chosen: Mapping[str, Any] = row.form.get("registration", {})
    code, level = chosen.get("speciality") or "", chosen.get("level")
    name = specialities[code].name if code in specialities else ""
    return [say("terms", f"level_{level}") if level else "", code, name, row.form.get("work", {}).get("employer")]


def _review(row: Registration) -> list[Cell]:
    reviewed_at = row.area_reviewed_at or row.site_reviewed_at
    return ["考区" if row.area_reviewed_at else "考点", "；".join(row.reasons), _minute(reviewed_at)]


def _minute(at: datetime | None) -> str | None:
    return at.astimezone(EXAM_ZONE).strftime("%Y-%m-%d %H:%M") if at else None


def _relief(row: Registration) -> list[Cell]:
    (entry,) = row.frontline
    lifts = "；".join(say("terms", f"lifts_{code}") for code in entry.lifts)
    return [say("terms", f"proof_{entry.proof}"), entry.evidence, entry.policy, lifts, say("states", row.state)]
