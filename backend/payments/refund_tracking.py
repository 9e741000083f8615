"""Refunds on their way: sent once under their number, asked about until the end, whoever tells us of it first.

Sending and recording are two steps, and a worker may die between them: the next one sends again under the same number,
which a platform takes for the same refund. What is due when stands in the rows; claiming one moves its time, so that
however many workers sweep, one of them acts on a refund at a time.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Final

import structlog

from backend import audit
from backend.audit import Actor
from backend.clock import Clock, real_now
from backend.database import Database, lock
from backend.errors import Refusal
from backend.events import EventName
from backend.payments.models import Order, Payment, Refund, RefundState
from backend.payments.refund_platforms import NewRefund, PlatformRefund, RefundPlatform, RefundRefused
from backend.payments.refunds import LIVING, WORDS, Refunds, tell_of
from backend.registrations.models import Registration

log = structlog.get_logger(__name__)

LEASE_SECONDS: Final = 120
"""Longer than the calls of one act can take together; after it another worker takes the refund up."""
FIRST_ASKED: Final = timedelta(seconds=15)
"""After sending: Alipay wants at least ten seconds between a refund and the question about it."""
LONGEST_PAUSE: Final = timedelta(hours=1)
AT_ONCE: Final = 4

CLAIM: Final = """
UPDATE refund SET due_at = $1 WHERE id IN (
    SELECT id FROM refund
    WHERE state IN ('approved', 'sent') AND due_at <= $2 AND ($3::bigint IS NULL OR id = $3::bigint)
        AND platform = ANY($5)
    ORDER BY due_at LIMIT $4 FOR UPDATE SKIP LOCKED
) RETURNING id
"""
OWED: Final = """
SELECT id FROM payment WHERE NOT counts AND given_back_at IS NULL ORDER BY id LIMIT $1
"""
"""Surplus for which no refund was decided when it came: recorded by a version that didn't send money back."""


class RefundTracking:
    """Sends and follows. `platforms`: by name, those the service is configured for."""

    def __init__(
        self, *, database: Database, clock: Clock, refunds: Refunds, platforms: Mapping[str, RefundPlatform]
    ) -> None:
        self._database, self._clock, self._refunds, self._platforms = database, clock, refunds, platforms

    async def sweep(self, *, limit: int = 100) -> int:
        """Decide on surplus nobody has seen to yet, and act on every refund that is due. How many were acted on."""
        owed = [row["id"] for row in await self._database.rows(OWED, limit)]
        claimed = await self._claim(None, limit)
        gate = asyncio.Semaphore(AT_ONCE)

        async def each(act: Callable[[int], Awaitable[None]], row_id: int) -> None:
            async with gate:
                try:
                    await act(row_id)
                except Exception:
                    # One row's fault is told, and the others go on; its own time comes again.
                    log.exception("refund_not_acted_on", act=act.__name__, row_id=row_id)

        await asyncio.gather(*(each(self._owe, one) for one in owed), *(each(self._act, one) for one in claimed))
        return len(claimed)

    async def carry_on(self, refund_id: int) -> None:
        """Act on one refund if it is due, and nobody else is at it."""
        for claimed in await self._claim(refund_id, 1):
            await self._act(claimed)

    async def apply(self, platform: str, said: object) -> str:
        """Inside a transaction: make true what a platform says of a refund; what came of it."""
        assert isinstance(said, PlatformRefund)
        refund = await self._named(platform, said)
        if refund is None:
            return "refund_unknown"
        if difference := await self._difference(refund, said):
            log.error("refund_differs", refund=refund.refund_number, platform=platform, difference=difference)
            return difference
        if refund.state in (RefundState.ASKED, RefundState.DECLINED):
            log.error("refund_not_ours", refund=refund.refund_number, platform=platform, said=said.said)
            return "refund_not_approved"
        if refund.state is RefundState.SUCCEEDED:
            return "known"
        return await self._move(refund, said)

    async def _claim(self, refund_id: int | None, limit: int) -> list[int]:
        now = real_now()
        lease = now + timedelta(seconds=LEASE_SECONDS)
        return [
            row["id"] for row in await self._database.rows(CLAIM, lease, now, refund_id, limit, list(self._platforms))
        ]

    async def _owe(self, payment_id: int) -> None:
        async with self._database.transaction():
            found = await Payment.get(id=payment_id)
            await lock(Registration, id=found.registration_id)
            payment = await lock(Payment, id=payment_id, counts=False, given_back_at=None)
            if payment is not None:
                await self._refunds.surplus(payment)

    async def _act(self, refund_id: int) -> None:
        refund = await Refund.get(id=refund_id)
        platform = self._platforms[refund.platform]
        if refund.state not in (RefundState.APPROVED, RefundState.SENT):
            return
        new = await _as_new(refund)
        try:
            said = await (platform.send(new) if refund.state is RefundState.APPROVED else platform.ask(new))
        except RefundRefused as refused:
            await self._refused(refund_id, refused)
        except Refusal as refusal:
            log.warning("refund_not_answered", refund=refund.refund_number, code=refusal.code)
            await self._later(refund_id, refusal.code)
        else:
            async with self._database.transaction():
                outcome = await self.apply(refund.platform, said)
            if outcome.endswith("_differs"):
                await self._later(refund_id, outcome)

    async def _named(self, platform: str, said: PlatformRefund) -> Refund | None:
        """The refund that is spoken of, held. One told without our number is known by its platform's, or its order."""
        if said.refund_number is not None:
            return await lock(Refund, platform=platform, refund_number=said.refund_number)
        if known := await lock(Refund, platform=platform, refund_id=said.refund_id):
            return known
        return await lock(
            Refund,
            platform=platform,
            payment__order__order_number=said.order_number,
            refund_id=None,
            state__in=(RefundState.APPROVED, RefundState.SENT),
        )

    async def _difference(self, refund: Refund, said: PlatformRefund) -> str | None:
        """What of it isn't as we decided, or None."""
        payment = await Payment.get(id=refund.payment_id)
        order = await payment.order
        checks = {
            "order_differs": said.order_number == order.order_number,
            "transaction_differs": said.transaction_id in (None, payment.transaction_id),
            "merchant_differs": said.merchant_id in (None, self._platforms[refund.platform].merchant_id),
            "amount_differs": said.amount_fen in (None, refund.amount_fen),
        }
        return next((name for name, holds in checks.items() if not holds), None)

    async def _move(self, refund: Refund, said: PlatformRefund) -> str:
        refund.standing, refund.said = said.standing, said.said[:64]
        refund.refund_id = said.refund_id or refund.refund_id
        match said.standing:
            case "succeeded":
                return await self._succeeded(refund, said)
            case "closed" | "abnormal":
                return await self._failed(refund, said.standing)
            case "processing":
                return await self._under_way(refund)
        # Never arrived: what was asked about is sent again, under its number.
        refund.state = RefundState.APPROVED if refund.state is RefundState.SENT else refund.state
        refund.standing = None
        await self._put_off(refund)
        return "unknown"

    async def _succeeded(self, refund: Refund, said: PlatformRefund) -> str:
        if refund.state is RefundState.FAILED and await Refund.exists(payment_id=refund.payment_id, state__in=LIVING):
            log.error("refund_succeeded_beside_another", refund=refund.refund_number)
            return "refund_twice"
        refund.state, refund.succeeded_at = RefundState.SUCCEEDED, said.succeeded_at or self._clock.now()
        refund.due_at = None
        await refund.save()
        await self._record(refund, "refunded", EventName.REFUND_SUCCEEDED)
        return "refunded"

    async def _failed(self, refund: Refund, outcome: str) -> str:
        """Staff see it and send it again; a candidate is told that it is being seen to."""
        if refund.state is RefundState.FAILED:
            await refund.save()
            return "known"
        refund.state, refund.due_at = RefundState.FAILED, None
        await refund.save()
        log.error("refund_failed", refund=refund.refund_number, platform=refund.platform, said=refund.said)
        await self._record(refund, "refund_failed", EventName.REFUND_FAILED)
        return outcome

    async def _under_way(self, refund: Refund) -> str:
        if refund.state is RefundState.FAILED:
            return "known"
        if refund.state is RefundState.APPROVED:
            refund.state, refund.tries = RefundState.SENT, 0
            await audit.record(
                self._clock,
                Actor(kind="platform", id=refund.platform),
                "refund_sent",
                "registration",
                refund.registration_id,
                after={"refund": refund.refund_number, "refund_id": refund.refund_id},
            )
        await self._put_off(refund)
        return "processing"

    async def _refused(self, refund_id: int, refused: RefundRefused) -> None:
        if not refused.final:
            log.warning("refund_refused_for_now", refund_id=refund_id, said=refused.said)
            await self._later(refund_id, refused.said)
            return
        async with self._database.transaction():
            refund = await lock(Refund, id=refund_id, state__in=(RefundState.APPROVED, RefundState.SENT))
            if refund is not None:
                refund.standing, refund.said = None, refused.said[:64]
                await self._failed(refund, "refused")

    async def _later(self, refund_id: int, said: str) -> None:
        async with self._database.transaction():
            refund = await lock(Refund, id=refund_id, state__in=(RefundState.APPROVED, RefundState.SENT))
            if refund is not None:
                refund.said = said[:64]
                await self._put_off(refund)

    async def _put_off(self, refund: Refund) -> None:
        """15 seconds, 30, a minute … an hour; for as long as it takes."""
        refund.due_at = real_now() + pause(refund.tries)
        refund.tries = min(refund.tries + 1, 1000)
        await refund.save()

    async def _record(self, refund: Refund, act: str, event: EventName) -> None:
        actor = Actor(kind="platform", id=refund.platform)
        after = {"refund": refund.refund_number, "said": refund.said, "amount_fen": refund.amount_fen}
        await audit.record(self._clock, actor, act, "registration", refund.registration_id, after=after)
        await tell_of(refund, event, at=self._clock.now())


def pause(tries: int) -> timedelta:
    """How long until the next try after so many."""
    return min(FIRST_ASKED * (1 << min(tries, 10)), LONGEST_PAUSE)


async def _as_new(refund: Refund) -> NewRefund:
    payment = await Payment.get(id=refund.payment_id).prefetch_related("order")
    assert isinstance(payment.order, Order)
    return NewRefund(
        refund_number=refund.refund_number,
        refund_id=refund.refund_id,
        order_number=payment.order.order_number,
        transaction_id=payment.transaction_id,
        amount_fen=refund.amount_fen,
        reason=WORDS[refund.kind],
    )
