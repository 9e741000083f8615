"""Results as offices have them in hand: the centre's instant at which they come out, the nurses' certificates."""

from typing import Final

from aiohttp import web

from backend.console.pages import Pages, Visit, see_other
from backend.console.paging import paged
from backend.console.sent import after_of, exam_asked, instant_of, registration_of
from backend.errors import Fault, Faulty
from backend.staff.duties import Duty

pages = Pages()
PAGE: Final = 50


@pages.add("GET", "/results", Duty.PUBLISH_RESULTS)
async def list_exams(visit: Visit) -> web.StreamResponse:
    exams, _ = await visit.house.exams.exams(limit=PAGE)
    announced = await visit.house.publications.announced(visit.clerk, [exam.id for exam in exams])
    return visit.page("results.html", exams=exams, announced=announced, now=visit.house.clock.now())


@pages.add("POST", "/results/{exam}", Duty.PUBLISH_RESULTS)
async def publish(visit: Visit) -> web.StreamResponse:
    sent = await visit.sent()
    at = instant_of(sent.get("publish_at", ""), "publish_at")
    if at is None:
        raise Faulty("request_faulty", faults=[Fault("publish_at", "missing")])
    until = instant_of(sent.get("report_until", ""), "report_until")
    await visit.house.publications.publish(visit.clerk, visit.request.match_info["exam"], at=at, report_until=until)
    return see_other("/results")


@pages.add("GET", "/certificates", Duty.HAND_OUT_CERTIFICATES)
async def list_certificates(visit: Visit) -> web.StreamResponse:
    """Who has passed and has not come yet."""
    code = await exam_asked(visit)
    exams, _ = await visit.house.exams.exams(limit=PAGE)
    found = await visit.house.certificates.waiting(visit.clerk, code, after=after_of(visit), limit=PAGE + 1)
    waiting, more = paged(found, PAGE, lambda one: one.id)
    exam = await visit.house.exams.exam(code)
    return visit.page("certificates.html", exams=exams, exam=exam, waiting=waiting, after=more)


@pages.add("POST", "/registrations/{registration}/certificate", Duty.HAND_OUT_CERTIFICATES)
async def hand_out(visit: Visit) -> web.StreamResponse:
    registration, taken_by = registration_of(visit), (await visit.sent()).get("taken_by")
    await visit.house.certificates.hand_out(visit.clerk, registration, taken_by=taken_by)
    return see_other(f"/registrations/{registration}")
