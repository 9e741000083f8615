"""How late the event loop wakes what sleeps: whatever blocks it, or a core too few, shows here first."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from prometheus_client import Histogram

EVERY: Final = 0.05
LAG: Final = Histogram(
    "zhunkao_loop_lag_seconds",
    "How late the event loop wakes a task that slept for 50 ms",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5),
)


@asynccontextmanager
async def watched() -> AsyncIterator[None]:
    """The loop is watched as long as this lasts."""
    watch = asyncio.create_task(_watch())
    try:
        yield
    finally:
        watch.cancel()
        with suppress(asyncio.CancelledError):
            await watch


async def _watch() -> None:
    while True:
        asked = time.perf_counter()
        await asyncio.sleep(EVERY)
        LAG.observe(max(time.perf_counter() - asked - EVERY, 0))
