"""A database to put jobs into, and a whole service whose jobs are done."""

from collections.abc import AsyncIterator

import pytest

from backend.database import Database
from tests.api.conftest import published_database_url, sandbox_keys, world
from tests.api.world import World
from tests.worker.queue import Queue
from zhunkao.tables import MODELS

__all__ = ["published_database_url", "sandbox_keys", "world"]


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url, MODELS)
    await database.open()
    yield database
    await database.close()


@pytest.fixture
def queue(world: World) -> Queue:
    return Queue(world.built.database)
