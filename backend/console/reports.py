"""What an office takes away as a file: the summaries of the review and the lists beside it, exam by exam."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from aiohttp import web

from backend.console.pages import Door, Handler, Pages, Visit
from backend.console.paging import paged
from backend.console.sent import after_of
from backend.documents.review_reports import Report
from backend.staff.duties import Duty

pages = Pages()
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PAGE: Final = 50
Make = Callable[[Visit, str], Awaitable[Report]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbook:
    """One of the reports. Its words are those of `report_` and its name."""

    duty: Duty
    make: Make


WORKBOOKS: Final[Mapping[str, Workbook]] = {
    "summary": Workbook(
        duty=Duty.REPORT_REVIEWS, make=lambda visit, exam: visit.house.review_reports.summary(visit.clerk, exam)
    ),
    "not-passed": Workbook(
        duty=Duty.REPORT_REVIEWS, make=lambda visit, exam: visit.house.review_reports.not_passed(visit.clerk, exam)
    ),
    "frontline": Workbook(
        duty=Duty.REPORT_REVIEWS, make=lambda visit, exam: visit.house.review_reports.frontline(visit.clerk, exam)
    ),
    "corrections": Workbook(
        duty=Duty.SEE_CORRECTIONS, make=lambda visit, exam: visit.house.correction_reports.approved(visit.clerk, exam)
    ),
    "brought": Workbook(
        duty=Duty.LIST_BROUGHT, make=lambda visit, exam: visit.house.review_reports.brought(visit.clerk, exam)
    ),
}


@pages.add("GET", "/reports", Door.MEMBER)
async def list_reports(visit: Visit) -> web.StreamResponse:
    """What there is for the visitor, of every exam."""
    exams, _ = await visit.house.exams.exams(limit=PAGE)
    mine = [name for name, workbook in WORKBOOKS.items() if visit.may(workbook.duty)]
    return visit.page("reports.html", exams=exams, workbooks=mine)


def _making(workbook: Workbook) -> Handler:
    async def make(visit: Visit) -> web.StreamResponse:
        report = await workbook.make(visit, visit.request.match_info["exam"])
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(report.file_name)}"}
        return web.Response(body=report.content, content_type=XLSX, headers=headers)

    return make


for name, workbook in WORKBOOKS.items():
    pages.add("GET", f"/reports/{{exam}}/{name}.xlsx", workbook.duty)(_making(workbook))


@pages.add("GET", "/reports/{exam}/unsigned", Duty.SEE_COMMITMENTS)
async def list_unsigned(visit: Visit) -> web.StreamResponse:
    """Whose integrity commitment is still to be signed."""
    exam = await visit.house.exams.exam(visit.request.match_info["exam"])
    after = visit.request.query.get("after", "")[:16]
    found = await visit.house.commitments.unsigned(visit.clerk, exam.code, after=after, limit=PAGE + 1)
    numbers, more = paged(found, PAGE, str)
    return visit.page("unsigned.html", exam=exam, numbers=numbers, after=more)


@pages.add("GET", "/reports/overdue", Duty.SEE_OVERDUE_REVIEWS)
async def list_overdue(visit: Visit) -> web.StreamResponse:
    """The sites whose candidates still waited for a review when its time was over."""
    before = after_of(visit, "before") or None
    found = await visit.house.overdue_reviews.for_clerk(visit.clerk, before=before, limit=PAGE + 1)
    overdue, more = paged(found, PAGE, lambda one: one.id)
    names = {code: (await visit.house.exams.exam(code)).name for code in {one.exam for one in overdue}}
    return visit.page("overdue.html", overdue=overdue, names=names, before=more)
