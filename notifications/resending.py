"""What every platform refused, tried once more because an operator says so: where the fault was ours."""

from collections.abc import Collection
from typing import Final

from backend import audit
from backend.audit import SYSTEM
from backend.clock import Clock
from backend.database import Database
from backend.errors import NotFound
from notifications.handing_out import Channel
from notifications.still_due import StillDue

BATCH: Final = 500

FAILED: Final = """
SELECT reminder.id FROM reminder
WHERE reminder.kind = $1 AND reminder.state = 'sent' AND reminder.id > $2
    AND EXISTS (SELECT FROM delivery WHERE delivery.reminder_id = reminder.id AND delivery.state = 'refused')
ORDER BY reminder.id LIMIT $3
"""


class Resending:
    """`kinds`: those there are."""

    def __init__(
        self, *, database: Database, clock: Clock, still_due: StillDue, channel: Channel, kinds: Collection[str]
    ) -> None:
        self._database, self._clock, self._kinds = database, clock, kinds
        self._still_due, self._channel = still_due, channel

    async def failed(self, kind: str) -> int:
        """Those of a kind that every platform refused and that are still due, once more; how many.

        One that was sent, or of which nobody knows, is never sent again. Raises NotFound `reminder_kind_unknown`.
        """
        if kind not in self._kinds:
            raise NotFound("reminder_kind_unknown")
        done, last = 0, 0
        while ids := [row["id"] for row in await self._database.rows(FAILED, kind, last, BATCH)]:
            async with self._database.transaction():
                done += await self._channel.again(sorted(await self._still_due.among(ids)))
            last = ids[-1]
        await audit.record(self._clock, SYSTEM, "resent", "reminders", kind, after={"reminders": done})
        return done
