"""The worker's patience: with jobs that fail, with workers that died, with a database that was away."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime

import asyncpg
import pytest
from procrastinate.jobs import Job

import zhunkao.worker
from backend.clock import SettableClock
from backend.jobs import DEFER, Task
from backend.registrations.forfeitures import Forfeitures
from tests.api.world import World
from tests.worker.queue import Queue
from tests.worker.waiting import until
from zhunkao.embedded.places import free_port
from zhunkao.worker import LONGEST_WAIT, MOST_ATTEMPTS, PATIENT, jobs, keep_deadlines, work

CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1"


def wait_after(attempts: int) -> float | None:
    """Seconds until the next try of a job that has failed so often; None where there is none."""
    job = Job(id=1, queue="default", lock=None, queueing_lock=None, task_name="t", attempts=attempts)
    decision = PATIENT.get_retry_decision(exception=ValueError(), job=job)
    if decision is None:
        return None
    assert decision.retry_at is not None
    return round((decision.retry_at - datetime.now(UTC)).total_seconds())


async def test_a_failing_job_waits_longer_each_time_but_never_longer_than_ten_minutes() -> None:
    assert [wait_after(attempts) for attempts in range(7)] == [3, 9, 27, 81, 243, 600, 600]
    assert {wait_after(attempts) for attempts in range(6, MOST_ATTEMPTS)} == {LONGEST_WAIT}
    assert wait_after(MOST_ATTEMPTS) is None


@pytest.mark.parametrize("heartbeat", ["30 seconds", None], ids=["silent", "forgotten"])
async def test_jobs_of_a_worker_that_died_are_taken_up(world: World, queue: Queue, heartbeat: str | None) -> None:
    phone = await world.person(identity="pending")
    await world.sandbox("POST", "/sandbox/identity", {"id_number": phone.who.id_number, "identity": "passed"})
    await queue.time_passes()
    await queue.taken(heartbeat=heartbeat)
    await look_for_stalled(world)
    await world.run_jobs()
    assert (await phone.call("GET", "/account")).json["identity_check"] == "passed"


async def test_jobs_of_a_worker_that_lives_are_left_to_it(world: World, queue: Queue) -> None:
    await world.person(identity="pending")
    await queue.time_passes()
    await queue.taken(heartbeat="0 seconds")
    await look_for_stalled(world)
    await world.run_jobs()
    assert await queue.jobs() == [("check_candidate", "doing", 1)]


async def test_workers_that_died_looking_are_no_hindrance_to_the_next_look(world: World, queue: Queue) -> None:
    for _ in range(2):
        await look_for_stalled(world)
        await queue.taken(heartbeat="30 seconds", task="retry_stalled")
    await look_for_stalled(world)
    await world.run_jobs()
    left = await world.built.database.rows("SELECT DISTINCT status::text FROM procrastinate_jobs")
    assert left == [{"status": "succeeded"}]


async def test_a_worker_whose_connections_were_all_cut_goes_on(world: World) -> None:
    async with working(world):
        await done_by_worker(world)
        async with administrating(world) as administrator:
            await administrator.execute(CUT, name_of(world))
        await done_by_worker(world)


async def test_a_worker_outlives_a_database_that_is_away_for_a_while(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """The engine ends when it can't listen any more; it is started again, until the database is back."""

    async def engine_gave_up() -> bool:
        return "failed with exception" in caplog.text

    async with working(world), administrating(world) as administrator:
        await done_by_worker(world)
        await administrator.execute(f"ALTER DATABASE {name_of(world)} ALLOW_CONNECTIONS false")
        await administrator.execute(CUT, name_of(world))
        await until(engine_gave_up)
        await administrator.execute(f"ALTER DATABASE {name_of(world)} ALLOW_CONNECTIONS true")
        await done_by_worker(world)


async def test_a_sweep_that_fails_is_told_and_the_next_one_runs(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    runs, again = 0, asyncio.Event()

    async def sweep() -> int:
        nonlocal runs
        runs += 1
        if runs == 1:
            raise RuntimeError("a fault of ours")
        again.set()
        return 0

    monkeypatch.setattr(world.built.settlement, "sweep", sweep)
    monkeypatch.setattr(zhunkao.worker, "SWEEP_SECONDS", 0.01)
    async with working(world), asyncio.timeout(60):
        await again.wait()
        await done_by_worker(world)


async def test_nobody_forfeits_anything_while_exam_time_is_unknown(world: World) -> None:
    """The machine's own time is years after the exam; whoever keeps exam time doesn't answer yet."""
    phone = await world.person()
    await phone.submitted()
    clock = SettableClock(f"http://127.0.0.1:{free_port()}/clock", http=world.http)
    forfeitures = Forfeitures(database=world.built.database, clock=clock, exams=world.built.exams)
    await keep_deadlines(replace(world.built, clock=clock, forfeitures=forfeitures))
    assert (await phone.mine("GET")).json["state"] == "submitted"
    await world.at("2023-12-19 00:00:00")
    await keep_deadlines(world.built)
    assert (await phone.mine("GET")).json["forfeited_reason"] == "not_confirmed"


async def test_a_worker_stops_when_it_is_told_to(world: World) -> None:
    async with working(world):
        await done_by_worker(world)
    workers = await world.built.database.rows("SELECT id FROM procrastinate_workers")
    assert workers == []


@asynccontextmanager
async def working(world: World) -> AsyncIterator[None]:
    """A worker in this process."""
    task = asyncio.create_task(work(world.built, world.settings.database_url))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def done_by_worker(world: World) -> None:
    """Put a job about nobody, and wait until the worker has tried it. By a connection of its own: ours were cut too."""
    connection = await asyncpg.connect(world.settings.database_url)
    try:
        nobody = json.dumps({"candidate_id": "00000000-0000-0000-0000-000000000000"})
        (job,) = await connection.fetchval(DEFER, Task.CHECK_CANDIDATE.value, nobody)
        await until(lambda: connection.fetch("SELECT 1 FROM procrastinate_jobs WHERE id = $1 AND attempts > 0", job))
    finally:
        await connection.close()


async def look_for_stalled(world: World) -> None:
    """What the clock does every five seconds."""
    async with jobs(world.built, world.settings.database_url).open_async() as app:
        await app.configure_task("retry_stalled").defer_async(timestamp=0)


def name_of(world: World) -> str:
    return world.settings.database_url.rpartition("/")[2]


@asynccontextmanager
async def administrating(world: World) -> AsyncIterator[asyncpg.Connection]:
    """A connection to the server that isn't one to the service's database."""
    server = world.settings.database_url.rpartition("/")[0]
    connection = await asyncpg.connect(f"{server}/postgres")
    try:
        yield connection
    finally:
        await connection.close()
