"""Programs started beside us: their output in a log file, their end with ours, their stop within seconds."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import pwd
    from collections.abc import Callable, Mapping, Sequence

POLL = 0.02  # seconds between two looks at a program that is starting or stopping
GUARD = Path(__file__).with_name("guard.py")


class ProcessError(Exception):
    """A program didn't start, or ended by itself. The message is for a person; the end of its log is in it."""


class Watched(Protocol):
    """What a supervisor needs of a thing that runs."""

    name: str

    def raise_if_ended(self) -> None: ...

    def stop(self) -> None: ...

    def kill(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """How a program is asked to end: signals in this order, each with the seconds it is given."""

    signals: tuple[tuple[signal.Signals, float], ...] = ((signal.SIGTERM, 10.0),)


@dataclass(slots=True, kw_only=True)
class Program:
    """One program and its log. Start it from the main thread: the kernel ends it when the starting thread ends."""

    name: str
    command: Sequence[str | Path]
    log: Path
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ)
    folder: Path = Path("/")
    account: pwd.struct_passwd | None = None
    stop_by: Stop = Stop()
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, in a session of its own: a Ctrl-C in the terminal reaches the supervisor, who stops in order.

        Raises ProcessError when the system can't.
        """
        first_signal = self.stop_by.signals[0][0]
        uid, gid = (self.account.pw_uid, self.account.pw_gid) if self.account else (-1, -1)
        guard = [sys.executable, "-I", "-S", str(GUARD), str(os.getpid()), str(int(first_signal)), str(uid), str(gid)]
        keep_one_former(self.log)
        with self.log.open("ab") as log:
            try:
                self._process = subprocess.Popen(
                    [*guard, *map(str, self.command)],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    cwd=self.folder,
                    env=dict(self.environment),
                    start_new_session=True,
                )
            except OSError as error:
                raise ProcessError(f"{self.name} can't be started: {error.strerror}") from error

    @property
    def pid(self) -> int | None:
        """Its process id while it is ours."""
        return self._process.pid if self._process else None

    def status(self) -> int | None:
        """The exit status once it has ended (negative: the signal that ended it), None while it runs."""
        return self._process.poll() if self._process else None

    def raise_if_ended(self) -> None:
        """Raise ProcessError when it has ended by itself, with what it said last."""
        status = self.status()
        if status is not None:
            raise ProcessError(f"{self.name} {ending(status)}. {self.last_words()}")

    def wait(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Wait until it has ended; call `meanwhile` at every look. Raises ProcessError unless it ended with 0."""
        while (status := self.status()) is None:
            meanwhile()
            time.sleep(POLL)
        if status:
            self.raise_if_ended()

    def stop(self) -> None:
        """End it: ask, wait, then force. Returns when it is gone; nothing when it isn't running."""
        process = self._process
        if process is None:
            return
        for number, seconds in self.stop_by.signals:
            if process.poll() is not None:
                break
            process.send_signal(number)
            with suppress(subprocess.TimeoutExpired):
                process.wait(seconds)
        process.kill()
        process.wait()
        self._process = None

    def kill(self) -> None:
        """End it at once, without a chance to finish what it does."""
        if self._process:
            self._process.kill()

    def last_words(self, lines: int = 15) -> str:
        """The end of its log, indented, after a line that names the file."""
        last = tail(self.log, lines)
        said = "".join(f"\n  | {line}" for line in last) if last else " (empty)"
        return f"The end of {self.log}:{said}"


def ending(status: int) -> str:
    """`ended with status 3` or `was ended by SIGKILL`."""
    if status >= 0:
        return f"ended with status {status}"
    with suppress(ValueError):
        return f"was ended by {signal.Signals(-status).name}"
    return f"was ended by signal {-status}"


def tail(file: Path, lines: int) -> list[str]:
    """The last lines of a text file; none when it isn't there."""
    try:
        with file.open(encoding="utf-8", errors="replace") as text:
            return [line.rstrip("\n") for line in deque(text, maxlen=lines)]
    except OSError:
        return []


def keep_one_former(log: Path) -> None:
    """Begin a log anew, the former one kept beside it: the reason of a crash is still there after the next start."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        log.replace(log.with_suffix(".log.1"))
