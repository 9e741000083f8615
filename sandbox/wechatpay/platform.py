"""WeChat Pay put together: its application under `/wechatpay`."""

import secrets
from collections.abc import AsyncIterator

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.faults import FaultKind, spoil_answers
from sandbox.ground import Ground
from sandbox.wechatpay.authorization import Authorization
from sandbox.wechatpay.bills import FILE, Bills
from sandbox.wechatpay.cashier import Cashier
from sandbox.wechatpay.errors import errors, spoilt
from sandbox.wechatpay.notifications import Notifications
from sandbox.wechatpay.orders import Orders
from sandbox.wechatpay.refunds import Refunds
from sandbox.wechatpay.signing import PlatformSigner

PREFIX = "/wechatpay"


class WeChatPay:
    """What stands at api.mch.weixin.qq.com, and the cashier on the phone."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._signer = PlatformSigner(ground.settings.wechatpay, ground.clock.real)
        self._orders = Orders(ground)
        self._notifications = Notifications(ground, self._signer)
        self._refunds = Refunds(ground, self._orders, self._notifications)
        self._bills = Bills(ground)
        self.cashier = Cashier(ground, self._orders, self._notifications)

    def app(self) -> web.Application:
        """Outside in: answers are signed, a fault may spoil them, refusals get their form, the caller is checked."""
        faults = spoil_answers(
            self._ground.faults, platform="wechat", prefix=PREFIX, answer=spoilt, closing=self._ground.closing
        )
        app = web.Application(middlewares=[self._sign, faults, errors, Authorization(self._ground).check])
        app.add_routes([*self._orders.routes(), *self._refunds.routes(), *self._bills.routes()])
        return app

    async def resume(self, app: web.Application) -> AsyncIterator[None]:
        """The sandbox's cleanup context: what a former run left undone is done now."""
        self._refunds.resume()
        self._notifications.resume()
        yield

    @web.middleware
    async def _sign(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Every 2xx is signed, 204 too; refusals are not, nor is a bill. Each answer has its Request-ID."""
        response, path = await handler(request), request.path.removeprefix(PREFIX)
        response.headers["Request-ID"] = secrets.token_hex(16).upper()
        if isinstance(response, web.Response) and response.status < 300 and path != FILE:
            probe = self._ground.faults.take("wechat", path, FaultKind.BAD_SIGNATURE) is not None
            body = response.body if isinstance(response.body, bytes) else b""
            response.headers.update(self._signer.headers(body, probe=probe))
        return response
