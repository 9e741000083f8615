"""What has been held long enough is purged, as fields.toml says it, and what was purged is on record.

Batch by batch, each one transaction with its record: whoever is killed has recorded just what is gone. Workers share
the work.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from backend import audit
from backend.audit import SYSTEM
from backend.clock import Clock, day_of, real_now
from backend.database import Database
from backend.privacy.fields import Held, held
from backend.storage import Storage

BATCH: Final = 1000
CLAIM: Final = """
SELECT id{picture} FROM "{table}" WHERE {since} < $1 ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED
"""
PURGE: Final = 'DELETE FROM "{table}" WHERE id = ANY($1::{key}[])'
STILL_SHOWN: Final = 'SELECT DISTINCT "{picture}" AS shown FROM "{table}" WHERE "{picture}" = ANY($1::text[])'
RECORD: Final = """
INSERT INTO purge_record (about, day, purged, older_than, done_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (about, day) DO UPDATE SET purged = purge_record.purged + EXCLUDED.purged,
    older_than = EXCLUDED.older_than, done_at = EXCLUDED.done_at
"""
PURGED: Final = tuple(one for one in held() if one.days is not None)


class Purging:
    def __init__(self, database: Database, clock: Clock, storage: Storage, *, batch: int = BATCH) -> None:
        self._database, self._clock, self._storage, self._batch = database, clock, storage, batch

    async def sweep(self) -> Mapping[str, int]:
        """Purge everything that is due now; how many rows of each table."""
        return {one.table: await self._table(one) for one in PURGED if not one.exam or self._clock.is_known}

    async def _table(self, of: Held) -> int:
        assert of.days is not None
        older_than = (self._clock.now() if of.exam else real_now()) - timedelta(days=of.days)
        done = 0
        while True:
            async with self._database.transaction():
                gone = await self._some(of, older_than)
                await self._database.execute(RECORD, of.table, day_of(real_now()), gone, older_than, real_now())
                if gone:
                    after = {"rows": gone, "older_than": older_than.isoformat()}
                    await audit.record(self._clock, SYSTEM, "purged", "personal_data", of.table, after=after)
            done += gone
            if gone < self._batch:
                return done

    async def _some(self, of: Held, older_than: datetime) -> int:
        picture = f', "{of.picture}" AS picture' if of.picture else ""
        claim = CLAIM.format(table=of.table, since=of.since, picture=picture)
        rows = await self._database.rows(claim, older_than, self._batch)
        if not rows:
            return 0
        await self._database.execute(PURGE.format(table=of.table, key=of.key), [row["id"] for row in rows])
        if of.picture:
            await self._remove(of, {row["picture"] for row in rows})
        return len(rows)

    async def _remove(self, of: Held, pictures: set[str]) -> None:
        """Those that no other row shows. Before the rows' end is committed: whoever is killed between does it again."""
        still = STILL_SHOWN.format(table=of.table, picture=of.picture)
        shown = {row["shown"] for row in await self._database.rows(still, list(pictures))}
        await self._storage.remove(sorted(pictures - shown))
