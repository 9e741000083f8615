"""Paying in place, and the platforms' notifications of it."""

from typing import Any
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel

from backend.payments.callbacks import Callbacks
from backend.payments.models import OrderState
from backend.payments.orders import PayableOrder, Payments
from miniprogram_api.requests import Caller, IdempotencyKey
from miniprogram_api.shapes import In
from miniprogram_api.sign_in import PlatformName
from miniprogram_api.typed_routes import Reply, Routes

routes = Routes()
callback_routes = Routes()


class PaymentIn(In):
    platform: PlatformName


class OrderOut(BaseModel):
    """An order; `client` goes to the platform's payment call as it is, and is there while the order is open."""

    order_number: str
    amount_fen: int
    state: OrderState
    client: dict[str, Any] | None = None

    @classmethod
    def of(cls, order: PayableOrder) -> "OrderOut":
        return cls(order_number=order.order_number, amount_fen=order.amount_fen, state=order.state, client=order.client)


@routes.add("POST", "/registrations/{registration_id}/payment", refusals=(409,))
async def pay(
    body: PaymentIn, registration_id: UUID, caller: Caller, key: IdempotencyKey, payments: Payments
) -> OrderOut:
    """The order to pay: one at a time, the same for every repeat."""
    order = await payments.order(
        caller.candidate_id, registration_id, body.platform, idempotency_key=key, actor=caller.actor
    )
    return OrderOut.of(order)


@routes.add("GET", "/registrations/{registration_id}/payment")
async def show_payment(registration_id: UUID, caller: Caller, payments: Payments) -> OrderOut:
    """The newest order."""
    return OrderOut.of(await payments.current(caller.candidate_id, registration_id))


@callback_routes.add("POST", "/callbacks/{platform}/payments", produces="*/*", likewise=(400,), refusals=(413,))
async def payment_notified(platform: PlatformName, request: web.Request, callbacks: Callbacks) -> Reply:
    """A platform's notification: verified on the raw bytes, kept, answered in its own words; acted on afterwards."""
    reply = await callbacks.receive(platform, request.headers, await request.read())
    return Reply(body=reply.body, status=reply.status, content_type=reply.content_type)
