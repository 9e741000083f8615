"""One candidate whose registration is approved and due, on the first morning of the payment window: a world a test."""

import shutil
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from sandbox.keys import SandboxKeys
from tests.api.conftest import sandbox_keys, stop_at
from tests.api.world import JIA, Phone, World, publish, running
from tests.payments.books import Books
from tests.platforms.teller import Teller
from tests.servers import Databases
from zhunkao.embedded import EmbeddedValkey

__all__ = ["sandbox_keys", "stop_at"]

MORNING = "2024-01-29 09:00"
Prepare = Callable[[str], Coroutine[object, object, None]]


class Approved:
    """The way to there, gone once for all tests: what the sandbox knows of it, and whose registration it is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.phone: dict[str, Any] = {}

    def prepare(self, redis_url: str, keys: SandboxKeys) -> Prepare:
        async def through_the_front_door(database_url: str) -> None:
            await publish(database_url)
            async with running(database_url, redis_url, self.folder, keys) as world:
                phone = await world.person()
                await phone.submitted()
                await world.approved(phone)
                self.phone = {
                    name: getattr(phone, name) for name in ("user_id", "open_id", "registration", "candidate_id")
                }

        return through_the_front_door


@pytest.fixture(scope="session")
def approved(tmp_path_factory: pytest.TempPathFactory) -> Approved:
    return Approved(tmp_path_factory.mktemp("approved"))


@pytest.fixture
def beforehand() -> tuple[str, ...]:
    """SQL that a test wants run before the service starts: what would have been published otherwise."""
    return ()


@pytest.fixture
def due_database_url(
    databases: Databases,
    valkey: EmbeddedValkey,
    approved: Approved,
    sandbox_keys: SandboxKeys,
    beforehand: tuple[str, ...],
) -> Iterator[str]:
    with databases.prepared_copy("due", approved.prepare(valkey.url(), sandbox_keys)) as url:
        with psycopg.connect(url, autocommit=True) as connection:
            for statement in beforehand:
                connection.execute(statement.encode())
        yield url


@pytest.fixture
async def world(
    due_database_url: str, redis_url: str, tmp_path: Path, approved: Approved, sandbox_keys: SandboxKeys
) -> AsyncIterator[World]:
    folder = tmp_path / "data"
    shutil.copytree(approved.folder, folder)
    async with running(due_database_url, redis_url, folder, sandbox_keys) as world:
        await world.at(MORNING)
        yield world


@pytest.fixture
async def phone(world: World, approved: Approved) -> Phone:
    """The candidate's phone, signed in."""
    phone = Phone(world=world, who=JIA, **approved.phone)
    answer = await world.call("POST", "/sessions", body={"platform": "wechat", "code": await phone.code()})
    phone.token = answer.json["access_token"]
    return phone


@pytest.fixture
def books(world: World) -> Books:
    return Books(world)


@pytest.fixture
def teller(sandbox_keys: SandboxKeys) -> Teller:
    return Teller(sandbox_keys)
