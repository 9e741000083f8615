"""Wakes those who wait for an inquiry's next message or for what happens at an office's desk, in whichever process.

The database's logs are the truth. Redis only says when to look: without it those who wait look by themselves, later.
What clerks see of each other while they type goes the same way and is nowhere kept: it may be lost.
"""

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

import structlog
from redis.exceptions import RedisError

from backend.cache import Cache

log = structlog.get_logger(__name__)
CHANNEL: Final = "inquiry:"
MARKS: Final = "desk:"
LISTEN_SECONDS: Final = 20.0
PAUSE_SECONDS: Final = 1.0
MOST_MARKS: Final = 50


@dataclass(slots=True, eq=False)
class Ear:
    """Somebody who waits. `marks`: what was said of colleagues meanwhile, the newest of it."""

    woken: asyncio.Event = field(default_factory=asyncio.Event)
    marks: deque[str] = field(default_factory=lambda: deque(maxlen=MOST_MARKS))


class Wakes:
    """One listener a process, for all who wait in it."""

    def __init__(self, cache: Cache) -> None:
        self._cache = cache
        self._waiting: dict[str, set[Ear]] = {}
        self._listener: asyncio.Task[None] | None = None
        self.over = False
        """The process ends: nobody waits any more."""

    async def wake(self, inquiry_id: UUID, *, site_id: int | None) -> None:
        """There is something new in it: said after the transaction that wrote it. `site_id`: whose inbox it is in."""
        desk = desk_of(site_id or 0)
        self._rouse(str(inquiry_id))
        self._rouse(desk)
        await self._tell(f"{CHANNEL}{inquiry_id}", desk)

    async def mark(self, office: int, said: str) -> None:
        """Tell who waits at this office's desk what a colleague does."""
        await self._tell(desk_of(office), said)

    @contextmanager
    def awaited(self, inquiry_id: UUID) -> Iterator[asyncio.Event]:
        """Set as soon as there may be something new. Begin to wait before the first look, so that nothing is missed."""
        with self._heard(str(inquiry_id)) as ear:
            yield ear.woken

    @contextmanager
    def at_desk(self, office: int) -> Iterator[Ear]:
        """The same for all of an office's inquiries."""
        with self._heard(desk_of(office)) as ear:
            yield ear

    def let_go(self) -> None:
        """Answer everybody who waits: the process ends."""
        self.over = True
        self._rouse_all()

    async def close(self) -> None:
        if self._listener is not None:
            self._listener.cancel()
            with suppress(asyncio.CancelledError):
                await self._listener

    @contextmanager
    def _heard(self, key: str) -> Iterator[Ear]:
        if self._listener is None:
            self._listener = asyncio.create_task(self._listen())
        ear = Ear()
        self._waiting.setdefault(key, set()).add(ear)
        try:
            yield ear
        finally:
            self._waiting[key].discard(ear)
            if not self._waiting[key]:
                del self._waiting[key]

    async def _tell(self, channel: str, said: str) -> None:
        await self._cache.tell(channel, said, purpose="wake")

    def _rouse(self, key: str) -> None:
        for ear in self._waiting.get(key, ()):
            ear.woken.set()

    def _rouse_all(self) -> None:
        for key in list(self._waiting):
            self._rouse(key)

    def _said(self, channel: str, said: str) -> None:
        if channel.startswith(MARKS):
            for ear in self._waiting.get(channel, ()):
                ear.marks.append(said)
            self._rouse(channel)
            return
        self._rouse(channel.removeprefix(CHANNEL))
        self._rouse(said)

    async def _listen(self) -> None:
        while True:
            try:
                await self._hear()
            except (RedisError, OSError) as error:
                log.warning("wakes_not_heard", error=type(error).__name__)
                await asyncio.sleep(PAUSE_SECONDS)

    async def _hear(self) -> None:
        async with self._cache.redis.pubsub(ignore_subscribe_messages=True) as heard:
            await heard.psubscribe(f"{CHANNEL}*", f"{MARKS}*")
            # Something may have been said while nobody listened.
            self._rouse_all()
            while True:
                said = await heard.get_message(timeout=LISTEN_SECONDS)
                if said is not None:
                    self._said(str(said["channel"]), str(said["data"]))


def desk_of(office: int) -> str:
    """The key under which an office's desk waits."""
    return f"{MARKS}{office}"
