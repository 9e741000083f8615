"""Whose turn it is at a site, and until when. Pure: how many stand where, and the site's calendar, in; tasks out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from backend.exams.calendar import Calendar
from backend.exams.stages import Stage
from backend.registrations.models import PaymentState, State

TaskName = Literal["confirm", "mend", "review_site", "supplement", "review_area", "pay", "seat"]
Whose = Literal["site", "area", "candidate"]
Urgency = Literal["late", "today", "open", "ahead"]
SOON: Final = timedelta(hours=24)
TASKS: Final[Mapping[TaskName, tuple[State, PaymentState | None, Stage, Whose]]] = {
    "confirm": (State.SUBMITTED, None, Stage.CONFIRMATION, "site"),
    "mend": (State.CONFIRMATION_REJECTED, None, Stage.ONLINE_MEND, "candidate"),
    "review_site": (State.CONFIRMED, None, Stage.SITE_REVIEW, "site"),
    "supplement": (State.RETURNED, None, Stage.SUPPLEMENT, "candidate"),
    "review_area": (State.SITE_APPROVED, None, Stage.AREA_REVIEW, "area"),
    "pay": (State.APPROVED, PaymentState.DUE, Stage.PAYMENT, "candidate"),
    "seat": (State.APPROVED, PaymentState.PAID, Stage.SEATING, "site"),
}
"""What waits in which state (domain: the table of states), in which stage it is done, and by whom."""
ORDER: Final[tuple[Urgency, ...]] = ("late", "today", "open", "ahead")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How many of a site's registrations stand where."""

    site_id: int | None
    state: State
    payment_state: PaymentState
    registrations: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What waits at one site. `until`: when its window closes, or closed; None where nobody has said."""

    site_id: int
    name: TaskName
    whose: Whose
    waiting: int
    until: datetime | None
    urgency: Urgency


def tasks(standings: Iterable[Standing], calendars: Mapping[int, Calendar], *, now: datetime) -> list[Task]:
    """Everything that waits, the most urgent first. `calendars`: by site; a site without one has no tasks."""
    found = [task for standing in standings for task in _tasks(standing, calendars, now)]
    together: dict[tuple[int, TaskName], Task] = {}
    for task in found:
        key = task.site_id, task.name
        waiting = task.waiting + (together[key].waiting if key in together else 0)
        together[key] = Task(
            site_id=task.site_id,
            name=task.name,
            whose=task.whose,
            waiting=waiting,
            until=task.until,
            urgency=task.urgency,
        )
    return sorted(together.values(), key=_rank)


def _tasks(standing: Standing, calendars: Mapping[int, Calendar], now: datetime) -> Iterator[Task]:
    if standing.site_id is None or standing.site_id not in calendars or not standing.registrations:
        return
    calendar = calendars[standing.site_id]
    for name, (state, payment, stage, whose) in TASKS.items():
        if standing.state is state and payment in (None, standing.payment_state):
            window = calendar.window_at(stage, now)
            until = window.closes_at if window else calendar.closes_at(stage)
            yield Task(
                site_id=standing.site_id,
                name=name,
                whose=whose,
                waiting=standing.registrations,
                until=until,
                urgency=_urgency(calendar, stage, until, now),
            )


def _urgency(calendar: Calendar, stage: Stage, until: datetime | None, now: datetime) -> Urgency:
    state = calendar.state(stage, now)
    if state == "closed":
        return "late"
    if state == "upcoming":
        return "ahead"
    return "today" if state == "open" and until is not None and until - now <= SOON else "open"


def _rank(task: Task) -> tuple[int, float, int, str]:
    until = task.until.timestamp() if task.until else float("inf")
    return ORDER.index(task.urgency), until, task.site_id, task.name
