"""What of a confirmed registration may still be corrected, and when: registered by the site, approved by the area.

A candidate changes nothing any more once confirmed. National plan 2021: 报名信息修改 by sites and areas until the stage
`correction` ends; after the exam 考生数据修正 until `post_exam_correction` ends.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from backend.errors import Conflict
from backend.exams.calendar import Calendar, midnight
from backend.exams.catalogue import ExamFacts
from backend.exams.stages import Stage
from backend.registrations.models import PaymentState, State
from backend.wording import Term


class Correctable(StrEnum):
    """What a correction can be of."""

    PHOTO = "photo"
    NAME = "name"
    SPECIALITY = "speciality"
    SUBJECTS = "subjects"


CONFIRMED: Final = frozenset({State.CONFIRMED, State.SITE_APPROVED, State.APPROVED, State.SEATED})
CHOICES: Final = frozenset({Correctable.SPECIALITY, Correctable.SUBJECTS})
"""What is sat, and with it the fee and the seat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where the registration stands. `fee_changes`: the correction would change what it costs."""

    state: State
    payment_state: PaymentState
    fee_changes: bool = False


def require_correctable(
    what: Correctable, standing: Standing, *, exam: ExamFacts, calendar: Calendar, now: datetime
) -> None:
    """Raises Conflict or OutOfWindow where this can't be corrected now, in words that say why.

    What is sat can't change once a seat is arranged for it, nor where money is due or paid for something else.
    """
    if standing.state not in CONFIRMED:
        raise Conflict("correction_not_from_this_state", state=Term("states", standing.state))
    after_exam = is_after(exam, now)
    calendar.require_open(Stage.POST_EXAM_CORRECTION if after_exam else Stage.CORRECTION, now)
    if what not in CHOICES:
        return
    if after_exam or standing.state is State.SEATED:
        raise Conflict("correction_after_seating")
    if standing.fee_changes and standing.payment_state is not PaymentState.NONE:
        raise Conflict("correction_changes_fee")


def is_after(exam: ExamFacts, now: datetime) -> bool:
    """Whether the last exam day has passed."""
    return bool(exam.exam_days) and now >= midnight(max(exam.exam_days) + timedelta(days=1))
