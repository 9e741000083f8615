"""Which consents to ask for now: few, where they matter, and not again and again. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

MOST_AT_ONCE: Final = 3
"""Alipay takes three templates a tap, WeChat five; a person reads no more than three anyway."""
ENOUGH: Final = 3
"""Messages that somebody has agreed to in advance: nobody is asked for more at one step."""
REFUSED_REST: Final = timedelta(days=7)
"""Our decision: who said no is left alone for a week."""


class AskingStep(StrEnum):
    """Where a candidate stands when they are asked."""

    ACCOUNT = "account"
    FORM = "form"
    SUBMIT = "submit"
    PAYMENT = "payment"
    ADMIT_CARD = "admit_card"
    RESULTS = "results"
    INQUIRY = "inquiry"


KINDS_AT: Final[Mapping[AskingStep, tuple[str, ...]]] = {
    AskingStep.ACCOUNT: ("account_changed", "checks_due"),
    AskingStep.FORM: ("submit_due",),
    AskingStep.SUBMIT: ("confirm_due", "mend_due", "review_result"),
    AskingStep.PAYMENT: ("payment_due", "payment_result"),
    AskingStep.ADMIT_CARD: ("admit_card_ready", "exam_tomorrow"),
    AskingStep.RESULTS: ("results_out",),
    AskingStep.INQUIRY: ("inquiry_answered",),
}
"""The kinds of reminders that come next from there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What somebody said to one template so far. `remaining`: messages that they still allow."""

    remaining: int = 0
    lasting: bool = False
    answer: str | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """`templates`: to ask for now; `again_at`: when one that is not asked for may be, None where time alone changes
    nothing."""

    templates: tuple[str, ...]
    again_at: datetime | None


def to_ask(templates: Sequence[str], standings: Mapping[str, Standing], now: datetime) -> Asking:
    """Of a step's templates those that lack consent and whose owner hasn't said no lately; banned ones never, since the
    phone would not even show them."""
    asked: list[str] = []
    rests: list[datetime] = []
    for template in dict.fromkeys(templates):
        standing = standings.get(template, Standing())
        if standing.lasting or standing.remaining >= ENOUGH or standing.answer == "ban":
            continue
        rest = standing.answered_at + REFUSED_REST if standing.answered_at else now
        if standing.answer == "reject" and rest > now:
            rests.append(rest)
        else:
            asked.append(template)
    return Asking(templates=tuple(asked[:MOST_AT_ONCE]), again_at=min(rests, default=None))
