"""Every act of the staff as the tests call it: found in the code, so that a new one without an entry here fails."""

import importlib
import inspect
import pkgutil
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, get_type_hints
from uuid import UUID, uuid4

import backend
from backend.clock import EXAM_ZONE, SystemClock
from backend.registrations.corrections import Correctable
from backend.registrations.moves import Act
from backend.staff.duties import Duty
from backend.staff.scope import Clerk
from tests.api.world import World
from zhunkao.journey.people import EXAM


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What is acted on; nothing that exists, unless said otherwise."""

    registration: UUID
    number: str
    correction: int
    refund: int
    inquiry: UUID
    recovery: UUID
    change: UUID


NOTHING: Final = Target(
    registration=uuid4(),
    number="2024130999999",
    correction=0,
    refund=0,
    inquiry=uuid4(),
    recovery=uuid4(),
    change=uuid4(),
)
Call = Callable[[World, Clerk, Target], Coroutine[Any, Any, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffAct:
    """One way to call an act. `method`: as the code names it. `unscoped`: what is acted on is the office's own, or its
    level below's (tests/api/test_staff_members.py)."""

    method: str
    duty: Duty
    call: Call
    unscoped: bool = False


def _office(act: Act) -> Call:
    return lambda world, who, on: world.built.office.act(who, act, on.registration, reasons=["示例"])


def _many(act: Act) -> Call:
    return lambda world, who, on: world.built.bulk_review.act(who, act, [on.registration], reasons=["示例"])


async def _lines(page: Awaitable[tuple[Sequence[object], str | None]]) -> Sequence[object]:
    """A page without where to go on."""
    return (await page)[0]


REVIEWS: Final[Mapping[Act, Duty]] = {
    Act.CONFIRM: Duty.CONFIRM,
    Act.REFUSE: Duty.REFUSE,
    Act.SITE_APPROVE: Duty.REVIEW_AT_SITE,
    Act.SITE_REJECT: Duty.REVIEW_AT_SITE,
    Act.SITE_RETURN: Duty.REVIEW_AT_SITE,
    Act.AREA_APPROVE: Duty.REVIEW_IN_AREA,
    Act.AREA_REJECT: Duty.REVIEW_IN_AREA,
    Act.AREA_RETURN: Duty.REVIEW_IN_AREA,
}
ACTS: Final = (
    *(StaffAct(method="Office.act", duty=duty, call=_office(act)) for act, duty in REVIEWS.items()),
    *(StaffAct(method="BulkReview.act", duty=duty, call=_many(act)) for act, duty in REVIEWS.items()),
    StaffAct(
        method="Office.confirm",
        duty=Duty.CONFIRM,
        call=lambda world, who, on: world.built.office.confirm(who, on.number, "AAAA1111"),
    ),
    StaffAct(
        method="Correcting.register",
        duty=Duty.REGISTER_CORRECTION,
        call=lambda world, who, on: world.built.correcting.register(
            who, on.registration, Correctable.NAME, "测试龑", evidence="示例"
        ),
    ),
    StaffAct(
        method="Correcting.register_photo",
        duty=Duty.REGISTER_CORRECTION,
        call=lambda world, who, on: world.built.correcting.register_photo(who, on.registration, b"", evidence="示例"),
    ),
    StaffAct(
        method="Correcting.approve",
        duty=Duty.DECIDE_CORRECTION,
        call=lambda world, who, on: world.built.correcting.approve(who, on.correction),
    ),
    StaffAct(
        method="Correcting.decline",
        duty=Duty.DECIDE_CORRECTION,
        call=lambda world, who, on: world.built.correcting.decline(who, on.correction, reason="示例"),
    ),
    StaffAct(
        method="Correcting.waiting",
        duty=Duty.SEE_CORRECTIONS,
        call=lambda world, who, on: world.built.correcting.waiting(who),
    ),
    StaffAct(
        method="Materials.picture_for",
        duty=Duty.SEE_MATERIALS,
        call=lambda world, who, on: world.built.materials.picture_for(who, on.registration, "毕业证书"),
    ),
    StaffAct(
        method="OverdueReviews.for_clerk",
        duty=Duty.SEE_OVERDUE_REVIEWS,
        call=lambda world, who, on: world.built.overdue_reviews.for_clerk(who),
    ),
    StaffAct(
        method="ReviewReports.summary",
        duty=Duty.REPORT_REVIEWS,
        call=lambda world, who, on: world.built.review_reports.summary(who, EXAM),
        unscoped=True,
    ),
    StaffAct(
        method="ReviewReports.not_passed",
        duty=Duty.REPORT_REVIEWS,
        call=lambda world, who, on: world.built.review_reports.not_passed(who, EXAM),
        unscoped=True,
    ),
    StaffAct(
        method="ScoreMerging.look_up",
        duty=Duty.MERGE_SCORES,
        call=lambda world, who, on: world.built.score_merging.look_up(who, on.registration),
    ),
    StaffAct(
        method="ScoreMerging.merge",
        duty=Duty.MERGE_SCORES,
        call=lambda world, who, on: world.built.score_merging.merge(who, on.registration, evidence=["示例"]),
    ),
    StaffAct(
        method="Refunds.ask",
        duty=Duty.ASK_REFUND,
        call=lambda world, who, on: world.built.refunds.ask(who, on.registration, "示例"),
    ),
    StaffAct(
        method="Refunds.approve",
        duty=Duty.DECIDE_REFUND,
        call=lambda world, who, on: world.built.refunds.approve(who, on.refund),
    ),
    StaffAct(
        method="Refunds.decline",
        duty=Duty.DECIDE_REFUND,
        call=lambda world, who, on: world.built.refunds.decline(who, on.refund, "示例"),
    ),
    StaffAct(
        method="Refunds.send_again",
        duty=Duty.SEND_REFUND_AGAIN,
        call=lambda world, who, on: world.built.refunds.send_again(who, on.refund),
    ),
    StaffAct(
        method="OnsitePayments.record",
        duty=Duty.TAKE_FEE,
        call=lambda world, who, on: world.built.onsite_payments.record(
            who, on.registration, receipt_number="1", amount_fen=1
        ),
    ),
    StaffAct(
        method="OnsitePayments.handed_back",
        duty=Duty.HAND_FEE_BACK,
        call=lambda world, who, on: world.built.onsite_payments.handed_back(who, on.refund),
    ),
    StaffAct(
        method="Seating.arrange",
        duty=Duty.ARRANGE_SEATS,
        call=lambda world, who, on: world.built.seating.arrange(who, EXAM, seed=1),
        unscoped=True,
    ),
    StaffAct(
        method="Answers.answer",
        duty=Duty.ANSWER,
        call=lambda world, who, on: world.built.answers.answer(who, on.inquiry, "示例"),
    ),
    StaffAct(
        method="Answers.close",
        duty=Duty.ANSWER,
        call=lambda world, who, on: world.built.answers.close(who, on.inquiry),
    ),
    StaffAct(
        method="AccountRecoveries.view",
        duty=Duty.GIVE_ACCOUNT_BACK,
        call=lambda world, who, on: world.built.account_recoveries.view(who, on.recovery),
    ),
    StaffAct(
        method="AccountRecoveries.documents_seen",
        duty=Duty.GIVE_ACCOUNT_BACK,
        call=lambda world, who, on: world.built.account_recoveries.documents_seen(who, on.recovery),
    ),
    StaffAct(
        method="AccountRecoveries.issue_code",
        duty=Duty.GIVE_ACCOUNT_BACK,
        call=lambda world, who, on: world.built.account_recoveries.issue_code(who, on.recovery),
    ),
    StaffAct(
        method="AccountChanges.waiting",
        duty=Duty.SEE_ACCOUNT_CHANGE,
        call=lambda world, who, on: world.built.account_changes.waiting(who),
    ),
    StaffAct(
        method="AccountChanges.view",
        duty=Duty.SEE_ACCOUNT_CHANGE,
        call=lambda world, who, on: world.built.account_changes.view(who, on.change),
    ),
    StaffAct(
        method="AccountChanges.picture",
        duty=Duty.SEE_ACCOUNT_CHANGE,
        call=lambda world, who, on: world.built.account_changes.picture(who, on.change, 1),
    ),
    StaffAct(
        method="AccountChanges.forward",
        duty=Duty.FORWARD_ACCOUNT_CHANGE,
        call=lambda world, who, on: world.built.account_changes.forward(who, on.change, recommended=False, note="示例"),
    ),
    StaffAct(
        method="AccountChanges.approve",
        duty=Duty.DECIDE_ACCOUNT_CHANGE,
        call=lambda world, who, on: world.built.account_changes.approve(who, on.change),
    ),
    StaffAct(
        method="AccountChanges.decline",
        duty=Duty.DECIDE_ACCOUNT_CHANGE,
        call=lambda world, who, on: world.built.account_changes.decline(who, on.change, reason="示例"),
    ),
    StaffAct(
        method="NoticeBoard.publish",
        duty=Duty.PUBLISH_NOTICE,
        call=lambda world, who, on: world.built.notice_board.publish(who, "sample", title="示例", text="示例"),
        unscoped=True,
    ),
    StaffAct(
        method="NoticeBoard.withdraw",
        duty=Duty.PUBLISH_NOTICE,
        call=lambda world, who, on: world.built.notice_board.withdraw(who, "another"),
        unscoped=True,
    ),
    StaffAct(
        method="Publications.publish",
        duty=Duty.PUBLISH_RESULTS,
        call=lambda world, who, on: world.built.publications.publish(
            who, EXAM, at=SystemClock().now().astimezone(EXAM_ZONE)
        ),
        unscoped=True,
    ),
    StaffAct(
        method="WorkList.page",
        duty=Duty.SEE_REGISTRATIONS,
        call=lambda world, who, on: _lines(world.built.work_list.page(who)),
    ),
    StaffAct(
        method="WorkList.find",
        duty=Duty.SEE_REGISTRATIONS,
        call=lambda world, who, on: world.built.work_list.find(who, on.number),
    ),
    StaffAct(
        method="Cases.open",
        duty=Duty.SEE_REGISTRATIONS,
        call=lambda world, who, on: world.built.cases.open(who, on.registration),
    ),
    StaffAct(
        method="Cases.document_number",
        duty=Duty.SEE_REGISTRATIONS,
        call=lambda world, who, on: world.built.cases.document_number(who, on.registration),
    ),
    StaffAct(
        method="Appointments.appoint",
        duty=Duty.MANAGE_MEMBERS,
        call=lambda world, who, on: world.built.appointments.appoint(who, username="new", name="示例", place=0),
        unscoped=True,
    ),
    StaffAct(
        method="Appointments.offices",
        duty=Duty.MANAGE_MEMBERS,
        call=lambda world, who, on: world.built.appointments.offices(who),
        unscoped=True,
    ),
    StaffAct(
        method="Appointments.invite",
        duty=Duty.MANAGE_MEMBERS,
        call=lambda world, who, on: world.built.appointments.invite(who, on.change),
        unscoped=True,
    ),
    StaffAct(
        method="Appointments.end",
        duty=Duty.MANAGE_MEMBERS,
        call=lambda world, who, on: world.built.appointments.end(who, on.change),
        unscoped=True,
    ),
    StaffAct(
        method="Appointments.under",
        duty=Duty.MANAGE_MEMBERS,
        call=lambda world, who, on: world.built.appointments.under(who),
        unscoped=True,
    ),
)
HELPING: Final = frozenset({"Office.require_said", "Office.decide"})
"""Parts of `Office.act` that bulk review shares: it has required the duty before."""


def found() -> set[str]:
    """Every public method of the product that a clerk is handed to."""
    methods = set()
    for module in pkgutil.walk_packages(backend.__path__, f"{backend.__name__}."):
        for _, kind in inspect.getmembers(importlib.import_module(module.name), inspect.isclass):
            if kind.__module__ == module.name:
                methods |= {f"{kind.__name__}.{name}" for name, one in vars(kind).items() if _takes_clerk(name, one)}
    return methods - HELPING


def _takes_clerk(name: str, one: object) -> bool:
    if name.startswith("_") or not inspect.isfunction(one):
        return False
    return Clerk in {hint for parameter, hint in get_type_hints(one).items() if parameter != "return"}
