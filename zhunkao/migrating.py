"""The schema, brought up to date: one migrator at a time, the others wait and then find nothing to do."""

from pathlib import Path
from typing import Final

import asyncpg
from tortoise.context import TortoiseContext
from tortoise.migrations.api import migrate as apply_migrations

import migrations
from backend.database import configuration
from zhunkao.tables import MODELS

MIGRATOR_LOCK: Final = 0x7A68756E  # "zhun": any number that nobody else in this database uses
FIRST_SCHEMA: Final = Path(migrations.__path__[0]) / "schema.sql"
"""What the migrations do to an empty database (scripts/schema.py)."""
IS_EMPTY: Final = "SELECT to_regclass('tortoise_migrations') IS NULL"


async def migrate(database_url: str) -> None:
    """Apply every migration that hasn't been. Safe to call at once from many processes, and again."""
    gate = await asyncpg.connect(database_url, timeout=10)
    try:
        await gate.execute("SELECT pg_advisory_lock($1)", MIGRATOR_LOCK)
        if await gate.fetchval(IS_EMPTY):
            async with gate.transaction():
                await gate.execute(FIRST_SCHEMA.read_text("utf-8"))
        await migrate_step_by_step(database_url)
    finally:
        await gate.close()


async def migrate_step_by_step(database_url: str) -> None:
    """Apply the migrations one after the other; whoever calls holds the lock."""
    async with TortoiseContext() as context:
        await apply_migrations(config=configuration(database_url, MODELS, patient=True))
        await context.close_connections()
