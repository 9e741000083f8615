"""Phones that were kept before they could be searched for get their blind index: an operator's command, with the keys.

Batch by batch, each one transaction, claimed with FOR UPDATE SKIP LOCKED: it may be stopped, and run again, and beside
itself. Who changes their phone meanwhile has indexed it by that.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from backend.candidates.accounts import ABOUT_PHONE
from backend.database import Database
from backend.personal_data import PersonalData

BATCH: Final = 1000
CLAIM: Final = """
SELECT id, phone FROM candidate
WHERE phone_index IS NULL AND unclaimed_since IS NULL AND id > $1
ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED
"""
"""An account that waits for its owner has no phone yet."""
KEEP: Final = """
UPDATE candidate SET phone_index = known.phone_index
FROM unnest($1::uuid[], $2::bytea[]) AS known (id, phone_index) WHERE candidate.id = known.id
"""
FIRST: Final = UUID(int=0)


class PhoneIndex:
    """Fills what is missing."""

    def __init__(self, database: Database, personal_data: PersonalData) -> None:
        self._database, self._personal_data = database, personal_data

    async def fill(self) -> int:
        """Index every phone that isn't yet; how many there were."""
        done, last = 0, FIRST
        while True:
            async with self._database.transaction():
                rows = await self._database.rows(CLAIM, last, BATCH)
                if not rows:
                    return done
                indexes = await asyncio.to_thread(self._indexes, rows)
                await self._database.execute(KEEP, [row["id"] for row in rows], indexes)
            done, last = done + len(rows), rows[-1]["id"]

    def _indexes(self, rows: Sequence[dict[str, Any]]) -> list[bytes]:
        phones = [self._personal_data.decrypt(bytes(row["phone"]), about=ABOUT_PHONE) for row in rows]
        return [self._personal_data.index(phone, about=ABOUT_PHONE) for phone in phones]
