"""WeChat put together: its application under `/wechat` and what the control calls ask of it."""

import secrets
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from sandbox.faults import spoil_answers
from sandbox.ground import Ground
from sandbox.people import Person
from sandbox.platforms import Outcome, Said
from sandbox.wechat.answers import errors, spoilt
from sandbox.wechat.customer_service import CustomerService
from sandbox.wechat.faces import Faces
from sandbox.wechat.login import Login, as_plain_text
from sandbox.wechat.push import MessagePush
from sandbox.wechat.subscriptions import Subscriptions
from sandbox.wechat.tokens import AccessTokens
from sandbox.wechatpay.cashier import Cashier

PREFIX = "/wechat"


class WeChat:
    """The platform `wechat` of the control calls."""

    name = "wechat"

    def __init__(self, ground: Ground, cashier: Cashier) -> None:
        self._ground = ground
        self._cashier = cashier
        self._tokens = AccessTokens(ground)
        self._login = Login(ground, self._tokens)
        self._push = MessagePush(ground)
        self.subscriptions = Subscriptions(ground, self._tokens, self._push)
        self._customer_service = CustomerService(ground, self._tokens, self._push)
        self.faces = Faces(ground, self._tokens)

    def app(self) -> web.Application:
        """What stands at api.weixin.qq.com."""
        faults = spoil_answers(
            self._ground.faults, platform=self.name, prefix=PREFIX, answer=spoilt, closing=self._ground.closing
        )
        app = web.Application(middlewares=[as_plain_text, faults, errors])
        for part in (self._tokens, self._login, self.subscriptions, self.faces, self._customer_service):
            app.add_routes(part.routes())
        return app

    def new_person(self, *, name: str | None, id_number: str | None, phone: str | None) -> Person:
        """A person with a fresh open id, and a union id if the app gives one."""
        union_id = open_id() if self._ground.settings.wechat.gives_union_id else None
        return Person(
            platform=self.name, open_id=open_id(), union_id=union_id, name=name, id_number=id_number, phone=phone
        )

    def new_code(self, person: Person) -> str:
        """`wx.login`."""
        return self._login.new_code(person)

    def pay(self, person: Person, client: Mapping[str, Any], outcome: Outcome) -> dict[str, Any]:
        """`wx.requestPayment`."""
        return self._cashier.pay(person, client, outcome)

    def subscribe(self, person: Person, template_id: str, choice: str, subscribe_id: str = "") -> dict[str, Any]:
        """`wx.requestSubscribeMessage`."""
        return self.subscriptions.tap(person, template_id, choice)

    def agree(self, person: Person, template_id: str) -> None:
        self.subscriptions.agree(person, template_id)

    def chat(self, person: Person, said: Said) -> dict[str, Any]:
        """`<button open-type="contact">` and what follows."""
        return self._customer_service.said(person, said)

    async def check_push_url(self) -> bool:
        return await self._push.check_url()


def open_id() -> str:
    """28 characters that begin with an o, as WeChat's do."""
    return "o" + secrets.token_urlsafe(24)[:27]
