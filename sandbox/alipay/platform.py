"""Alipay put together: its application under `/alipay` and what the control calls ask of it."""

import secrets
from collections.abc import AsyncIterator, Mapping
from typing import Any

from aiohttp import web

from sandbox.alipay.bills import Bills
from sandbox.alipay.cashier import Cashier
from sandbox.alipay.face_page import FacePage
from sandbox.alipay.faces import Faces
from sandbox.alipay.gateway import PATH, Gateway, fault_path
from sandbox.alipay.login import Login
from sandbox.alipay.messages import Messages
from sandbox.alipay.refunds import Refunds
from sandbox.alipay.signing import Signatures
from sandbox.alipay.trades import Trades
from sandbox.faults import Fault, spoil_answers
from sandbox.ground import Ground
from sandbox.people import Person
from sandbox.platforms import Outcome
from sandbox.settings import AlipayApp

PREFIX = "/alipay"


class Alipay:
    """The platform `alipay` of the control calls."""

    name = "alipay"

    def __init__(self, ground: Ground, app: AlipayApp) -> None:
        self._ground, self._settings = ground, app
        signatures = Signatures(app)
        self._login, trades = Login(ground, app), Trades(ground, app)
        self._cashier = Cashier(ground, app, trades, signatures)
        self._bills = Bills(ground, app, trades, PREFIX)
        refunds = Refunds(ground, trades, self._cashier)
        methods = {
            "alipay.system.oauth.token": self._login.token,
            "alipay.trade.create": trades.create,
            "alipay.trade.query": trades.query,
            "alipay.trade.close": trades.close,
            "alipay.data.dataservice.bill.downloadurl.query": self._bills.address,
            "alipay.trade.refund": refunds.refund,
            "alipay.trade.fastpay.refund.query": refunds.query,
        }
        faces, self.messages = Faces(ground), Messages(ground, app)
        methods |= {**faces.methods(), **self.messages.methods()}
        self._gateway = Gateway(ground, signatures, methods, app.app_id)
        self.faces = FacePage(ground, app, faces, self._gateway)

    def app(self) -> web.Application:
        """What stands at openapi.alipay.com."""
        faults = spoil_answers(
            self._ground.faults,
            platform=self.name,
            prefix=PREFIX,
            answer=self._spoilt,
            closing=self._ground.closing,
            named=fault_path,
        )
        app = web.Application(middlewares=[faults])
        app.add_routes([*self._gateway.routes(), *self._bills.routes()])
        return app

    async def resume(self, app: web.Application) -> AsyncIterator[None]:
        """The sandbox's cleanup context: what a former run left undone is done now."""
        self._cashier.notifications.resume()
        yield

    def new_person(self, *, name: str | None, id_number: str | None, phone: str | None) -> Person:
        """A person as this app knows them: by an open id, or by the user id of older apps."""
        known_as = secrets.token_urlsafe(36)[:48] if self._settings.gives_open_id else user_id()
        return Person(platform=self.name, open_id=known_as, name=name, id_number=id_number, phone=phone)

    def new_code(self, person: Person) -> str:
        """`my.getAuthCode`."""
        return self._login.new_code(person)

    def pay(self, person: Person, client: Mapping[str, Any], outcome: Outcome) -> dict[str, Any]:
        """`my.tradePay`."""
        return self._cashier.pay(person, client, outcome)

    def subscribe(self, person: Person, template_id: str, choice: str, subscribe_id: str = "") -> dict[str, Any]:
        """`my.requestSubscribeMessage`."""
        return self.messages.tap(person, template_id, choice)

    def agree(self, person: Person, template_id: str) -> None:
        self.messages.tap(person, template_id, "accept")

    def _spoilt(self, fault: Fault, path: str) -> web.Response:
        return self._gateway.spoilt(path.removeprefix(f"{PATH}/"), fault)


def user_id() -> str:
    """16 digits that begin with 2088, as Alipay's do."""
    return f"2088{secrets.randbelow(10**12):012d}"
