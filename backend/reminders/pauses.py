"""Kinds of reminders that an operator holds back: what falls due meanwhile waits, and goes out afterwards if it is
still of use."""

from collections.abc import Collection
from typing import Final

from backend import audit
from backend.audit import SYSTEM
from backend.clock import Clock
from backend.database import Database
from backend.errors import NotFound

EVERY: Final = "*"
NOT_PAUSED: Final = (
    "kind NOT IN (SELECT kind FROM reminder_pause) AND NOT EXISTS (SELECT FROM reminder_pause WHERE kind = '*')"
)
"""A condition on rows of `reminder`."""


class Pauses:
    """`kinds`: those there are."""

    def __init__(self, database: Database, clock: Clock, kinds: Collection[str]) -> None:
        self._database, self._clock, self._kinds = database, clock, kinds

    async def pause(self, kind: str | None) -> None:
        """Hold one kind back, or all of them. Again is harmless. Raises NotFound `reminder_kind_unknown`."""
        async with self._database.transaction():
            statement = (
                "INSERT INTO reminder_pause (kind, paused_at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id"
            )
            if await self._database.rows(statement, self._known(kind), self._clock.now()):
                await audit.record(self._clock, SYSTEM, "paused", "reminders", self._known(kind))

    async def resume(self, kind: str | None) -> None:
        """Let one kind go out again; without a kind everything that is held back. Raises as `pause`."""
        async with self._database.transaction():
            wanted = self._known(kind)
            rows = await self._database.rows(
                "DELETE FROM reminder_pause WHERE $1 = '*' OR kind = $1 RETURNING kind", wanted
            )
            for row in rows:
                await audit.record(self._clock, SYSTEM, "resumed", "reminders", row["kind"])

    async def paused(self) -> list[str]:
        """What is held back now, `*` for everything."""
        return [row["kind"] for row in await self._database.rows("SELECT kind FROM reminder_pause ORDER BY kind")]

    def _known(self, kind: str | None) -> str:
        if kind is not None and kind not in self._kinds:
            raise NotFound("reminder_kind_unknown")
        return kind or EVERY
