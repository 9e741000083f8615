"""Waiting for what somebody else does: another process, a job in the background."""

import asyncio
from collections.abc import Awaitable, Callable

PATIENCE = 240.0  # seconds; a test that waits longer has failed


async def until(holds: Callable[[], Awaitable[object]]) -> None:
    """Return as soon as it holds; fail the test when it never does."""
    async with asyncio.timeout(PATIENCE):
        while not await holds():  # noqa: ASYNC110  # nobody in this process could set an event
            await asyncio.sleep(0.05)
