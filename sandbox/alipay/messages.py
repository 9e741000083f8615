"""Template messages: the consent tap, and `alipay.open.app.mini.templatemessage.send`."""

import json
from typing import Any

from sandbox.alipay.gateway import AlipayError, Method, Parameters, biz_content, business_error, success
from sandbox.alipay.records import AlipayRecords
from sandbox.console import TemplateRecord
from sandbox.ground import Ground
from sandbox.people import Person
from sandbox.settings import AlipayApp, Template
from sandbox.templates import found, values_of

LONGEST_VALUE = 50
LASTING = -1
"""An accept balance that no message uses up."""
NOT_SUBSCRIBED = "USER_NOT_SUBSCRIBED"
"""Inferred: which code tells that nothing is left of the person's consent isn't published."""


class Messages:
    """One accepted tap allows one message; of a long-term template, any number."""

    def __init__(self, ground: Ground, app: AlipayApp) -> None:
        self._ground, self._app = ground, app

    def methods(self) -> dict[str, Method]:
        return {"alipay.open.app.mini.templatemessage.send": self._send}

    def add_template(self, template_id: str, template: TemplateRecord) -> None:
        """What choosing a template in Alipay's console does."""
        self._records.templates[template_id] = template
        self._ground.store.changed()

    def tap(self, person: Person, template_id: str, choice: str) -> dict[str, Any]:
        """The answer to `my.requestSubscribeMessage`: it succeeds also where the person refuses."""
        template = self.template(template_id)
        if template is None:
            return {"errorCode": 100201, "errorMessage": "the template is not the app's"}
        accepted = [template_id] if choice == "accept" else []
        if accepted:
            balance = self._records.accepts.setdefault(person.open_id, {})
            balance[template_id] = LASTING if template.long_term else balance.get(template_id, 0) + 1
            self._ground.store.changed()
        return {
            "behavior": "subscribe" if accepted else "cancel",
            "keep": False,
            "refuse": False,
            "show": True,
            "result": {
                "subscribeEntityIds": accepted,
                "subscribedEntityIds": [],
                "unsubscribedEntityIds": [] if accepted else [template_id],
                "currentSubscribedEntityIds": accepted,
            },
        }

    def template(self, template_id: str) -> Template | None:
        """By id, those put in at run time first."""
        return found(template_id, self._records.templates, self._app.templates)

    def _send(self, parameters: Parameters) -> dict[str, Any]:
        content = biz_content(parameters)
        person = self._receiver(content)
        template_id = str(content.get("user_template_id") or "")
        template = self.template(template_id)
        if template is None:
            raise business_error("USER_TEMPLATE_ILLEGAL")
        if not content.get("page"):
            raise AlipayError("40002", "isv.invalid-parameter", "page")
        if content.get("form_id"):
            raise business_error("FORM_ID_NOT_MATCH_APPID")
        said = check_data(template, content.get("data"))
        self._use_up(person, template_id)
        self._ground.people.deliver(
            person,
            kind="template_message",
            arrived_at=self._ground.clock.stamp(),
            content={"template_id": template_id, "title": template.title, "page": content["page"], "data": said},
        )
        return success()

    def _receiver(self, content: dict[str, Any]) -> Person:
        known_as = content.get("to_open_id") or content.get("to_user_id")
        person = self._ground.people.with_open_id("alipay", str(known_as)) if known_as else None
        if person is None:
            raise AlipayError("40002", "invalid-openid")
        return person

    def _use_up(self, person: Person, template_id: str) -> None:
        balance = self._records.accepts.get(person.open_id, {})
        left = balance.get(template_id, 0)
        if left == 0:
            raise business_error(NOT_SUBSCRIBED)
        if left != LASTING:
            balance[template_id] = left - 1

    @property
    def _records(self) -> AlipayRecords:
        return self._ground.store.state.alipay


def check_data(template: Template, data: object) -> dict[str, str]:
    """The values by keyword. A refusal for one that is missing or longer than Alipay takes."""
    try:
        given = dict(values_of(json.loads(data))) if isinstance(data, str) else {}
    except ValueError:
        raise AlipayError("40002", "isv.illegal-json", "data") from None
    said: dict[str, str] = {}
    for key in template.keys:
        value = given.get(key)
        if not isinstance(value, str) or not value:
            raise business_error("USER_TEMPLATE_LACK_KEYWORD", key)
        if len(value) > LONGEST_VALUE:
            raise business_error("USER_KEYWORD_LENGTH_ERROR", key)
        said[key] = value
    return said
