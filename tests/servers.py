"""The servers of one test process: a PostgreSQL and a Valkey of its own, and a database cloned for each test."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

from zhunkao.embedded import EmbeddedPostgres, EmbeddedValkey
from zhunkao.migrating import migrate

TEMPLATE = "template"
MEMORY, ROOM = Path("/dev/shm"), 6 << 30
CLONE = "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY"
"""Copied as files: half the time of writing every page to the log, where nothing is flushed anyway."""
Prepare = Callable[[str], Coroutine[object, object, None]]


def in_memory() -> Path | None:
    """Where files lie in memory, if there is such a place with room: a test's database is hundreds of small files."""
    if not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < ROOM:
        return None
    return MEMORY


@contextmanager
def fresh_folder() -> Iterator[Path]:
    """A folder that another account can pass through (pytest's own are closed to it): root's PostgreSQL runs as one."""
    folder = Path(tempfile.mkdtemp(prefix="zhunkao-test-", dir=in_memory()))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(slots=True, kw_only=True)
class Databases:
    """Makes and drops databases on one server: copies of a template migrated once, so no test sees another's rows."""

    server: EmbeddedPostgres
    connection: psycopg.Connection
    numbers: Iterator[int]
    prepared: set[str] = field(default_factory=set)

    @contextmanager
    def empty(self) -> Iterator[str]:
        """The URL of a database without tables."""
        with self._database("template0") as url:
            yield url

    @contextmanager
    def migrated_copy(self) -> Iterator[str]:
        """The URL of a database in which every migration has been applied."""
        self._prepare(TEMPLATE, "template0", migrate)
        with self._database(TEMPLATE) as url:
            yield url

    @contextmanager
    def prepared_copy(self, name: str, prepare: Prepare) -> Iterator[str]:
        """The URL of a migrated database that `prepare` has filled, once for all tests that ask for this name."""
        self._prepare(TEMPLATE, "template0", migrate)
        self._prepare(name, TEMPLATE, prepare)
        with self._database(name) as url:
            yield url

    def _prepare(self, name: str, template: str, prepare: Prepare) -> None:
        if name not in self.prepared:
            self._execute(CLONE, name, template)
            asyncio.run(prepare(self.server.url(name)))
            self.prepared.add(name)

    @contextmanager
    def _database(self, template: str) -> Iterator[str]:
        name = f"test_{next(self.numbers)}"
        self._execute(CLONE, name, template)
        try:
            yield self.server.url(name)
        finally:
            self._execute("DROP DATABASE {} WITH (FORCE)", name)

    def _execute(self, statement: str, *names: str) -> None:
        self.connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


@contextmanager
def databases() -> Iterator[Databases]:
    """A running PostgreSQL that makes databases; stopped and removed at the end."""
    with fresh_folder() as folder:
        server = EmbeddedPostgres(folder=folder / "postgresql", fast=True)
        try:
            with psycopg.connect(server.start(), autocommit=True) as connection:
                yield Databases(server=server, connection=connection, numbers=count(1))
        finally:
            server.stop()


@contextmanager
def valkey() -> Iterator[EmbeddedValkey]:
    """A running Valkey; stopped and removed at the end."""
    with fresh_folder() as folder:
        server = EmbeddedValkey(folder=folder / "valkey", fast=True)
        try:
            server.start()
            yield server
        finally:
            server.stop()
