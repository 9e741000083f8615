"""Whether a reminder is still wanted, asked of the database in the moment in which it would go out."""

from collections.abc import Collection

from backend.clock import Clock
from backend.database import Database


class StillDue:
    """Asks, and changes nothing."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def among(self, reminders: Collection[int]) -> frozenset[int]:
        """Those of these reminders that may go out now: what they are for is not done, their time has not passed, it
        is not night, and no operator holds their kind back."""
        raise NotImplementedError
