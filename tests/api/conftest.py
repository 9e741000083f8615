"""A world a test: the service, its sandbox, the people in it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from sandbox.keys import SandboxKeys
from tests.api.world import World, publish, running
from tests.servers import Databases


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
