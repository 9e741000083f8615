"""The steps view (报名流程): what is done, what is next, until when, where, what to bring. A candidate who reads only
this misses nothing.

Pure: where the registration stands and its calendar in, the steps out, as codes whose words are in wording/steps.toml.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from backend.exams.calendar import Calendar
from backend.exams.stages import Stage
from backend.registrations.account_step import account
from backend.registrations.commitment_step import commitment
from backend.registrations.hand_in import asks_to_confirm, asks_to_fill_in
from backend.registrations.military_steps import for_military
from backend.registrations.models import PaymentState, State
from backend.registrations.results_step import results
from backend.registrations.standing import Standing
from backend.registrations.step import Step, StepState
from backend.registrations.step_words import amount, deadline, over, why
from backend.wording import Term

OVER: Final = frozenset(
    {"form_lapsed", "not_confirmed", "review_rejected", "not_supplemented", "payment_refunded", "not_paid"}
)
"""Messages after which nothing of this exam is left to do."""


STAGES: Final[Mapping[str, tuple[Stage, ...]]] = {
    "form": (Stage.PRE_REGISTRATION,),
    "confirmation": (Stage.CONFIRMATION,),
    "review": (Stage.SITE_REVIEW, Stage.AREA_REVIEW),
    "payment": (Stage.PAYMENT,),
    "seating": (Stage.SEATING,),
    "admit_card": (Stage.ADMIT_CARD,),
}
"""Whose windows a step speaks of."""


def steps(standing: Standing, calendar: Calendar, now: datetime) -> list[Step]:
    """All steps, in the order in which a candidate walks them. Times are instants in Asia/Shanghai."""
    walked = STEPS if standing.commitment else [build for build in STEPS if build is not commitment]
    built = [for_military(build(standing, calendar, now), standing) for build in walked]
    found = [_marked(step, standing, calendar) for step in built]
    if any(step.message in OVER for step in found):
        return [_not_needed(step) if step.state == "upcoming" else step for step in found]
    return found


def _marked(step: Step, standing: Standing, calendar: Calendar) -> Step:
    made_up = step.step in standing.samples or any(calendar.stage(stage).sample for stage in STAGES.get(step.step, ()))
    return replace(step, sample=True) if made_up else step


def _form(standing: Standing, calendar: Calendar, now: datetime) -> Step:
    is_open = calendar.is_open(Stage.PRE_REGISTRATION, now)
    if standing.lapsed:
        return Step(step="form", state="failed", message="form_lapsed")
    if standing.state is not State.DRAFT:
        action = "withdraw" if is_open and standing.state is State.SUBMITTED else None
        return Step(step="form", state="done", message="form_done", at=standing.submitted_at, action=action)
    if calendar.state(Stage.PRE_REGISTRATION, now) == "upcoming":
        return _upcoming("form", Stage.PRE_REGISTRATION, calendar, now)
    if not is_open:
        return Step(step="form", state="failed", message="form_lapsed")
    until = _until(calendar, Stage.PRE_REGISTRATION, now)
    return Step(
        step="form",
        state="current",
        message=asks_to_fill_in(standing),
        until=until,
        bring=standing.materials if standing.confirmed_online else (),
        values=deadline(until, now),
        action="edit",
    )


def _confirmation(standing: Standing, calendar: Calendar, now: datetime) -> Step:
    if standing.state is State.CONFIRMATION_REJECTED:
        return _to_mend(standing, calendar, now)
    if standing.forfeited_reason == "not_confirmed" and not standing.lapsed:
        return _not_confirmed(standing, calendar)
    if standing.behind >= 2:
        message = "confirmed_by_system" if standing.by_system else "confirmed_by_staff"
        return Step(step="confirmation", state="done", message=message, at=standing.confirmed_at)
    if standing.behind < 1:
        return _upcoming("confirmation", Stage.CONFIRMATION, calendar, now)
    return _to_confirm(standing, calendar, now)


def _not_confirmed(standing: Standing, calendar: Calendar) -> Step:
    until = calendar.closes_at(Stage.CONFIRMATION)
    return Step(
        step="confirmation",
        state="failed",
        message="not_confirmed",
        until=until,
        where=str(standing.place) if standing.place else None,
        values=over(until),
    )


def _to_mend(standing: Standing, calendar: Calendar, now: datetime) -> Step:
    until = _until(calendar, Stage.ONLINE_MEND, now)
    return Step(
        step="confirmation",
        state="failed",
        message="confirmation_refused" if standing.refused else "confirmation_mended",
        until=until,
        values={**deadline(until, now), "papers": standing.refused},
        action="edit" if calendar.is_open(Stage.ONLINE_MEND, now) else None,
    )


def _to_confirm(standing: Standing, calendar: Calendar, now: datetime) -> Step:
    place, until = standing.place, _until(calendar, Stage.CONFIRMATION, now)
    if place is not None and place.closes_at is not None:
        until = place.closes_at if until is None else min(until, place.closes_at)
    if until is not None and until <= now:
        values = {"until": until}
        return Step(step="confirmation", state="failed", message="confirmation_over", until=until, values=values)
    if standing.confirmed_online:
        return Step(step="confirmation", state="current", message="confirmation_online", until=until)
    return Step(
        step="confirmation",
        state="current",
        message=asks_to_confirm(standing),
        until=until,
        at=calendar.opens_at(Stage.CONFIRMATION),
        where=str(place) if place else None,
        bring=standing.materials,
        values={**deadline(until, now), "school": standing.school},
        action="download_application_form",
    )


def _review(standing: Standing, calendar: Calendar, now: datetime) -> Step:
    if standing.state is State.REJECTED:
        at = standing.area_reviewed_at or standing.site_reviewed_at
        return Step(step="review", state="failed", message="review_rejected", at=at, values=why(standing.reasons))
    if standing.state is State.RETURNED or standing.forfeited_reason == "not_supplemented":
        return _to_supplement(standing, now)
    if standing.behind >= 3:
        return Step(step="review", state="done", message="review_done", at=standing.area_reviewed_at)
    if standing.behind < 2:
        return _upcoming("review", Stage.SITE_REVIEW, calendar, now)
    message = "review_by_area" if standing.state is State.SITE_APPROVED else "review_by_site"
    return Step(step="review", state="current", message=message, until=calendar.closes_at(Stage.AREA_REVIEW))


def _to_supplement(standing: Standing, now: datetime) -> Step:
    until = standing.supplement_until
    if standing.state is not State.RETURNED or (until is not None and until <= now):
        return Step(step="review", state="failed", message="not_supplemented", until=until, values=over(until))
    values = {**deadline(until, now), **why(standing.reasons)}
    return Step(
        step="review", state="failed", message="review_returned", until=until, values=values, action="supplement"
    )


def _payment(standing: Standing, calendar: Calendar, now: datetime) -> Step:
    if standing.payment_state is PaymentState.PAID:
        return _paid(standing)
    if standing.payment_state is PaymentState.REFUNDED:
        refund = standing.money_back.words if standing.money_back else Term("refunds", "refunded")
        return Step(step="payment", state="failed", message="payment_refunded", values={"refund": refund})
    if standing.forfeited_reason == "not_paid":
        until = calendar.closes_at(Stage.PAYMENT)
        return Step(step="payment", state="failed", message="not_paid", until=until, values=over(until))
    if standing.payment_mode == "onsite":
        state: StepState = "current" if standing.payment_state is PaymentState.DUE else "upcoming"
        return Step(step="payment", state=state, message="payment_onsite")
    if standing.payment_state is PaymentState.NONE or not calendar.stage(Stage.PAYMENT).windows:
        return _upcoming("payment", Stage.PAYMENT, calendar, now, message="payment_after_review")
    return _to_pay(standing, calendar, now)


def _paid(standing: Standing) -> Step:
    back = standing.money_back
    if back is None or not back.surplus:
        return Step(step="payment", state="done", message="payment_done", at=standing.paid_at)
    values = {"refund": back.words}
    return Step(step="payment", state="done", message="payment_done_once", at=standing.paid_at, values=values)


def _to_pay(standing: Standing, calendar: Calendar, now: datetime) -> Step:
    until, fee = _until(calendar, Stage.PAYMENT, now), amount(standing.amount_fen)
    if calendar.is_open(Stage.PAYMENT, now):
        back = standing.money_back
        values = {**deadline(until, now), "amount": fee, **({"refund": back.words} if back else {})}
        return Step(
            step="payment",
            state="current",
            message=("payment_not_counted" if back.surplus else "payment_again") if back else "payment_current",
            until=until,
            values=values,
            action="pay",
        )
    ahead = calendar.window_at(Stage.PAYMENT, now)
    if ahead is None:
        return Step(step="payment", state="failed", message="payment_over", until=until, values={"until": until})
    values = {"opens_at": ahead.opens_at, "amount": fee}
    return Step(step="payment", state="current", message="payment_opens", at=ahead.opens_at, until=until, values=values)


def _seating(standing: Standing, calendar: Calendar, now: datetime) -> Step:
    if standing.state is State.SEATED:
        return Step(step="seating", state="done", message="seating_done", at=standing.seated_at)
    if standing.state is State.APPROVED and standing.payment_state is PaymentState.PAID:
        return Step(step="seating", state="current", message="seating_current", until=calendar.closes_at(Stage.SEATING))
    return _upcoming("seating", Stage.SEATING, calendar, now)


def _admit_card(standing: Standing, calendar: Calendar, now: datetime) -> Step:
    when = calendar.state(Stage.ADMIT_CARD, now)
    action = "download_admit_card" if when == "open" else None
    if standing.state is not State.SEATED or when in ("upcoming", "none"):
        return _upcoming("admit_card", Stage.ADMIT_CARD, calendar, now)
    until = _until(calendar, Stage.ADMIT_CARD, now)
    if standing.downloaded_at is not None:
        at = standing.downloaded_at
        return Step(step="admit_card", state="done", message="admit_card_done", at=at, until=until, action=action)
    if when == "closed":
        return Step(step="admit_card", state="failed", message="admit_card_over", until=until, values={"until": until})
    return Step(
        step="admit_card",
        state="current",
        message="admit_card_current",
        until=until,
        values=deadline(until, now),
        action=action,
    )


def _exam(standing: Standing, calendar: Calendar, now: datetime) -> Step:
    starts_at, ends_at = standing.exam_starts_at, standing.exam_ends_at
    if standing.state is State.SEATED and ends_at is not None and now >= ends_at:
        return Step(step="exam", state="done", message="exam_over", at=ends_at)
    state: StepState = "current" if standing.state is State.SEATED and standing.downloaded_at else "upcoming"
    return Step(
        step="exam",
        state=state,
        message="exam_days" if starts_at else "exam_days_unknown",
        at=starts_at,
        until=ends_at,
        values={"starts_at": starts_at},
    )


STEPS: Final[tuple[Callable[[Standing, Calendar, datetime], Step], ...]] = (
    account,
    _form,
    _confirmation,
    _review,
    commitment,
    _payment,
    _seating,
    _admit_card,
    _exam,
    results,
)


def _not_needed(step: Step) -> Step:
    return Step(step=step.step, state="upcoming", message="not_needed")


def _upcoming(step: str, stage: Stage, calendar: Calendar, now: datetime, *, message: str = "opens_later") -> Step:
    ahead = calendar.window_at(stage, now)
    opens_at = ahead.opens_at if ahead else calendar.opens_at(stage)
    if opens_at is None:
        return Step(step=step, state="upcoming", message=message)
    return Step(step=step, state="upcoming", message="opens", at=opens_at, values={"opens_at": opens_at})


def _until(calendar: Calendar, stage: Stage, now: datetime) -> datetime | None:
    """The end of the window that is open, else of the next one; once all are over, of the last one."""
    window = calendar.window_at(stage, now)
    return window.closes_at if window else calendar.closes_at(stage)
