"""The server's calls about orders: found by our number, cancelled while unpaid. None makes an order."""

from aiohttp import web

from sandbox.baidu.answers import BaiduError, success
from sandbox.baidu.login import Login
from sandbox.baidu.records import Order, OrderStatus
from sandbox.ground import Ground
from sandbox.settings import BaiduApp

SERVICE = "/rest/2.0/smartapp/pay/paymentservice"
WRONG_PARAMETER, NOT_FOUND = 10001, 10002


class Orders:
    """The orders that cashiers have made."""

    def __init__(self, ground: Ground, app: BaiduApp, login: Login) -> None:
        self._ground, self._app, self._login = ground, app, login

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get(f"{SERVICE}/findByTpOrderId", self._find),
            web.get(f"{SERVICE}/cancelOrder", self._cancel),
        ]

    async def _find(self, request: web.Request) -> web.Response:
        self._check(request)
        order = self._login.records.orders.get(request.query.get("tpOrderId", ""))
        if order is None:
            raise BaiduError(NOT_FOUND, "order not found")
        return success(self._shown(order))

    async def _cancel(self, request: web.Request) -> web.Response:
        """Whether it was closed: what is paid isn't."""
        self._check(request)
        number = request.query.get("orderId", "")
        order = next((one for one in self._login.records.orders.values() if str(one.order_id) == number), None)
        if order is None:
            raise BaiduError(NOT_FOUND, "order not found")
        if order.status is OrderStatus.UNPAID:
            order.status = OrderStatus.CANCELLED
            self._ground.store.changed()
        return success(order.status is OrderStatus.CANCELLED)

    def _check(self, request: web.Request) -> None:
        self._login.require_token(request)
        if request.query.get("pmAppKey") != self._app.pay_app_key:
            raise BaiduError(WRONG_PARAMETER, "pmAppKey")

    def _shown(self, order: Order) -> dict[str, object]:
        """Numbers larger than 32 bits are numbers, as there."""
        amount = int(order.info["totalAmount"])
        return {
            "appKey": order.info["appKey"],
            "dealId": int(order.info["dealId"]),
            "tpOrderId": order.number,
            "orderId": order.order_id,
            "userId": order.user_id,
            "openId": order.open_id,
            "status": int(order.status),
            "subStatus": 0,
            "count": 1,
            "totalMoney": amount,
            "oriPrice": amount,
            "payMoney": amount if order.status is OrderStatus.PAID else 0,
            "createTime": order.created_at,
            "bizInfo": order.info.get("bizInfo", ""),
        }
