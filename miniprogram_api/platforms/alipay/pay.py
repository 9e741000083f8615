"""Alipay payment in a mini-program (JSAPI_PAY): orders, questions, closing, notifications."""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import structlog

from backend.clock import EXAM_ZONE, real_now
from backend.errors import Conflict, Unavailable
from backend.payments.platforms import (
    BadNotification,
    CallbackReply,
    NewOrder,
    Notification,
    OrderStanding,
    PlatformOrder,
    Receipt,
)
from backend.payments.refund_platforms import PlatformRefund
from miniprogram_api.platforms.alipay.amounts import UNREADABLE, fen, moment, yuan
from miniprogram_api.platforms.alipay.gateway import TIME, AlipayError, Gateway
from miniprogram_api.platforms.alipay.signing import BadSignature, verify_form
from miniprogram_api.platforms.forms import base64_of, read_form

log = structlog.get_logger(__name__)

STANDINGS: Final[Mapping[str, OrderStanding]] = {
    "WAIT_BUYER_PAY": "not_paid",
    "TRADE_SUCCESS": "paid",
    "TRADE_FINISHED": "paid",
    "TRADE_CLOSED": "closed",
}
PAID_ALREADY: Final = frozenset({"ACQ.TRADE_HAS_SUCCESS", "ACQ.TRADE_HAS_FINISHED"})
CLOSED: Final = frozenset({"ACQ.TRADE_HAS_CLOSE"})
NOT_THERE: Final = frozenset({"ACQ.TRADE_NOT_EXIST"})
NOT_CLOSABLE: Final = frozenset({"ACQ.TRADE_STATUS_ERROR", "ACQ.REASON_TRADE_STATUS_INVALID"})
FRESH: Final = timedelta(hours=26)
"""Notifications are repeated for 24 hours and 22 minutes; what was signed longer ago is a replay."""
AHEAD: Final = timedelta(minutes=10)
USER_ID: Final = re.compile(r"2088\d{12}")
CURRENCY: Final = "CNY"
"""Alipay's orders here are in yuan and say nothing of a currency."""


class AlipayPay:
    """The payment port over Alipay's trades."""

    name = "alipay"
    signature_headers: frozenset[str] = frozenset()

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    @property
    def app_id(self) -> str:
        return self._gateway.app.app_id

    @property
    def merchant_id(self) -> str:
        return self._gateway.app.seller_id

    async def open(self, order: NewOrder) -> str:
        """The trade_no. The trade exists at once; creating it again, to the letter, is allowed while it is unpaid.

        Raises Conflict `already_paid`, `order_closed`; TooMany; Unavailable.
        """
        content = {
            "out_trade_no": order.order_number,
            "total_amount": yuan(order.amount_fen),
            "subject": re.sub(r"[/=&]", " ", order.description)[:256],
            "product_code": "JSAPI_PAY",
            "op_app_id": self.app_id,
            "seller_id": self.merchant_id,
            "buyer_id" if USER_ID.fullmatch(order.open_id) else "buyer_open_id": order.open_id,
            "time_expire": order.expires_at.astimezone(EXAM_ZONE).strftime(TIME),
        }
        try:
            said = await self._gateway.business("alipay.trade.create", content, notify_url=self._gateway.app.notify_url)
            return str(said["trade_no"])
        except AlipayError as error:
            raise _refusal(error) from error
        except KeyError as error:
            raise Unavailable("platform_unavailable") from error

    def client(self, order: NewOrder, reference: str) -> dict[str, Any]:
        """The arguments of my.tradePay."""
        return {"tradeNO": reference}

    async def ask(self, order_number: str) -> PlatformOrder:
        """What Alipay says of the order; `unknown` where it was never created there. Raises Unavailable."""
        try:
            said = await self._gateway.business("alipay.trade.query", {"out_trade_no": order_number})
        except AlipayError as error:
            if error.sub_code in NOT_THERE:
                return PlatformOrder(
                    standing="unknown",
                    order_number=order_number,
                    app_id=self.app_id,
                    merchant_id=self.merchant_id,
                )
            raise _refusal(error) from error
        try:
            # The answer names no app and no seller: it is about orders of ours only.
            return _order(said, app_id=self.app_id, merchant_id=self.merchant_id, paid_at=said.get("send_pay_date"))
        except UNREADABLE as error:
            log.error("alipay_answer_not_readable", order=order_number, error=repr(error))
            raise Unavailable("platform_unavailable") from error

    async def close(self, order_number: str) -> None:
        """Raises Conflict `already_paid`. A trade that isn't there, or is closed, is as good as closed."""
        try:
            await self._gateway.business("alipay.trade.close", {"out_trade_no": order_number})
        except AlipayError as error:
            if error.sub_code in NOT_THERE | CLOSED:
                return
            if error.sub_code not in NOT_CLOSABLE:
                raise _refusal(error) from error
            await self._require_closed(order_number)

    async def _require_closed(self, order_number: str) -> None:
        """Alipay refuses to close what is paid, and what is closed already, by one code."""
        said = await self.ask(order_number)
        if said.standing == "paid":
            raise Conflict("already_paid")
        if said.standing == "not_paid":
            raise Unavailable("platform_unavailable")

    def read(self, headers: Mapping[str, str], body: bytes, *, fresh: bool) -> Notification:
        """Raises BadNotification."""
        fields = read_form(body)
        try:
            signature = base64_of(fields.get("sign", ""))
            verify_form(self._gateway.app.alipay_key, {**fields, "sign": signature})
            if fresh:
                _require_fresh(fields["notify_time"])
            return Notification(event_id=fields["notify_id"], kind=_kind(fields), about=self._told(fields))
        except BadSignature as error:
            raise BadNotification(error.code) from error
        except UNREADABLE as error:
            raise BadNotification("not_readable") from error

    def reply(self, receipt: Receipt) -> CallbackReply:
        """Exactly `success`; anything else is repeated. Unwanted money can't be sent back by a word."""
        refused = receipt == "refused"
        body = b"fail" if refused else b"success"
        return CallbackReply(status=400 if refused else 200, content_type="text/plain", body=body)

    def _told(self, fields: Mapping[str, str]) -> PlatformOrder | PlatformRefund | None:
        """A success that is told again because of a refund is no new payment: it is news of that refund."""
        if fields.get("notify_type") != "trade_status_sync":
            return None
        if fen(fields.get("refund_fee") or "0"):
            return _refund(fields) if fields.get("out_biz_no") else None
        return _order(
            fields, app_id=fields["app_id"], merchant_id=fields["seller_id"], paid_at=fields.get("gmt_payment")
        )


def _refund(fields: Mapping[str, str]) -> PlatformRefund:
    """Told once money went back. `refund_fee` is the sum of the trade's refunds, of which ours is the only one."""
    return PlatformRefund(
        standing="succeeded",
        said=fields["trade_status"],
        refund_number=fields["out_biz_no"],
        order_number=fields["out_trade_no"],
        transaction_id=fields["trade_no"],
        merchant_id=fields["seller_id"],
        amount_fen=fen(fields["refund_fee"]),
        succeeded_at=moment(fields.get("gmt_refund")),
    )


def _order(said: Mapping[str, Any], *, app_id: str, merchant_id: str, paid_at: str | None) -> PlatformOrder:
    standing = STANDINGS.get(str(said["trade_status"]), "unknown")
    if standing == "closed" and paid_at:  # closed after it was paid: all of it was paid back
        standing = "refunded"
    return PlatformOrder(
        standing=standing,
        order_number=str(said["out_trade_no"]),
        app_id=app_id,
        merchant_id=merchant_id,
        transaction_id=said.get("trade_no"),
        amount_fen=fen(str(said["total_amount"])),
        currency=CURRENCY,
        paid_at=moment(paid_at),
    )


def _kind(fields: Mapping[str, str]) -> str:
    return f"{fields['notify_type']}.{fields['trade_status']}"[:64]


def _require_fresh(notified: str) -> None:
    sent = moment(notified)
    if sent is None:
        raise ValueError("no time of sending")
    age = real_now() - sent
    if not -AHEAD < age < FRESH:
        raise BadSignature("signature_old")


def _refusal(error: AlipayError) -> Exception:
    if error.sub_code in PAID_ALREADY:
        return Conflict("already_paid")
    if error.sub_code in CLOSED:
        return Conflict("order_closed")
    log.error("alipay_refused", code=error.code, sub_code=error.sub_code)
    return Unavailable("platform_unavailable")
