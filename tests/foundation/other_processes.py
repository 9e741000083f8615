"""Other processes in a test: whether they are there, and waiting until they aren't."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PATIENCE = 240.0  # seconds; a slow machine is no failure, one that stands still is


def is_alive(pid: int) -> bool:
    """Whether a process runs. One that has ended with all its threads, and that nobody has asked about yet, doesn't."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return False
    return not ("State:\tZ" in status and "Threads:\t1\n" in status)


def wait_until_gone(*pids: int) -> None:
    """Fail the test if one of them is still there after a while."""
    until = time.monotonic() + PATIENCE
    while left := [pid for pid in pids if is_alive(pid)]:
        assert time.monotonic() < until, f"still running: {left}"
        time.sleep(0.02)


@contextmanager
def python(*arguments: str | Path, folder: Path, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """A Python of ours with these arguments, its output captured; killed at the end when it is still there."""
    process = subprocess.Popen(
        [sys.executable, *map(str, arguments)],
        cwd=folder,
        env=os.environ | {"PYTHONUNBUFFERED": "1", "PYTHONPATH": str(Path(__file__).parents[2])} | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGKILL)


def line_of(process: subprocess.Popen[str]) -> str:
    """The next line it writes. Fails with what it complained of when it has ended instead."""
    assert process.stdout
    line = process.stdout.readline()
    assert line, process.communicate(timeout=PATIENCE)[1]
    return line.rstrip("\n")


def end_of(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Its exit status, and what it still writes: standard output, standard error."""
    out, err = process.communicate(timeout=PATIENCE)
    return process.returncode, out, err
