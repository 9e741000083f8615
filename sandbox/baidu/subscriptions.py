"""Subscribe messages: what was accepted under which subscribe_id, and the send call."""

import json
from typing import Any

from aiohttp import web

from sandbox.baidu.answers import BaiduError, given, success
from sandbox.baidu.login import Login
from sandbox.baidu.records import Subscription
from sandbox.console import TemplateRecord
from sandbox.ground import Ground
from sandbox.people import Person
from sandbox.problems import Problem
from sandbox.settings import BaiduApp, Template
from sandbox.templates import found, values_of

PARAMETER, TEMPLATE, NOT_SUBSCRIBED, RECEIVER = 2002, 4001, 4007, 4010


class Subscriptions:
    """One message for each accepted subscribe_id; a second is refused: our inference from "does not accumulate"."""

    def __init__(self, ground: Ground, app: BaiduApp, login: Login) -> None:
        self._ground, self._app, self._login = ground, app, login

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/rest/2.0/smartapp/template/message/subscribe/send", self._send)]

    def add_template(self, template_id: str, template: TemplateRecord) -> None:
        """What choosing a template in Baidu's console does."""
        self._login.records.templates[template_id] = template
        self._ground.store.changed()

    def tap(self, person: Person, template_id: str, choice: str, subscribe_id: str) -> dict[str, Any]:
        """The answer to `swan.subscribeService`: 1 subscribed, 0 cancelled, -1 neither."""
        if not subscribe_id:
            raise Problem(422, "bad_body", "At Baidu a subscribe_id of the service's goes with the template.")
        if self.template(template_id) is None:
            return {"status": -1}
        kept = self._login.records.subscriptions.setdefault(person.open_id, {})
        one = kept.setdefault(subscribe_id, Subscription(template_id=template_id, stands=False))
        one.stands = choice == "accept"
        self._ground.store.changed()
        return {"status": 1 if one.stands else 0}

    def template(self, template_id: str) -> Template | None:
        """By id, those put in at run time first."""
        return found(template_id, self._login.records.templates, self._app.templates)

    async def _send(self, request: web.Request) -> web.Response:
        self._login.require_token(request)
        asked = await given(request)
        template_id = asked.get("template_id", "")
        template = self.template(template_id)
        if template is None:
            raise BaiduError(TEMPLATE, "invalid template_id")
        person = self._ground.people.with_open_id("baidu", asked.get("touser_openId", ""))
        if person is None:
            raise BaiduError(RECEIVER, "invalid touser_openId")
        said = check_data(template, asked.get("data", ""))
        self._use_up(person, template_id, asked.get("subscribe_id", ""))
        records = self._login.records
        records.messages_sent += 1
        self._ground.people.deliver(
            person,
            kind="subscribe_message",
            arrived_at=self._ground.clock.stamp(),
            content={
                "template_id": template_id,
                "title": template.title,
                "page": asked.get("page", ""),
                "subscribe_id": asked["subscribe_id"],
                "data": said,
            },
        )
        return success({"msg_key": str(records.messages_sent)})

    def _use_up(self, person: Person, template_id: str, subscribe_id: str) -> None:
        one = self._login.records.subscriptions.get(person.open_id, {}).get(subscribe_id)
        if one is None or one.template_id != template_id or one.used or not one.stands:
            raise BaiduError(NOT_SUBSCRIBED, "user not subscribed")
        one.used = True


def check_data(template: Template, data: str) -> dict[str, str]:
    """The values by keyword; 2002 where one is missing."""
    try:
        values = dict(values_of(json.loads(data)))
    except ValueError:
        raise BaiduError(PARAMETER, "invalid parameter: data") from None
    said: dict[str, str] = {}
    for key in template.keys:
        value = values.get(key)
        if not isinstance(value, str) or not value:
            raise BaiduError(PARAMETER, f"invalid parameter: {key}")
        said[key] = value
    return said
