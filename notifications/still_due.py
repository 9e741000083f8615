"""Whether a reminder is still wanted, asked of the database in the moment in which it would go out."""

from collections.abc import Collection
from typing import Final

from backend.clock import Clock
from backend.database import Database
from backend.reminders.pauses import NOT_PAUSED
from notifications import statements as sql
from notifications.catalogue import Catalogue
from notifications.timing import is_quiet

STILL: Final = f"""
SELECT reminder.id FROM reminder {sql.ASKED}
WHERE reminder.id = ANY($1::bigint[]) AND reminder.state = 'sent'
    AND (reminder.expires_at IS NULL OR reminder.expires_at > $2) AND reminder.{NOT_PAUSED}
"""


class StillDue:
    """Asks, and changes nothing."""

    def __init__(self, *, database: Database, clock: Clock, catalogue: Catalogue) -> None:
        self._database, self._clock = database, clock
        holds = sql.still_holds({name: kind.whom for name, kind in catalogue.kinds.items()})
        self._statement = f"{STILL} AND {holds}"

    async def among(self, reminders: Collection[int]) -> frozenset[int]:
        """Those of these reminders that may go out now: what they are for is not done, their time has not passed, it
        is not night, and no operator holds their kind back."""
        now = self._clock.now()
        if is_quiet(now):
            return frozenset()
        rows = await self._database.rows(self._statement, list(reminders), now)
        return frozenset(row["id"] for row in rows)
