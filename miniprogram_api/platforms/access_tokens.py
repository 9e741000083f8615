"""The access token, shared by every process: one fetches it, ahead of its end, the others use what it fetched."""

import asyncio
import json
import secrets
import time
from collections.abc import Awaitable, Callable
from typing import Final

from backend.cache import Cache
from backend.errors import Unavailable
from miniprogram_api.platforms.outbound import NotSent
from miniprogram_api.platforms.single_flight import SingleFlight

AHEAD_SECONDS: Final = 300
"""The platform renews within the last five minutes, and the old token serves meanwhile."""
TRUSTED_SECONDS: Final = 2
"""So long a process goes by what it has seen: hundreds of messages ask Redis once. Of a token that another process has
replaced meanwhile the platform says that it is stale, and then it is replaced here too."""
LOCK_SECONDS: Final = 10
WAITS: Final = 50
WAIT_SECONDS: Final = 0.1

Fetch = Callable[[], Awaitable[tuple[str, int]]]
"""Fetches a token: the token and its remaining seconds."""


class TokenStore:
    """One app's token in Redis, kept in the process too for when Redis is gone. Lifetimes are real time."""

    def __init__(self, cache: Cache, app_id: str, fetch: Fetch) -> None:
        self._cache, self._key, self._fetch = cache, f"token:{app_id}", fetch
        self._held: tuple[str, float] | None = None
        self._trusted_until = 0.0
        self._renewed = SingleFlight(self._renew)
        self._seen = SingleFlight(self._look)

    async def token(self) -> str:
        """A token with life in it. Raises NotSent where none can be had."""
        trusted = self._held if time.time() < self._trusted_until else None
        token, ends_at = trusted or await self._seen(None)
        if token is not None and ends_at - AHEAD_SECONDS > time.time():
            return token
        return await self._renewed(token)

    async def replace(self, stale: str) -> str:
        """Another token than the one that was refused: fetched only if nobody has done so yet."""
        return await self._renewed(stale)

    async def _renew(self, unless: str | None) -> str:
        """A token that isn't `unless`: what another process has fetched, or else what we do, one process at a time."""
        for _ in range(WAITS):
            if token := await self._other_than(unless):
                return token
            mark = secrets.token_hex(8)
            if await self._cache.take(f"{self._key}:lock", mark, seconds=LOCK_SECONDS, purpose="token"):
                try:
                    # Looked at again: another may have fetched between our look and our lock.
                    return await self._other_than(unless) or await self._fetched()
                finally:
                    await self._cache.drop_if(f"{self._key}:lock", mark, purpose="token")
            await asyncio.sleep(WAIT_SECONDS)
        raise NotSent("platform_unavailable")

    async def _look(self, _: None) -> tuple[str | None, float]:
        return await self._stored()

    async def _other_than(self, unless: str | None) -> str | None:
        token, ends_at = await self._stored()
        return token if token != unless and ends_at > time.time() else None

    async def _fetched(self) -> str:
        try:
            token, seconds = await self._fetch()
        except Unavailable as error:  # what the token was for is still to be said
            raise NotSent("platform_unavailable") from error
        ends_at = time.time() + seconds
        self._held = token, ends_at
        await self._cache.put(self._key, json.dumps([token, ends_at]), seconds=max(seconds, 1), purpose="token")
        return token

    async def _stored(self) -> tuple[str | None, float]:
        stored = await self._cache.get(self._key, purpose="token")
        if stored is not None:
            token, ends_at = json.loads(stored)
            self._held, self._trusted_until = (str(token), float(ends_at)), time.time() + TRUSTED_SECONDS
            return self._held
        return self._held or (None, 0.0)
