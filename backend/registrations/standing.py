"""Where a registration stands, frozen: all that the steps view is computed from."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from backend.registrations.models import PaymentState, State
from backend.registrations.money_back import MoneyBack

BEHIND: Final = {
    State.DRAFT: 0,
    State.SUBMITTED: 1,
    State.CONFIRMATION_REJECTED: 1,
    State.CONFIRMED: 2,
    State.SITE_APPROVED: 2,
    State.RETURNED: 2,
    State.REJECTED: 2,
    State.APPROVED: 3,
    State.CANCELLED: 3,
    State.SEATED: 4,
}
MERGEABLE: Final = frozenset(
    {
        State.SUBMITTED,
        State.CONFIRMATION_REJECTED,
        State.CONFIRMED,
        State.SITE_APPROVED,
        State.RETURNED,
        State.APPROVED,
    }
)
"""States in which last year's scores can still be merged: handed in, neither over nor seated."""

SIGNABLE: Final = frozenset({State.APPROVED, State.SEATED})
"""States in which an area's commitment letter can be signed: the review is passed, the exam not given up."""

FORFEITED_BEHIND: Final = {"not_confirmed": 1, "not_supplemented": 2, "not_paid": 3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a candidate confirms, and who hands the papers in."""

    name: str
    address: str | None
    phone: str | None
    hand_in: str
    closes_at: datetime | None

    def __str__(self) -> str:
        return " ".join(part for part in (self.name, self.address, self.phone) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class MilitaryWay:
    """What the exam's notice says of its military candidates. `through_site`: their unit pays the fee there and fetches
    the admit cards that the site prints."""

    through_site: bool
    results_public: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One registration at one moment. Times are instants in Asia/Shanghai."""

    state: State
    payment_state: PaymentState
    bound: bool
    """WeChat is bound, or nobody asks for it."""
    identity_check: str
    payment_mode: str
    confirmed_online: bool
    amount_fen: int | None
    by_system: bool
    forfeited_reason: str | None
    lapsed: bool
    """Forfeited as a draft: it was never handed in, or taken back."""
    supplement_until: datetime | None
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
    refused: tuple[str, ...] = ()
    """The papers that the site won't have, each with its reason, and that weren't replaced since."""
    reasons: tuple[str, ...] = ()
    """Why an office rejected or returned it."""
    military: MilitaryWay | None = None
    """Only of who was handed over by the military."""
    money_back: MoneyBack | None = None
    results_due: datetime | None = None
    """The first instant at which results are late, by the notice."""
    results_at: datetime | None = None
    """When they came out; None until then, and `result` with it."""
    result: Literal["qualified", "rolls_on", "not_qualified"] | None = None
    score_merge: str | None = None
    """`needed`: the archive number given is last year's of another document; `merged`: the site has tied them."""
    commitment: str | None = None
    """The title of the letter that is asked of them; None where none is."""
    committed_at: datetime | None = None
    schools: bool = False
    """Whether this exam's fresh graduates confirm at their school."""
    school: str | None = None
    """A fresh graduate's school; None for everybody else."""
    samples: frozenset[str] = frozenset()
    """The steps of which a fact (price, place, session) is made up, not published."""

    @property
    def behind(self) -> int:
        """How many of form, confirmation, review and seating it has behind it."""
        if self.state is State.FORFEITED:
            return 0 if self.lapsed else FORFEITED_BEHIND.get(self.forfeited_reason or "", 0)
        return BEHIND[self.state]
