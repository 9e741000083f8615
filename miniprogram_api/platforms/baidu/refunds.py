"""Refunds at Baidu's cashier, its questions about them and its news of them.

Baidu numbers a refund's outcome differently when it is asked (1 processing, 2 success, 3 failed) and when it tells
(1 success, 2 failed), and of a refund that it made by itself it knows no number of ours.
"""

import json
from collections.abc import Awaitable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

import structlog

from backend.errors import Unavailable
from backend.payments.platforms import BadNotification, CallbackReply, Notification, Receipt
from backend.payments.refund_platforms import (
    NewRefund,
    PlatformRefund,
    RefundAudit,
    RefundRefused,
    RefundStanding,
    Verdict,
)
from miniprogram_api.platforms.baidu.api import BaiduApi, BaiduError
from miniprogram_api.platforms.baidu.pay import SERVICE, BaiduPay, Merchant
from miniprogram_api.platforms.baidu.signing import SIGNATURE, BadSignature, verify
from miniprogram_api.platforms.baidu.unconsume import Unconsume
from miniprogram_api.platforms.forms import base64_of, read_form

log = structlog.get_logger(__name__)

ASKED: Final[Mapping[str, RefundStanding]] = {"1": "processing", "2": "succeeded", "3": "closed"}
TOLD: Final[Mapping[str, RefundStanding]] = {"1": "succeeded", "2": "closed"}
WRONG_PARAMETER: Final = 10001
CONSUMED: Final = 10002
"""Also the code of an order that isn't there; we have found it before."""
BY_CUSTOMER_SERVICE: Final = "2"
RESTS: Final = timedelta(minutes=2)
"""Surplus that Baidu notified was answered with `isErrorOrder`, and Baidu sends it back; within the repeat of one
notification we look whether it has."""
AUDITED: Final = {True: 1, False: 2, None: 3}
UNREADABLE: Final = (ValueError, KeyError, TypeError, AttributeError)


class BaiduRefunds:
    """The refund port over Baidu's cashier, and the doors of its audits and results."""

    name = "baidu"
    signature_headers: frozenset[str] = frozenset()
    surplus_rests = RESTS

    def __init__(self, api: BaiduApi, payments: BaiduPay, unconsume: Unconsume, merchant: Merchant) -> None:
        self._api, self._payments, self._unconsume, self._merchant = api, payments, unconsume, merchant

    @property
    def merchant_id(self) -> str:
        return self._merchant.deal_id

    async def send(self, refund: NewRefund) -> PlatformRefund:
        """Look whether any of the order's money goes back already; if not, ask for all of it.

        Baidu asks us again before it pays (`isSkipAudit=0`): only what our own books agree to goes back.
        """
        user_id = await self._payer(refund)
        found = await self._found(refund, user_id)
        if found is not None:
            return found
        try:
            return await self._apply(refund, user_id)
        except _Consumed:
            await self._unconsume(order_id=refund.transaction_id, user_id=user_id)
        try:
            return await self._apply(refund, user_id)
        except _Consumed as error:
            raise RefundRefused(str(CONSUMED), final=False) from error

    async def ask(self, refund: NewRefund) -> PlatformRefund:
        """`unknown` where none of the order's money goes back. Raises Unavailable; RefundRefused."""
        found = await self._found(refund, await self._payer(refund))
        return found or PlatformRefund(
            standing="unknown", said="", refund_number=refund.refund_number, order_number=refund.order_number
        )

    def read(self, headers: Mapping[str, str], body: bytes, *, fresh: bool) -> Notification:
        """A refund's result. Raises BadNotification. `fresh` changes nothing: Baidu signs no time of sending."""
        fields = self._verified(body)
        try:
            status, batch = fields["refundStatus"], fields["refundBatchId"]
            about = PlatformRefund(
                standing=TOLD[status],
                said=f"told.{status}",
                refund_number=None,
                order_number=fields["tpOrderId"],
                refund_id=batch,
                transaction_id=fields["orderId"],
            )
        except KeyError as error:
            raise BadNotification("not_readable") from error
        return Notification(event_id=f"refund.{batch}.{status}", kind=f"refund.{status}", about=about)

    def reply(self, receipt: Receipt) -> CallbackReply:
        """An error of ours must never be errno."""
        if receipt == "refused":
            return _reply({"errno": 10000, "msg": "not accepted"}, status=400)
        return _reply({"errno": 0, "msg": "success", "data": {}})

    def read_audit(self, headers: Mapping[str, str], body: bytes) -> RefundAudit:
        """Raises BadNotification."""
        fields = self._verified(body)
        try:
            amount = fields.get("applyRefundMoney")
            return RefundAudit(
                event_id=f"audit.{fields['refundBatchId']}",
                order_number=fields["tpOrderId"],
                transaction_id=fields["orderId"],
                refund_id=fields["refundBatchId"],
                amount_fen=int(amount) if amount else None,
            )
        except UNREADABLE as error:
            raise BadNotification("not_readable") from error

    def reply_to_audit(self, verdict: Verdict | None) -> CallbackReply:
        """`refundPayMoney` is required whatever the verdict."""
        if verdict is None:
            return self.reply("refused")
        data = {
            "auditStatus": AUDITED[verdict.allowed],
            "calculateRes": {"refundPayMoney": verdict.amount_fen},
        }
        return _reply({"errno": 0, "msg": "success", "data": data})

    def _verified(self, body: bytes) -> Mapping[str, str]:
        fields = read_form(body)
        try:
            verify(self._merchant.platform_key, {**fields, SIGNATURE: base64_of(fields.get(SIGNATURE, ""))})
        except BadSignature as error:
            raise BadNotification("signature_wrong") from error
        return fields

    async def _payer(self, refund: NewRefund) -> str:
        """Baidu's number of whoever paid the order."""
        order = await self._payments.find(refund.order_number)
        if order is None:
            raise RefundRefused("order_not_found", final=True)
        try:
            return str(order["userId"])
        except KeyError as error:
            raise Unavailable("platform_unavailable") from error

    async def _found(self, refund: NewRefund, user_id: str) -> PlatformRefund | None:
        """The order's refund: ours by number, else any that moves its money, since all of it goes back or nothing."""
        asked = {"pmAppKey": self._merchant.app_key, "tpOrderId": refund.order_number, "userId": user_id}
        try:
            said = await self._call(self._api.get(f"{SERVICE}/findOrderRefund", retry=True, **asked))
            return _chosen(refund, said or [])
        except _Consumed:
            return None
        except UNREADABLE as error:
            log.error("baidu_refund_not_readable", refund=refund.refund_number, error=repr(error))
            raise Unavailable("platform_unavailable") from error

    async def _apply(self, refund: NewRefund, user_id: str) -> PlatformRefund:
        form = {
            "applyRefundMoney": str(refund.amount_fen),
            "bizRefundBatchId": refund.refund_number,
            "isSkipAudit": "0",
            "orderId": refund.transaction_id,
            "refundReason": refund.reason,
            "refundType": BY_CUSTOMER_SERVICE,
            "tpOrderId": refund.order_number,
            "userId": user_id,
            "pmAppKey": self._merchant.app_key,
        }
        # Repeated only after a look: whether a lost answer was a refund findOrderRefund tells. `refundPayMoney` isn't
        # compared: it is what reaches the payer, without what Baidu had given them off.
        said = await self._call(self._api.post(f"{SERVICE}/applyOrderRefund", form, retry=False))
        try:
            return PlatformRefund(
                standing="processing",
                said="applied",
                refund_number=refund.refund_number,
                order_number=refund.order_number,
                refund_id=str(said["refundBatchId"]),
            )
        except UNREADABLE as error:
            raise Unavailable("platform_unavailable") from error

    async def _call(self, call: Awaitable[Any]) -> Any:
        try:
            return await call
        except BaiduError as error:
            if error.errno == CONSUMED:
                raise _Consumed from error
            log.error("baidu_refund_refused", errno=error.errno)
            raise RefundRefused(str(error.errno), final=error.errno == WRONG_PARAMETER) from error


class _Consumed(Exception):
    """Refused while the order counts as consumed."""


def _chosen(refund: NewRefund, refunds: Sequence[Mapping[str, Any]]) -> PlatformRefund | None:
    ours = [one for one in refunds if str(one.get("bizRefundBatchId")) == refund.refund_number]
    moving = [one for one in refunds if ASKED[str(one["refundStatus"])] != "closed"]
    if not (ours or moving):
        return None
    one = next((one for one in moving if one in ours), (moving or ours)[0])
    status = str(one["refundStatus"])
    return PlatformRefund(
        standing=ASKED[status],
        said=f"asked.{status}",
        refund_number=refund.refund_number,
        order_number=refund.order_number,
        refund_id=str(one["refundBatchId"]),
        transaction_id=str(one["orderId"]),
    )


def _reply(words: Mapping[str, Any], *, status: int = 200) -> CallbackReply:
    return CallbackReply(status=status, content_type="application/json", body=json.dumps(words).encode())
