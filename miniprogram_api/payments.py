"""Paying in place, and the platforms' notifications of it."""

from typing import Any
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel

from backend.payments.callbacks import PAYMENTS, REFUNDS, Callbacks
from backend.payments.models import OrderState
from backend.payments.orders import PayableOrder, Payments
from backend.payments.platforms import CallbackReply
from backend.payments.refund_audits import RefundAudits
from backend.payments.refund_views import RefundView
from backend.registrations.money_back import RefundProgress
from backend.wording import Language, say
from miniprogram_api.pacing import ORDERED
from miniprogram_api.requests import Caller, IdempotencyKey
from miniprogram_api.shapes import In, Moment
from miniprogram_api.sign_in import PlatformName
from miniprogram_api.typed_routes import Reply, Routes, Urgency

routes = Routes(Urgency.FIRST)
callback_routes = Routes(Urgency.APART)


class PaymentIn(In):
    platform: PlatformName


class RefundOut(BaseModel):
    """Money on its way back to whoever paid the order. `message` says in words how far it is."""

    order_number: str
    amount_fen: int
    progress: RefundProgress
    message: str
    decided_at: Moment
    succeeded_at: Moment | None = None

    @classmethod
    def of(cls, refund: RefundView, language: Language) -> "RefundOut":
        return cls(
            order_number=refund.order_number,
            amount_fen=refund.amount_fen,
            progress=refund.progress,
            message=say("refunds", refund.words.code, language, **refund.words.values),
            decided_at=refund.decided_at,
            succeeded_at=refund.succeeded_at,
        )


class OrderOut(BaseModel):
    """An order; `client` goes to the platform's payment call as it is, and is there while the order is open."""

    order_number: str
    amount_fen: int
    state: OrderState
    client: dict[str, Any] | None = None
    refunds: list[RefundOut] = []
    """What of the registration's money went back or is on its way, newest first; only where the order is read."""

    @classmethod
    def of(cls, order: PayableOrder, language: Language) -> "OrderOut":
        return cls(
            order_number=order.order_number,
            amount_fen=order.amount_fen,
            state=order.state,
            client=order.client,
            refunds=[RefundOut.of(refund, language) for refund in order.refunds],
        )


@routes.add("POST", "/registrations/{registration_id}/payment", refusals=(409,), pace=ORDERED)
async def pay(
    body: PaymentIn,
    registration_id: UUID,
    caller: Caller,
    key: IdempotencyKey,
    payments: Payments,
    language: Language,
) -> OrderOut:
    """The order to pay: one at a time, the same for every repeat."""
    order = await payments.order(
        caller.candidate_id, registration_id, body.platform, idempotency_key=key, actor=caller.actor
    )
    return OrderOut.of(order, language)


@routes.add("GET", "/registrations/{registration_id}/payment")
async def show_payment(registration_id: UUID, caller: Caller, payments: Payments, language: Language) -> OrderOut:
    """The newest order, and what of the registration's money is on its way back."""
    return OrderOut.of(await payments.current(caller.candidate_id, registration_id), language)


@callback_routes.add("POST", "/callbacks/{platform}/payments", produces="*/*", likewise=(400,), refusals=(413,))
async def payment_notified(platform: PlatformName, request: web.Request, callbacks: Callbacks) -> Reply:
    """A platform's notification: verified on the raw bytes, kept, answered in its own words; acted on afterwards."""
    return _told(await callbacks.receive(platform, PAYMENTS, request.headers, await request.read()))


@callback_routes.add("POST", "/callbacks/{platform}/refunds", produces="*/*", likewise=(400,), refusals=(413,))
async def refund_notified(platform: PlatformName, request: web.Request, callbacks: Callbacks) -> Reply:
    """What became of a refund, where a platform tells that at an address of its own."""
    return _told(await callbacks.receive(platform, REFUNDS, request.headers, await request.read()))


@callback_routes.add("POST", "/callbacks/{platform}/refund-audits", produces="*/*", likewise=(400,), refusals=(413,))
async def refund_audited(platform: PlatformName, request: web.Request, audits: RefundAudits) -> Reply:
    """A platform's question whether it may send money back, answered at once."""
    return _told(await audits.receive(platform, request.headers, await request.read()))


def _told(reply: CallbackReply) -> Reply:
    return Reply(body=reply.body, status=reply.status, content_type=reply.content_type)
