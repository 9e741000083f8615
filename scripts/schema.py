"""Writes migrations/schema.sql: what the migrations do to an empty database, as one file of SQL.

Tortoise computes every table anew for each step of each migration, which takes most of a minute by now. So an empty
database is given this file, and only one that has something in it is migrated step by step. A test holds it to them.
"""

import asyncio
from pathlib import Path
from typing import Final

from tortoise.context import TortoiseContext
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.graph import MigrationKey
from tortoise.migrations.migration import Migration
from tortoise.migrations.recorder import MigrationRecorder

from backend.database import configuration
from zhunkao.migrating import FIRST_SCHEMA
from zhunkao.tables import MODELS

NOBODY_THERE: Final = "postgres://127.0.0.1:1/nothing"
HEAD: Final = """-- What migrations/0*.py do to an empty database. Written by scripts/schema.py, not by hand.
"""
RECORD: Final = "INSERT INTO tortoise_migrations (app, name, applied_at) VALUES ('{app}', '{name}', now());"


class NothingApplied(MigrationRecorder):
    """As an empty database would say, which nobody has to ask."""

    async def applied_migrations(self) -> list[MigrationKey]:
        return []


async def first_schema() -> str:
    """The whole file, from the migrations alone; no database is asked."""
    settings = configuration(NOBODY_THERE, MODELS)
    async with TortoiseContext() as context:
        await context.init(config=settings, init_connections=False)
        connection = context.connections.get("default")
        executor = MigrationExecutor(connection, settings["apps"])
        executor.loader.recorder = NothingApplied(connection)
        await executor.loader.build_graph()
        recorded = executor._schema_editor(atomic=False)._get_model_sql_data(executor.recorder.model).table_sql
        statements = [_ended(recorded)]
        state = await executor._project_state(set())
        for key in executor._full_plan():
            migration = executor.loader.graph.nodes[key]
            assert isinstance(migration, Migration)
            editor = executor._schema_editor(atomic=False, collect_sql=True)
            await migration.apply(state, schema_editor=editor, collect_sql=True)
            statements.append(f"\n-- {key.name}")
            statements += [_ended(sql) for sql in editor.collected_sql if not _is_remark(sql)]
            statements.append(RECORD.format(app=key.app_label, name=key.name))
    return HEAD + "\n".join(statements) + "\n"


def _is_remark(sql: str) -> bool:
    """What tortoise says between the statements."""
    return sql.startswith("--") and "\n" not in sql


def _ended(sql: str) -> str:
    return sql.strip().removesuffix(";") + ";"


def main() -> None:
    Path(FIRST_SCHEMA).write_text(asyncio.run(first_schema()), "utf-8")


if __name__ == "__main__":
    main()
