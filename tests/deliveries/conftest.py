"""A world with templates on every platform, and a way out of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.keys import SandboxKeys
from tests.api.conftest import economical, published_database_url, sandbox_keys
from tests.api.world import Phone, World, running
from tests.deliveries import words
from tests.deliveries.outbox import Outbox

__all__ = ["economical", "published_database_url", "sandbox_keys"]


@pytest.fixture
async def world(
    published_database_url: str, redis_url: str, tmp_path: Path, sandbox_keys: SandboxKeys
) -> AsyncIterator[World]:
    arguments = published_database_url, redis_url, tmp_path / "data", sandbox_keys
    async with running(*arguments, ours=words.ours, theirs=words.theirs) as world:
        yield world


@pytest.fixture
def outbox(world: World) -> Outbox:
    return Outbox.of(world)


@pytest.fixture
def platform() -> str:
    """Whose person it is; parametrized where every platform is meant."""
    return "wechat"


@pytest.fixture
async def phone(world: World, platform: str) -> Phone:
    return await world.person(platform=platform)
