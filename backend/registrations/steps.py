"""The steps view (报名流程): what is done, what is next, until when, where, what to bring. A candidate who reads only
this misses nothing.

Pure: a frozen picture of the registration and its calendar in, the steps out, as codes whose words are in
wording/steps.toml.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal

from backend.exams.calendar import Calendar
from backend.exams.stages import Stage
from backend.registrations.models import PaymentState, State

StepState = Literal["done", "current", "upcoming", "failed"]

REACHED: Final[Mapping[State, int]] = {
    State.DRAFT: 0,
    State.SUBMITTED: 1,
    State.CONFIRMATION_REJECTED: 1,
    State.CONFIRMED: 2,
    State.SITE_APPROVED: 2,
    State.RETURNED: 2,
    State.REJECTED: 2,
    State.APPROVED: 3,
    State.SEATED: 4,
}
"""How many of form, confirmation, review, (seating) a state has behind it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a candidate confirms, and who hands the papers in."""

    name: str
    address: str | None
    phone: str | None
    hand_in: str
    closes_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the steps are computed from."""

    state: State
    payment_state: PaymentState
    bound: bool
    identity_check: str
    payment_mode: str
    amount_fen: int | None
    by_system: bool
    forfeited_reason: str | None
    auto_failed: bool
    submitted_at: datetime | None
    confirmed_at: datetime | None
    site_reviewed_at: datetime | None
    area_reviewed_at: datetime | None
    paid_at: datetime | None
    seated_at: datetime | None
    downloaded_at: datetime | None
    exam_starts_at: datetime | None
    exam_ends_at: datetime | None
    place: Place | None
    materials: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step. `message` names its words, `values` fill them; `action` is what the candidate can do about it here."""

    step: str
    state: StepState
    message: str
    values: Mapping[str, object] = field(default_factory=dict)
    at: datetime | None = None
    until: datetime | None = None
    where: str | None = None
    bring: tuple[str, ...] = ()
    action: str | None = None


def steps(standing: Standing, calendar: Calendar, now: datetime) -> list[Step]:
    """All steps, in the order in which a candidate walks them. Times are instants in Asia/Shanghai."""
    return [build(standing, calendar, now) for build in STEPS]


def _account(standing: Standing, calendar: Calendar, now: datetime) -> Step:
    if not standing.bound:
        return Step(step="account", state="failed", message="account_unbound", action="bind")
    if standing.identity_check == "failed":
        return Step(step="account", state="failed", message="account_identity_failed", action="ask")
    if standing.identity_check == "pending":
        return Step(step="account", state="current", message="account_identity_pending")
    return Step(step="account", state="done", message="account_done")


def _form(standing: Standing, calendar: Calendar, now: datetime) -> Step:
    closes_at = calendar.closes_at(Stage.PRE_REGISTRATION)
    if standing.state is not State.DRAFT:
        withdraw = standing.state is State.SUBMITTED and calendar.is_open(Stage.PRE_REGISTRATION, now)
        return Step(
            step="form",
            state="done",
            message="form_done",
            at=standing.submitted_at,
            action="withdraw" if withdraw else None,
        )
    if calendar.is_open(Stage.PRE_REGISTRATION, now):
        return Step(
            step="form",
            state="current",
            message="form_current",
            until=closes_at,
            values=_deadline(closes_at, now),
            action="edit",
        )
    if calendar.state(Stage.PRE_REGISTRATION, now) == "upcoming":
        opens_at = calendar.opens_at(Stage.PRE_REGISTRATION)
        return Step(step="form", state="upcoming", message="opens", at=opens_at, values={"opens_at": opens_at})
    return Step(step="form", state="failed", message="form_lapsed")


def _confirmation(standing: Standing, calendar: Calendar, now: datetime) -> Step:
    if standing.state is State.CONFIRMATION_REJECTED:
        until = calendar.closes_at(Stage.ONLINE_MEND)
        return Step(
            step="confirmation",
            state="failed",
            message="confirmation_refused",
            until=until,
            values=_deadline(until, now),
            action="edit",
        )
    if standing.forfeited_reason == "not_confirmed":
        return Step(step="confirmation", state="failed", message="not_confirmed")
    if _reached(standing) >= 2:
        message = "confirmed_by_system" if standing.by_system else "confirmed_by_staff"
        return Step(step="confirmation", state="done", message=message, at=standing.confirmed_at)
    if _reached(standing) < 1:
        return _upcoming("confirmation", Stage.CONFIRMATION, calendar)
    return _to_confirm(standing, calendar, now)


def _to_confirm(standing: Standing, calendar: Calendar, now: datetime) -> Step:
    place, until = standing.place, calendar.closes_at(Stage.CONFIRMATION)
    if place is not None and place.closes_at is not None:
        until = place.closes_at if until is None else min(until, place.closes_at)
    opens_at = calendar.opens_at(Stage.CONFIRMATION)
    message = "confirmation_auto_failed" if standing.auto_failed else "confirmation_current"
    if place is not None and place.hand_in == "unit":
        message = "confirmation_by_unit"
    where = " ".join(part for part in (place.name, place.address, place.phone) if part) if place else None
    return Step(
        step="confirmation",
        state="current",
        message=message,
        until=until,
        at=opens_at,
        where=where,
        bring=standing.materials,
        values=_deadline(until, now),
        action="download_application_form",
    )


def _review(standing: Standing, calendar: Calendar, now: datetime) -> Step:
    if standing.state is State.REJECTED:
        return Step(step="review", state="failed", message="review_rejected", at=standing.area_reviewed_at)
    if standing.state is State.RETURNED or standing.forfeited_reason == "not_supplemented":
        return Step(step="review", state="failed", message="review_returned")
    if _reached(standing) >= 3:
        return Step(step="review", state="done", message="review_done", at=standing.area_reviewed_at)
    if _reached(standing) < 2:
        return _upcoming("review", Stage.SITE_REVIEW, calendar)
    message = "review_by_area" if standing.state is State.SITE_APPROVED else "review_by_site"
    return Step(step="review", state="current", message=message, until=calendar.closes_at(Stage.AREA_REVIEW))


def _payment(standing: Standing, calendar: Calendar, now: datetime) -> Step:
    until = calendar.closes_at(Stage.PAYMENT)
    if standing.payment_state is PaymentState.PAID:
        return Step(step="payment", state="done", message="payment_done", at=standing.paid_at)
    if standing.payment_state is PaymentState.REFUNDED:
        return Step(step="payment", state="failed", message="payment_refunded")
    if standing.forfeited_reason == "not_paid":
        return Step(step="payment", state="failed", message="not_paid")
    if standing.payment_mode == "onsite":
        state: StepState = "current" if standing.payment_state is PaymentState.DUE else "upcoming"
        return Step(step="payment", state=state, message="payment_onsite")
    if standing.payment_state is PaymentState.NONE:
        return _upcoming("payment", Stage.PAYMENT, calendar, message="payment_after_review")
    return _to_pay(standing, calendar, now, until)


def _to_pay(standing: Standing, calendar: Calendar, now: datetime, until: datetime | None) -> Step:
    opens_at = calendar.opens_at(Stage.PAYMENT)
    if calendar.state(Stage.PAYMENT, now) == "upcoming":
        return Step(
            step="payment",
            state="current",
            message="payment_opens",
            at=opens_at,
            until=until,
            values={"opens_at": opens_at, "amount": _yuan(standing.amount_fen)},
        )
    if calendar.is_open(Stage.PAYMENT, now):
        values = {**_deadline(until, now), "amount": _yuan(standing.amount_fen)}
        return Step(
            step="payment", state="current", message="payment_current", until=until, values=values, action="pay"
        )
    return Step(step="payment", state="failed", message="payment_over", until=until, values={"until": until})


def _seating(standing: Standing, calendar: Calendar, now: datetime) -> Step:
    if standing.state is State.SEATED:
        return Step(step="seating", state="done", message="seating_done", at=standing.seated_at)
    if standing.state is State.APPROVED and standing.payment_state is PaymentState.PAID:
        return Step(step="seating", state="current", message="seating_current", until=calendar.closes_at(Stage.SEATING))
    return _upcoming("seating", Stage.SEATING, calendar)


def _admit_card(standing: Standing, calendar: Calendar, now: datetime) -> Step:
    if standing.state is not State.SEATED or calendar.state(Stage.ADMIT_CARD, now) == "upcoming":
        return _upcoming("admit_card", Stage.ADMIT_CARD, calendar)
    until = calendar.closes_at(Stage.ADMIT_CARD)
    if standing.downloaded_at is not None:
        action = "download_admit_card" if calendar.is_open(Stage.ADMIT_CARD, now) else None
        return Step(
            step="admit_card",
            state="done",
            message="admit_card_done",
            at=standing.downloaded_at,
            until=until,
            action=action,
        )
    if calendar.is_open(Stage.ADMIT_CARD, now):
        return Step(
            step="admit_card",
            state="current",
            message="admit_card_current",
            until=until,
            values=_deadline(until, now),
            action="download_admit_card",
        )
    return Step(step="admit_card", state="failed", message="admit_card_over", until=until, values={"until": until})


def _exam(standing: Standing, calendar: Calendar, now: datetime) -> Step:
    starts_at, ends_at = standing.exam_starts_at, standing.exam_ends_at
    if standing.state is State.SEATED and ends_at is not None and now >= ends_at:
        return Step(step="exam", state="done", message="exam_over", at=ends_at)
    state: StepState = "current" if _reached(standing) >= 4 and standing.downloaded_at else "upcoming"
    return Step(
        step="exam",
        state=state,
        message="exam_days" if starts_at else "exam_days_unknown",
        at=starts_at,
        until=ends_at,
        values={"starts_at": starts_at},
    )


def _results(standing: Standing, calendar: Calendar, now: datetime) -> Step:
    return Step(step="results", state="upcoming", message="results_later")


STEPS: Final[tuple[Callable[[Standing, Calendar, datetime], Step], ...]] = (
    _account,
    _form,
    _confirmation,
    _review,
    _payment,
    _seating,
    _admit_card,
    _exam,
    _results,
)


def _reached(standing: Standing) -> int:
    if standing.state is State.FORFEITED:
        return {"not_confirmed": 1, "not_supplemented": 2, "not_paid": 3}.get(standing.forfeited_reason or "", 0)
    return REACHED.get(standing.state, 0)


def _upcoming(step: str, stage: Stage, calendar: Calendar, *, message: str | None = None) -> Step:
    opens_at = calendar.opens_at(stage)
    if opens_at is None:
        return Step(step=step, state="upcoming", message=message or "opens_later")
    return Step(step=step, state="upcoming", message="opens", at=opens_at, values={"opens_at": opens_at})


def _deadline(until: datetime | None, now: datetime) -> dict[str, object]:
    """The deadline and what is left of it, in whole days and hours."""
    if until is None:
        return {"until": "", "days": 0, "hours": 0}
    left = max(int((until - now).total_seconds()), 0)
    return {"until": until, "days": left // 86400, "hours": left % 86400 // 3600}


def _yuan(fen: int | None) -> str:
    return "" if fen is None else f"{fen // 100}.{fen % 100:02d}"
