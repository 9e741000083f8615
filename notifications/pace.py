"""How many messages a second a platform is sent, by all workers together."""

import time
from typing import Final

from backend.cache import Cache

ALONE: Final = 4
"""Without Redis nobody knows of the others: each takes the share of one among so many."""


class Pace:
    """Counts in Redis, by the second (real time)."""

    def __init__(self, cache: Cache, platform: str, per_second: int) -> None:
        self._cache, self._key, self._per_second = cache, f"reminders:{platform}", per_second
        self._second, self._own = 0, 0

    async def take(self, wanted: int) -> int:
        """How many of so many may be sent in this second."""
        if wanted <= 0:
            return 0
        total = await self._cache.count(self._key, seconds=1, purpose="pace", add=wanted)
        if total == 0:
            return self._alone(wanted)
        return max(0, wanted - max(0, total - self._per_second))

    async def give_back(self, unused: int) -> None:
        """So many of those taken are not sent now after all."""
        if unused > 0:
            await self._cache.count(self._key, seconds=1, purpose="pace", add=-unused)

    def _alone(self, wanted: int) -> int:
        second = int(time.time())
        if second != self._second:
            self._second, self._own = second, 0
        granted = min(wanted, max(0, self._per_second // ALONE - self._own))
        self._own += granted
        return granted
