"""The job engine's table, read and bent with plain SQL: what a test doesn't want to wait for is written there."""

from dataclasses import dataclass
from typing import Any

from backend.database import Database


@dataclass(frozen=True, slots=True)
class Queue:
    """The jobs of one database."""

    database: Database

    async def jobs(self) -> list[tuple[str, str, int]]:
        """Task, status and finished attempts of each job but the engine's own; oldest first."""
        rows = await self.database.rows(
            "SELECT task_name, status::text, attempts FROM procrastinate_jobs WHERE task_name <> 'retry_stalled' "
            "ORDER BY id"
        )
        return [(row["task_name"], row["status"], row["attempts"]) for row in rows]

    async def seconds_to_wait(self) -> list[float]:
        """How long each job that is to be tried again waits yet."""
        rows: list[dict[str, Any]] = await self.database.rows(
            "SELECT extract(epoch FROM scheduled_at - now())::float AS seconds FROM procrastinate_jobs "
            "WHERE status = 'todo' AND scheduled_at IS NOT NULL ORDER BY id"
        )
        return [row["seconds"] for row in rows]

    async def time_passes(self) -> None:
        """What waits to be tried again is due now."""
        await self.database.execute("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'")

    async def taken(self, *, heartbeat: str | None, task: str = "%") -> None:
        """A worker took the waiting jobs and was last heard of so long ago (`30 seconds`); None: nobody knows it."""
        worker = None
        if heartbeat is not None:
            (row,) = await self.database.rows(
                "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - $1::text::interval) RETURNING id",
                heartbeat,
            )
            worker = row["id"]
        await self.database.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = $1 "
            "WHERE status = 'todo' AND task_name LIKE $2",
            worker,
            task,
        )
