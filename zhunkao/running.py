"""One event loop a process: run until done, or until somebody asks it to stop."""

from __future__ import annotations

import asyncio
import signal
from typing import TYPE_CHECKING, TypeVar

import uvloop

if TYPE_CHECKING:
    from collections.abc import Coroutine

T = TypeVar("T")
# Seconds for what is under way. A database that has gone before us must not keep us for ever.
STOP_WITHIN = 15


class Interrupted(Exception):
    """A stop was asked for (Ctrl-C, SIGTERM) before the work was done."""


def run(work: Coroutine[object, object, T], *, leave: int = 0) -> T:
    """Run the work on uvloop; a stop cancels it, so that its `finally` clauses still run, within STOP_WITHIN.

    `leave`: seconds more, which the work takes its time to leave for. Raises Interrupted when it was stopped.
    """
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(_stoppable(work, leave))
    except asyncio.CancelledError:
        raise Interrupted from None
    finally:
        signal.alarm(0)


async def _stoppable(work: Coroutine[object, object, T], leave: int) -> T:
    loop = asyncio.get_running_loop()
    task = asyncio.ensure_future(work)
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, _stop, task, leave)
    return await task


def _stop(task: asyncio.Task[T], leave: int) -> None:
    # The system ends the process by SIGALRM, even one whose loop is stuck.
    signal.alarm(STOP_WITHIN + leave)
    task.cancel()
