"""Forfeiting what wasn't done in time, by the clock: many workers side by side, each registration once.

Set-based: the places where a deadline is over go into the statement, rows are claimed in batches with FOR UPDATE SKIP
LOCKED, and state, audit record and event are written for the whole batch in one transaction. A draft that names a place
nobody knows is under no deadline and was never going to be submitted.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

import structlog

from backend.audit import SYSTEM
from backend.clock import Clock
from backend.database import Database
from backend.events import EventName
from backend.exams.catalogue import Exams
from backend.registrations.deadlines import Forfeiture, confirmation_closes
from backend.registrations.places_over import Places, places

log = structlog.get_logger(__name__)

BATCH: Final = 500

AREA: Final = "coalesce(form #>> '{registration,area}', '')"
SITE: Final = "coalesce(form #>> '{registration,site}', '')"
"""The place by which a registration's calendar goes, as its indexes have it."""

CLAIM_UNCONFIRMED: Final = f"""
SELECT id FROM registration
WHERE exam_id = $1 AND state IN ('draft', 'submitted', 'confirmation_rejected')
    AND ({AREA}, {SITE}) IN (SELECT * FROM unnest($2::text[], $3::text[]))
LIMIT $4 FOR UPDATE SKIP LOCKED
"""
CLAIM_UNSUPPLEMENTED: Final = """
SELECT id FROM registration WHERE state = 'returned' AND supplement_until <= $1 LIMIT $2 FOR UPDATE SKIP LOCKED
"""
CLAIM_RESTORABLE: Final = f"""
SELECT id FROM registration
WHERE exam_id = $1 AND state = 'forfeited' AND forfeited_reason = $5 AND forfeited_from IS NOT NULL
    AND ({AREA}, {SITE}) IN (SELECT * FROM unnest($2::text[], $3::text[]))
LIMIT $4 FOR UPDATE SKIP LOCKED
"""

AFTERWARDS: Final = """
, recorded AS (
    INSERT INTO audit_record (at, recorded_at, actor_kind, actor_id, act, subject, subject_id, before, after)
    SELECT $2, now(), $3, $4, $5, 'registration', id::text, jsonb_build_object('state', was),
        jsonb_build_object('state', state, 'reason', reason)
    FROM changed
), told AS (
    INSERT INTO event (name, candidate_id, subject_id, payload, happened_at, attempts)
    SELECT $6, candidate_id, id::text, jsonb_build_object('reason', reason, 'from', was), $2, 0 FROM changed
)
SELECT count(*) AS changed FROM changed
"""
FORFEIT: Final = (
    """
WITH changed AS (
    UPDATE registration SET state = 'forfeited', forfeited_reason = $7, forfeited_from = state, version = version + 1
    WHERE id = ANY($1::uuid[])
    RETURNING id, candidate_id, state, forfeited_from AS was, forfeited_reason AS reason
)"""
    + AFTERWARDS
)
RESTORE: Final = (
    """
WITH changed AS (
    UPDATE registration SET state = forfeited_from, forfeited_reason = NULL, forfeited_from = NULL,
        version = version + 1
    WHERE id = ANY($1::uuid[])
    RETURNING id, candidate_id, state, 'forfeited'::text AS was, $7::text AS reason
)"""
    + AFTERWARDS
)


class Forfeitures:
    """`sweep` may run anywhere and at any time: what isn't over is left alone."""

    def __init__(self, *, database: Database, clock: Clock, exams: Exams) -> None:
        self._database, self._clock, self._exams = database, clock, exams

    async def sweep(self) -> int:
        """Forfeit who neither confirmed nor supplemented in time, and take back what a window moved since then makes
        too early. How many registrations were changed.
        """
        done = await self._not_supplemented()
        exams, _ = await self._exams.exams(limit=1000)
        for exam in exams:
            over, ahead = await places(
                self._exams, exam.code, lambda calendar, _: confirmation_closes(calendar), now=self._clock.now()
            )
            done += await self._not_confirmed(exam.id, over)
            done += await self.restore(exam.id, ahead, Forfeiture.NOT_CONFIRMED)
        return done

    async def forfeit(self, ids: Sequence[UUID], reason: Forfeiture) -> int:
        """Forfeit these registrations, which the caller's transaction holds, with audit record and event each."""
        return await self._change(FORFEIT, ids, "forfeited", EventName.REGISTRATION_FORFEITED, reason)

    async def restore(self, exam_id: int, ahead: Places, reason: Forfeiture) -> int:
        """Take back what was forfeited for this reason at places whose window was moved and isn't over (any more)."""
        restored = 0
        while ahead:
            async with self._database.transaction():
                rows = await self._database.rows(
                    CLAIM_RESTORABLE, exam_id, ahead.areas, ahead.sites, BATCH, reason.value
                )
                ids = [row["id"] for row in rows]
                restored += await self._change(RESTORE, ids, "restored", EventName.REGISTRATION_RESTORED, reason)
            if len(ids) < BATCH:
                break
        return restored

    async def _not_confirmed(self, exam_id: int, over: Places) -> int:
        if not over:
            return 0
        return await self._all(CLAIM_UNCONFIRMED, Forfeiture.NOT_CONFIRMED, exam_id, over.areas, over.sites)

    async def _not_supplemented(self) -> int:
        return await self._all(CLAIM_UNSUPPLEMENTED, Forfeiture.NOT_SUPPLEMENTED, self._clock.now())

    async def _all(self, claim: str, reason: Forfeiture, *values: object) -> int:
        """Batch after batch, until a claim finds less than one: others may hold the rest, and do the same to it."""
        forfeited = 0
        while True:
            async with self._database.transaction():
                ids = [row["id"] for row in await self._database.rows(claim, *values, BATCH)]
                forfeited += await self.forfeit(ids, reason)
            if len(ids) < BATCH:
                return forfeited

    async def _change(self, statement: str, ids: Sequence[UUID], act: str, event: EventName, reason: Forfeiture) -> int:
        if not ids:
            return 0
        now = self._clock.now()
        (row,) = await self._database.rows(
            statement, list(ids), now, SYSTEM.kind, SYSTEM.id, act, event.value, reason.value
        )
        log.info(f"registrations_{act}", reason=reason.value, registrations=row["changed"])
        return int(row["changed"])
