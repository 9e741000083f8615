"""Baidu put together: its application under `/baidu` and what the control calls ask of it."""

import secrets
from collections.abc import AsyncIterator, Mapping
from typing import Any

from aiohttp import web

from sandbox.baidu.answers import errors, spoilt
from sandbox.baidu.bills import Bills
from sandbox.baidu.cashier import Cashier
from sandbox.baidu.customer_service import CustomerService
from sandbox.baidu.faces import Faces
from sandbox.baidu.login import Login
from sandbox.baidu.orders import Orders
from sandbox.baidu.push import MessagePush
from sandbox.baidu.refunds import Refunds
from sandbox.baidu.signing import Signatures
from sandbox.baidu.subscriptions import Subscriptions
from sandbox.baidu.tokens import AppTokens
from sandbox.faults import spoil_answers
from sandbox.ground import Ground
from sandbox.people import Person
from sandbox.platforms import Outcome, Said
from sandbox.settings import BaiduApp

PREFIX = "/baidu"


class Baidu:
    """The platform `baidu` of the control calls."""

    name = "baidu"

    def __init__(self, ground: Ground, app: BaiduApp) -> None:
        self._ground = ground
        self._tokens = AppTokens(ground, app)
        self._login = Login(ground, app, self._tokens)
        self.faces = Faces(ground, app, self._tokens)
        self._orders = Orders(ground, app, self._login)
        self._bills = Bills(ground, app, self._login, PREFIX)
        signatures = Signatures(app)
        self._refunds = Refunds(ground, app, self._login, signatures)
        self._cashier = Cashier(ground, app, self._login, signatures, self._refunds)
        self._push = MessagePush(ground, app)
        self.subscriptions = Subscriptions(ground, app, self._login)
        self._customer_service = CustomerService(ground, app, self._login, self._push)

    def app(self) -> web.Application:
        """What stands at openapi.baidu.com, aip.baidubce.com and the cashier's older host.

        But for the tokens' they share no path.
        """
        faults = spoil_answers(
            self._ground.faults, platform=self.name, prefix=PREFIX, answer=spoilt, closing=self._ground.closing
        )
        app = web.Application(middlewares=[faults, errors])
        for part in (self._tokens, self._login, self._orders, self._bills, self._refunds, self.faces):
            app.add_routes(part.routes())
        for more in (self._customer_service, self.subscriptions):
            app.add_routes(more.routes())
        return app

    async def resume(self, app: web.Application) -> AsyncIterator[None]:
        """The sandbox's cleanup context: what a former run left undone is done now."""
        self._cashier.notifications.resume()
        self._refunds.resume()
        yield

    def new_person(self, *, name: str | None, id_number: str | None, phone: str | None) -> Person:
        """A person with a fresh open id."""
        return Person(
            platform=self.name, open_id=secrets.token_urlsafe(24), name=name, id_number=id_number, phone=phone
        )

    def new_code(self, person: Person) -> str:
        """`swan.getLoginCode`."""
        return self._login.new_code(person)

    def pay(self, person: Person, client: Mapping[str, Any], outcome: Outcome) -> dict[str, Any]:
        """`swan.requestPolymerPayment`."""
        return self._cashier.pay(person, client, outcome)

    def subscribe(self, person: Person, template_id: str, choice: str, subscribe_id: str = "") -> dict[str, Any]:
        """`swan.subscribeService`."""
        return self.subscriptions.tap(person, template_id, choice, subscribe_id)

    def agree(self, person: Person, template_id: str) -> None:
        """Under the person's own open id, since nobody else gives it a name."""
        self.subscriptions.tap(person, template_id, "accept", person.open_id)

    def chat(self, person: Person, said: Said) -> dict[str, Any]:
        """`<button open-type="contact">` and what follows."""
        return self._customer_service.said(person, said)

    async def check_push_url(self) -> bool:
        return await self._push.check_url()
