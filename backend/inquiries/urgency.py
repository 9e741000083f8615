"""When a question that waits is in danger: of a deadline that passes meanwhile, of a chat that takes no more answers.

That a clerk is warned a day before is our decision: an office answers within a working day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from backend.exams.calendar import Calendar
from backend.exams.stages import Stage

AHEAD: Final = timedelta(hours=24)
LONG: Final = timedelta(hours=24)
CHAT_AHEAD: Final = timedelta(hours=8)
CANDIDATES: Final = (
    Stage.PRE_REGISTRATION,
    Stage.CONFIRMATION,
    Stage.ONLINE_MEND,
    Stage.SCORE_MERGE,
    Stage.SUPPLEMENT,
    Stage.PAYMENT,
    Stage.ADMIT_CARD,
)
"""The stages in which a candidate does something, and is too late afterwards."""
Danger = Literal["window", "chat", "long"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgency:
    """What threatens, and when: the window's end, the chat's, or since when it has waited. `stage`: of a window."""

    danger: Danger
    at: datetime
    stage: Stage | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """A stage's window that is open, and its end."""

    stage: Stage
    closes_at: datetime


def closing(calendars: Iterable[Calendar], now: datetime) -> Closing | None:
    """Of all windows open now in which candidates act, the one that ends first, if that is within a day."""
    ends = [
        Closing(stage=stage, closes_at=window.closes_at)
        for calendar in calendars
        for stage in CANDIDATES
        for window in calendar.stage(stage).windows
        if now in window and window.closes_at is not None and window.closes_at - now <= AHEAD
    ]
    return min(ends, key=lambda one: one.closes_at, default=None)


def urgency(
    waiting_since: datetime | None,
    now: datetime,
    *,
    closing: Closing | None = None,
    chat_until: timedelta | None = None,
) -> Urgency | None:
    """The nearest danger of a question that waits; None where none does or nothing threatens.

    `chat_until`: how long the chat it came from still takes answers, in real time, which an exam clock doesn't move.
    """
    if waiting_since is None:
        return None
    found = [Urgency(danger="window", at=closing.closes_at, stage=closing.stage)] if closing else []
    if chat_until is not None and timedelta(0) < chat_until <= CHAT_AHEAD:
        found.append(Urgency(danger="chat", at=now + chat_until))
    if found:
        return min(found, key=lambda one: one.at)
    return Urgency(danger="long", at=waiting_since) if now - waiting_since >= LONG else None
