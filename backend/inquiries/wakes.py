"""Wakes those who wait for an inquiry's next message, in whichever process they wait.

The database's log is the truth. Redis only says when to look: without it those who wait look by themselves, later.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final
from uuid import UUID

import structlog
from redis.exceptions import RedisError

from backend.cache import Cache

log = structlog.get_logger(__name__)
CHANNEL: Final = "inquiry:"
LISTEN_SECONDS: Final = 20.0
PAUSE_SECONDS: Final = 1.0


class Wakes:
    """One listener a process, for all who wait in it."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._waiting: dict[str, set[asyncio.Event]] = {}
        self._listener: asyncio.Task[None] | None = None
        self.over = False
        """The process ends: nobody waits any more."""

    async def wake(self, inquiry_id: UUID) -> None:
        """There is something new: said after the transaction that wrote it."""
        self._rouse(str(inquiry_id))
        try:
            await self._cache.redis.publish(f"{CHANNEL}{inquiry_id}", "")
        except (RedisError, OSError) as error:
            log.warning("wake_not_told", error=type(error).__name__)

    @contextmanager
    def awaited(self, inquiry_id: UUID) -> Iterator[asyncio.Event]:
        """Set as soon as there may be something new. Begin to wait before the first look, so that nothing is missed."""
        if self._listener is None:
            self._listener = asyncio.create_task(self._listen())
        woken, key = asyncio.Event(), str(inquiry_id)
        self._waiting.setdefault(key, set()).add(woken)
        try:
            yield woken
        finally:
            self._waiting[key].discard(woken)
            if not self._waiting[key]:
                del self._waiting[key]

    def let_go(self) -> None:
        """Answer everybody who waits: the process ends."""
        self.over = True
        for key in list(self._waiting):
            self._rouse(key)

    async def close(self) -> None:
        if self._listener is not None:
            self._listener.cancel()
            with suppress(asyncio.CancelledError):
                await self._listener

    def _rouse(self, key: str) -> None:
        for woken in self._waiting.get(key, ()):
            woken.set()

    async def _listen(self) -> None:
        while True:
            try:
                await self._hear()
            except (RedisError, OSError) as error:
                log.warning("wakes_not_heard", error=type(error).__name__)
                await asyncio.sleep(PAUSE_SECONDS)

    async def _hear(self) -> None:
        async with self._cache.redis.pubsub(ignore_subscribe_messages=True) as heard:
            await heard.psubscribe(f"{CHANNEL}*")
            while True:
                said = await heard.get_message(timeout=LISTEN_SECONDS)
                if said is not None:
                    self._rouse(str(said["channel"]).removeprefix(CHANNEL))
