"""Starts things in an order, watches them, stops them in the opposite one. If one ends by itself, all do."""

from __future__ import annotations

import http.client
import signal
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Self, TypeVar

from zhunkao.processes import POLL, ProcessError, Program, Watched

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, TracebackType

T = TypeVar("T")
READY_WITHIN = 90.0  # seconds
STOPPING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(KeyboardInterrupt):
    """Somebody asked everything to stop: Ctrl-C, SIGTERM, or the terminal was closed."""


class Supervisor:
    """Use it as a context, in the main thread: at its end, however it comes, everything started is gone.

    A first signal ends the block by Stopped and everything is asked to end; a second one ends it by force.
    """

    def __init__(self) -> None:
        self._running: list[Watched] = []
        self._step: Program | None = None

    def __enter__(self) -> Self:
        for number in STOPPING_SIGNALS:
            signal.signal(number, _stop)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for number in STOPPING_SIGNALS:
            signal.signal(number, self._force)
        for thing in reversed(self._started()):
            thing.stop()
        for number in STOPPING_SIGNALS:
            signal.signal(number, signal.SIG_IGN)

    def start(self, thing: Watched, by: Callable[[], T]) -> T:
        """Start a thing that is to run until the end, `by` its own means."""
        self._running.append(thing)
        return by()

    def run(self, program: Program) -> None:
        """Run a program to its end, the others watched meanwhile. Raises ProcessError when it or one of them fails."""
        self._step = program
        program.start()
        program.wait(meanwhile=self.watch)
        self._step = None

    def watch(self) -> None:
        """Raise ProcessError when something that should run has ended."""
        for thing in self._running:
            thing.raise_if_ended()

    def wait_until_ready(self, program: Program, port: int, path: str) -> None:
        """Wait until a program answers 200 to GET `path` on a port of this machine."""
        until = time.monotonic() + READY_WITHIN
        while (answer := answer_of(port, path)) != "200":
            self.watch()
            if time.monotonic() > until:
                waited = f"{program.name} is not ready after {READY_WITHIN:.0f} s: {path} answers {answer}."
                raise ProcessError(f"{waited} {program.last_words()}")
            time.sleep(POLL * 2)

    def watch_until_stopped(self) -> None:
        """Watch for as long as it goes well. Raises ProcessError when something ends, Stopped when asked to."""
        while True:
            self.watch()
            time.sleep(0.2)

    def _force(self, number: int, frame: FrameType | None) -> None:
        for thing in self._started():
            thing.kill()

    def _started(self) -> list[Watched]:
        return [*self._running, self._step] if self._step else [*self._running]


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped


def answer_of(port: int, path: str) -> str:
    """The status of GET `path` on this machine, or why there was none."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5.0)
    try:
        connection.request("GET", path)
        return str(connection.getresponse().status)
    except (OSError, http.client.HTTPException) as error:
        return f"nothing ({error})"
    finally:
        with suppress(OSError):
            connection.close()
