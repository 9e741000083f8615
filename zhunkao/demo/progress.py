"""One line a stage: its name at once, a dot for every second it takes, its seconds at the end."""

from __future__ import annotations

import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator

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
        ended = threading.Event()
        dots = threading.Thread(target=self._dots, args=(ended,), daemon=True)
        dots.start()
        try:
            yield
        except BaseException:
            _join(ended, dots)
            self._write("\n")
            raise
        _join(ended, dots)
        self._write(f"{'':.<{max(0, WIDTH - len(name))}} {time.monotonic() - began:4.1f} s\n")

    def _dots(self, ended: threading.Event) -> None:
        while not ended.wait(1.0):
            self._write(".")

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()


def _join(ended: threading.Event, dots: threading.Thread) -> None:
    ended.set()
    dots.join()
