"""Migrations say what the models say; they may be run at once, and again, and from two processes."""

import asyncio
from pathlib import Path

import asyncpg
from tortoise.context import TortoiseContext
from tortoise.migrations.autodetector import MigrationAutodetector

from backend.database import configuration
from scripts.schema import first_schema
from tests.foundation.other_processes import end_of, python
from zhunkao.migrating import FIRST_SCHEMA, migrate, migrate_step_by_step
from zhunkao.tables import MODELS

SCHEMA = """
SELECT c.relname AS name, c.relkind::text AS kind, coalesce(pg_get_indexdef(c.oid), '') AS definition,
       array(SELECT attname || ' ' || format_type(atttypid, atttypmod) || attnotnull::text
             FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 ORDER BY attnum) AS columns
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace ORDER BY 1
"""
HELD = """
SELECT conrelid::regclass::text AS table, pg_get_constraintdef(oid) AS held FROM pg_constraint
WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace
UNION ALL SELECT adrelid::regclass::text, pg_get_expr(adbin, adrelid) FROM pg_attrdef
ORDER BY 1, 2
"""
APPLIED = "SELECT name FROM tortoise_migrations ORDER BY id"


async def schema(url: str) -> list[tuple[object, ...]]:
    return await fetched(url, SCHEMA)


async def fetched(url: str, statement: str) -> list[tuple[object, ...]]:
    connection = await asyncpg.connect(url)
    try:
        return [tuple(row) for row in await connection.fetch(statement)]
    finally:
        await connection.close()


async def test_models_and_migrations_agree(database_url: str) -> None:
    """As `tortoise makemigrations` would see it: nothing is left to write."""
    settings = configuration(database_url, MODELS)
    async with TortoiseContext() as context:
        await context.init(config=settings)
        assert context.apps is not None
        changes = await MigrationAutodetector(context.apps, settings["apps"]).changes()
    assert [change.name for change in changes] == []


async def test_migrating_again_changes_nothing(database_url: str) -> None:
    before, applied = await schema(database_url), await fetched(database_url, APPLIED)
    await migrate(database_url)
    assert await schema(database_url) == before
    assert await fetched(database_url, APPLIED) == applied
    assert len(applied) == len(set(applied)) > 0


async def test_the_first_schema_is_what_the_migrations_say() -> None:
    assert FIRST_SCHEMA.read_text("utf-8") == await first_schema(), "run scripts/schema.py"


async def test_step_by_step_an_empty_database_becomes_the_same(empty_database_url: str, database_url: str) -> None:
    await migrate_step_by_step(empty_database_url)
    assert await schema(empty_database_url) == await schema(database_url)
    assert await fetched(empty_database_url, HELD) == await fetched(database_url, HELD)
    assert await fetched(empty_database_url, APPLIED) == await fetched(database_url, APPLIED)


async def test_three_migrators_of_one_process_at_once_make_one_schema(
    empty_database_url: str, database_url: str
) -> None:
    await asyncio.gather(*(asyncio.to_thread(asyncio.run, migrate(empty_database_url)) for _ in range(3)))
    assert await schema(empty_database_url) == await schema(database_url)


async def test_two_processes_migrating_at_once_make_one_schema(
    empty_database_url: str, database_url: str, redis_url: str, tmp_path: Path
) -> None:
    environment = {
        "ZHUNKAO_DATABASE_URL": empty_database_url,
        "ZHUNKAO_REDIS_URL": redis_url,
        "ZHUNKAO_SECRET_KEYS": "tests sign with this and nothing else does",
        "ZHUNKAO_DATA_KEYS": "dGVzdHMgZW5jcnlwdCB3aXRoIHRoaXMgMzIgYnl0ZXM=",
    }
    with (
        python("-m", "zhunkao", "migrate", folder=tmp_path, **environment) as first,
        python("-m", "zhunkao", "migrate", folder=tmp_path, **environment) as second,
    ):
        ends = await asyncio.gather(*(asyncio.to_thread(end_of, process) for process in (first, second)))
    assert [status for status, _, _ in ends] == [0, 0], ends
    assert await schema(empty_database_url) == await schema(database_url)
