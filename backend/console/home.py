"""What a clerk must act on: the work lists of their office and roles, each with how many are in it."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from backend.console.pages import Door, Pages, Visit, see_other
from backend.payments.refund_desk import RefundList
from backend.registrations.waiting import FOR, Waiting
from backend.registrations.work_list import COUNTED, Wanted
from backend.staff.duties import Duty

pages = Pages()
Count = Callable[[Visit], Awaitable[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A list somebody works off. `name`: of its words, too; `duties`: whose it is, of those with any of these."""

    name: str
    duties: frozenset[Duty]
    path: str
    count: Count


def _registrations(waiting: Waiting) -> Task:
    return Task(
        name=waiting.value,
        duties=FOR[waiting],
        path=f"/registrations?waiting={waiting}",
        count=lambda visit: visit.house.work_list.count(visit.clerk, Wanted(waiting=waiting)),
    )


def _refunds(which: RefundList, duty: Duty) -> Task:
    return Task(
        name=f"refunds_{which}",
        duties=frozenset({duty}),
        path=f"/refunds?list={which}",
        count=lambda visit: visit.house.refund_desk.how_many(visit.clerk, which),
    )


TASKS: Final = (
    *map(_registrations, (Waiting.TO_CONFIRM, Waiting.TO_REVIEW_AT_SITE, Waiting.TO_REVIEW_IN_AREA)),
    _registrations(Waiting.SUPPLEMENT_OVERDUE),
    Task(
        name="corrections_to_decide",
        duties=frozenset({Duty.DECIDE_CORRECTION}),
        path="/corrections",
        count=lambda visit: visit.house.correcting.how_many(visit.clerk),
    ),
    Task(
        name="violations_to_decide",
        duties=frozenset({Duty.DECIDE_VIOLATION}),
        path="/violations",
        count=lambda visit: visit.house.violations.how_many(visit.clerk),
    ),
    _refunds(RefundList.ASKED, Duty.DECIDE_REFUND),
    _refunds(RefundList.FAILED, Duty.SEND_REFUND_AGAIN),
    _refunds(RefundList.TO_HAND_BACK, Duty.HAND_FEE_BACK),
    *map(_registrations, (Waiting.FEE_DUE, Waiting.SCORES_TO_MERGE)),
    Task(
        name="account_changes_waiting",
        duties=frozenset({Duty.FORWARD_ACCOUNT_CHANGE, Duty.DECIDE_ACCOUNT_CHANGE}),
        path="/account-changes",
        count=lambda visit: visit.house.account_changes.how_many(visit.clerk),
    ),
    Task(
        name="account_recoveries_waiting",
        duties=frozenset({Duty.GIVE_ACCOUNT_BACK}),
        path="/account-recoveries",
        count=lambda visit: visit.house.account_recoveries.how_many(visit.clerk),
    ),
)
"""In the order in which an exam comes to them."""


def tasks_of(visit: Visit) -> Iterator[Task]:
    """Those of the visitor."""
    return (task for task in TASKS if any(visit.may(duty) for duty in task.duties))


@pages.add("GET", "/", Door.SETTING_UP)
async def show_home(visit: Visit) -> web.StreamResponse:
    if visit.member.is_setting_up:
        return see_other("/account")
    tasks = [(task, await task.count(visit)) for task in tasks_of(visit)]
    return visit.page("home.html", tasks=tasks, counted=COUNTED)
