"""The latest snapshot of everything published, kept in the process's memory, renewed when an exam's version grows."""

import asyncio
import time
from typing import Final

from backend.database import Database
from backend.exams.snapshot import Snapshot, read_snapshot

VERSIONS: Final = "SELECT code, version FROM exam"
FRESH_SECONDS: Final = 1.0


class Still:
    """One snapshot, whatever becomes of the database."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    async def now(self) -> Snapshot:
        return self._snapshot


class Published:
    """Asks the database at most once every `fresh_seconds` of real time whether anything has changed."""

    def __init__(self, database: Database, *, fresh_seconds: float = FRESH_SECONDS) -> None:
        self._database, self._fresh_seconds = database, fresh_seconds
        self._snapshot: Snapshot | None = None
        self._checked = float("-inf")
        self._renewing = asyncio.Lock()

    async def now(self) -> Snapshot:
        """What is published. While one task looks for changes, the others go on with what is known."""
        if self._snapshot is not None and (self._renewing.locked() or self._is_fresh()):
            return self._snapshot
        async with self._renewing:
            if self._snapshot is None or not self._is_fresh():
                self._snapshot = await self._renewed(self._snapshot)
                self._checked = time.monotonic()
            return self._snapshot

    def _is_fresh(self) -> bool:
        return time.monotonic() - self._checked < self._fresh_seconds

    async def _renewed(self, known: Snapshot | None) -> Snapshot:
        """Read again until no loading came in between: rows of two versions are never mixed."""
        versions = await self._versions()
        while known is None or known.versions != versions:
            known = await read_snapshot(versions)
            versions = await self._versions()
        return known

    async def _versions(self) -> dict[str, int]:
        return {row["code"]: row["version"] for row in await self._database.rows(VERSIONS)}
