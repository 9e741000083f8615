"""A database with every table and no exam, and the services that stand on it."""

from collections.abc import AsyncIterator

import pytest
from hypothesis import settings

from backend.clock import SettableClock
from backend.database import Database
from backend.exams.catalogue import Exams
from backend.exams.loading import ExamLoading
from zhunkao.tables import MODELS

# How long one example takes says something of the machine, nothing of the rule.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    database = Database(database_url, MODELS)
    await database.open()
    try:
        yield database
    finally:
        await database.close()


@pytest.fixture
def loading(database: Database) -> ExamLoading:
    return ExamLoading(database, SettableClock())


@pytest.fixture
def exams(database: Database) -> Exams:
    """Looks for changes at every question."""
    return Exams(database, fresh_seconds=0)
