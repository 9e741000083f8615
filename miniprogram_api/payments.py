"""Paying in place, and the platforms' notifications of it."""

from typing import Annotated, Any
from uuid import UUID

import structlog
from aiohttp import web
from pydantic import BaseModel

from backend.payments.callbacks import Callbacks
from backend.payments.models import OrderState
from backend.payments.orders import PayableOrder, Payments
from backend.payments.platforms import BadNotification
from miniprogram_api.requests import Caller, IdempotencyKey
from miniprogram_api.shapes import In
from miniprogram_api.sign_in import PlatformName
from miniprogram_api.typed_routes import Reply, Routes

log = structlog.get_logger(__name__)
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


class CallbackAnswer(BaseModel):
    """What WeChat Pay reads beside the status: 2xx stops its repeats."""

    code: str
    message: str


@callback_routes.add("POST", "/callbacks/wechat/payments", likewise=(400,), refusals=(413,))
async def wechat_payment(request: web.Request, callbacks: Callbacks) -> Annotated[Reply, CallbackAnswer]:
    """WeChat Pay's notification: verified on the raw bytes, kept, answered; acted on afterwards."""
    body = await request.read()
    try:
        new = await callbacks.receive("wechat", request.headers, body)
    except BadNotification as error:
        log.warning("callback_refused", platform="wechat", reason=error.code)
        return Reply(body=CallbackAnswer(code="FAIL", message="not accepted"), status=400)
    log.info("callback_received", platform="wechat", new=new)
    return Reply(body=CallbackAnswer(code="SUCCESS", message="received"))
