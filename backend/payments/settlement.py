"""What a platform says of an order, checked against our own and made true: one registration is paid once.

A notification is only a hint; the same rule serves the answer to a question. However often either comes, the database
decides: one payment a transaction, one counting payment a registration.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import structlog

from backend import audit
from backend.audit import SYSTEM, Actor
from backend.clock import Clock, real_now
from backend.database import Database, lock
from backend.errors import Refusal
from backend.events import EventName, tell
from backend.exams.catalogue import Exams
from backend.exams.stages import Stage
from backend.payments.models import Order, OrderState, Payment
from backend.payments.platforms import PaymentPlatform, PlatformOrder
from backend.payments.refunds import Refunds
from backend.registrations.deadlines import Forfeiture
from backend.registrations.models import PaymentState, Registration, State
from backend.registrations.rows import Held, hold

log = structlog.get_logger(__name__)

CURRENCY: Final = "CNY"
ASK_AGAIN_SECONDS: Final = 20
ASKED_AT_ONCE: Final = 8

CLAIM: Final = """
UPDATE payment_order SET asked_at = $1 WHERE id IN (
    SELECT id FROM payment_order
    WHERE state = 'open' AND (prepay_id IS NOT NULL OR expires_at <= $4) AND (asked_at IS NULL OR asked_at < $2)
    ORDER BY asked_at NULLS FIRST LIMIT $3 FOR UPDATE SKIP LOCKED
) RETURNING id
"""
"""Open orders that can be paid, or whose time is over ($4), and that haven't been asked about lately; claiming them is
being about to ask."""


class Settlement:
    """Applies what platforms say. `platforms`: by name."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        exams: Exams,
        platforms: Mapping[str, PaymentPlatform],
        refunds: Refunds,
    ) -> None:
        self._database, self._clock, self.exams, self._platforms = database, clock, exams, platforms
        self._refunds = refunds

    async def apply(self, platform: str, said: object) -> str:
        """Inside a transaction: make true what a platform says of an order; what came of it."""
        assert isinstance(said, PlatformOrder)
        return await self._apply(platform, said)

    async def unwanted(self, platform: str, said: object) -> bool:
        """Whether money came for an order that was closed, or that never was ours.

        A repeat is answered as the first delivery was: a closed order never opens again, and once its money has been
        recorded it is known as surplus.
        """
        assert isinstance(said, PlatformOrder)
        if said.standing != "paid":
            return False
        order = await Order.get_or_none(platform=platform, order_number=said.order_number)
        if order is None:
            return True
        if order.state is OrderState.CLOSED:
            # Closed by the clock: money that was in time undoes the forfeiture, so it is looked at first.
            return not await Registration.exists(id=order.registration_id, forfeited_reason=Forfeiture.NOT_PAID)
        return await Payment.exists(order=order, transaction_id=said.transaction_id, counts=False)

    async def ask(self, order: Order) -> str:
        """Ask the platform about an order and apply the answer. Raises Unavailable."""
        said = await self._platforms[order.platform].ask(order.order_number)
        async with self._database.transaction():
            return await self._apply(order.platform, said)

    async def finish(self, order: Order) -> None:
        """Ask about an order that stands in the way or whose time is over, and close it, there and here, unless it is
        paid. Raises Unavailable; Conflict `already_paid` where it was paid between question and closing.
        """
        await self.ask(order)
        await order.refresh_from_db()
        if order.state is OrderState.OPEN:
            await self._platforms[order.platform].close(order.order_number)
            async with self._database.transaction():
                if (open_still := await lock(Order, id=order.id, state=OrderState.OPEN)) is not None:
                    await self._close(open_still)

    async def sweep(self, *, limit: int = 200) -> int:
        """Ask about open orders that weren't asked about lately: lost notifications are found, and orders that nobody
        paid in time are closed. How many were asked.
        """
        now = real_now()
        before = now - timedelta(seconds=ASK_AGAIN_SECONDS)
        rows = await self._database.rows(CLAIM, now, before, limit, self._clock.now())
        gate = asyncio.Semaphore(ASKED_AT_ONCE)

        async def ask(order_id: int) -> None:
            async with gate:
                try:
                    order = await Order.get(id=order_id)
                    await (self.finish if order.expires_at <= self._clock.now() else self.ask)(order)
                except Refusal as refusal:
                    log.warning("order_not_answered", order_id=order_id, code=refusal.code)

        await asyncio.gather(*(ask(row["id"]) for row in rows))
        return len(rows)

    async def _apply(self, platform: str, said: PlatformOrder) -> str:
        """Inside a transaction. The registration's row is taken first: two who settle it wait for each other."""
        order = await Order.get_or_none(order_number=said.order_number, platform=platform)
        if order is None:
            return "order_unknown"
        if difference := self._difference(order, said):
            log.error("payment_differs", order=order.order_number, platform=platform, difference=difference)
            return difference
        held = await hold(self.exams, order.registration_id)
        order = await lock(Order, id=order.id)
        assert order is not None
        if said.standing == "closed" and order.state is OrderState.OPEN:
            await self._close(order)
            return "closed"
        return await self._receive(held, order, said) if said.standing == "paid" else said.standing

    def _difference(self, order: Order, said: PlatformOrder) -> str | None:
        """What of a claimed payment isn't as we ordered it, or None."""
        if said.standing != "paid":
            return None
        platform = self._platforms[order.platform]
        checks = {
            "app_differs": said.app_id == platform.app_id,
            "merchant_differs": said.merchant_id == platform.merchant_id,
            "amount_differs": said.amount_fen == order.amount_fen,
            "currency_differs": said.currency == CURRENCY,
            "transaction_missing": bool(said.transaction_id),
            "time_missing": said.paid_at is not None,
        }
        return next((name for name, holds in checks.items() if not holds), None)

    async def _close(self, order: Order) -> None:
        """Inside a transaction that holds the order."""
        now = self._clock.now()
        order.state, order.closed_at = OrderState.CLOSED, now
        await order.save(update_fields=["state", "closed_at"])
        registration = await order.registration
        after = {"order": order.order_number}
        await audit.record(self._clock, SYSTEM, "order_closed", "registration", registration.id, after=after)
        await tell(
            EventName.ORDER_CLOSED,
            subject_id=order.order_number,
            candidate_id=registration.candidate_id,
            at=now,
            registration=str(registration.id),
        )

    async def _receive(self, held: Held, order: Order, said: PlatformOrder) -> str:
        assert said.transaction_id is not None and said.paid_at is not None and said.amount_fen is not None
        if await Payment.exists(platform=order.platform, transaction_id=said.transaction_id):
            return "known"
        counts = await self._counts(held, order, said.paid_at)
        payment = await Payment.create(
            order=order,
            registration=held.row,
            platform=order.platform,
            transaction_id=said.transaction_id,
            amount_fen=said.amount_fen,
            paid_at=said.paid_at,
            counts=counts,
        )
        order.state = OrderState.PAID
        await order.save(update_fields=["state"])
        await self._note(held, order, said.paid_at, counts)
        if not counts:
            await self._refunds.surplus(payment)
        return "paid" if counts else "surplus"

    async def _counts(self, held: Held, order: Order, paid_at: datetime) -> bool:
        """Money counts if it is the first and was paid before the close, whenever we heard of it.

        Not for an order that was closed: its platform had said that it wasn't paid, and the candidate was free to pay
        another one. A platform that takes its word back sends the money back, or we do. Who has forfeited the exam for
        that word was free to do nothing any more: their money counts after all.
        """
        forfeited = held.row.state is State.FORFEITED and held.row.forfeited_reason == Forfeiture.NOT_PAID
        if (order.state is OrderState.CLOSED and not forfeited) or await Payment.exists(
            registration=held.row, counts=True, given_back_at=None
        ):
            return False
        closes_at = held.calendar.closes_at(Stage.PAYMENT)
        in_time = closes_at is None or paid_at < closes_at
        return in_time and (held.row.payment_state is PaymentState.DUE or forfeited)

    async def _note(self, held: Held, order: Order, paid_at: datetime, counts: bool) -> None:
        row = held.row
        if counts:
            if row.state is State.FORFEITED:
                row.state, row.forfeited_reason, row.forfeited_from = State.APPROVED, None, None
            row.payment_state, row.paid_at = PaymentState.PAID, paid_at
            row.version += 1
            await row.save()
        actor = Actor(kind="platform", id=order.platform)
        after = {"order": order.order_number, "amount_fen": order.amount_fen, "counts": counts}
        await audit.record(self._clock, actor, "paid", "registration", row.id, after=after)
        await tell(
            EventName.PAYMENT_RECEIVED if counts else EventName.PAYMENT_SURPLUS,
            subject_id=order.order_number,
            candidate_id=row.candidate_id,
            at=self._clock.now(),
            registration=str(row.id),
        )
