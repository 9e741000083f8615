"""One event loop a process: run until done, or until somebody asks it to stop."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING, TypeVar

import uvloop

if TYPE_CHECKING:
    from collections.abc import Coroutine

T = TypeVar("T")


class Interrupted(Exception):
    """A stop was asked for (Ctrl-C, SIGTERM) before the work was done."""


def run(work: Coroutine[object, object, T]) -> T:
    """Run the work on uvloop; a stop cancels it, so that its `finally` clauses still run.

    Raises Interrupted when it was stopped.
    """
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        try:
            return runner.run(_stoppable(work))
        except asyncio.CancelledError:
            raise Interrupted from None


async def _stoppable(work: Coroutine[object, object, T]) -> T:
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(work)
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, task.cancel)
    return await task
