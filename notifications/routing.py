"""Which platform a reminder goes to: the one last used, then the next where that fails finally; some go to all."""

from collections.abc import Collection, Sequence
from typing import Final

from backend.clock import real_now
from backend.database import Database

ROUTE: Final = """
INSERT INTO delivery (reminder_id, platform, everywhere, due_at, created_at)
SELECT r.id, bound.platform, bound.everywhere, $4, $4
FROM reminder r CROSS JOIN LATERAL (
    SELECT b.platform, r.kind = ANY($2::text[]) AS everywhere,
           row_number() OVER (ORDER BY b.last_used_at DESC, b.id) AS turn
    FROM binding b
    WHERE b.candidate_id = r.candidate_id AND b.unbound_at IS NULL AND b.platform = ANY($3::text[])
    AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.reminder_id = r.id AND d.platform = b.platform)
) bound
WHERE r.id = ANY($1::bigint[]) AND r.state = 'sent' AND (bound.turn = 1 OR bound.everywhere)
ON CONFLICT DO NOTHING
"""
"""The next platform of each of these reminders, of those that were not tried; none where one of them has it alive: the
index `delivery_one_alive` decides."""
AGAIN: Final = """
UPDATE delivery d SET state = 'waiting', attempts = 0, due_at = $2, settled_at = NULL, reason = NULL
FROM (SELECT DISTINCT ON (reminder_id) id FROM delivery WHERE reminder_id = ANY($1::bigint[]) AND state = 'refused'
      AND NOT EXISTS (SELECT 1 FROM delivery alive WHERE alive.reminder_id = delivery.reminder_id
                      AND alive.state NOT IN ('refused', 'withdrawn'))
      ORDER BY reminder_id, created_at, id) first
WHERE d.id = first.id
"""


class Routing:
    """The channel that takes reminders to the platforms. `platforms`: those that are offered; `everywhere`: the kinds
    that go to all of them."""

    def __init__(self, database: Database, *, platforms: Collection[str], everywhere: Collection[str]) -> None:
        self._database, self._platforms, self._everywhere = database, sorted(platforms), sorted(everywhere)

    async def take(self, reminders: Sequence[int]) -> None:
        """As Channel.take says: each is a row that a worker finds within a second."""
        await self.route(reminders)

    async def route(self, reminders: Sequence[int]) -> int:
        """Give each to its next platform; how many deliveries came of it. Inside the caller's transaction."""
        return await self._database.execute(ROUTE, list(reminders), self._everywhere, self._platforms, real_now())

    async def again(self, reminders: Sequence[int]) -> int:
        """Let reminders that every platform refused try their first one again; how many there were."""
        return await self._database.execute(AGAIN, list(reminders), real_now())
