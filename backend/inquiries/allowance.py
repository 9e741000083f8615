"""What a platform still lets into a chat: counted by us before it is called, so that it need not refuse."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from backend.inquiries.platforms import OUTSIDE_WINDOW, USED_UP, Limits

Pool = Literal["message", "entry"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What is left since the person last wrote, and since they last opened the chat. Times are real time."""

    said_at: datetime | None
    answers_left: int
    entered_at: datetime | None
    entry_answers_left: int

    def pool(self, limits: Limits, now: datetime) -> Pool | None:
        """Which of the two one more message is taken from; None where nothing may be said."""
        if _within(self.said_at, limits.message_seconds, now) and self.answers_left > 0:
            return "message"
        if _within(self.entered_at, limits.entering_seconds, now) and self.entry_answers_left > 0:
            return "entry"
        return None

    def refusal(self, limits: Limits, now: datetime) -> str:
        """Why nothing may be said."""
        return USED_UP if _within(self.said_at, limits.message_seconds, now) else OUTSIDE_WINDOW


def _within(since: datetime | None, seconds: int, now: datetime) -> bool:
    return since is not None and now < since + timedelta(seconds=seconds)
