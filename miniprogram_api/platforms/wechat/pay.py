"""WeChat Pay v3 (JSAPI) in public-key mode: orders, questions, closing, notifications of payments."""

import json
import secrets
import time
from collections.abc import Mapping
from typing import Any, Final

import structlog

from backend.clock import EXAM_ZONE
from backend.errors import Conflict, TooMany, Unavailable
from backend.payments.platforms import (
    BadNotification,
    CallbackReply,
    NewOrder,
    Notification,
    OrderStanding,
    PlatformOrder,
    Receipt,
)
from miniprogram_api.platforms.outbound import Answer, Outbound
from miniprogram_api.platforms.wechat.pay_crypto import BadSignature, authorization, pay_sign, verify
from miniprogram_api.platforms.wechat.pay_notifications import (
    SIGNATURE_HEADERS,
    UNREADABLE,
    Merchant,
    moment,
    opened,
    reply,
)

log = structlog.get_logger(__name__)

STANDINGS: Final[Mapping[str, OrderStanding]] = {
    "SUCCESS": "paid",
    "REFUND": "refunded",
    "NOTPAY": "not_paid",
    "USERPAYING": "not_paid",
    "PAYERROR": "not_paid",
    "CLOSED": "closed",
    "REVOKED": "closed",
}
# Unconfirmed on the platform's side: which of the two spellings is used today. Compared without underscores.
PAID_ALREADY: Final = frozenset({"ORDERPAID"})
NOT_THERE: Final = frozenset({"ORDERNOTEXIST"})
CLOSED: Final = frozenset({"ORDERCLOSED"})


class WeChatPay:
    """The payment port over WeChat Pay v3."""

    name = "wechat"
    signature_headers = SIGNATURE_HEADERS

    def __init__(self, outbound: Outbound, merchant: Merchant) -> None:
        self._outbound, self._merchant = outbound, merchant

    @property
    def app_id(self) -> str:
        return self._merchant.app_id

    @property
    def merchant_id(self) -> str:
        return self._merchant.mchid

    async def open(self, order: NewOrder) -> str:
        """The prepay_id. Sending the same order again, to the letter, is what the platform expects after a lost answer.

        Raises Conflict `already_paid`, `order_closed`; TooMany; Unavailable.
        """
        body = {
            "appid": self._merchant.app_id,
            "mchid": self._merchant.mchid,
            "description": order.description[:127],
            "out_trade_no": order.order_number,
            # One way to write it: an order read from the database again has its times in another zone.
            "time_expire": order.expires_at.astimezone(EXAM_ZONE).isoformat(timespec="seconds"),
            "notify_url": self._merchant.notify_url,
            "amount": {"total": order.amount_fen, "currency": "CNY"},
            "payer": {"openid": order.open_id},
        }
        try:
            return str((await self._call("POST", "/v3/pay/transactions/jsapi", body))["prepay_id"])
        except _Closed as error:
            raise Conflict("order_closed") from error
        except (_NotThere, KeyError) as error:
            raise Unavailable("platform_unavailable") from error

    def client(self, order: NewOrder, reference: str) -> dict[str, Any]:
        """The arguments of wx.requestPayment, signed afresh."""
        timestamp, nonce, package = str(int(time.time())), secrets.token_hex(16), f"prepay_id={reference}"
        signature = pay_sign(
            self._merchant.key, app_id=self._merchant.app_id, timestamp=timestamp, nonce=nonce, package=package
        )
        return {
            "timeStamp": timestamp,
            "nonceStr": nonce,
            "package": package,
            "signType": "RSA",
            "paySign": signature,
        }

    async def ask(self, order_number: str) -> PlatformOrder:
        """What the platform says of the order; `unknown` where it was never opened there. Raises Unavailable."""
        merchant = self._merchant
        path = f"/v3/pay/transactions/out-trade-no/{order_number}?mchid={merchant.mchid}"
        try:
            said = await self._call("GET", path)
        except _NotThere:
            return PlatformOrder(
                standing="unknown", order_number=order_number, app_id=merchant.app_id, merchant_id=merchant.mchid
            )
        try:
            return _order(said)
        except UNREADABLE as error:
            log.error("wechatpay_answer_not_readable", order=order_number, error=repr(error))
            raise Unavailable("platform_unavailable") from error

    async def close(self, order_number: str) -> None:
        """Raises Conflict `already_paid`. An order that was never opened there is as good as closed."""
        path = f"/v3/pay/transactions/out-trade-no/{order_number}/close"
        try:
            await self._call("POST", path, {"mchid": self._merchant.mchid})
        except (_NotThere, _Closed):
            return

    def read(self, headers: Mapping[str, str], body: bytes, *, fresh: bool) -> Notification:
        """Raises BadNotification."""
        event = opened(self._merchant, headers, body, fresh=fresh)
        try:
            order = _order(event.plain) if event.kind == "TRANSACTION.SUCCESS" else None
        except UNREADABLE as error:
            raise BadNotification("not_readable") from error
        return Notification(event_id=event.id, kind=event.kind, about=order)

    def reply(self, receipt: Receipt) -> CallbackReply:
        return reply(receipt)

    async def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")) if body is not None else ""
        # Every call names its order, so repeating one after a lost answer changes nothing.
        answer = await self._outbound.call(
            method,
            path,
            body=raw.encode() if body is not None else None,
            headers=self.headers(method, path, raw),
            retry=True,
        )
        return self.believed(answer)

    def headers(self, method: str, path: str, body: str) -> dict[str, str]:
        """What a request of ours carries, signed: `path` below the host's prefix, with its query; `body` as sent."""
        merchant = self._merchant
        headers = {
            "Accept": "application/json",
            "User-Agent": "zhunkao",
            "Authorization": authorization(
                merchant.key,
                mchid=merchant.mchid,
                serial=merchant.serial,
                method=method,
                path=self._outbound.prefix + path,
                body=body,
                timestamp=int(time.time()),
                nonce=secrets.token_hex(16),
            ),
        }
        if body:
            headers["Content-Type"] = "application/json"
        if serial := next((key for key in merchant.platform_keys if key.startswith("PUB_KEY_ID_")), None):
            headers["Wechatpay-Serial"] = serial
        return headers

    def believed(self, answer: Answer) -> dict[str, Any]:
        """A success, believed under the platform's signature. Raises Unavailable, and what a refusal comes to."""
        if 200 <= answer.status < 300:
            try:
                verify(self._merchant.platform_keys, answer.headers, answer.body, now=time.time())
                return dict(json.loads(answer.body) if answer.body else {})
            except (BadSignature, ValueError, TypeError) as error:
                log.error("wechatpay_answer_not_believed", reason=str(error), request=answer.headers.get("request-id"))
                raise Unavailable("platform_unavailable") from error
        raise _refusal(answer)


class _NotThere(Exception):
    """The platform has no such order."""


class _Closed(Exception):
    """The order is closed at the platform."""


def _order(said: Mapping[str, Any]) -> PlatformOrder:
    amount = said.get("amount") or {}
    return PlatformOrder(
        standing=STANDINGS.get(str(said["trade_state"]), "unknown"),
        order_number=str(said["out_trade_no"]),
        app_id=str(said["appid"]),
        merchant_id=str(said["mchid"]),
        transaction_id=said.get("transaction_id"),
        amount_fen=amount.get("total"),
        currency=amount.get("currency"),
        paid_at=moment(said.get("success_time")),
    )


def _refusal(answer: Answer) -> Exception:
    try:
        code = str(json.loads(answer.body)["code"])
    except (ValueError, KeyError, TypeError):
        code = ""
    plain = code.replace("_", "")
    if plain in PAID_ALREADY:
        return Conflict("already_paid")
    if plain in CLOSED:
        return _Closed(code)
    if plain in NOT_THERE or (answer.status == 404 and plain.startswith("ORDER")):
        return _NotThere(code)
    if answer.status == 429:
        return TooMany("platform_too_frequent", retry_after=5)
    log.error("wechatpay_refused", status=answer.status, code=code, request=answer.headers.get("request-id"))
    return Unavailable("platform_unavailable")
