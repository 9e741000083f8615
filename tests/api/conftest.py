"""A world a test: the service, its sandbox, the people in it."""

from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime
from functools import cache, partial
from pathlib import Path

import pytest
import pytest_asyncio
from argon2 import PasswordHasher

from backend.clock import EXAM_ZONE
from backend.documents.fonts import bundled_fonts
from sandbox.keys import SandboxKeys
from tests.api.world import World, publish, running
from tests.servers import Databases
from zhunkao.embedded import EmbeddedValkey


@pytest.fixture(scope="session", autouse=True)
def economical() -> Iterator[None]:
    """What makes a world slow and no test minds: passwords are hashed at the least cost, the fonts are read once."""
    cheap = partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("backend.passwords.PasswordHasher", cheap)
        patch.setattr("zhunkao.building.bundled_fonts", cache(bundled_fonts))
        yield


@pytest.fixture(scope="session")
def sandbox_keys() -> SandboxKeys:
    """Keys are slow to make, and no test minds sharing them."""
    return SandboxKeys.generate()


@pytest.fixture
def published_database_url(databases: Databases) -> Iterator[str]:
    """A database of this test's own in which every bundled exam is loaded."""
    with databases.prepared_copy("published", publish) as url:
        yield url


@pytest.fixture
async def world(
    published_database_url: str, redis_url: str, tmp_path: Path, sandbox_keys: SandboxKeys
) -> AsyncIterator[World]:
    """The service with every bundled exam, on the first day of the 2024 exam's pre-registration."""
    async with running(published_database_url, redis_url, tmp_path, sandbox_keys) as world:
        yield world


@pytest.fixture(scope="module")
def read_database_url(databases: Databases) -> Iterator[str]:
    """The same for a whole module."""
    with databases.prepared_copy("published", publish) as url:
        yield url


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def read_world(
    read_database_url: str, valkey: EmbeddedValkey, tmp_path_factory: pytest.TempPathFactory, sandbox_keys: SandboxKeys
) -> AsyncIterator[World]:
    """A world for the tests of a module that only read what was published: they share it, and its event loop."""
    async with running(read_database_url, valkey.url(), tmp_path_factory.mktemp("read"), sandbox_keys) as world:
        yield world


@pytest.fixture
def stop_at(world: World, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Stops exam time at an instant of Asia/Shanghai: `2023-12-14 23:59:59.999999`."""

    def stop(when: str) -> None:
        instant = datetime.fromisoformat(when).replace(tzinfo=EXAM_ZONE)
        monkeypatch.setattr(world.built.clock, "now", lambda: instant)

    return stop
