"""Trades of the mini-program: created, asked for, closed."""

import re
import secrets
from typing import Any

from sandbox.alipay.gateway import TIME, Parameters, biz_content, business_error, success
from sandbox.alipay.records import AlipayRecords, Trade, TradeStatus
from sandbox.ground import Ground
from sandbox.settings import AlipayApp

NEEDED = {
    "out_trade_no": r"[A-Za-z0-9_]{1,64}",
    "total_amount": r"\d{1,9}\.\d\d",
    "subject": r"[^/=&]{1,256}",
    "product_code": "JSAPI_PAY",
}


class Trades:
    """The seller's trades. Their times, expiry included, are exam time, as the merchant's clock is."""

    def __init__(self, ground: Ground, app: AlipayApp) -> None:
        self._ground, self._app = ground, app

    def create(self, parameters: Parameters) -> dict[str, Any]:
        """alipay.trade.create. The trade exists at once, waiting for its buyer."""
        content = biz_content(parameters)
        self._check(content)
        trade = self.records.trades.get(content["out_trade_no"])
        if trade is None:
            trade = self._new(content, parameters.get("notify_url"))
        elif self.status(trade) is TradeStatus.TRADE_SUCCESS:
            raise business_error("ACQ.TRADE_HAS_SUCCESS", "交易已被支付")
        elif self.status(trade) is TradeStatus.TRADE_CLOSED:
            raise business_error("ACQ.TRADE_HAS_CLOSE", "交易已经关闭")
        elif trade.content != content:
            raise business_error("ACQ.CONTEXT_INCONSISTENT", "交易信息被篡改")
        return success(out_trade_no=trade.number, trade_no=trade.trade_no)

    def query(self, parameters: Parameters) -> dict[str, Any]:
        """alipay.trade.query."""
        trade = self.named(biz_content(parameters))
        return success(**self.shown(trade)) | ({"send_pay_date": trade.paid_at} if trade.paid_at else {})

    def close(self, parameters: Parameters) -> dict[str, Any]:
        """alipay.trade.close: only what waits for its buyer."""
        trade = self.named(biz_content(parameters))
        if self.status(trade) is not TradeStatus.WAIT_BUYER_PAY:
            raise business_error("ACQ.TRADE_STATUS_ERROR", "交易状态不合法")
        trade.status = TradeStatus.TRADE_CLOSED
        self._ground.store.changed()
        return success(out_trade_no=trade.number, trade_no=trade.trade_no)

    def named(self, content: dict[str, Any]) -> Trade:
        """By Alipay's number or the merchant's. ACQ.TRADE_NOT_EXIST."""
        if trade_no := content.get("trade_no"):
            trade = self.with_trade_no(str(trade_no))
        else:
            trade = self.records.trades.get(str(content.get("out_trade_no")))
        if trade is None:
            raise business_error("ACQ.TRADE_NOT_EXIST", "交易不存在")
        return trade

    def with_trade_no(self, trade_no: str) -> Trade | None:
        """By Alipay's own number."""
        return next((trade for trade in self.records.trades.values() if trade.trade_no == trade_no), None)

    def status(self, trade: Trade) -> TradeStatus:
        """A trade that nobody paid in time is closed by itself."""
        expires = trade.content.get("time_expire")
        if trade.status is TradeStatus.WAIT_BUYER_PAY and expires and expires <= self.now():
            trade.status = TradeStatus.TRADE_CLOSED
            self._ground.store.changed()
        return trade.status

    def shown(self, trade: Trade) -> dict[str, str]:
        """The trade as queries and notifications show it."""
        paid = trade.amount if trade.paid_at else "0.00"
        return {
            "trade_no": trade.trade_no,
            "out_trade_no": trade.number,
            "trade_status": self.status(trade).value,
            "total_amount": trade.amount,
            "receipt_amount": paid,
            "buyer_pay_amount": paid,
            "invoice_amount": paid,
            "point_amount": "0.00",
            "buyer_logon_id": "139******00",
            "buyer_open_id" if self._app.gives_open_id else "buyer_user_id": trade.buyer,
        }

    def now(self) -> str:
        """Exam time as Alipay writes it."""
        return self._ground.clock.now().strftime(TIME)

    @property
    def records(self) -> AlipayRecords:
        """Alipay's branch of the state."""
        return self._ground.store.state.alipay

    def _check(self, content: dict[str, Any]) -> None:
        for name, form in NEEDED.items():
            if not isinstance(value := content.get(name), str) or not re.fullmatch(form, value):
                raise business_error("ACQ.INVALID_PARAMETER", f"参数无效: {name}")
        if content.get("op_app_id") != self._app.app_id:
            raise business_error("ACQ.INVALID_PARAMETER", "参数无效: op_app_id")
        if content.get("seller_id", self._app.seller_id) != self._app.seller_id:
            raise business_error("ACQ.ACCESS_FORBIDDEN", "无权限使用接口")
        buyer = content.get("buyer_open_id" if self._app.gives_open_id else "buyer_id")
        if not isinstance(buyer, str) or self._ground.people.with_open_id("alipay", buyer) is None:
            raise business_error("ACQ.INVALID_PARAMETER", "参数无效: 买家不存在")
        self._check_expiry(content.get("time_expire"))

    def _check_expiry(self, expires: object) -> None:
        if expires is None:
            return
        if not isinstance(expires, str) or not re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", expires):
            raise business_error("ACQ.INVALID_PARAMETER", "参数无效: time_expire")

    def _new(self, content: dict[str, Any], notify_url: str | None) -> Trade:
        if (expires := content.get("time_expire")) and expires <= self.now():
            raise business_error("ACQ.INVALID_PARAMETER", "参数无效: time_expire")
        trade_no = f"{self._ground.clock.now():%Y%m%d}2200{secrets.randbelow(10**16):016d}"
        trade = Trade(content=content, notify_url=notify_url, trade_no=trade_no, created_at=self.now())
        self.records.trades[trade.number] = trade
        self._ground.store.changed()
        return trade
