"""The worker: jobs from procrastinate, and sweeps over rows that are due. Any number of workers run side by side."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final
from uuid import UUID

import structlog
from procrastinate import App, BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision
from procrastinate.jobs import Job, Status
from procrastinate.worker import Worker

from backend.jobs import Task
from backend.tracing import HEADER, begun
from notifications.lane import Lane
from zhunkao.job_figures import show_jobs
from zhunkao.services import Services

log = structlog.get_logger(__name__)

CONCURRENCY: Final = 8
SWEEP_SECONDS: Final = 10.0
BILLS_SECONDS: Final = 30.0
REMINDERS_SECONDS: Final = 2.0
LANE_SECONDS: Final = 1.0
COUNT_SECONDS: Final = 15.0
PAPERS_SECONDS: Final = 600.0
PURGE_SECONDS: Final = 3600.0
LOG_SECONDS: Final = 3600.0
PAUSE_SECONDS: Final = 2.0
"""Before the engine starts again after a fault: PostgreSQL restarts, a connection is cut."""

# A killed worker's jobs are running again within the sum of these. A worker that was only slow may then have done one
# already: every job is safe to repeat.
HEARTBEAT_SECONDS: Final = 3.0
STALLED_SECONDS: Final = 10.0
LOOK_FOR_STALLED: Final = "* * * * * */5"

LONGEST_WAIT: Final = 600
MOST_ATTEMPTS: Final = 500


class Patient(BaseRetryStrategy):
    """Retries after 3, 9, 27 … seconds, then every ten minutes, for three days: a state system that is away over night
    is asked within ten minutes of its return.
    """

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """None once it has been tried often enough: the job then stays in the table as failed."""
        if job.attempts >= MOST_ATTEMPTS:
            return None
        return RetryDecision(retry_in={"seconds": min(3 ** min(job.attempts + 1, 6), LONGEST_WAIT)})


PATIENT: Final = Patient()


def jobs(built: Services, database_url: str) -> App:
    """The engine with every task the service knows."""
    app = App(connector=PsycopgConnector(conninfo=database_url), worker_defaults={"worker_middleware": [in_its_trace]})

    @app.task(name=Task.CHECK_CANDIDATE.value, retry=PATIENT)
    async def check_candidate(candidate_id: str) -> None:
        await built.clock.synchronise()
        await built.checks.check(UUID(candidate_id))

    @app.task(name=Task.PROCESS_CALLBACK.value, retry=PATIENT)
    async def process_callback(callback_id: int) -> None:
        await built.clock.synchronise()
        outcome = await built.callbacks.process(callback_id)
        log.info("callback_processed", callback_id=callback_id, outcome=outcome)

    @app.task(name=Task.CARRY_ON_REFUND.value, retry=PATIENT)
    async def carry_on_refund(refund_id: int) -> None:
        await built.clock.synchronise()
        await built.refund_tracking.carry_on(refund_id)

    @app.task(name=Task.PROCESS_PUSH.value, retry=PATIENT)
    async def process_push(push_id: int) -> None:
        await built.clock.synchronise()
        log.info("push_processed", push_id=push_id, outcome=await built.chats.process(push_id))

    @app.task(name=Task.SEND_TO_CHAT.value, retry=PATIENT)
    async def send_to_chat(chat_id: int) -> None:
        await built.deliveries.send(chat_id)

    @app.task(name=Task.DRAW_BATCH.value, retry=PATIENT)
    async def draw_batch(batch_id: int) -> None:
        await built.clock.synchronise()
        await built.batch_drawing.draw(batch_id)

    @app.periodic(cron=LOOK_FOR_STALLED)
    @app.task(name="retry_stalled", queueing_lock="retry_stalled", pass_context=True)
    async def retry_stalled(context: JobContext, timestamp: int) -> None:
        """Jobs of a worker that died are taken up again."""
        manager = context.app.job_manager
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
            if job.task_name == context.job.task_name:  # each tick brings one of these by itself
                await manager.finish_job(job, status=Status.ABORTED, delete_job=True)
            else:
                await manager.retry_job(job)

    return app


async def in_its_trace(done: Callable[[], Awaitable[Any]], context: JobContext, worker: Worker) -> Any:
    """A job goes on in the trace of the request that put it; what it says in the log names the job."""
    job = context.job
    with begun(job.task_name, kind="consumer", caused_by=str(job.task_kwargs.pop(HEADER, ""))) as span:
        span.facts |= {"job.id": job.id or 0, "job.attempts": job.attempts}
        structlog.contextvars.bind_contextvars(job=job.task_name, job_id=job.id)
        return await done()


async def work(built: Services, database_url: str) -> None:
    """Until cancelled."""
    app = jobs(built, database_url)

    async def engine() -> None:
        # It also returns, without a word, when its own connections fail.
        await app.run_worker_async(
            concurrency=CONCURRENCY,
            install_signal_handlers=False,
            fetch_job_polling_interval=2,
            delete_jobs="successful",
            update_heartbeat_interval=HEARTBEAT_SECONDS,
            stalled_worker_timeout=STALLED_SECONDS,
        )

    async def sweep() -> None:
        await built.clock.synchronise()
        await built.settlement.sweep()

    async def reconcile() -> None:
        await built.clock.synchronise()
        await built.reconciliations.sweep()

    async def deadlines() -> None:
        await keep_deadlines(built)

    async def sweep_refunds() -> None:
        await built.clock.synchronise()
        await built.refund_tracking.sweep()

    async def remind() -> None:
        await keep_reminding(built)

    async def send_again() -> None:
        await built.deliveries.sweep()

    async def throw_away() -> None:
        await throw_away_papers(built)

    async def purge() -> None:
        await built.clock.synchronise()
        await built.purging.sweep()

    async def prune_log() -> None:
        await built.desk_log.prune()

    async def count_jobs() -> None:
        await show_jobs(built.database)

    async with app.open_async(), asyncio.TaskGroup() as group:
        group.create_task(_always(engine, pause=PAUSE_SECONDS))
        group.create_task(_always(sweep, pause=SWEEP_SECONDS))
        group.create_task(_always(reconcile, pause=BILLS_SECONDS))
        group.create_task(_always(deadlines, pause=SWEEP_SECONDS))
        group.create_task(_always(sweep_refunds, pause=SWEEP_SECONDS))
        group.create_task(_always(send_again, pause=SWEEP_SECONDS))
        group.create_task(_always(throw_away, pause=PAPERS_SECONDS))
        group.create_task(_always(purge, pause=PURGE_SECONDS))
        group.create_task(_always(prune_log, pause=LOG_SECONDS))
        group.create_task(_always(remind, pause=REMINDERS_SECONDS))
        group.create_task(_always(built.sending.count, pause=COUNT_SECONDS))
        group.create_task(_always(built.reminders.figures.show, pause=COUNT_SECONDS))
        group.create_task(_always(built.unsettled.show, pause=COUNT_SECONDS))
        group.create_task(_always(count_jobs, pause=COUNT_SECONDS))
        for lane in built.sending.lanes.values():
            group.create_task(_always(_reminding(built, lane), pause=LANE_SECONDS))


def _reminding(built: Services, lane: Lane) -> Callable[[], Awaitable[None]]:
    """A platform's reminders by themselves: one that is slow or down holds up no other."""

    async def send_reminders() -> None:
        await built.clock.synchronise()
        if built.clock.is_known:
            await lane.send()

    return send_reminders


async def keep_deadlines(built: Services) -> None:
    """What the clock does by itself; nothing while nobody knows what time it is for the exam."""
    await built.clock.synchronise()
    if not built.clock.is_known:
        log.warning("exam_time_unknown")
        return
    await built.asking_again.sweep()  # first: who is confirmed by it forfeits nothing
    await built.forfeitures.sweep()
    await built.unpaid.sweep()
    await built.overdue_reviews.sweep()


async def keep_reminding(built: Services) -> None:
    """What happened becomes reminders, and what is due goes out; nothing while nobody knows what time it is."""
    await built.clock.synchronise()
    if built.clock.is_known:
        await built.reminders.sweep()


async def throw_away_papers(built: Services) -> None:
    """Drawn papers that nobody needs any more; none while nobody knows what time it is for the exam."""
    await built.clock.synchronise()
    if built.clock.is_known:
        await built.kept_cards.sweep()
        await built.batch_drawing.sweep()


async def _always(act: Callable[[], Awaitable[None]], *, pause: float) -> None:
    """Again and again: a fault of one run is told, and the next one tries again."""
    while True:
        with begun(act.__name__, kind="internal"):
            try:
                await act()
            except Exception:
                log.exception("run_failed", run=act.__name__)
        await asyncio.sleep(pause)
