"""The cashier on the phone: what `my.tradePay` returns, and the notification that follows a payment."""

import json
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sandbox.alipay.gateway import TIME
from sandbox.alipay.records import Trade, TradeStatus
from sandbox.alipay.signing import Signatures
from sandbox.alipay.trades import Trades
from sandbox.clock import CHINA
from sandbox.form_notifications import FormNotifications, Manner
from sandbox.ground import Ground
from sandbox.people import Person
from sandbox.platforms import Outcome
from sandbox.settings import AlipayApp
from sandbox.undelivered import FormNotification

PAID, FAILED, CANCELLED = "9000", "4000", "6001"


class Cashier:
    """Takes payments for trades, from the persons they were created for."""

    def __init__(self, ground: Ground, app: AlipayApp, trades: Trades, signatures: Signatures) -> None:
        self._ground, self._app, self._trades, self._signatures = ground, app, trades, signatures
        self.notifications = FormNotifications(
            ground,
            Manner(
                platform="alipay",
                records=lambda: trades.records.notifications,
                signed=self._signed,
                accepted=lambda _, status, body: status == 200 and body == b"success",
                resends=app.notification_resends,
            ),
        )

    def pay(self, person: Person, client: Mapping[str, Any], outcome: Outcome) -> dict[str, Any]:
        """`{"resultCode": "9000"}`, 6001 for cancelled, 4000 with a memo for anything that failed."""
        trade = self._trades.with_trade_no(str(client.get("tradeNO", "")))
        if trade is None or trade.buyer != person.open_id:
            return {"resultCode": FAILED, "memo": "交易不存在或买家不匹配"}
        if self._trades.status(trade) is not TradeStatus.WAIT_BUYER_PAY:
            return {"resultCode": FAILED, "memo": "交易已支付或已关闭"}
        if outcome == "cancelled":
            return {"resultCode": CANCELLED, "memo": "用户中途取消"}
        if outcome == "insufficient":
            return {"resultCode": FAILED, "memo": "余额不足"}
        self._take(trade)
        return {"resultCode": PAID, "memo": ""}

    def tell_of_refund(self, trade: Trade, fields: Mapping[str, str]) -> None:
        """The trade's notification again, with what went back of it, where the app has that switched on."""
        if self._app.notifies_refunds:
            self._notify(trade, fields)

    def _take(self, trade: Trade) -> None:
        trade.status, trade.paid_at = TradeStatus.TRADE_SUCCESS, self._trades.now()
        self._ground.store.changed()
        self._notify(trade, {})

    def _notify(self, trade: Trade, more: Mapping[str, str]) -> None:
        if trade.notify_url:
            fields = {**self._fields(trade), **more}
            self.notifications.send(
                FormNotification(id=fields["notify_id"], url=trade.notify_url, fields=fields, about=trade.number)
            )

    def _fields(self, trade: Trade) -> dict[str, str]:
        """Of the event; none is empty."""
        shown = self._trades.shown(trade)
        bills = [{"amount": trade.amount, "fundChannel": "ALIPAYACCOUNT"}]
        return {name: value for name, value in shown.items() if name != "buyer_user_id"} | {
            "notify_type": "trade_status_sync",
            "notify_id": secrets.token_hex(17),
            "app_id": self._app.app_id,
            "auth_app_id": self._app.app_id,
            "charset": "utf-8",
            "version": "1.0",
            "buyer_open_id" if self._app.gives_open_id else "buyer_id": trade.buyer,
            "seller_id": self._app.seller_id,
            "subject": str(trade.content["subject"]),
            "gmt_create": trade.created_at,
            "gmt_payment": str(trade.paid_at),
            "fund_bill_list": json.dumps(bills, separators=(",", ":")),
        }

    def _signed(self, fields: Mapping[str, str], bad: bool) -> dict[str, str]:
        """When it is sent is real time, as every signature's age is; the trade's own times are exam time."""
        sent = datetime.fromtimestamp(self._ground.clock.real(), CHINA).strftime(TIME)
        return self._signatures.sign_form({**fields, "notify_time": sent}, bad=bad)
