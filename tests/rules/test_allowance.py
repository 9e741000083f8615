"""How many answers a chat still takes."""

from datetime import UTC, datetime, timedelta

import pytest

from backend.inquiries.allowance import Allowance
from backend.inquiries.platforms import OUTSIDE_WINDOW, USED_UP, Limits

NOW = datetime(2024, 1, 29, 9, tzinfo=UTC)
LIMITS = Limits(after_entering=2)
DAY = timedelta(days=1)


def allowance(
    *, said: timedelta | None = None, left: int = 0, entered: timedelta | None = None, entry_left: int = 0
) -> Allowance:
    """`said`, `entered`: how long ago."""
    return Allowance(
        said_at=NOW - said if said is not None else None,
        answers_left=left,
        entered_at=NOW - entered if entered is not None else None,
        entry_answers_left=entry_left,
    )


@pytest.mark.parametrize(
    ("left", "pool"),
    [
        (allowance(said=2 * DAY - timedelta(seconds=1), left=1), "message"),
        (allowance(said=2 * DAY, left=5), None),
        (allowance(said=DAY, left=0), None),
        (allowance(said=DAY, left=1, entered=timedelta(), entry_left=2), "message"),
        (allowance(said=DAY, left=0, entered=timedelta(seconds=59), entry_left=1), "entry"),
        (allowance(entered=timedelta(seconds=60), entry_left=1), None),
        (allowance(entered=timedelta(), entry_left=0), None),
        (allowance(), None),
    ],
)
def test_answers_are_taken_from_the_last_message_first_and_then_from_the_entering(
    left: Allowance, pool: str | None
) -> None:
    assert left.pool(LIMITS, NOW) == pool


@pytest.mark.parametrize(
    ("left", "reason"),
    [
        (allowance(), OUTSIDE_WINDOW),
        (allowance(said=2 * DAY, left=5), OUTSIDE_WINDOW),
        (allowance(said=DAY, left=0), USED_UP),
        (allowance(entered=timedelta(), entry_left=0), OUTSIDE_WINDOW),
    ],
)
def test_why_nothing_may_be_said_is_told(left: Allowance, reason: str) -> None:
    assert left.refusal(LIMITS, NOW) == reason
