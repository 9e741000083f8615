"""Whoever hasn't paid online when payment is over forfeits the exam, once the platforms have been asked about every
open order of theirs: an order stays open until its platform has answered, and while one is open nothing is forfeited.
"""

import asyncio
from datetime import timedelta
from typing import Final

import structlog

from backend.clock import Clock, real_now
from backend.database import Database
from backend.errors import Refusal
from backend.exams.catalogue import Exams
from backend.payments.models import Order
from backend.payments.settlement import ASK_AGAIN_SECONDS, ASKED_AT_ONCE, Settlement
from backend.registrations.deadlines import Forfeiture, payment_closes
from backend.registrations.forfeitures import AREA, BATCH, SITE, Forfeitures
from backend.registrations.places_over import Places, places

log = structlog.get_logger(__name__)

ASKED_IN_A_ROW: Final = 80

OVER: Final = f"""
    JOIN unnest($2::text[], $3::text[], $4::timestamptz[]) AS place (area, site, closes_at)
        ON {AREA} = place.area AND {SITE} = place.site
    WHERE exam_id = $1 AND registration.state = 'approved' AND payment_state = 'due'
        AND (payment_due_since IS NULL OR payment_due_since < place.closes_at)
"""
"""Due in time, and payment is over at their place. Whose review came too late to pay forfeits nothing."""

CLAIM_ORDERS: Final = f"""
UPDATE payment_order SET asked_at = $5 WHERE id IN (
    SELECT payment_order.id FROM payment_order
    JOIN registration ON registration.id = payment_order.registration_id {OVER}
        AND payment_order.state = 'open' AND (asked_at IS NULL OR asked_at < $6)
    LIMIT $7 FOR UPDATE OF payment_order SKIP LOCKED
) RETURNING id
"""
CLAIM_UNPAID: Final = f"""
SELECT registration.id FROM registration {OVER}
    AND NOT EXISTS (SELECT FROM payment_order WHERE registration_id = registration.id AND state = 'open')
LIMIT $5 FOR UPDATE OF registration SKIP LOCKED
"""
STILL_OPEN: Final = (
    "SELECT registration_id FROM payment_order WHERE registration_id = ANY($1::uuid[]) AND state = 'open'"
)
"""Asked again while the registrations are held: an order opened in between is seen now."""


class Unpaid:
    """The deadline of the payment. Any number of workers may sweep at once."""

    def __init__(
        self, *, database: Database, clock: Clock, exams: Exams, settlement: Settlement, forfeitures: Forfeitures
    ) -> None:
        self._database, self._clock, self._exams = database, clock, exams
        self._settlement, self._forfeitures = settlement, forfeitures

    async def sweep(self) -> int:
        """How many registrations were forfeited, or given back because their payment window was moved."""
        exams, _ = await self._exams.exams(limit=1000)
        changed = 0
        for exam in exams:
            over, ahead = await places(self._exams, exam.code, payment_closes, now=self._clock.now())
            if over:
                # Those without an open order first: a platform that is down keeps nobody else waiting.
                changed += await self._forfeit(exam.id, over)
                await self._ask(exam.id, over)
                changed += await self._forfeit(exam.id, over)
            changed += await self._forfeitures.restore(exam.id, ahead, Forfeiture.NOT_PAID)
        return changed

    async def _ask(self, exam_id: int, over: Places) -> None:
        """Finish the open orders of everybody whose time is over; those that weren't asked about lately.

        Goes on while there are more and every one is answered; the rest is for a later sweep.
        """
        gate, answered = asyncio.Semaphore(ASKED_AT_ONCE), [True] * ASKED_IN_A_ROW
        while len(answered) == ASKED_IN_A_ROW and all(answered):
            asked = real_now()
            before = asked - timedelta(seconds=ASK_AGAIN_SECONDS)
            where = (exam_id, over.areas, over.sites, over.closes_at)
            orders = await self._database.rows(CLAIM_ORDERS, *where, asked, before, ASKED_IN_A_ROW)
            answered = await asyncio.gather(*(self._finish(row["id"], gate) for row in orders))

    async def _finish(self, order_id: int, gate: asyncio.Semaphore) -> bool:
        """Whether its platform has answered."""
        async with gate:
            order = await Order.get(id=order_id)
            try:
                await self._settlement.finish(order)
            except Refusal as refusal:
                # Staff are alarmed: the candidate is neither paid nor forfeited until the platform has answered.
                log.error("deadline_waits_for_platform", order=order.order_number, code=refusal.code)
                return False
            return True

    async def _forfeit(self, exam_id: int, over: Places) -> int:
        forfeited = 0
        while True:
            async with self._database.transaction():
                where = (exam_id, over.areas, over.sites, over.closes_at)
                ids = [row["id"] for row in await self._database.rows(CLAIM_UNPAID, *where, BATCH)]
                opened = {row["registration_id"] for row in await self._database.rows(STILL_OPEN, ids)}
                unpaid = [registration for registration in ids if registration not in opened]
                forfeited += await self._forfeitures.forfeit(unpaid, Forfeiture.NOT_PAID)
            if len(unpaid) < BATCH:
                return forfeited
