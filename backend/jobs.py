"""Work that happens later, on procrastinate over the same PostgreSQL: put into the transaction it follows.

A job is a wake-up with identifiers. What is due when stands in our own rows, never in the engine's queue.
"""

import json
from enum import StrEnum
from typing import Final

from backend.database import Database
from backend.tracing import HEADER, current


class Task(StrEnum):
    """What a worker knows to do; the arguments are identifiers."""

    CHECK_CANDIDATE = "check_candidate"
    PROCESS_CALLBACK = "process_callback"
    CARRY_ON_REFUND = "carry_on_refund"
    PROCESS_PUSH = "process_push"
    SEND_TO_CHAT = "send_to_chat"
    DRAW_BATCH = "draw_batch"


DEFER: Final = """
SELECT procrastinate_defer_jobs_v1(
    ARRAY[ROW('default', $1::varchar, 0, NULL, NULL, $2::text::jsonb, NULL)::procrastinate_job_to_defer_v1]
)
"""


async def put(database: Database, task: Task, **arguments: str | int) -> None:
    """Put one job; inside a transaction it exists only if the transaction commits. It goes on in the trace it is of."""
    cause = {HEADER: span.traceparent} if (span := current()) else {}
    await database.rows(DEFER, task.value, json.dumps(arguments | cause))
