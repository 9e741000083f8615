"""One database with every table for all rules: each test's rows are rolled back."""

from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest

from tests.schema.samples import Rows
from tests.servers import Databases


@pytest.fixture(scope="session")
def ruled_database_url(databases: Databases) -> Iterator[str]:
    with databases.migrated_copy() as url:
        yield url


@pytest.fixture
async def connection(ruled_database_url: str) -> AsyncIterator[asyncpg.Connection]:
    """Straight to PostgreSQL, past everything of ours."""
    connection = await asyncpg.connect(ruled_database_url)
    transaction = connection.transaction()
    await transaction.start()
    yield connection
    await transaction.rollback()
    await connection.close()


@pytest.fixture
async def rows(connection: asyncpg.Connection) -> Rows:
    return Rows(connection)
