"""What of registrations waits for an office, as filters: lists and their counts are cut by the same ones."""

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from backend.registrations.last_year import NEEDED
from backend.registrations.models import PaymentState, State
from backend.registrations.standing import MERGEABLE
from backend.staff.duties import Duty
from backend.staff.models import Level


class Waiting(StrEnum):
    """A list of what somebody has to act on."""

    TO_CONFIRM = "to_confirm"
    TO_REVIEW_AT_SITE = "to_review_at_site"
    TO_REVIEW_IN_AREA = "to_review_in_area"
    SUPPLEMENT_OVERDUE = "supplement_overdue"
    FEE_DUE = "fee_due"
    SCORES_TO_MERGE = "scores_to_merge"


FOR: Final[Mapping[Waiting, frozenset[Duty]]] = {
    Waiting.TO_CONFIRM: frozenset({Duty.CONFIRM}),
    Waiting.TO_REVIEW_AT_SITE: frozenset({Duty.REVIEW_AT_SITE}),
    Waiting.TO_REVIEW_IN_AREA: frozenset({Duty.REVIEW_IN_AREA}),
    Waiting.SUPPLEMENT_OVERDUE: frozenset({Duty.REVIEW_AT_SITE, Duty.REVIEW_IN_AREA}),
    Waiting.FEE_DUE: frozenset({Duty.TAKE_FEE}),
    Waiting.SCORES_TO_MERGE: frozenset({Duty.MERGE_SCORES}),
}
"""Whose work it is: of those with any of these."""

STATES: Final[Mapping[Waiting, State]] = {
    Waiting.TO_CONFIRM: State.SUBMITTED,
    Waiting.TO_REVIEW_AT_SITE: State.CONFIRMED,
    Waiting.TO_REVIEW_IN_AREA: State.SITE_APPROVED,
}


def those(waiting: Waiting, *, level: Level, now: datetime, onsite: Collection[int]) -> dict[str, Any]:
    """The filter on `registration`, beside the scope. `onsite`: the exams whose fee is paid at the clerk's site.

    A supplement is overdue for the level that asked for it. Pure.
    """
    match waiting:
        case Waiting.SUPPLEMENT_OVERDUE:
            return {"state": State.RETURNED, "returned_by": level.value, "supplement_until__lte": now}
        case Waiting.FEE_DUE:
            return {"payment_state": PaymentState.DUE, "exam_id__in": list(onsite)}
        case Waiting.SCORES_TO_MERGE:
            return {"score_merge": NEEDED, "state__in": list(MERGEABLE)}
    return {"state": STATES[waiting]}
