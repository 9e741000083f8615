"""With PostgreSQL away, people are told to come back, and whoever watches is told what is missing."""

import asyncio

from psycopg import sql

from tests.api.world import Phone, World
from tests.servers import Databases


def cut_off(databases: Databases, name: str) -> None:
    """End every connection to the database, and let nobody in again."""
    databases.connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(name)))
    end_connections(databases, name)


def end_connections(databases: Databases, name: str) -> None:
    databases.connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])


async def test_without_the_database_people_are_told_to_come_back_and_readiness_says_no(
    world: World, databases: Databases
) -> None:
    phone = await world.person()
    cut_off(databases, world.settings.database_url.rpartition("/")[2])
    answer = await phone.call("GET", "/account")
    assert (answer.status, answer.code) == (503, "try_later")
    assert "没有保存" in answer.json["detail"]
    async with world.http.get(f"{world.api_url}/readyz") as ready:
        assert (ready.status, await ready.json()) == (503, {"status": "not_ready", "database": False, "cache": True})
    async with world.http.get(f"{world.api_url}/healthz") as alive:
        assert (alive.status, await alive.json()) == (200, {"status": "alive"})


async def test_connections_the_server_has_ended_are_never_a_mistake_of_ours_and_are_replaced(
    world: World, databases: Databases
) -> None:
    phone = await world.person()
    name = world.settings.database_url.rpartition("/")[2]
    for round_ in range(20):
        await asyncio.gather(*(phone.call("GET", "/account") for _ in range(1 + round_ % 4)))
        end_connections(databases, name)
        answers = await asyncio.gather(*(phone.call("GET", "/account") for _ in range(2)))
        assert {answer.status for answer in answers} <= {200, 503}
    await _served_again(phone)


async def _served_again(phone: Phone) -> None:
    async with asyncio.timeout(10):
        while (await phone.call("GET", "/account")).status != 200:
            pass
