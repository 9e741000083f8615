"""The cashier on the phone: what `wx.requestPayment` checks, and what it returns."""

import secrets
from collections.abc import Mapping
from typing import Any

from sandbox.ground import Ground
from sandbox.people import Person
from sandbox.platforms import Outcome
from sandbox.wechatpay.notifications import Notifications
from sandbox.wechatpay.orders import Orders
from sandbox.wechatpay.records import Order, TradeState
from sandbox.wechatpay.signing import MerchantKey

PARAMETERS = ("timeStamp", "nonceStr", "package", "signType", "paySign")
PACKAGE = "prepay_id="


class Refused(Exception):
    """The cashier doesn't open; why, as the client's errMsg says it."""


class Cashier:
    """Takes payments for orders, from the persons they were placed for."""

    def __init__(self, ground: Ground, orders: Orders, notifications: Notifications) -> None:
        self._ground = ground
        self._orders = orders
        self._notifications = notifications
        self._app_id = ground.settings.wechat.app_id
        self._key = MerchantKey(ground.settings.wechatpay)

    def pay(self, person: Person, client: Mapping[str, Any], outcome: Outcome) -> dict[str, Any]:
        """`{"errMsg": "requestPayment:ok"}`, or `…:fail cancel`, or `…:fail` with a reason."""
        try:
            order = self._open(person, client)
        except Refused as reason:
            return {"errMsg": f"requestPayment:fail {reason}"}
        if outcome == "cancelled":
            return {"errMsg": "requestPayment:fail cancel"}
        if outcome == "insufficient":
            return {"errMsg": "requestPayment:fail 余额不足"}
        self._take(order)
        return {"errMsg": "requestPayment:ok"}

    def _open(self, person: Person, client: Mapping[str, Any]) -> Order:
        self._check_client(client)
        order = self._orders.prepaid(client["package"].removeprefix(PACKAGE))
        if order is None:
            raise Refused("支付会话已失效: the prepay_id is unknown or older than two hours")
        if order.open_id != person.open_id:
            raise Refused("下单账号与支付账号不一致: the order was placed for another open id")
        if order.transaction_id:
            raise Refused("该订单已支付: the order is paid")
        if order.state is TradeState.CLOSED or self._orders.expired(order):
            raise Refused("该订单已关闭: the order is closed or expired")
        return order

    def _check_client(self, client: Mapping[str, Any]) -> None:
        for name in PARAMETERS:
            if not isinstance(value := client.get(name), str):
                found = "Undefined" if value is None else type(value).__name__
                raise Refused(f"parameter error: parameter.{name} should be String instead of {found};")
        if client["signType"] != "RSA" or not client["package"].startswith(PACKAGE):
            raise Refused("parameter error: signType must be RSA and package prepay_id=…;")
        lines = f"{self._app_id}\n{client['timeStamp']}\n{client['nonceStr']}\n{client['package']}\n"
        if not self._key.verifies(lines.encode(), client["paySign"]):
            raise Refused("支付验证签名失败: paySign is not the merchant's over appId, timeStamp, nonceStr and package")

    def _take(self, order: Order) -> None:
        now = self._ground.clock.now()
        order.state = TradeState.SUCCESS
        order.transaction_id = f"42000{now:%y%m%d}{secrets.randbelow(10**17):017d}"
        order.success_time = self._ground.clock.stamp()
        self._ground.store.changed()
        url = order.parameters["notify_url"]
        self._notifications.send(url, "TRANSACTION.SUCCESS", "支付成功", self._orders.trade(order))
