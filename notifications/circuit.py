"""A platform that is down is left alone for a while: what is for it waits, and the other platforms go on."""

from datetime import datetime, timedelta
from typing import Final

from backend.reminders.platforms import Said

IN_A_ROW: Final = 10
FIRST_REST: Final = timedelta(seconds=5)
LONGEST_REST: Final = timedelta(minutes=2)
DOWN: Final = frozenset({Said.NOT_REACHED, Said.UNANSWERED})


class Circuit:
    """One worker's view of one platform. So many calls in a row without an answer open it; after a rest one call tries
    it, and each rest is twice as long as the one before. Times are real."""

    def __init__(self) -> None:
        self._failures = 0
        self._rest = FIRST_REST
        self._resting_until: datetime | None = None
        self._trying = False

    @property
    def is_open(self) -> bool:
        return self._resting_until is not None

    def allows(self, wanted: int, now: datetime) -> int:
        """How many of so many calls may be made now."""
        if self._resting_until is None:
            return wanted
        if now < self._resting_until or self._trying:
            return 0
        return min(wanted, 1)

    def calls(self) -> None:
        """A call begins; while the circuit is open it is the one that tries."""
        self._trying = self.is_open

    def closes_until(self, moment: datetime) -> None:
        """No call before this moment, whatever happens: the day's quota is used up."""
        self._resting_until, self._trying = moment, False

    def answered(self, said: Said, now: datetime) -> None:
        self._trying = False
        if said not in DOWN:
            if self._resting_until is None or now >= self._resting_until:
                self._failures, self._rest, self._resting_until = 0, FIRST_REST, None
            return
        self._failures += 1
        if self._failures < IN_A_ROW or (self._resting_until is not None and now < self._resting_until):
            return
        self._resting_until = now + self._rest
        self._rest = min(self._rest * 2, LONGEST_REST)
