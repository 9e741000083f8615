"""An office's figures: registrations along the calendar, money, reminders, questions, and whose turn it is."""

from collections.abc import Mapping
from typing import Any, Final

from aiohttp import web

from backend.console.pages import Pages, Visit
from backend.console.sent import exam_asked
from backend.exams.stages import Stage
from backend.inquiries.figures import AGE_NAMES
from backend.payments.models import RefundState
from backend.registrations.models import PaymentState, State
from backend.reminders.models import ReminderState
from backend.staff.duties import Duty

pages = Pages()
ALONG: Final[Mapping[State, Stage | None]] = {
    State.DRAFT: Stage.PRE_REGISTRATION,
    State.SUBMITTED: Stage.CONFIRMATION,
    State.CONFIRMATION_REJECTED: Stage.ONLINE_MEND,
    State.CONFIRMED: Stage.SITE_REVIEW,
    State.RETURNED: Stage.SUPPLEMENT,
    State.SITE_APPROVED: Stage.AREA_REVIEW,
    State.APPROVED: Stage.PAYMENT,
    State.SEATED: Stage.ADMIT_CARD,
    State.REJECTED: None,
    State.FORFEITED: None,
    State.CANCELLED: None,
}
"""The states in the order in which the calendar leads through them, each with the stage it waits in."""


@pages.add("GET", "/figures", Duty.SEE_FIGURES)
async def show_registrations(visit: Visit) -> web.StreamResponse:
    overview = await visit.house.registration_figures.overview(visit.clerk, await exam_asked(visit))
    return await _drawn(visit, "figures.html", overview=overview, along=ALONG, now=visit.house.clock.now())


@pages.add("GET", "/figures/money", Duty.SEE_FIGURES)
async def show_money(visit: Visit) -> web.StreamResponse:
    code = await exam_asked(visit)
    overview = await visit.house.registration_figures.overview(visit.clerk, code)
    money = await visit.house.money_figures.of(visit.clerk, code)
    return await _drawn(
        visit, "figures_money.html", overview=overview, money=money, payments=list(PaymentState), refunds=RefundState
    )


@pages.add("GET", "/figures/reminders", Duty.SEE_REMINDERS)
async def show_reminders(visit: Visit) -> web.StreamResponse:
    code = await exam_asked(visit)
    by_kind = await visit.house.reminder_counts.by_kind(visit.clerk, code)
    pushes = await visit.house.reminder_counts.by_platform(visit.clerk, code)
    counts = {(one.kind, one.state): one.reminders for one in by_kind}
    return await _drawn(
        visit,
        "figures_reminders.html",
        kinds=list(dict.fromkeys(one.kind for one in by_kind)),
        states=list(ReminderState),
        counts=counts,
        pushes=pushes,
    )


@pages.add("GET", "/figures/questions", Duty.SEE_FIGURES)
async def show_questions(visit: Visit) -> web.StreamResponse:
    waiting = await visit.house.question_figures.waiting(visit.clerk)
    return await _drawn(visit, "figures_questions.html", waiting=waiting, ages=AGE_NAMES)


async def _drawn(visit: Visit, template: str, **context: Any) -> web.Response:
    code = await exam_asked(visit)
    exams, _ = await visit.house.exams.exams(limit=1000)
    return visit.page(
        template, exam=await visit.house.exams.exam(code), exams=exams, here=visit.request.path, **context
    )
