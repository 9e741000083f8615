"""A job is part of the transaction that it follows from."""

import asyncio

import pytest

from backend.database import Database
from backend.jobs import Task, put
from tests.worker.queue import Queue


class Regret(Exception):
    """Somebody changed their mind."""


async def test_a_job_put_in_a_transaction_that_commits_is_there(database: Database) -> None:
    async with database.transaction():
        await put(database, Task.PROCESS_CALLBACK, callback_id=7)
    assert await Queue(database).jobs() == [("process_callback", "todo", 0)]
    assert await database.rows("SELECT args ->> 'callback_id' AS id FROM procrastinate_jobs") == [{"id": "7"}]


async def test_a_job_put_in_a_transaction_that_rolls_back_was_never_there(database: Database) -> None:
    with pytest.raises(Regret):
        async with database.transaction():
            await put(database, Task.PROCESS_CALLBACK, callback_id=7)
            assert len(await Queue(database).jobs()) == 1
            raise Regret
    assert await Queue(database).jobs() == []


async def test_a_job_put_in_a_savepoint_goes_with_it_and_leaves_the_rest(database: Database) -> None:
    async with database.transaction():
        await put(database, Task.CHECK_CANDIDATE, candidate_id="stays")
        with pytest.raises(Regret):
            async with database.transaction():
                await put(database, Task.PROCESS_CALLBACK, callback_id=7)
                raise Regret
    assert await Queue(database).jobs() == [("check_candidate", "todo", 0)]


async def test_a_job_is_seen_by_nobody_before_its_transaction_commits(database: Database) -> None:
    put_it, seen = asyncio.Event(), asyncio.Event()

    async def changing() -> None:
        async with database.transaction():
            await put(database, Task.PROCESS_CALLBACK, callback_id=7)
            put_it.set()
            await seen.wait()

    task = asyncio.create_task(changing())
    await put_it.wait()
    assert await Queue(database).jobs() == []
    seen.set()
    await task
    assert len(await Queue(database).jobs()) == 1
