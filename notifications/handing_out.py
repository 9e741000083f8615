"""What falls due is handed out: checked once more, put into the to-do list, given to whoever sends it further."""

from collections.abc import Sequence
from typing import Protocol


class Channel(Protocol):
    """Whoever takes reminders further than the to-do list."""

    async def take(self, reminders: Sequence[int]) -> None:
        """Take these rows of `reminder`, in the transaction that makes them `sent`: both happen or neither does."""
