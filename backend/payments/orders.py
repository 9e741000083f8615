"""Orders: one payable at a time for a registration, opened at the platform the candidate is in.

Each order's row is committed before the platform is called, so that money can never arrive for an order we don't know.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from tortoise.exceptions import IntegrityError

from backend import audit
from backend.audit import Actor
from backend.candidates.bindings import Bindings
from backend.clock import Clock
from backend.database import Database, violated
from backend.errors import Conflict, NotFound
from backend.events import EventName, tell
from backend.exams.prices import amount_fen
from backend.exams.stages import Stage
from backend.payments.models import Order, OrderState, Payment
from backend.payments.order_numbers import next_order_number
from backend.payments.platforms import NewOrder, PaymentPlatform
from backend.payments.refund_views import RefundView, refunds_of
from backend.payments.settlement import Settlement
from backend.registrations.models import PaymentState
from backend.registrations.rows import Held, hold

ORDER_MINUTES: Final = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class PayableOrder:
    """An order and, while it is open, what the client's payment call takes."""

    order_number: str
    amount_fen: int
    state: OrderState
    client: dict[str, Any] | None
    refunds: tuple[RefundView, ...] = ()


class Payments:
    """Opens and shows orders. `platforms`: by name, those the service is configured for."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        bindings: Bindings,
        platforms: Mapping[str, PaymentPlatform],
        settlement: Settlement,
    ) -> None:
        self._database, self._clock, self._exams = database, clock, settlement.exams
        self._bindings, self._platforms, self._settlement = bindings, platforms, settlement

    async def order(
        self, candidate_id: UUID, registration_id: UUID, platform: str, *, idempotency_key: str, actor: Actor
    ) -> PayableOrder:
        """The registration's payable order at this platform; repeated calls give the same one while it can be paid.

        Raises Conflict `payment_not_due`, `already_paid`, `paid_onsite`, `platform_not_offered`, `platform_not_bound`,
        `order_closed` (this key's order can't be paid any more); OutOfWindow; Unavailable, after which nothing is owed.
        """
        if platform not in self._platforms:
            raise Conflict("platform_not_offered")
        open_id = await self._bindings.open_id(candidate_id, platform)
        if not await self._stands(candidate_id, registration_id, platform, idempotency_key):
            await self._make_way(candidate_id, registration_id, platform, open_id)
        order = await self._row(candidate_id, registration_id, platform, open_id, idempotency_key, actor)
        if order.platform != platform and order.state is OrderState.OPEN:
            # Opened this moment at another platform: what its client takes would be of no use here.
            raise Conflict("order_being_opened")
        return await self._payable(order)

    async def current(self, candidate_id: UUID, registration_id: UUID) -> PayableOrder:
        """The newest order, and the registration's refunds. Raises NotFound `order_unknown` where there is none."""
        order = (
            await Order.filter(registration_id=registration_id, registration__candidate_id=candidate_id)
            .order_by("-id")
            .first()
        )
        if order is None:
            raise NotFound("order_unknown")
        return PayableOrder(
            order_number=order.order_number,
            amount_fen=order.amount_fen,
            state=order.state,
            client=None,
            refunds=await refunds_of(self._database, registration_id),
        )

    async def _stands(self, candidate_id: UUID, registration_id: UUID, platform: str, idempotency_key: str) -> bool:
        """Whether this is a repeat of an order that was opened here before: an old one closes no newer one."""
        known = await Order.get_or_none(
            registration_id=registration_id, registration__candidate_id=candidate_id, idempotency_key=idempotency_key
        )
        if known is None or known.platform != platform:
            return False
        return known.state is not OrderState.OPEN or known.expires_at > self._clock.now()

    async def _make_way(self, candidate_id: UUID, registration_id: UUID, platform: str, open_id: str) -> None:
        """Close an open order that stands in the way: for another platform or account, or one whose time is over."""
        order = await Order.filter(
            registration_id=registration_id, registration__candidate_id=candidate_id, state=OrderState.OPEN
        ).first()
        if order is None:
            return
        same_payer = (order.platform, order.open_id) == (platform, open_id)
        if not same_payer or order.expires_at <= self._clock.now():
            await self._settlement.finish(order)

    async def _row(
        self,
        candidate_id: UUID,
        registration_id: UUID,
        platform: str,
        open_id: str,
        idempotency_key: str,
        actor: Actor,
    ) -> Order:
        try:
            async with self._database.transaction():
                held = await hold(self._exams, registration_id, candidate_id=candidate_id)
                mine = Order.filter(registration_id=registration_id)
                if known := await mine.filter(idempotency_key=idempotency_key).first():
                    return known
                amount = self._require_due(held)
                if standing := await mine.filter(state=OrderState.OPEN).first():
                    return standing
                return await self._create(held, platform, open_id, idempotency_key, amount, actor)
        except IntegrityError as error:
            if not violated(error, "payment_order_one_open"):
                raise
            raise Conflict("order_being_opened") from error

    def _require_due(self, held: Held) -> int:
        """The amount in fen. Raises where nothing can be paid online now."""
        now = self._clock.now()
        if held.row.payment_state is PaymentState.PAID:
            raise Conflict("already_paid")
        if held.policy is not None and held.policy.payment_mode == "onsite":
            raise Conflict("paid_onsite")
        held.calendar.require_open(Stage.PAYMENT, now)
        if held.row.payment_state is not PaymentState.DUE or held.policy is None:
            raise Conflict("payment_not_due")
        choice = held.form.registration
        amount = amount_fen(held.policy.prices, level=choice.level or "", subjects=len(choice.subjects or ()))
        if amount is None:
            raise Conflict("price_unknown")
        return amount

    async def _create(
        self, held: Held, platform: str, open_id: str, idempotency_key: str, amount: int, actor: Actor
    ) -> Order:
        now = self._clock.now()
        closes_at = held.calendar.closes_at(Stage.PAYMENT)
        expires_at = now + timedelta(minutes=ORDER_MINUTES)
        order = await Order.create(
            order_number=await next_order_number(self._database, now),
            registration=held.row,
            platform=platform,
            open_id=open_id,
            amount_fen=amount,
            idempotency_key=idempotency_key,
            opened_at=now,
            expires_at=min(expires_at, closes_at) if closes_at else expires_at,
        )
        after = {"order": order.order_number, "platform": platform, "amount_fen": amount}
        await audit.record(self._clock, actor, "ordered", "registration", held.row.id, after=after)
        await tell(
            EventName.ORDER_OPENED,
            subject_id=order.order_number,
            candidate_id=held.row.candidate_id,
            at=now,
            registration=str(held.row.id),
        )
        return order

    async def _payable(self, order: Order) -> PayableOrder:
        if order.state is not OrderState.OPEN:
            if order.state is OrderState.PAID and await Payment.exists(order=order, given_back_at=None):
                raise Conflict("already_paid")
            raise Conflict("order_closed")
        platform, new = self._platforms[order.platform], await self._as_new(order)
        if order.prepay_id is None:
            order.prepay_id = await self._opened(platform, order, new)
            await Order.filter(id=order.id).update(prepay_id=order.prepay_id)
        return PayableOrder(
            order_number=order.order_number,
            amount_fen=order.amount_fen,
            state=order.state,
            client=platform.client(new, order.prepay_id),
        )

    async def _opened(self, platform: PaymentPlatform, order: Order, new: NewOrder) -> str:
        try:
            return await platform.open(new)
        except Conflict:
            # Paid or closed over there: asked about, so that it is here too when the candidate looks again.
            await self._settlement.ask(order)
            raise

    async def _as_new(self, order: Order) -> NewOrder:
        registration = await order.registration
        exam = await self._exams.by_id(registration.exam_id)
        return NewOrder(
            order_number=order.order_number,
            open_id=order.open_id,
            description=f"{exam.name} 考试费",
            amount_fen=order.amount_fen,
            expires_at=order.expires_at,
        )
