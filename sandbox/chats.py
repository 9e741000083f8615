"""What a platform counts of one person's customer-service chat, as plain data: it is part of the state."""

from dataclasses import dataclass
from typing import Literal

AFTER_MESSAGE, MESSAGE_SECONDS = 5, 48 * 3600.0
AFTER_ENTERING, ENTERING_SECONDS = 2, 60.0
Refusal = Literal["outside_window", "used_up"]


@dataclass(slots=True, kw_only=True)
class ChatRecord:
    """When the person last wrote and last entered, Unix seconds of real time, and what may still be said."""

    said_at: float | None = None
    answers_left: int = 0
    entered_at: float | None = None
    entry_answers_left: int = 0

    def said(self, now: float) -> None:
        """Each message allows five answers anew."""
        self.said_at, self.answers_left = now, AFTER_MESSAGE

    def entered(self, now: float) -> None:
        self.entered_at, self.entry_answers_left = now, AFTER_ENTERING

    def take(self, now: float) -> Refusal | None:
        """Use up one answer; why there is none."""
        open_for_message = self.said_at is not None and now < self.said_at + MESSAGE_SECONDS
        open_for_entry = self.entered_at is not None and now < self.entered_at + ENTERING_SECONDS
        if open_for_message and self.answers_left:
            self.answers_left -= 1
        elif open_for_entry and self.entry_answers_left:
            self.entry_answers_left -= 1
        else:
            return "used_up" if open_for_message or open_for_entry else "outside_window"
        return None
