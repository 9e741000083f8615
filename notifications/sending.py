"""Reminders go out on every platform at once, each by a lane of its own."""

import asyncio
from collections.abc import Mapping
from typing import Final

from prometheus_client import Gauge

from backend.database import Database
from notifications.lane import Lane

WAITING: Final = Gauge("zhunkao_reminders_waiting", "Deliveries that are due, or wait for their next try", ["platform"])
WAITS: Final = "SELECT platform, count(*) AS count FROM delivery WHERE state = 'waiting' GROUP BY platform"


class Sending:
    """All platforms' ways out."""

    def __init__(self, database: Database, lanes: Mapping[str, Lane]) -> None:
        self._database, self.lanes = database, lanes

    async def send(self) -> None:
        """All that is due on every platform; a lane that runs already goes on by itself."""
        await asyncio.gather(*(lane.send() for lane in self.lanes.values()))

    async def count(self) -> None:
        """Tell how many wait."""
        waiting = {row["platform"]: row["count"] for row in await self._database.rows(WAITS)}
        for platform in self.lanes:
            WAITING.labels(platform).set(waiting.get(platform, 0))
