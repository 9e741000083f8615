"""The worker: jobs from procrastinate, and sweeps over rows that are due. Any number of workers run side by side."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final
from uuid import UUID

import structlog
from procrastinate import App, JobContext, PsycopgConnector, RetryStrategy

from backend.errors import Refusal
from backend.jobs import Task
from zhunkao.services import Services

log = structlog.get_logger(__name__)

CONCURRENCY: Final = 8
SWEEP_SECONDS: Final = 10.0
STALLED_SECONDS: Final = 30
PATIENT: Final = RetryStrategy(max_attempts=20, exponential_wait=3)
"""Retries after 3, 9, 27 … seconds: long enough for a state system that is away over night."""


def jobs(built: Services, database_url: str) -> App:
    """The engine with every task the service knows."""
    app = App(connector=PsycopgConnector(conninfo=database_url))

    @app.task(name=Task.CHECK_CANDIDATE.value, retry=PATIENT)
    async def check_candidate(candidate_id: str) -> None:
        await built.clock.synchronise()
        await built.checks.check(UUID(candidate_id))

    @app.task(name=Task.PROCESS_CALLBACK.value, retry=PATIENT)
    async def process_callback(callback_id: int) -> None:
        await built.clock.synchronise()
        outcome = await built.settlement.process(callback_id)
        log.info("callback_processed", callback_id=callback_id, outcome=outcome)

    @app.periodic(cron="* * * * *")
    @app.task(name="retry_stalled", queueing_lock="retry_stalled", pass_context=True)
    async def retry_stalled(context: JobContext, timestamp: int) -> None:
        """Jobs of a worker that died are taken up again; each of them is safe to repeat."""
        manager = context.app.job_manager
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
            await manager.retry_job(job)

    return app


async def work(built: Services, database_url: str) -> None:
    """Until cancelled."""
    app = jobs(built, database_url)
    async with app.open_async(), asyncio.TaskGroup() as group:
        group.create_task(
            app.run_worker_async(
                concurrency=CONCURRENCY,
                install_signal_handlers=False,
                fetch_job_polling_interval=2,
                delete_jobs="successful",
            )
        )
        group.create_task(_every(SWEEP_SECONDS, built, built.settlement.sweep))


async def _every(seconds: float, built: Services, sweep: Callable[[], Awaitable[int]]) -> None:
    """One sweep after another; a fault of one is told, and the next one tries again."""
    while True:
        await asyncio.sleep(seconds)
        await built.clock.synchronise()
        try:
            await sweep()
        except (Refusal, OSError, TimeoutError) as error:
            log.warning("sweep_failed", sweep=sweep.__name__, error=type(error).__name__)
