"""Logs followed as they grow: for those who keep a connection open. So many at once in a process, and no more.

Who comes again with the id of the last thing seen gets all that came after it, once and in order: what is read is the
database's log, and nothing is kept for anybody between two connections.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final, Protocol, TypeVar

from prometheus_client import Gauge

from backend.errors import TooMany, Unavailable
from backend.inquiries.wakes import Wakes

OPEN: Final = Gauge("zhunkao_streams_open", "Connections that follow a log")
MOST: Final = 4_000
"""Streams that one process keeps open."""
MOST_EACH: Final = 8
"""Of one person: several tabs, and those whose end hasn't been noticed yet."""
COME_BACK_SECONDS: Final = 30
BEAT_SECONDS: Final = 15.0
"""So often whoever follows looks by themselves, and the other end is told that this one is there."""


class Numbered(Protocol):
    """One entry of a log."""

    @property
    def id(self) -> int: ...


N = TypeVar("N", bound=Numbered)


class Streams:
    """How many are open, and how one is followed."""

    def __init__(self, wakes: Wakes, *, most: int = MOST) -> None:
        self._wakes, self._most = wakes, most
        self._open: Counter[Hashable] = Counter()

    @contextmanager
    def place(self, who: Hashable) -> Iterator[None]:
        """One of the process's places. Raises Unavailable `streams_full`, TooMany `streams_too_many`."""
        if self._open.total() >= self._most:
            raise Unavailable("streams_full")
        if self._open[who] >= MOST_EACH:
            raise TooMany("streams_too_many", retry_after=COME_BACK_SECONDS)
        self._open[who] += 1
        OPEN.inc()
        try:
            yield
        finally:
            OPEN.dec()
            self._open[who] -= 1
            if not self._open[who]:
                del self._open[who]

    async def follow(
        self, woken: asyncio.Event, read: Callable[[int], Awaitable[Sequence[N]]], *, after: int, page: int
    ) -> AsyncIterator[Sequence[N]]:
        """What stands in the log after this one, as it comes; nothing from time to time, as a sign of life.

        `read` gives at most a `page`, in order. Ends with the process; raises what `read` raises.
        """
        last = after
        while not self._wakes.over:
            woken.clear()
            found = await read(last)
            yield found
            if found:
                last = found[-1].id
            if len(found) < page and not self._wakes.over:
                await _first(woken, BEAT_SECONDS)


async def _first(woken: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await woken.wait()
    except TimeoutError:
        return
