"""Money back to the buyer: whole or in parts, at once, each under a number that may be sent again."""

import re
from decimal import Decimal
from typing import Any

from sandbox.alipay.cashier import Cashier
from sandbox.alipay.gateway import Parameters, biz_content, business_error, success
from sandbox.alipay.records import Refund, Trade, TradeStatus
from sandbox.alipay.trades import Trades
from sandbox.ground import Ground


class Refunds:
    """Refunds of the seller's trades. `refund_fee` is always the sum of all of a trade's."""

    def __init__(self, ground: Ground, trades: Trades, cashier: Cashier) -> None:
        self._ground, self._trades, self._cashier = ground, trades, cashier

    def refund(self, parameters: Parameters) -> dict[str, Any]:
        """alipay.trade.refund: `fund_change` tells whether this call moved money."""
        content = biz_content(parameters)
        trade = self._trades.named(content)
        amount, number = self._amount(content), str(content.get("out_request_no") or trade.number)
        known = self._known(trade, number)
        if known is not None and known.amount != amount:
            raise business_error("ACQ.DISCORDANT_REPEAT_REQUEST", "重复请求金额不一致")
        if known is None:
            self._move(trade, number, amount)
        return success(
            trade_no=trade.trade_no,
            out_trade_no=trade.number,
            buyer_logon_id="139******00",
            fund_change="Y" if known is None else "N",
            refund_fee=f"{self._sum(trade):.2f}",
            gmt_refund_pay=(known or self._trades.records.refunds[-1]).paid_at,
        )

    def query(self, parameters: Parameters) -> dict[str, Any]:
        """alipay.trade.fastpay.refund.query: a success without a word of the refund where there is none."""
        content = biz_content(parameters)
        trade = self._trades.named(content)
        refund = self._known(trade, str(content.get("out_request_no") or trade.number))
        if refund is None:
            return success()
        times = {"gmt_refund_pay": refund.paid_at} if "gmt_refund_pay" in content.get("query_options", ()) else {}
        return success(
            trade_no=trade.trade_no,
            out_trade_no=trade.number,
            out_request_no=refund.number,
            total_amount=trade.amount,
            refund_amount=refund.amount,
            refund_status="REFUND_SUCCESS",
            **times,
        )

    def _move(self, trade: Trade, number: str, amount: str) -> None:
        if trade.status is TradeStatus.TRADE_CLOSED:
            raise business_error("ACQ.TRADE_HAS_CLOSE", "交易已经关闭")
        if trade.status is not TradeStatus.TRADE_SUCCESS:
            raise business_error("ACQ.TRADE_STATUS_ERROR", "交易状态不合法")
        if self._sum(trade) + Decimal(amount) > Decimal(trade.amount):
            raise business_error("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", "退款金额超限")
        refund = Refund(number=number, trade_no=trade.trade_no, amount=amount, paid_at=self._trades.now())
        self._trades.records.refunds.append(refund)
        if self._sum(trade) == Decimal(trade.amount):
            trade.status = TradeStatus.TRADE_CLOSED
        self._ground.store.changed()
        told = {"out_biz_no": number, "refund_fee": f"{self._sum(trade):.2f}", "gmt_refund": f"{refund.paid_at}.125"}
        self._cashier.tell_of_refund(trade, told)

    def _known(self, trade: Trade, number: str) -> Refund | None:
        refunds = self._trades.records.refunds
        return next((one for one in refunds if (one.trade_no, one.number) == (trade.trade_no, number)), None)

    def _sum(self, trade: Trade) -> Decimal:
        refunds = self._trades.records.refunds
        return sum((Decimal(one.amount) for one in refunds if one.trade_no == trade.trade_no), Decimal())

    def _amount(self, content: dict[str, Any]) -> str:
        amount = content.get("refund_amount")
        if not isinstance(amount, str) or not re.fullmatch(r"\d{1,9}\.\d\d", amount) or not Decimal(amount):
            raise business_error("ACQ.INVALID_PARAMETER", "参数无效: refund_amount")
        return amount
