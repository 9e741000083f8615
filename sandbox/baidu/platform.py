"""Baidu put together: its application under `/baidu` and what the control calls ask of it."""

import secrets
from collections.abc import AsyncIterator, Mapping
from typing import Any

from aiohttp import web

from sandbox.baidu.answers import errors, spoilt
from sandbox.baidu.cashier import Cashier
from sandbox.baidu.customer_service import CustomerService
from sandbox.baidu.login import Login
from sandbox.baidu.orders import Orders
from sandbox.baidu.push import MessagePush
from sandbox.baidu.signing import Signatures
from sandbox.faults import spoil_answers
from sandbox.ground import Ground
from sandbox.people import Person
from sandbox.platforms import Outcome, Said
from sandbox.problems import Problem
from sandbox.settings import BaiduApp

PREFIX = "/baidu"


class Baidu:
    """The platform `baidu` of the control calls."""

    name = "baidu"

    def __init__(self, ground: Ground, app: BaiduApp) -> None:
        self._ground = ground
        self._login = Login(ground, app)
        self._orders = Orders(ground, app, self._login)
        self._push = MessagePush(ground, app)
        self._customer_service = CustomerService(ground, app, self._login, self._push)
        self._cashier = Cashier(ground, app, self._login, Signatures(app))

    def app(self) -> web.Application:
        """What stands at openapi.baidu.com."""
        faults = spoil_answers(
            self._ground.faults, platform=self.name, prefix=PREFIX, answer=spoilt, closing=self._ground.closing
        )
        app = web.Application(middlewares=[faults, errors])
        app.add_routes([*self._login.routes(), *self._orders.routes(), *self._customer_service.routes()])
        return app

    async def resume(self, app: web.Application) -> AsyncIterator[None]:
        """The sandbox's cleanup context: what a former run left undone is done now."""
        self._cashier.notifications.resume()
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

    def subscribe(self, person: Person, template_id: str, choice: str) -> dict[str, Any]:
        """`swan.subscribeService`."""
        raise Problem(501, "not_played", "The sandbox doesn't play this part of the platform yet.")

    def chat(self, person: Person, said: Said) -> dict[str, Any]:
        """`<button open-type="contact">` and what follows."""
        return self._customer_service.said(person, said)

    async def check_push_url(self) -> bool:
        return await self._push.check_url()
