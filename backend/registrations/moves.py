"""The table of states: which act leads from where to where, who may do it, in which stage's window.

One data structure: the services ask it, the docs are drawn from it, the tests walk it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from backend.audit import ActorKind
from backend.errors import Conflict
from backend.exams.stages import Stage
from backend.registrations.models import PaymentState, State
from backend.wording import Term


class Act(StrEnum):
    """What can be done to a registration."""

    EDIT = "edit"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    CONFIRM = "confirm"
    REFUSE = "refuse"
    SITE_APPROVE = "site_approve"
    SITE_REJECT = "site_reject"
    AREA_APPROVE = "area_approve"
    AREA_REJECT = "area_reject"
    SITE_RETURN = "site_return"
    AREA_RETURN = "area_return"
    SUPPLEMENT = "supplement"
    SEAT = "seat"
    UNSEAT = "unseat"
    REFUND = "refund"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One row of the table. `stage` and `when`: how the clock must stand to that stage's windows; without a stage it
    has a deadline of its own."""

    act: Act
    start: State
    end: State
    who: ActorKind
    stage: Stage | None
    records: str
    """The act's name in the audit log."""
    returned_by: str | None = None
    """Only for what this level returned; None: whoever did, or nobody."""
    supplemented: Stage | None = None
    """Whose end counts instead, once a supplement was handed in to this level."""
    when: Literal["open", "not_over", "over"] = "open"


MOVES: Final = (
    Move(
        act=Act.EDIT,
        start=State.DRAFT,
        end=State.DRAFT,
        who="candidate",
        stage=Stage.PRE_REGISTRATION,
        records="edited",
    ),
    Move(
        act=Act.SUBMIT,
        start=State.DRAFT,
        end=State.SUBMITTED,
        who="candidate",
        stage=Stage.PRE_REGISTRATION,
        records="submitted",
    ),
    Move(
        act=Act.EDIT,
        start=State.CONFIRMATION_REJECTED,
        end=State.CONFIRMATION_REJECTED,
        who="candidate",
        stage=Stage.ONLINE_MEND,
        records="edited",
    ),
    Move(
        act=Act.SUBMIT,
        start=State.CONFIRMATION_REJECTED,
        end=State.SUBMITTED,
        who="candidate",
        stage=Stage.ONLINE_MEND,
        records="submitted",
    ),
    Move(
        act=Act.WITHDRAW,
        start=State.SUBMITTED,
        end=State.DRAFT,
        who="candidate",
        stage=Stage.PRE_REGISTRATION,
        records="withdrawn",
    ),
    Move(
        act=Act.CONFIRM,
        start=State.SUBMITTED,
        end=State.CONFIRMED,
        who="staff",
        stage=Stage.CONFIRMATION,
        records="confirmed",
    ),
    Move(
        act=Act.REFUSE,
        start=State.SUBMITTED,
        end=State.CONFIRMATION_REJECTED,
        who="staff",
        stage=Stage.CONFIRMATION,
        records="refused",
    ),
    Move(
        act=Act.SITE_APPROVE,
        start=State.CONFIRMED,
        end=State.SITE_APPROVED,
        who="staff",
        stage=Stage.SITE_REVIEW,
        records="approved_by_site",
        supplemented=Stage.AREA_REVIEW,
    ),
    Move(
        act=Act.SITE_REJECT,
        start=State.CONFIRMED,
        end=State.REJECTED,
        who="staff",
        stage=Stage.SITE_REVIEW,
        records="rejected_by_site",
        supplemented=Stage.AREA_REVIEW,
    ),
    Move(
        act=Act.SITE_RETURN,
        start=State.CONFIRMED,
        end=State.RETURNED,
        who="staff",
        stage=Stage.SITE_REVIEW,
        records="returned_by_site",
        supplemented=Stage.AREA_REVIEW,
    ),
    Move(
        act=Act.AREA_APPROVE,
        start=State.SITE_APPROVED,
        end=State.APPROVED,
        who="staff",
        stage=Stage.AREA_REVIEW,
        records="approved_by_area",
    ),
    Move(
        act=Act.AREA_REJECT,
        start=State.SITE_APPROVED,
        end=State.REJECTED,
        who="staff",
        stage=Stage.AREA_REVIEW,
        records="rejected_by_area",
    ),
    Move(
        act=Act.AREA_RETURN,
        start=State.SITE_APPROVED,
        end=State.RETURNED,
        who="staff",
        stage=Stage.AREA_REVIEW,
        records="returned_by_area",
    ),
    Move(
        act=Act.SUPPLEMENT,
        start=State.RETURNED,
        end=State.CONFIRMED,
        who="candidate",
        stage=None,
        records="supplemented",
        returned_by="site",
    ),
    Move(
        act=Act.SUPPLEMENT,
        start=State.RETURNED,
        end=State.SITE_APPROVED,
        who="candidate",
        stage=None,
        records="supplemented",
        returned_by="area",
    ),
    Move(act=Act.SEAT, start=State.APPROVED, end=State.SEATED, who="staff", stage=Stage.SEATING, records="seated"),
    Move(act=Act.UNSEAT, start=State.SEATED, end=State.APPROVED, who="staff", stage=Stage.SEATING, records="unseated"),
    *(
        Move(
            act=Act.REFUND,
            start=start,
            end=end,
            who="staff",
            stage=Stage.PAYMENT,
            when="not_over",
            records="refund_approved",
        )
        for start, end in (
            (State.CONFIRMED, State.CONFIRMED),
            (State.SITE_APPROVED, State.SITE_APPROVED),
            (State.RETURNED, State.RETURNED),
            (State.APPROVED, State.APPROVED),
            (State.SEATED, State.APPROVED),
        )
    ),
    *(
        Move(
            act=Act.CANCEL,
            start=start,
            end=State.CANCELLED,
            who="staff",
            stage=Stage.PAYMENT,
            when="over",
            records="refund_approved",
        )
        for start in (State.CONFIRMED, State.SITE_APPROVED, State.RETURNED, State.APPROVED, State.SEATED)
    ),
)

OVER: Final = frozenset({State.REJECTED, State.FORFEITED, State.CANCELLED})
"""States in which a refund only moves money."""


def move(act: Act, state: State, *, returned_by: str | None = None) -> Move:
    """The row for this act from this state; `returned_by`: the level that returned it last, if one did.

    Raises Conflict `not_from_this_state`: every move outside the table is refused, in the words of both.
    """
    for row in MOVES:
        if row.act is act and row.start is state and row.returned_by in (None, returned_by):
            return row
    raise Conflict("not_from_this_state", act=Term("acts", act), state=Term("states", state))


def payment_after(
    *,
    state: State,
    payment_state: PaymentState,
    payment_mode: str,
    after_auto_confirmation: str | None,
    by_system: bool,
) -> PaymentState:
    """What `payment_state` becomes when `state` is reached.

    Money falls due at `approved`; at once after automatic confirmation where the policy says `payment` (national plan
    2021); after the site's review where it says `site_review` (Hunan 2021); at confirmation where it is paid on site.
    """
    if payment_state is not PaymentState.NONE:
        return payment_state
    falls_due = {State.APPROVED}
    if payment_mode == "onsite":
        falls_due |= {State.CONFIRMED}
    if by_system and after_auto_confirmation == "payment":
        falls_due |= {State.CONFIRMED}
    if by_system and after_auto_confirmation == "site_review":
        falls_due |= {State.SITE_APPROVED}
    return PaymentState.DUE if state in falls_due else PaymentState.NONE


def after_refund(state: State, *, can_pay_again: bool) -> tuple[State, PaymentState]:
    """Where a registration stands once it is decided that the payment that counted goes back, whole.

    While payment isn't over it is due again, and a seat is lost (domain: Registration); afterwards the registration is
    cancelled. One that had ended before stays as it ended. Raises Conflict `not_from_this_state`.
    """
    if state in OVER:
        return state, PaymentState.REFUNDED
    if can_pay_again:
        return move(Act.REFUND, state).end, PaymentState.DUE
    return move(Act.CANCEL, state).end, PaymentState.REFUNDED
