"""A world a test: the service, its sandbox, the people in it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.keys import SandboxKeys
from tests.api.world import World, running


@pytest.fixture(scope="session")
def sandbox_keys() -> SandboxKeys:
    """Keys are slow to make, and no test minds sharing them."""
    return SandboxKeys.generate()


@pytest.fixture
async def world(database_url: str, redis_url: str, tmp_path: Path, sandbox_keys: SandboxKeys) -> AsyncIterator[World]:
    """The service with every bundled exam, on the first day of the 2024 exam's pre-registration."""
    async with running(database_url, redis_url, tmp_path, sandbox_keys) as world:
        yield world
