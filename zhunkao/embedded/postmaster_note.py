"""The note `postmaster.pid` in which a PostgreSQL server says which process it is, and whether it takes connections."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

PID_LINE, STATUS_LINE = 0, 7


@dataclass(frozen=True, slots=True)
class PostmasterNote:
    """The note of the server over one data folder, read anew at every question."""

    data: Path

    @property
    def file(self) -> Path:
        """Where the server keeps it."""
        return self.data / "postmaster.pid"

    def says_ready(self, pid: int | None) -> bool:
        """Whether the server that is process `pid` has written that it takes connections."""
        lines = self._lines()
        return len(lines) > STATUS_LINE and lines[PID_LINE] == str(pid) and lines[STATUS_LINE].strip() == "ready"

    def living_server(self) -> int | None:
        """The process id of a server that still holds the data, None when there is none.

        After a restart of the machine the noted id may be anybody's: only a command that names this folder counts.
        """
        lines = self._lines()
        if not lines or not lines[PID_LINE].isdecimal():
            return None
        pid = int(lines[PID_LINE])
        return pid if str(self.data) in command_of(pid) else None

    def _lines(self) -> list[str]:
        try:
            return self.file.read_text(encoding="utf-8").splitlines()
        except OSError:
            return []


def command_of(pid: int) -> str:
    """The command line of a process, its arguments apart by spaces; empty when there is no such process."""
    if Path("/proc/self/cmdline").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        except OSError:
            return ""
    shown = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return shown.stdout.strip()
