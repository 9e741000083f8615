"""PostgreSQL's own catalogue holds every rule and index that the product relies on, and none that nobody listed."""

from typing import Final

import asyncpg
import pytest
from tortoise.context import TortoiseContext

from backend.database import APP, configuration
from tests.schema.relied_on import CHECKS, INDEXES, JOB_ENGINE, SEQUENCES, TRIGGERS, UNIQUE
from zhunkao.tables import MODELS

OURS: Final = "t.relnamespace = 'public'::regnamespace AND t.relname !~ '^(procrastinate|tortoise)_'"
FOUND_INDEXES: Final = f"""
SELECT t.relname AS "table", i.relname AS name, x.indisunique AS is_unique, x.indisvalid AS is_valid
FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_class t ON t.oid = x.indrelid
WHERE {OURS} AND NOT x.indisprimary
"""
FOUND_CHECKS: Final = f"""
SELECT t.relname AS "table", c.conname AS name, c.convalidated AS is_valid
FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid WHERE {OURS} AND c.contype = 'c'
"""
FOUND_FOREIGN_KEYS: Final = f"""
SELECT t.relname AS "table", a.attname AS "column", f.relname AS refers_to, c.confdeltype::text AS on_delete,
       c.convalidated AS is_valid
FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class f ON f.oid = c.confrelid
JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = c.conkey[1] WHERE {OURS} AND c.contype = 'f'
"""
FOUND_TRIGGERS: Final = f"""
SELECT t.relname AS "table", g.tgname AS name, g.tgenabled::text AS enabled
FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid WHERE {OURS} AND NOT g.tgisinternal
"""
RESTRICT: Final = "r"


def listed(named: dict[str, tuple[str, ...]]) -> set[tuple[str, str]]:
    return {(table, name) for table, names in named.items() for name in names}


@pytest.mark.parametrize(("named", "is_unique"), [(UNIQUE, True), (INDEXES, False)], ids=["unique", "for speed"])
async def test_every_index_is_there(
    connection: asyncpg.Connection, named: dict[str, tuple[str, ...]], is_unique: bool
) -> None:
    found = [row for row in await connection.fetch(FOUND_INDEXES) if row["is_unique"] is is_unique]
    assert {(row["table"], row["name"]) for row in found} == listed(named)
    assert all(row["is_valid"] for row in found)


async def test_every_check_is_there(connection: asyncpg.Connection) -> None:
    found = await connection.fetch(FOUND_CHECKS)
    assert {(row["table"], row["name"]) for row in found} == listed(CHECKS)
    assert all(row["is_valid"] for row in found)


async def test_every_reference_of_a_model_is_a_foreign_key_that_keeps_what_it_refers_to(
    connection: asyncpg.Connection, ruled_database_url: str
) -> None:
    found = await connection.fetch(FOUND_FOREIGN_KEYS)
    async with TortoiseContext() as context:
        await context.init(config=configuration(ruled_database_url, MODELS))
        assert context.apps is not None
        declared = {
            (model._meta.db_table, f"{name}_id", model._meta.fields_map[name].related_model._meta.db_table)  # type: ignore[attr-defined]
            for model in context.apps[APP].values()
            for name in model._meta.fk_fields | model._meta.o2o_fields
        }
    assert {(row["table"], row["column"], row["refers_to"]) for row in found} == declared
    assert {row["on_delete"] for row in found} == {RESTRICT}
    assert all(row["is_valid"] for row in found)


async def test_the_sequences_and_the_trigger_of_the_audit_log_are_there(connection: asyncpg.Connection) -> None:
    sequences = await connection.fetch("SELECT sequencename FROM pg_sequences WHERE sequencename !~ '_id_seq$'")
    assert {row["sequencename"] for row in sequences} == SEQUENCES
    triggers = await connection.fetch(FOUND_TRIGGERS)
    assert {(row["table"], row["name"]) for row in triggers} == TRIGGERS
    assert {row["enabled"] for row in triggers} == {"O"}


async def test_the_job_engine_s_tables_are_those_of_the_locked_version(connection: asyncpg.Connection) -> None:
    functions = await connection.fetch("SELECT proname FROM pg_proc WHERE proname = ANY($1)", list(JOB_ENGINE))
    assert {row["proname"] for row in functions} == set(JOB_ENGINE)
