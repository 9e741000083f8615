"""The servers of one test process: a PostgreSQL and a Valkey of its own, and a database cloned for each test."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg
from psycopg import sql

from zhunkao.embedded import EmbeddedPostgres, EmbeddedValkey
from zhunkao.migrating import migrate

TEMPLATE = "template"


@contextmanager
def fresh_folder() -> Iterator[Path]:
    """A folder that another account can pass through (pytest's own are closed to it): root's PostgreSQL runs as one."""
    folder = Path(tempfile.mkdtemp(prefix="zhunkao-test-"))
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
    migrated: bool = False

    @contextmanager
    def empty(self) -> Iterator[str]:
        """The URL of a database without tables."""
        with self._database("template0") as url:
            yield url

    @contextmanager
    def migrated_copy(self) -> Iterator[str]:
        """The URL of a database in which every migration has been applied."""
        if not self.migrated:
            self._make_template()
        with self._database(TEMPLATE) as url:
            yield url

    def _make_template(self) -> None:
        self._execute("CREATE DATABASE {}", TEMPLATE)
        asyncio.run(migrate(self.server.url(TEMPLATE)))
        self.migrated = True

    @contextmanager
    def _database(self, template: str) -> Iterator[str]:
        name = f"test_{next(self.numbers)}"
        self._execute("CREATE DATABASE {} TEMPLATE {}", name, template)
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
