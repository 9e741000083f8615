"""Orders of mini-programs: placed, asked for, closed."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from sandbox.ground import Ground
from sandbox.wechatpay.answers import answer
from sandbox.wechatpay.errors import PayError, wrong_parameter
from sandbox.wechatpay.records import Order, PayRecords, TradeState
from sandbox.wechatpay.requests import Closing, NewOrder, read

PREPAY_LIFETIME = timedelta(hours=2)
WORDS = {
    TradeState.NOTPAY: "订单未支付",
    TradeState.SUCCESS: "支付成功",
    TradeState.CLOSED: "订单已关闭",
    TradeState.REFUND: "订单发生过退款,退款详情请查询退款单",
}


class Orders:
    """The merchant's orders. Their times, expiry included, are exam time, as the merchant's clock is."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._settings = ground.settings

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/v3/pay/transactions/jsapi", self._place),
            web.get("/v3/pay/transactions/out-trade-no/{number}", self._by_number),
            web.get("/v3/pay/transactions/id/{transaction_id}", self._by_transaction),
            web.post("/v3/pay/transactions/out-trade-no/{number}/close", self._close),
        ]

    def prepaid(self, prepay_id: str) -> Order | None:
        """The order this prepay_id leads to, while it lives."""
        order = self.records.orders.get(self.records.prepays.get(prepay_id, ""))
        return order if order and order.prepay_id == prepay_id and self._prepay_lives(order) else None

    def expired(self, order: Order) -> bool:
        """Past its time_expire: it can't be paid any more, and stays unpaid until the merchant closes it."""
        return is_past(order.parameters.get("time_expire"), self._ground.clock.now())

    def get(self, number: str) -> Order:
        """404 ORDER_NOT_EXIST."""
        try:
            return self.records.orders[number]
        except KeyError:
            raise PayError("ORDER_NOT_EXIST", "订单不存在") from None

    def with_transaction(self, transaction_id: str) -> Order:
        """404 ORDER_NOT_EXIST."""
        for order in self.records.orders.values():
            if order.transaction_id == transaction_id:
                return order
        raise PayError("ORDER_NOT_EXIST", "订单不存在")

    def trade(self, order: Order) -> dict[str, Any]:
        """The order as queries and notifications show it."""
        amount: dict[str, Any] = {"total": order.total, "currency": "CNY", "payer_currency": "CNY"}
        shown = {
            "appid": order.parameters["appid"],
            "mchid": order.parameters["mchid"],
            "out_trade_no": order.number,
            "trade_state": order.state.value,
            "trade_state_desc": WORDS[order.state],
            "amount": amount,
            "promotion_detail": [],
        }
        return shown | paid_part(order, amount) if order.transaction_id else shown

    @property
    def records(self) -> PayRecords:
        """WeChat Pay's branch of the state."""
        return self._ground.store.state.wechatpay

    async def _place(self, request: web.Request) -> web.Response:
        new, raw = await read(request, NewOrder)
        self._check(new)
        former = self.records.orders.get(new.out_trade_no)
        order = self._repeated(former, raw) if former else self._new(raw)
        return answer({"prepay_id": order.prepay_id})

    def _check(self, new: NewOrder) -> None:
        self._check_merchant(new.mchid)
        if new.appid != self._settings.wechat.app_id:
            raise PayError("APPID_MCHID_NOT_MATCH", "appid和mch_id不匹配")
        if self._ground.people.with_open_id("wechat", new.payer.openid) is None:
            raise wrong_parameter("/payer/openid", "not an open id of this appid", new.payer.openid)
        if is_past(new.time_expire, self._ground.clock.now()):
            raise wrong_parameter("/time_expire", "is past", new.time_expire)

    def _check_merchant(self, mchid: str) -> None:
        if mchid != self._settings.wechatpay.mchid:
            raise PayError("MCH_NOT_EXISTS", "商户号不存在")

    def _new(self, raw: dict[str, Any]) -> Order:
        now = self._ground.clock.stamp()
        order = Order(parameters=raw, created_at=now, prepay_id="", prepaid_at=now)
        self.records.orders[order.number] = order
        return self._prepay(order)

    def _repeated(self, order: Order, raw: dict[str, Any]) -> Order:
        """The same order may be placed again, with everything as it was."""
        if order.transaction_id:
            raise PayError("ORDERPAID", "该订单已支付")
        if order.state is TradeState.CLOSED:
            raise PayError("ORDER_CLOSED", "该订单已关闭")
        if raw != order.parameters:
            raise PayError("INVALID_REQUEST", "请求重入时,参数与首次请求时不一致")
        return order if self._prepay_lives(order) else self._prepay(order)

    def _prepay(self, order: Order) -> Order:
        now = self._ground.clock.now()
        order.prepay_id = f"wx{now:%d%H%M%S}{secrets.token_hex(13)}"
        order.prepaid_at = self._ground.clock.stamp()
        self.records.prepays[order.prepay_id] = order.number
        self._ground.store.changed()
        return order

    def _prepay_lives(self, order: Order) -> bool:
        return self._ground.clock.now() - datetime.fromisoformat(order.prepaid_at) < PREPAY_LIFETIME

    async def _by_number(self, request: web.Request) -> web.Response:
        self._check_query(request)
        return answer(self.trade(self.get(request.match_info["number"])))

    async def _by_transaction(self, request: web.Request) -> web.Response:
        self._check_query(request)
        return answer(self.trade(self.with_transaction(request.match_info["transaction_id"])))

    def _check_query(self, request: web.Request) -> None:
        if not (mchid := request.query.get("mchid")):
            raise wrong_parameter("mchid", "must not be missing", location="query")
        self._check_merchant(mchid)

    async def _close(self, request: web.Request) -> web.Response:
        closing, _ = await read(request, Closing)
        self._check_merchant(closing.mchid)
        order = self.get(request.match_info["number"])
        if order.transaction_id:
            raise PayError("ORDERPAID", "该订单已支付,不能关闭")
        order.state = TradeState.CLOSED
        self._ground.store.changed()
        return web.Response(status=204)


def is_past(time: str | None, now: datetime) -> bool:
    return time is not None and datetime.fromisoformat(time) <= now


def paid_part(order: Order, amount: dict[str, Any]) -> dict[str, Any]:
    """What only a paid order has."""
    return {
        "transaction_id": order.transaction_id,
        "trade_type": "JSAPI",
        "bank_type": "OTHERS",
        "attach": order.parameters.get("attach") or "",
        "success_time": order.success_time,
        "payer": {"openid": order.open_id},
        "amount": {**amount, "payer_total": order.total},
    }
