"""A migrator that is killed in the middle: the next one ends well, and the schema is there once."""

import asyncio
import re
from pathlib import Path
from typing import Final

import asyncpg

from tests.foundation.other_processes import end_of, python
from tests.schema.test_migrations import APPLIED, fetched, schema
from tests.worker.waiting import until
from zhunkao.migrating import FIRST_SCHEMA

PART: Final = re.compile(r"^-- (?=0\d{3}_)", re.MULTILINE)
SOMEBODY_WAITS: Final = """
SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%ALTER%'
"""
HELD: Final = "registration"
"""A table that several of the later migrations alter."""
FIRST_PARTS: Final = 8


async def test_after_a_migrator_that_was_killed_halfway_the_next_one_ends_well(
    empty_database_url: str, database_url: str, redis_url: str, tmp_path: Path
) -> None:
    environment = {
        "ZHUNKAO_DATABASE_URL": empty_database_url,
        "ZHUNKAO_REDIS_URL": redis_url,
        "ZHUNKAO_SECRET_KEYS": "tests sign with this and nothing else does",
        "ZHUNKAO_DATA_KEYS": "dGVzdHMgZW5jcnlwdCB3aXRoIHRoaXMgMzIgYnl0ZXM=",
    }
    connection = await asyncpg.connect(empty_database_url)
    try:
        await connection.execute("".join(PART.split(FIRST_SCHEMA.read_text("utf-8"))[: FIRST_PARTS + 1]))
        before = await fetched(empty_database_url, APPLIED)
        assert len(before) == FIRST_PARTS
        async with connection.transaction():
            await connection.execute(f"LOCK TABLE {HELD} IN ACCESS SHARE MODE")
            with python("-m", "zhunkao", "migrate", folder=tmp_path, **environment) as first:
                await until(lambda: fetched(empty_database_url, SOMEBODY_WAITS))
                first.kill()
                first.wait()
    finally:
        await connection.close()
    with (
        python("-m", "zhunkao", "migrate", folder=tmp_path, **environment) as second,
        python("-m", "zhunkao", "migrate", folder=tmp_path, **environment) as third,
    ):
        ends = await asyncio.gather(*(asyncio.to_thread(end_of, process) for process in (second, third)))
    assert [status for status, _, _ in ends] == [0, 0], ends
    assert await schema(empty_database_url) == await schema(database_url)
    applied = await fetched(empty_database_url, APPLIED)
    assert len(applied) == len(set(applied)) and applied == await fetched(database_url, APPLIED)
