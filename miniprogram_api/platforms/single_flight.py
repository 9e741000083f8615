"""Work that must not be done twice at once: who asks while it runs gets its result, or its failure."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Key = TypeVar("Key")
Result = TypeVar("Result")


class SingleFlight(Generic[Key, Result]):
    """One run at a time for each key. A caller that gives up leaves the others' run alone."""

    def __init__(self, work: Callable[[Key], Awaitable[Result]]) -> None:
        self._work = work
        self._running: dict[Key, asyncio.Task[Result]] = {}

    async def __call__(self, key: Key) -> Result:
        """The result of the run that is under way, or of a new one. Raises what the work raises."""
        if (running := self._running.get(key)) is None:
            running = asyncio.create_task(self._run(key))
            self._running[key] = running
            running.add_done_callback(lambda _: self._running.pop(key, None))
        return await asyncio.shield(running)

    async def _run(self, key: Key) -> Result:
        return await self._work(key)
