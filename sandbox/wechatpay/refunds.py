"""Refunds: accepted at once, done a moment later, then notified."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from sandbox.ground import Ground
from sandbox.wechatpay.answers import answer
from sandbox.wechatpay.errors import PayError, wrong_parameter
from sandbox.wechatpay.notifications import Notifications
from sandbox.wechatpay.orders import Orders
from sandbox.wechatpay.records import Order, PayRecords, Refund, TradeState
from sandbox.wechatpay.requests import NewRefund, read

MOST_REFUNDS = 50
APART = timedelta(minutes=1)
LATEST = timedelta(days=365)
RECEIVED_IN = "支付用户零钱"


class Refunds:
    """Refunds of the merchant's paid orders, whole or in parts."""

    def __init__(self, ground: Ground, orders: Orders, notifications: Notifications) -> None:
        self._ground = ground
        self._orders = orders
        self._notifications = notifications

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/v3/refund/domestic/refunds", self._ask),
            web.get("/v3/refund/domestic/refunds/{number}", self._get),
        ]

    def resume(self) -> None:
        """Complete what a former run had only accepted."""
        for refund in self._records.refunds.values():
            if refund.success_time is None:
                self._ground.start(self._complete(refund))

    async def _ask(self, request: web.Request) -> web.Response:
        new, raw = await read(request, NewRefund)
        refund = self._records.refunds.get(new.out_refund_no)
        if refund and refund.parameters != raw:
            raise PayError("INVALID_REQUEST", "请求重入时,参数与首次请求时不一致")
        if refund is None:
            order = self._order_of(new)
            self._check(new, order)
            refund = self._accept(order, raw)
        return answer(self._shown(refund))

    def _order_of(self, new: NewRefund) -> Order:
        if new.transaction_id:
            return self._orders.with_transaction(new.transaction_id)
        if new.out_trade_no:
            return self._orders.get(new.out_trade_no)
        raise wrong_parameter("/transaction_id", "transaction_id or out_trade_no must be given")

    def _check(self, new: NewRefund, order: Order) -> None:
        if order.success_time is None:
            raise PayError("INVALID_REQUEST", "订单未支付,不能退款")
        if new.amount.total != order.total:
            raise PayError("INVALID_REQUEST", "订单金额或退款金额与之前请求不一致,请核实后再试")
        former, now = self._of(order), self._ground.clock.now()
        if sum(refund.amount for refund in former) + new.amount.refund > order.total:
            raise PayError("INVALID_REQUEST", "申请退款金额超过订单可退金额")
        if len(former) >= MOST_REFUNDS or now - datetime.fromisoformat(order.success_time) > LATEST:
            raise PayError("RULE_LIMIT", "超过退款次数或退款期限")
        if former and now - datetime.fromisoformat(former[-1].created_at) < APART:
            raise PayError("FREQUENCY_LIMITED", "同一订单的两次退款须间隔1分钟")

    def _of(self, order: Order) -> list[Refund]:
        return [refund for refund in self._records.refunds.values() if refund.order_number == order.number]

    def _accept(self, order: Order, raw: dict[str, Any]) -> Refund:
        now = self._ground.clock.now()
        refund = Refund(
            parameters=raw,
            refund_id=f"503{now:%y%m%d}{secrets.randbelow(10**19):019d}",
            order_number=order.number,
            created_at=self._ground.clock.stamp(),
        )
        self._records.refunds[refund.number] = refund
        order.state = TradeState.REFUND
        self._ground.store.changed()
        self._ground.start(self._complete(refund))
        return refund

    async def _complete(self, refund: Refund) -> None:
        """In the background, so that the first answer is still PROCESSING, as WeChat Pay's is."""
        refund.success_time = self._ground.clock.stamp()
        self._ground.store.changed()
        if url := refund.parameters.get("notify_url"):
            self._notifications.send(url, "REFUND.SUCCESS", "退款成功", self._notified(refund))

    async def _get(self, request: web.Request) -> web.Response:
        refund = self._records.refunds.get(request.match_info["number"])
        if refund is None:
            raise PayError("RESOURCE_NOT_EXISTS", "退款单不存在")
        return answer(self._shown(refund))

    def _ids(self, refund: Refund) -> dict[str, Any]:
        order = self._orders.get(refund.order_number)
        return {
            "refund_id": refund.refund_id,
            "out_refund_no": refund.number,
            "transaction_id": order.transaction_id,
            "out_trade_no": order.number,
            "user_received_account": RECEIVED_IN,
        }

    def _shown(self, refund: Refund) -> dict[str, Any]:
        """As asking and querying show it."""
        total = self._orders.get(refund.order_number).total
        done = {"success_time": refund.success_time} if refund.success_time else {}
        return {
            **self._ids(refund),
            **done,
            "channel": "ORIGINAL",
            "create_time": refund.created_at,
            "status": "SUCCESS" if refund.success_time else "PROCESSING",
            "funds_account": refund.parameters.get("funds_account") or "UNSETTLED",
            "amount": amounts(refund.amount, total),
            "promotion_detail": [],
        }

    def _notified(self, refund: Refund) -> dict[str, Any]:
        """As the notification shows it."""
        total = self._orders.get(refund.order_number).total
        return {
            "mchid": self._ground.settings.wechatpay.mchid,
            **self._ids(refund),
            "refund_status": "SUCCESS",
            "success_time": refund.success_time,
            "amount": {
                "total": total,
                "refund": refund.amount,
                "payer_total": total,
                "payer_refund": refund.amount,
            },
        }

    @property
    def _records(self) -> PayRecords:
        return self._ground.store.state.wechatpay


def amounts(refund: int, total: int) -> dict[str, Any]:
    """The amounts of a refund without discounts; fen."""
    return {
        "total": total,
        "refund": refund,
        "from": [],
        "payer_total": total,
        "payer_refund": refund,
        "settlement_total": total,
        "settlement_refund": refund,
        "discount_refund": 0,
        "currency": "CNY",
        "refund_fee": 0,
    }
