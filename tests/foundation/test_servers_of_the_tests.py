"""The ground the other tests stand on."""

import socket

import asyncpg
import psycopg
import pytest
import redis.asyncio as redis

from tests.loopback import LeftTheMachine
from tests.servers import Databases


@pytest.mark.parametrize("attempt", [1, 2])
async def test_each_test_has_a_database_of_its_own(database_url: str, attempt: int) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        await connection.execute("CREATE TABLE mine (attempt int)")
        assert await connection.fetchval("SELECT count(*) FROM mine") == 0
    finally:
        await connection.close()


def test_a_database_is_dropped_although_somebody_still_holds_it(databases: Databases) -> None:
    with databases.empty() as url:
        holder = psycopg.connect(url)
    with holder, pytest.raises(psycopg.OperationalError, match="terminat"):
        holder.execute("SELECT 1")


@pytest.mark.parametrize("attempt", [1, 2])
async def test_each_test_has_an_empty_redis(redis_url: str, attempt: int) -> None:
    async with redis.from_url(redis_url) as client:
        assert await client.incr("attempts") == 1


async def test_a_database_without_tables_has_none(empty_database_url: str) -> None:
    connection = await asyncpg.connect(empty_database_url)
    try:
        assert await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
    finally:
        await connection.close()


def test_no_test_reaches_beyond_this_machine() -> None:
    with socket.socket() as outside, pytest.raises(LeftTheMachine):
        outside.connect(("192.0.2.1", 80))
    with pytest.raises(LeftTheMachine):
        socket.getaddrinfo("api.weixin.qq.com", 443)
