"""What a deadline does to a registration that hasn't done what it asked for. Pure.

The rows "deadline" of the table of states: who hasn't confirmed, supplemented or paid in time forfeits this exam, and
nobody forfeits it because an office was late. Instants are in Asia/Shanghai; a window no longer holds its own end, so
what closes at 24:00 is over in that very instant.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from backend.exams.calendar import Calendar
from backend.exams.facts import Policy
from backend.exams.stages import Stage
from backend.registrations.models import PaymentState, State


class Forfeiture(StrEnum):
    """Why an exam is forfeited."""

    NOT_CONFIRMED = "not_confirmed"
    NOT_SUPPLEMENTED = "not_supplemented"
    NOT_PAID = "not_paid"


DEADLINES: Final[Mapping[State, Forfeiture]] = {
    State.DRAFT: Forfeiture.NOT_CONFIRMED,
    State.SUBMITTED: Forfeiture.NOT_CONFIRMED,
    State.CONFIRMATION_REJECTED: Forfeiture.NOT_CONFIRMED,
    State.RETURNED: Forfeiture.NOT_SUPPLEMENTED,
    State.APPROVED: Forfeiture.NOT_PAID,
}
"""Who waits for their candidate, and what it costs them. A draft lapses the same way, and nobody need be told of it."""

OFFICE_WAITS: Final = frozenset({State.CONFIRMED, State.SITE_APPROVED})
"""Who waits for an office: nothing happens to them, the office's staff are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    """When it is over, and what is then forfeited; None where it is an office that is late."""

    at: datetime
    forfeits: Forfeiture | None

    def is_over(self, now: datetime) -> bool:
        return now >= self.at


def deadline(
    state: State,
    payment_state: PaymentState,
    *,
    calendar: Calendar,
    policy: Policy | None,
    supplement_until: datetime | None = None,
    due_since: datetime | None = None,
) -> Deadline | None:
    """The deadline a registration stands under. None: it stands under none, or nobody has published it.

    `policy`: as it holds at the registration's site, None while no known place is chosen. `due_since`: since when the
    fee has been due.
    """
    if state in OFFICE_WAITS:
        return _deadline(calendar.closes_at(Stage.AREA_REVIEW), None)
    forfeits = DEADLINES.get(state)
    if forfeits is Forfeiture.NOT_CONFIRMED:
        return _deadline(confirmation_closes(calendar), forfeits)
    if forfeits is Forfeiture.NOT_SUPPLEMENTED:
        return _deadline(supplement_until, forfeits)
    if forfeits is Forfeiture.NOT_PAID and payment_state is PaymentState.DUE:
        closes_at = payment_closes(calendar, policy)
        was_in_time = closes_at is not None and (due_since is None or due_since < closes_at)
        return _deadline(closes_at, forfeits if was_in_time else None)
    return None


def confirmation_closes(calendar: Calendar) -> datetime | None:
    """When nobody can be confirmed any more: a refused form may be mended as long as `online_mend` says."""
    ends = [calendar.closes_at(stage) for stage in (Stage.CONFIRMATION, Stage.ONLINE_MEND)]
    if any(end is None for end in ends):
        return None
    return max(end for end in ends if end is not None)


def payment_closes(calendar: Calendar, policy: Policy | None) -> datetime | None:
    """When nobody can pay online any more; None where it is paid at the site, whose staff record it."""
    if policy is None or policy.payment_mode != "online":
        return None
    return calendar.closes_at(Stage.PAYMENT)


def _deadline(at: datetime | None, forfeits: Forfeiture | None) -> Deadline | None:
    return Deadline(at=at, forfeits=forfeits) if at is not None else None
