"""One line a stage: its name at once, a dot for every second it takes, its seconds at the end."""

from __future__ import annotations

import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WIDTH = 34


class Progress:
    """Writes to standard output, or to `out`."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stdout

    def say(self, line: str = "") -> None:
        """One whole line."""
        self._write(line + "\n")

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """A stage that begins here and ends with the block; what breaks it off leaves no time behind."""
        began = time.monotonic()
        self._write(f"  {name} ")
        dots = Dots(self._write)
        try:
            yield
        except BaseException:
            dots.end()
            self._write("\n")
            raise
        written = dots.end()
        self._write(f"{'':.<{max(0, WIDTH - len(name) - written)}} {time.monotonic() - began:4.1f} s\n")

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()


class Dots:
    """A dot a second until the end, from a thread: the work itself waits in many places."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write, self._written, self._ended = write, 0, threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def end(self) -> int:
        """Write no more; return how many there are."""
        self._ended.set()
        self._thread.join()
        return self._written

    def _run(self) -> None:
        while not self._ended.wait(1.0):
            self._write(".")
            self._written += 1
