"""The process's connection to PostgreSQL, where connections break."""

import pytest

from backend.database import UNANSWERED, Database
from tests.servers import Databases
from zhunkao.tables import MODELS


async def test_a_task_whose_transaction_could_not_begin_goes_on_with_the_next(databases: Databases) -> None:
    with databases.empty() as url:
        database = Database(url, MODELS, pool=1)
        await database.open()
        try:
            for _ in range(3):  # more often than there are places in the pool
                await database.rows("SELECT 1")
                end_connections(databases, url)  # and the client has had no time to notice
                with pytest.raises(UNANSWERED):
                    async with database.transaction():
                        pass
                async with database.transaction():
                    assert await database.rows("SELECT 1 AS one") == [{"one": 1}]
        finally:
            await database.close()


def end_connections(databases: Databases, url: str) -> None:
    """Returns when they have ended."""
    name = url.rpartition("/")[2]
    databases.connection.execute(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s", [name]
    )
