"""Refunds: asked for, audited by the service, done, told; and orders that are made unconsumed again."""

import json
import secrets
from typing import Any

from aiohttp import web

from sandbox.baidu.answers import BaiduError, given, success
from sandbox.baidu.login import Login
from sandbox.baidu.orders import NOT_FOUND, SERVICE, WRONG_PARAMETER
from sandbox.baidu.records import Order, OrderStatus, Refund, RefundStatus
from sandbox.baidu.signing import Signatures
from sandbox.form_notifications import FormNotifications, Manner
from sandbox.ground import Ground
from sandbox.settings import BaiduApp
from sandbox.undelivered import FormNotification

ANSWER_WITHIN = 2.0
WRONG_SIGNATURE = 10000
ALLOWED, REFUSED = 1, 2
UNCONSUME = "3"


class Refunds:
    """Refunds of paid orders. All of a consumed order doesn't go back until it is unconsumed."""

    def __init__(self, ground: Ground, app: BaiduApp, login: Login, signatures: Signatures) -> None:
        self._ground, self._app, self._login, self._signatures = ground, app, login, signatures
        self._audits = self._sender("audits", self._audited)
        self._results = self._sender("results", self._heard)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post(f"{SERVICE}/applyOrderRefund", self._apply),
            web.get(f"{SERVICE}/findOrderRefund", self._find),
            web.post("/cashier/syncOrderStatus", self._synchronise),
        ]

    def resume(self) -> None:
        """Ask and tell what a former run didn't get across."""
        self._audits.resume()
        self._results.resume()

    def send_back(self, order: Order) -> None:
        """By itself, all of it, once: the service said that it was an error, or said nothing that counts."""
        if not order.sent_back:
            order.sent_back = True
            self._finish(self._new(order, "", int(order.info["totalAmount"])), ok=True)

    async def _apply(self, request: web.Request) -> web.Response:
        asked = await self._checked(request)
        order = self._order(asked)
        number, amount = asked.get("bizRefundBatchId", ""), asked.get("applyRefundMoney", "")
        total = int(order.info["totalAmount"])
        fen = int(amount) if amount.isdecimal() else total
        refund = next((one for one in self._all(order) if number and one.asked_as == number), None)
        if refund is None:
            self._check(order, asked, fen)
            refund = self._new(order, number, fen)
            self._go_on(refund, order, audited=asked.get("isSkipAudit") == "1")
        return success({"refundBatchId": refund.batch_id, "refundPayMoney": refund.amount})

    def _check(self, order: Order, asked: dict[str, str], fen: int) -> None:
        total, moving = int(order.info["totalAmount"]), self._moving(order)
        if order.status is not OrderStatus.PAID or (order.consumed and fen == total):
            raise BaiduError(NOT_FOUND, "order can not be refunded")
        if not asked.get("refundReason") or asked.get("refundType") not in ("1", "2", "3"):
            raise BaiduError(WRONG_PARAMETER, "refundReason or refundType")
        if fen <= 0 or moving + fen > total:
            raise BaiduError(WRONG_PARAMETER, "applyRefundMoney")

    def _go_on(self, refund: Refund, order: Order, *, audited: bool) -> None:
        if audited or self._app.refund_audit_url is None:
            self._finish(refund, ok=True)
            return
        fields = {**self._ids(refund, order), "applyRefundMoney": str(refund.amount)}
        self._audits.send(
            FormNotification(
                id=secrets.token_hex(16), url=self._app.refund_audit_url, fields=fields, about=refund.batch_id
            )
        )

    def _audited(self, notification: FormNotification, status: int, body: bytes) -> bool:
        """Allowed or refused ends the question; undecided, and anything else, is asked again."""
        try:
            data = json.loads(body)["data"] if status == 200 else {}
            verdict, money = data.get("auditStatus"), data["calculateRes"]["refundPayMoney"]
        except (ValueError, KeyError, TypeError, AttributeError):
            return False
        if verdict not in (ALLOWED, REFUSED) or not isinstance(money, int):
            return False
        refund = self._login.records.refunds[notification.about]
        if refund.status is RefundStatus.PROCESSING:
            self._finish(refund, ok=verdict == ALLOWED and money == refund.amount)
        return True

    def _finish(self, refund: Refund, *, ok: bool) -> None:
        """The person sees it on their phone; the service is told in numbers of this callback's own."""
        refund.status = RefundStatus.SUCCESS if ok else RefundStatus.FAILED
        refund.ended_at = int(self._ground.clock.now().timestamp())
        self._ground.store.changed()
        order = self._login.records.orders[refund.order_number]
        person = self._ground.people.with_open_id("baidu", order.open_id)
        if ok and person is not None:
            content = {"tpOrderId": order.number, "refundPayMoney": refund.amount}
            self._ground.people.deliver(person, kind="refund", arrived_at=self._ground.clock.stamp(), content=content)
        if self._app.refund_url is not None:
            fields = {**self._ids(refund, order), "refundStatus": "1" if ok else "2"}
            self._results.send(
                FormNotification(
                    id=secrets.token_hex(16), url=self._app.refund_url, fields=fields, about=refund.batch_id
                )
            )

    def _heard(self, notification: FormNotification, status: int, body: bytes) -> bool:
        try:
            return status == 200 and json.loads(body)["errno"] == 0
        except (ValueError, KeyError, TypeError):
            return False

    async def _find(self, request: web.Request) -> web.Response:
        asked = await self._checked(request)
        order = self._login.records.orders.get(asked.get("tpOrderId", ""))
        if order is None or str(order.user_id) != asked.get("userId"):
            raise BaiduError(NOT_FOUND, "order not found")
        return success(
            [
                {
                    "bizRefundBatchId": one.asked_as,
                    "orderId": order.order_id,
                    "refundBatchId": one.batch_id,
                    "refundStatus": int(one.status),
                    "userId": order.user_id,
                }
                for one in self._all(order)
            ]
        )

    async def _synchronise(self, request: web.Request) -> web.Response:
        """The older host's call: signed by the merchant, without a token."""
        asked = dict(await given(request))
        if not self._signatures.verifies_form(asked):
            raise BaiduError(WRONG_SIGNATURE, "rsaSign")
        if asked.get("appKey") != self._app.pay_app_key or asked.get("type") != UNCONSUME:
            raise BaiduError(WRONG_PARAMETER, "appKey or type")
        self._order(asked).consumed = False
        self._ground.store.changed()
        return success({})

    async def _checked(self, request: web.Request) -> dict[str, str]:
        self._login.require_token(request)
        asked = dict(await given(request))
        if asked.get("pmAppKey") != self._app.pay_app_key:
            raise BaiduError(WRONG_PARAMETER, "pmAppKey")
        return asked

    def _order(self, asked: dict[str, str]) -> Order:
        for order in self._login.records.orders.values():
            known = (str(order.order_id), str(order.user_id)) == (asked.get("orderId"), asked.get("userId"))
            if known and asked.get("tpOrderId", order.number) == order.number:
                return order
        raise BaiduError(NOT_FOUND, "order not found")

    def _new(self, order: Order, number: str, fen: int) -> Refund:
        refund = Refund(
            batch_id=str(10**13 + secrets.randbelow(10**13)), asked_as=number, order_number=order.number, amount=fen
        )
        self._login.records.refunds[refund.batch_id] = refund
        self._ground.store.changed()
        return refund

    def _all(self, order: Order) -> list[Refund]:
        return [one for one in self._login.records.refunds.values() if one.order_number == order.number]

    def _moving(self, order: Order) -> int:
        return sum(one.amount for one in self._all(order) if one.status is not RefundStatus.FAILED)

    def _ids(self, refund: Refund, order: Order) -> dict[str, str]:
        return {
            "orderId": str(order.order_id),
            "userId": str(order.user_id),
            "tpOrderId": order.number,
            "refundBatchId": refund.batch_id,
        }

    def _sender(self, records: str, accepted: Any) -> FormNotifications:
        return FormNotifications(
            self._ground,
            Manner(
                platform="baidu",
                records=lambda: getattr(self._login.records, records),
                signed=lambda fields, bad: self._signatures.sign_form(fields, bad=bad),
                accepted=accepted,
                resends=self._app.notification_resends,
                timeout=ANSWER_WITHIN,
            ),
        )
