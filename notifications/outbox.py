"""The outbox's reader: events become reminders, batch by batch, any number of workers side by side.

A batch is read, planned for and marked in one transaction; whoever dies in the midst of it has done nothing, and the
next one does it. Planning again changes nothing, so that a batch done twice is a batch done once.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextvars import Context, copy_context
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import structlog

from backend.clock import Clock
from backend.database import UNANSWERED, Database
from backend.errors import NotFound
from backend.events import EventName
from backend.exams.catalogue import Exams
from notifications.planning import Happened, Planned, Planner

log = structlog.get_logger(__name__)

BATCH: Final = 500
PASS: Final = 2_000
"""Registrations of an exam looked at in one transaction when its calendar has changed."""
LANES: Final = 2
"""Passes side by side, each a transaction of its own: one leaves the database's other processors idle."""
MOST_ATTEMPTS: Final = 5

WAITING: Final = """
SELECT event.id, name, subject_id, candidate_id, happened_at, payload ->> 'registration' AS registration, trace_id
FROM event WHERE processed_at IS NULL AND attempts < $2 ORDER BY id LIMIT $1
"""
CLAIM: Final = f"{WAITING} FOR UPDATE SKIP LOCKED"
PROCESSED: Final = "UPDATE event SET processed_at = now(), attempts = attempts + 1 WHERE id = ANY($1::bigint[])"
FAILED: Final = "UPDATE event SET attempts = attempts + 1 WHERE id = $1 AND processed_at IS NULL"
REPLAN: Final = """
INSERT INTO replanning (exam_id, since) SELECT id, $2 FROM exam WHERE code = $1
ON CONFLICT (exam_id) DO UPDATE SET since = excluded.since, after = NULL, done_at = NULL
"""
CLAIM_PASS: Final = """
SELECT replanning.id, replanning.exam_id, replanning.since, replanning.after, exam.version
FROM replanning JOIN exam ON exam.id = replanning.exam_id
WHERE replanning.done_at IS NULL ORDER BY replanning.id LIMIT 1 FOR UPDATE OF replanning SKIP LOCKED
"""
NEXT: Final = """
SELECT id FROM registration WHERE exam_id = $1 AND id > $2 ORDER BY id LIMIT $3
"""
UNCHECKED: Final = """
SELECT id FROM candidate WHERE unclaimed_since IS NULL AND (identity_check <> 'passed' OR education_check <> 'passed')
    AND id > $1 ORDER BY id LIMIT $2
"""
BEFORE_ALL: Final = UUID(int=0)
PASSED: Final = "UPDATE replanning SET after = $2, done_at = CASE WHEN $3 THEN $4::timestamptz END WHERE id = $1"

OF_EXAMS: Final = frozenset({EventName.EXAM_LOADED, EventName.RESULTS_ANNOUNCED})
OF_ACCOUNTS: Final = frozenset({EventName.ACCOUNT_REGISTERED, EventName.ACCOUNT_CHANGED})
OF_INQUIRIES: Final = frozenset({EventName.INQUIRY_ASKED, EventName.INQUIRY_ANSWERED})
OF_REGISTRATIONS: Final = ("registration:", "admit_card:", "score_report:", "payment:", "refund:")


class Outbox:
    """Reads what happened. `consume` and `replan` may run anywhere and at any time."""

    def __init__(self, *, database: Database, clock: Clock, exams: Exams, planner: Planner) -> None:
        self._database, self._clock, self._exams, self._planner = database, clock, exams, planner

    async def consume(self) -> int:
        """Every event that waits, batch after batch. How many there were."""
        done = 0
        while found := await self._batch():
            done += found
            if found < BATCH:
                break
        return done

    async def replan(self) -> Planned:
        """Every exam whose calendar has changed, looked at anew up to its end. What that changed."""
        done = Planned()
        while (passed := await self._pass()) is not None:
            done += passed
        return done

    async def _batch(self) -> int:
        try:
            async with self._database.transaction():
                rows = await self._database.rows(CLAIM, BATCH, MOST_ATTEMPTS)
                await self._done(rows)
            if traces := sorted({row["trace_id"] for row in rows if row["trace_id"]}):
                log.info("events_received", count=len(rows), of_traces=traces)
        except UNANSWERED:
            raise
        except Exception:
            # One that can't be received must not hold up the others: they are taken one by one.
            log.exception("events_failed")
            rows = await self._database.rows(WAITING, BATCH, MOST_ATTEMPTS)
            for row in rows:
                await self._alone(row)
        return len(rows)

    async def _alone(self, row: Mapping[str, Any]) -> None:
        try:
            async with self._database.transaction():
                await self._done([row])
        except UNANSWERED:
            raise
        except Exception:
            log.exception("event_failed", event_id=row["id"], event_name=row["name"], of_trace=row["trace_id"])
            await self._database.rows(FAILED, row["id"])

    async def _done(self, rows: Sequence[Mapping[str, Any]]) -> None:
        if rows:
            await self._receive(rows)
            await self._database.rows(PROCESSED, [row["id"] for row in rows])

    async def _receive(self, rows: Sequence[Mapping[str, Any]]) -> None:
        since, accounts = _registrations(rows), _accounts(rows)
        inquiries = [UUID(row["subject_id"]) for row in rows if row["name"] in OF_INQUIRIES]
        if since or inquiries or accounts:
            await self._planner.close(registrations=list(since), inquiries=inquiries, accounts=list(accounts))
        if since:
            await self._planner.plan(since)
        if accounts:
            await self._planner.plan_accounts(accounts)
        await self._planner.tell(
            [Happened(id=row["id"], name=row["name"], happened_at=row["happened_at"]) for row in rows]
        )
        for row in rows:
            if row["name"] in OF_EXAMS:
                await self._database.rows(REPLAN, row["subject_id"], row["happened_at"])

    async def _pass(self) -> Planned | None:
        """The next registrations of an exam; None where nothing waits, or another worker is at it.

        Where it has come to is written when all lanes are through: who dies in between does them again.
        """
        outside = copy_context()
        async with self._database.transaction():
            rows = await self._database.rows(CLAIM_PASS)
            if not rows:
                return None
            row = rows[0]
            if not await self._knows(row["exam_id"], row["version"]):
                return None
            if row["after"] is None:
                await self._replan_accounts(row["since"])
            after = row["after"] or BEFORE_ALL
            ids = [one["id"] for one in await self._database.rows(NEXT, row["exam_id"], after, LANES * PASS)]
            done = await self._side_by_side(ids, row["since"], outside)
            is_over = len(ids) < LANES * PASS
            await self._database.rows(PASSED, row["id"], ids[-1] if ids else after, is_over, self._clock.now())
        return done

    async def _side_by_side(self, registrations: Sequence[UUID], since: datetime, outside: Context) -> Planned:
        """`outside`: where no transaction is open, so that each lane has its own."""
        lanes = [registrations[start : start + PASS] for start in range(0, len(registrations), PASS)]
        tasks = [asyncio.create_task(self._lane(lane, since), context=outside.copy()) for lane in lanes]
        return sum(await asyncio.gather(*tasks), Planned())

    async def _lane(self, registrations: Sequence[UUID], since: datetime) -> Planned:
        async with self._database.transaction():
            return await self._planner.plan(dict.fromkeys(registrations, since))

    async def _replan_accounts(self, since: datetime) -> None:
        """Few people's checks are ever waiting, whatever the number of those who have an account."""
        after = BEFORE_ALL
        while ids := [one["id"] for one in await self._database.rows(UNCHECKED, after, PASS)]:
            await self._planner.plan_accounts(dict.fromkeys(ids, since))
            after = ids[-1]

    async def _knows(self, exam_id: int, version: int) -> bool:
        """Whether this process has the calendar that was loaded; within a second it does."""
        try:
            return (await self._exams.by_id(exam_id)).version >= version
        except NotFound:
            return False


def _accounts(rows: Sequence[Mapping[str, Any]]) -> dict[UUID, datetime]:
    """The accounts these events speak of, each since the first of them."""
    since: dict[UUID, datetime] = {}
    for row in rows:
        if row["name"] in OF_ACCOUNTS and row["candidate_id"] is not None:
            since[row["candidate_id"]] = min(row["happened_at"], since.get(row["candidate_id"], row["happened_at"]))
    return since


def _registrations(rows: Sequence[Mapping[str, Any]]) -> dict[UUID, datetime]:
    """The registrations these events speak of, each since the first of them."""
    since: dict[UUID, datetime] = {}
    for row in rows:
        if row["name"].startswith(OF_REGISTRATIONS):
            registration = UUID(row["registration"] or row["subject_id"])
            since[registration] = min(row["happened_at"], since.get(registration, row["happened_at"]))
    return since
