"""Baidu's cashier on the phone (`swan.requestPolymerPayment`): opening it makes the order, paying it notifies."""

import json
import secrets
from collections.abc import Mapping
from typing import Any

from sandbox.baidu.login import Login
from sandbox.baidu.records import Order, OrderStatus
from sandbox.baidu.refunds import Refunds
from sandbox.baidu.signing import Signatures
from sandbox.form_notifications import FormNotifications, Manner
from sandbox.ground import Ground
from sandbox.people import Person
from sandbox.platforms import Outcome
from sandbox.settings import BaiduApp
from sandbox.undelivered import FormNotification

NEEDED = ("dealId", "appKey", "totalAmount", "tpOrderId", "dealTitle", "signFieldsRange", "rsaSign", "bizInfo")
ANSWER_WITHIN = 2.0
SIGNATURE_WRONG = 6


class Cashier:
    """Takes payments, and tells the service of them until it has answered."""

    def __init__(self, ground: Ground, app: BaiduApp, login: Login, signatures: Signatures, refunds: Refunds) -> None:
        self._ground, self._app, self._login, self._signatures = ground, app, login, signatures
        self._refunds = refunds
        self.notifications = FormNotifications(
            ground,
            Manner(
                platform="baidu",
                records=lambda: login.records.notifications,
                signed=lambda fields, bad: signatures.sign_form(fields, bad=bad),
                accepted=self._answered,
                resends=app.notification_resends,
                timeout=ANSWER_WITHIN,
            ),
        )

    def pay(self, person: Person, client: Mapping[str, Any], outcome: Outcome) -> dict[str, Any]:
        """`{"errCode": 0}`, or what the cashier page refuses, or 2 for a user who left; the order is there by then."""
        info = client.get("orderInfo")
        if not isinstance(info, dict) or any(not isinstance(info.get(name), str) for name in NEEDED):
            return failed("orderInfo is not complete")
        if not self._is_ours(info):
            return {"errCode": SIGNATURE_WRONG, "errMsg": "签名错误"}
        order = self._opened(person, info)
        if order.open_id != person.open_id or order.info["totalAmount"] != info["totalAmount"]:
            return failed("tpOrderId 已被使用")
        if order.status is not OrderStatus.UNPAID:
            return failed("订单已支付或已取消")
        if outcome == "cancelled":
            return {"errCode": 2, "errMsg": "支付取消"}
        if outcome == "insufficient":
            return failed("余额不足")
        self._take(order)
        return {"errCode": 0, "errMsg": "success"}

    def _is_ours(self, info: Mapping[str, str]) -> bool:
        merchant = (info["appKey"], info["dealId"], info["signFieldsRange"])
        known = merchant == (self._app.pay_app_key, self._app.deal_id, "1")
        return known and info["totalAmount"].isdecimal() and self._signatures.verifies_order(info)

    def _opened(self, person: Person, info: Mapping[str, Any]) -> Order:
        """The order of this number; made by the first cashier that opens with it, however old the signature is."""
        orders = self._login.records.orders
        if (order := orders.get(info["tpOrderId"])) is None:
            order = Order(
                info=dict(info),
                order_id=10**13 + secrets.randbelow(10**13),
                user_id=3 * 10**12 + secrets.randbelow(10**12),
                open_id=person.open_id,
                created_at=int(self._ground.clock.now().timestamp()),
            )
            orders[order.number] = order
            self._ground.store.changed()
        return order

    def _take(self, order: Order) -> None:
        order.status, order.paid_at = OrderStatus.PAID, int(self._ground.clock.now().timestamp())
        self._ground.store.changed()
        if self._app.notify_url:
            note = FormNotification(
                id=secrets.token_hex(16), url=self._app.notify_url, fields=self._fields(order), about=order.number
            )
            self.notifications.send(note)

    def _fields(self, order: Order) -> dict[str, str]:
        """Empty ones are sent, and signed, as empty."""
        amount = str(order.info["totalAmount"])
        nothing = dict.fromkeys(("promoMoney", "hbMoney", "hbBalanceMoney", "giftCardMoney", "partnerId"), "0")
        return nothing | {
            "userId": str(order.user_id),
            "orderId": str(order.order_id),
            "tpOrderId": order.number,
            "unitPrice": amount,
            "count": "1",
            "totalMoney": amount,
            "payMoney": amount,
            "dealId": str(order.info["dealId"]),
            "payType": "9101",
            "payTime": str(order.paid_at),
            "promoDetail": "",
            "returnData": "",
            "status": str(int(order.status)),
        }

    def _answered(self, notification: FormNotification, status: int, body: bytes) -> bool:
        """2xx JSON with errno 0 ends the repeats; one that neither consumes nor refuses sends the money back."""
        try:
            said = json.loads(body) if 200 <= status < 300 else {}
            if said.get("errno") != 0:
                return False
            data = said.get("data") or {}
        except (ValueError, AttributeError):
            return False
        order = self._login.records.orders[notification.about]
        if data.get("isErrorOrder") == 1 or data.get("isConsumed") not in (1, 2):
            self._refunds.send_back(order)
        order.consumed = not order.sent_back and data.get("isConsumed") == 2
        self._ground.store.changed()
        return True


def failed(reason: str) -> dict[str, Any]:
    return {"errCode": 1, "errMsg": reason}
