"""A database lost and restored, for real: what docs/operations/backup.md tells to do, on a small database of its own.

    .venv/bin/python scripts/restore_drill.py [--commits 400]

A server is saved while somebody writes: one base backup, and every commit streamed to another place before it is
answered. Then it is killed, its data removed, and it is restored twice: to the last commit, and to an instant before.
Says as JSON what was committed, what came back, and how long that took. Ends with 1 where anything committed is lost.
"""

import argparse
import json
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

import psycopg

from zhunkao.embedded import EmbeddedPostgres
from zhunkao.processes import Program

RECEIVER: Final = "zhunkao_backup"
PATIENCE: Final = 120.0
TABLE: Final = "CREATE TABLE written (number bigint PRIMARY KEY, what text NOT NULL)"
WRITE: Final = "INSERT INTO written VALUES (%s, repeat('准考', 200))"


@dataclass(frozen=True, slots=True, kw_only=True)
class Drilled:
    """`committed`: writes the server had answered when it was killed; `unanswered`: those that came back beside them.

    Sizes are megabytes, times seconds: of the base backup, and from the empty folder to the server that answers.
    """

    committed: int
    restored: int
    lost: int
    unanswered: int
    committed_at_instant: int
    restored_to_instant: int
    base_mb: float
    archive_mb: float
    backup_seconds: float
    restore_seconds: float
    restore_to_instant_seconds: float

    @property
    def is_well(self) -> bool:
        return self.lost == 0 and self.restored_to_instant == self.committed_at_instant


@dataclass(slots=True, kw_only=True)
class SavedPostgres(EmbeddedPostgres):
    """The embedded server with its programs for backups at hand."""

    def run(self, program: str, *arguments: str | Path) -> None:
        """Run one of them to its end. Raises ProcessError."""
        running = self._program(program, *arguments)
        running.log = self.folder / f"{program}.log"
        running.start()
        running.wait()

    def started(self, program: str, *arguments: str | Path) -> Program:
        """Start one that goes on."""
        running = self._program(program, *arguments)
        running.log = self.folder / f"{program}.log"
        running.start()
        return running

    def configure(self, **settings: str) -> None:
        """For the next start."""
        with (self._data / "postgresql.auto.conf").open("a", encoding="utf-8") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())

    def lose(self) -> None:
        """Killed in the midst of its work, and all it kept is gone."""
        self.kill()
        self.stop()
        shutil.rmtree(self._data)

    def take(self, base: Path, archive: Path, **until: str) -> None:
        """A backup as one's own data, which the next start brings up to the archive's end, or only `until` there."""
        self._settle()
        shutil.copytree(base, self._data)
        (self._data / "recovery.signal").touch()
        self.configure(
            # The last segment is not whole: its name says so until it is.
            restore_command=f"cp {archive}/%f %p || cp {archive}/%f.partial %p",
            recovery_target_action="promote",
            # Nobody receives what is written now: every commit would wait for ever.
            synchronous_standby_names="",
            **until,
        )
        for path in (self._data, *self._data.rglob("*")):
            if self._account:
                shutil.chown(path, self._account.pw_uid, self._account.pw_gid)


@dataclass(slots=True)
class Writer:
    """Writes number after number, each a commit, and knows which ones the server has answered."""

    url: str
    answered: int = 0
    told: threading.Condition = field(default_factory=threading.Condition)
    thread: threading.Thread | None = None

    def start(self) -> None:
        self.thread = threading.Thread(target=self._write, daemon=True)
        self.thread.start()

    def wait_for(self, number: int) -> None:
        """Until so many are answered."""
        with self.told:
            assert self.told.wait_for(lambda: self.answered >= number, PATIENCE), f"only {self.answered} answered"

    def instant(self) -> tuple[int, str]:
        """A number, and an instant of the server's clock between its commit and the next one's."""
        with self.told, psycopg.connect(self.url, autocommit=True) as connection:
            row = connection.execute("SELECT clock_timestamp()::text").fetchone()
            assert row is not None
            return self.answered, row[0]

    def _write(self) -> None:
        try:
            with psycopg.connect(self.url, autocommit=True) as connection:
                connection.execute(TABLE)
                while True:
                    with self.told:  # who asks for an instant stands between two commits
                        connection.execute(WRITE, [self.answered + 1])
                        self.answered += 1
                        self.told.notify_all()
                    time.sleep(0.001)  # their turn
        except psycopg.OperationalError:
            return


def drill(folder: Path, *, commits: int) -> Drilled:
    """The whole of it under `folder`. `commits`: written before, during and after each of its steps."""
    server = SavedPostgres(folder=folder / "server")
    server.start()
    server.stop()
    server.configure(wal_level="replica", synchronous_standby_names=RECEIVER)
    url = server.start()
    archive, base = server.folder / "archive", server.folder / "base"
    archive.mkdir()
    if server._account:
        shutil.chown(archive, server._account.pw_uid, server._account.pw_gid)
    with receiving(server, url, archive):
        writer = Writer(url)
        writer.start()
        writer.wait_for(commits)
        began = time.monotonic()
        server.run("pg_basebackup", "-d", url, "-D", base, "--checkpoint=fast", "--wal-method=none", "--no-sync")
        backup_seconds = time.monotonic() - began
        writer.wait_for(writer.answered + commits)
        number, instant = writer.instant()
        writer.wait_for(writer.answered + commits)
        server.lose()
        assert writer.thread
        writer.thread.join(PATIENCE)
    with restored(folder / "to-the-end", server, base, archive) as (numbers, seconds):
        present = set(numbers)
    with restored(folder / "to-an-instant", server, base, archive, recovery_target_time=instant) as (
        then,
        seconds_then,
    ):
        at_instant = len(then)
    answered = set(range(1, writer.answered + 1))
    return Drilled(
        committed=len(answered),
        restored=len(present),
        lost=len(answered - present),
        unanswered=len(present - answered),
        committed_at_instant=number,
        restored_to_instant=at_instant,
        base_mb=megabytes(base),
        archive_mb=megabytes(archive),
        backup_seconds=round(backup_seconds, 1),
        restore_seconds=round(seconds, 1),
        restore_to_instant_seconds=round(seconds_then, 1),
    )


@contextmanager
def receiving(server: SavedPostgres, url: str, archive: Path) -> Iterator[None]:
    """What is committed is there as well before it is answered, as long as this lasts."""
    named = f"{url}?application_name={RECEIVER}"
    server.run("pg_receivewal", "-d", url, "--slot", RECEIVER, "--create-slot", "--if-not-exists")
    receiver = server.started("pg_receivewal", "-d", named, "-D", archive, "--slot", RECEIVER, "--synchronous")
    try:
        yield
    finally:
        receiver.stop()


@contextmanager
def restored(
    folder: Path, lost: SavedPostgres, base: Path, archive: Path, **until: str
) -> Iterator[tuple[list[int], float]]:
    """What stands in the table of a server restored from the backup, and how long it took to answer."""
    server = SavedPostgres(folder=folder)
    server._settle()
    shutil.copy(lost._password_file, server._password_file)
    began = time.monotonic()
    server.take(base, archive, **until)
    try:
        url = server.start()
        seconds = time.monotonic() - began
        with psycopg.connect(url) as connection:
            yield [number for (number,) in connection.execute("SELECT number FROM written ORDER BY number")], seconds
    finally:
        server.stop()


def megabytes(folder: Path) -> float:
    return round(sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) / 2**20, 1)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description="A database lost and restored.")
    parser.add_argument("--commits", type=int, default=400)
    wanted = parser.parse_args(arguments)
    folder = Path(tempfile.mkdtemp(prefix="zhunkao-restore-"))
    folder.chmod(0o711)  # root's PostgreSQL runs as another account
    try:
        done = drill(folder, commits=wanted.commits)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(asdict(done), indent=1))
    return 0 if done.is_well else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
