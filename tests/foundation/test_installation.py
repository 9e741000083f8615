"""One embedded installation, whoever uses it."""

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.servers import fresh_folder
from zhunkao.installation import Owned, ownership, services
from zhunkao.processes import ProcessError
from zhunkao.settings import Settings, check


@pytest.fixture
def settings() -> Iterator[Settings]:
    with fresh_folder() as folder:
        yield Settings(data_folder=folder / "installation")


def test_what_is_given_is_used_as_it_is(tmp_path: Path) -> None:
    given = Settings(database_url="postgres://given/x", redis_url="redis://given", data_folder=tmp_path / "none")
    with services(given) as complete:
        assert complete == given
    assert not (tmp_path / "none").exists()


def test_a_second_command_uses_the_servers_and_keys_of_the_first(settings: Settings) -> None:
    with services(settings) as first:
        assert check(first) == []
        with psycopg.connect(first.database_url) as connection:
            connection.execute("CREATE TABLE shared ()")
        with services(settings) as second:
            assert second == first
            assert first.secret_keys
    with services(settings) as later, psycopg.connect(later.database_url) as connection:
        assert connection.execute("SELECT to_regclass('shared')").fetchone() == ("shared",)
        assert (later.secret_keys, later.data_keys) == (first.secret_keys, first.data_keys)


def test_nobody_else_may_read_what_a_running_installation_tells(settings: Settings) -> None:
    with services(settings):
        told = settings.data_folder / "running.json"
        assert told.stat().st_mode & 0o077 == 0
    assert not told.exists()


def test_only_what_is_missing_is_embedded(settings: Settings) -> None:
    given = settings.model_copy(update={"redis_url": "redis://given"})
    with services(given) as complete:
        assert complete.redis_url == "redis://given"
        assert complete.database_url
        assert not (settings.data_folder / "valkey").exists()


def test_an_installation_has_one_owner(tmp_path: Path) -> None:
    with ownership(tmp_path), pytest.raises(Owned) as raised, ownership(tmp_path):
        pass
    assert raised.value.owner == os.getpid()
    with ownership(tmp_path):
        pass


def test_another_users_folder_is_left_alone(tmp_path: Path) -> None:
    others = Path("/")  # root's, for everybody else
    if os.geteuid() == 0:
        others = tmp_path / "others"
        others.mkdir()
        os.chown(others, 65534, 65534)
    with pytest.raises(ProcessError, match="belongs to user"), ownership(others):
        pass
    assert not (others / "lock").exists()
