"""Refunds of WeChat Pay v3: sent under our own number, asked about, notified. 200 means accepted, not done."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import structlog

from backend.errors import TooMany, Unavailable
from backend.payments.platforms import BadNotification, CallbackReply, Notification, Receipt
from backend.payments.refund_platforms import NewRefund, PlatformRefund, RefundRefused, RefundStanding
from miniprogram_api.platforms.outbound import Answer, Outbound
from miniprogram_api.platforms.wechat.pay import WeChatPay
from miniprogram_api.platforms.wechat.pay_notifications import (
    SIGNATURE_HEADERS,
    UNREADABLE,
    Merchant,
    moment,
    opened,
    reply,
)

log = structlog.get_logger(__name__)

PATH: Final = "/v3/refund/domestic/refunds"
STANDINGS: Final[Mapping[str, RefundStanding]] = {
    "PROCESSING": "processing",
    "SUCCESS": "succeeded",
    "CLOSED": "closed",
    "ABNORMAL": "abnormal",
}
# Codes are compared without underscores: the platform writes some of them both ways.
NOT_THERE: Final = frozenset({"RESOURCENOTEXISTS"})
LATER: Final = frozenset({"NOTENOUGH", "SYSTEMERROR", "BANKERROR", "SIGNERROR"})
"""Too little money in our account, a bad hour over there, a key of ours that is being changed: tried again."""


class WeChatRefunds:
    """The refund port over WeChat Pay v3, and the door at which it notifies them."""

    name = "wechat"
    signature_headers = SIGNATURE_HEADERS
    surplus_rests = timedelta()

    def __init__(self, outbound: Outbound, payments: WeChatPay, merchant: Merchant) -> None:
        self._outbound, self._payments, self._merchant = outbound, payments, merchant

    @property
    def merchant_id(self) -> str:
        return self._merchant.mchid

    async def send(self, refund: NewRefund) -> PlatformRefund:
        """Look for it, then ask for it. After a lost answer the platform wants to be asked before it is told again."""
        found = await self.ask(refund)
        if found.standing != "unknown":
            return found
        body = {
            "transaction_id": refund.transaction_id,
            "out_refund_no": refund.refund_number,
            "reason": refund.reason[:80],
            "notify_url": self._merchant.refund_notify_url,
            "amount": {"refund": refund.amount_fen, "total": refund.amount_fen, "currency": "CNY"},
        }
        try:
            return self._readable(await self._call("POST", PATH, body))
        except _NotThere as error:
            raise RefundRefused(str(error), final=True) from error

    async def ask(self, refund: NewRefund) -> PlatformRefund:
        """What the platform says of it; `unknown` where it was never asked for. Raises Unavailable."""
        try:
            return self._readable(await self._call("GET", f"{PATH}/{refund.refund_number}"))
        except _NotThere as error:
            return PlatformRefund(
                standing="unknown",
                said=str(error),
                refund_number=refund.refund_number,
                order_number=refund.order_number,
            )

    def read(self, headers: Mapping[str, str], body: bytes, *, fresh: bool) -> Notification:
        """Raises BadNotification."""
        event = opened(self._merchant, headers, body, fresh=fresh)
        try:
            about = _refund(event.plain, "refund_status") if event.kind.startswith("REFUND.") else None
        except UNREADABLE as error:
            raise BadNotification("not_readable") from error
        return Notification(event_id=event.id, kind=event.kind, about=about)

    def reply(self, receipt: Receipt) -> CallbackReply:
        return reply(receipt)

    def _readable(self, said: Mapping[str, Any]) -> PlatformRefund:
        try:
            return _refund(said, "status")
        except UNREADABLE as error:
            log.error("wechatpay_refund_not_readable", error=repr(error))
            raise Unavailable("platform_unavailable") from error

    async def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        raw = json.dumps(body, ensure_ascii=False, separators=(",", ":")) if body is not None else ""
        answer = await self._outbound.call(
            method,
            path,
            body=raw.encode() if body is not None else None,
            headers=self._payments.headers(method, path, raw),
            retry=body is None,
        )
        if answer.status < 300:
            return self._payments.believed(answer)
        raise _refusal(answer)


class _NotThere(Exception):
    """The platform has no such refund, or no such payment."""


def _refund(said: Mapping[str, Any], status: str) -> PlatformRefund:
    word, amount = str(said[status]), said["amount"]
    return PlatformRefund(
        standing=STANDINGS[word],
        said=word,
        refund_number=str(said["out_refund_no"]),
        order_number=str(said["out_trade_no"]),
        refund_id=str(said["refund_id"]),
        transaction_id=str(said["transaction_id"]),
        merchant_id=said.get("mchid"),
        amount_fen=amount["refund"],
        succeeded_at=moment(said.get("success_time")),
    )


def _refusal(answer: Answer) -> Exception:
    try:
        code = str(json.loads(answer.body)["code"])
    except (ValueError, KeyError, TypeError):
        return Unavailable("platform_unavailable")
    plain = code.replace("_", "")
    if plain in NOT_THERE:
        return _NotThere(code)
    if answer.status == 429:
        return TooMany("platform_too_frequent", retry_after=60)
    log.error("wechatpay_refund_refused", status=answer.status, code=code, request=answer.headers.get("request-id"))
    return RefundRefused(code, final=plain not in LATER and answer.status < 500)
