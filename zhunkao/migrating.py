"""The schema, brought up to date: one migrator at a time, the others wait and then find nothing to do."""

from typing import Final

import asyncpg
from tortoise.context import TortoiseContext
from tortoise.migrations.api import migrate as apply_migrations

from backend.database import configuration
from zhunkao.tables import MODELS

MIGRATOR_LOCK: Final = 0x7A68756E  # "zhun": any number that nobody else in this database uses


async def migrate(database_url: str) -> None:
    """Apply every migration that hasn't been. Safe to call at once from many processes, and again."""
    gate = await asyncpg.connect(database_url, timeout=10)
    try:
        await gate.execute("SELECT pg_advisory_lock($1)", MIGRATOR_LOCK)
        async with TortoiseContext() as context:
            await apply_migrations(config=configuration(database_url, MODELS, patient=True))
            await context.close_connections()
    finally:
        await gate.close()
