"""Refunds at Alipay: by their own number, safe to repeat; whether money moved only `fund_change` or a question tells.

Alipay notifies a refund, where it does at all, at the payments' address: see `AlipayPay.read`.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import structlog

from backend.errors import Unavailable
from backend.payments.refund_platforms import NewRefund, PlatformRefund, RefundRefused, RefundStanding
from miniprogram_api.platforms.alipay.amounts import UNREADABLE, fen, moment, yuan
from miniprogram_api.platforms.alipay.gateway import AlipayError, Gateway

log = structlog.get_logger(__name__)

LATER: Final = frozenset({"ACQ.SELLER_BALANCE_NOT_ENOUGH", "ACQ.SYSTEM_ERROR"})
BUSINESS: Final = "40004"


class AlipayRefunds:
    """The refund port over Alipay's trades."""

    name = "alipay"
    surplus_rests = timedelta()

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    @property
    def merchant_id(self) -> str:
        return self._gateway.app.seller_id

    async def send(self, refund: NewRefund) -> PlatformRefund:
        """The same number again is the same refund. A success that moved no money is asked about later."""
        content = {
            "trade_no": refund.transaction_id,
            "refund_amount": yuan(refund.amount_fen),
            "out_request_no": refund.refund_number,
            "refund_reason": refund.reason[:256],
        }
        said = await self._call("alipay.trade.refund", content)
        moved = said.get("fund_change") == "Y"
        return self._read(refund, said, "succeeded" if moved else "processing", str(said.get("fund_change")))

    async def ask(self, refund: NewRefund) -> PlatformRefund:
        """`unknown` where nothing is told of it: Alipay answers a success for numbers it has never heard of."""
        content = {
            "trade_no": refund.transaction_id,
            "out_request_no": refund.refund_number,
            "query_options": ["gmt_refund_pay"],
        }
        said = await self._call("alipay.trade.fastpay.refund.query", content)
        status = str(said.get("refund_status", ""))
        return self._read(refund, said, "succeeded" if status == "REFUND_SUCCESS" else "unknown", status)

    def _read(self, refund: NewRefund, said: Mapping[str, Any], standing: RefundStanding, word: str) -> PlatformRefund:
        """The answer names no seller: it is about trades of ours only. `refund_fee` is the sum of all refunds."""
        amount = said.get("refund_amount", said.get("refund_fee"))
        try:
            return PlatformRefund(
                standing=standing,
                said=word,
                refund_number=refund.refund_number,
                order_number=str(said.get("out_trade_no", refund.order_number)),
                transaction_id=str(said.get("trade_no", refund.transaction_id)),
                amount_fen=fen(str(amount)) if amount is not None else None,
                succeeded_at=moment(said.get("gmt_refund_pay")) if standing == "succeeded" else None,
            )
        except UNREADABLE as error:
            log.error("alipay_refund_not_readable", refund=refund.refund_number, error=repr(error))
            raise Unavailable("platform_unavailable") from error

    async def _call(self, method: str, content: Mapping[str, Any]) -> dict[str, Any]:
        try:
            return await self._gateway.business(method, content)
        except AlipayError as error:
            log.error("alipay_refund_refused", method=method, code=error.code, sub_code=error.sub_code)
            if error.code != BUSINESS:
                raise Unavailable("platform_unavailable") from error
            raise RefundRefused(error.sub_code, final=error.sub_code not in LATER) from error
