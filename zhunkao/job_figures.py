"""How the queue of jobs stands, for whoever watches the service."""

from typing import Final

from prometheus_client import Gauge

from backend.database import Database

JOBS: Final = Gauge("zhunkao_jobs", "Jobs that are to be done, are being done, or were tried often enough", ["status"])
LAG: Final = Gauge("zhunkao_jobs_lag_seconds", "For how long the oldest job that is due has waited")

STANDING: Final = """
WITH oldest AS (
    SELECT id, scheduled_at FROM procrastinate_jobs
    WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now()) ORDER BY id LIMIT 1
)
SELECT count(*) FILTER (WHERE status = 'todo') AS todo, count(*) FILTER (WHERE status = 'doing') AS doing,
    count(*) FILTER (WHERE status = 'failed') AS failed,
    coalesce((SELECT extract(epoch FROM now() - coalesce(scheduled_at,
        (SELECT min(at) FROM procrastinate_events WHERE job_id = oldest.id))) FROM oldest), 0)::float AS lag_seconds
FROM procrastinate_jobs WHERE status IN ('todo', 'doing', 'failed')
"""


async def show_jobs(database: Database) -> None:
    """Put it where it is watched from."""
    (row,) = await database.rows(STANDING)
    for status in ("todo", "doing", "failed"):
        JOBS.labels(status).set(row[status])
    LAG.set(max(row["lag_seconds"], 0))
