"""The desks' log doesn't grow for ever: what is older than any open page is thrown away, a batch at a time.

What an office's log has lost is written down with it, so that a page that comes again from before is told to look anew.
"""

from datetime import timedelta
from typing import Final

import structlog

from backend.clock import real_now
from backend.database import Database

log = structlog.get_logger(__name__)
KEPT: Final = timedelta(days=30)
"""A staff session lasts hours; a page that slept for longer looks anew."""
BATCH: Final = 1_000
BATCHES_AT_ONCE: Final = 50
"""In one run; the next one goes on."""
PRUNE: Final = """
WITH first AS (
    SELECT id, office, happened_at FROM desk_event ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED
), gone AS (
    DELETE FROM desk_event USING first WHERE desk_event.id = first.id AND first.happened_at < $1
    RETURNING desk_event.id, desk_event.office
), told AS (
    INSERT INTO desk_log_start (office, pruned_to)
    SELECT office, max(id) FROM gone GROUP BY office ORDER BY office
    ON CONFLICT (office) DO UPDATE SET pruned_to = greatest(desk_log_start.pruned_to, excluded.pruned_to)
)
SELECT count(*) AS gone FROM gone
"""
"""The oldest are the first by their number: no batch looks further than at its own rows."""


class DeskLog:
    """Any number of workers may prune at once."""

    def __init__(self, database: Database, *, batch: int = BATCH) -> None:
        self._database, self._batch = database, batch

    async def prune(self) -> int:
        """Throw away what is older than KEPT; how many events. Each batch is one statement, and done for itself."""
        pruned = 0
        for _ in range(BATCHES_AT_ONCE):
            rows = await self._database.rows(PRUNE, real_now() - KEPT, self._batch)
            pruned += rows[0]["gone"]
            if rows[0]["gone"] < self._batch:
                break
        if pruned:
            log.info("desk_log_pruned", events=pruned)
        return pruned
