"""Subscribe messages: the accept balance, the send call, the events about both."""

from typing import Any

from aiohttp import web

from sandbox.console import TemplateRecord
from sandbox.ground import Ground
from sandbox.people import Person
from sandbox.settings import Template
from sandbox.templates import found
from sandbox.wechat import template_fields
from sandbox.wechat.answers import WeChatError, answer, read_object
from sandbox.wechat.push import MessagePush
from sandbox.wechat.records import LASTING, WeChatRecords
from sandbox.wechat.tokens import AccessTokens

PROGRAM_STATES = ("formal", "trial", "developer")
LANGUAGES = ("zh_CN", "en_US", "zh_HK", "zh_TW")


class Subscriptions:
    """One accepted tap allows one message; of a long-term template, any number."""

    def __init__(self, ground: Ground, tokens: AccessTokens, push: MessagePush) -> None:
        self._ground = ground
        self._tokens = tokens
        self._push = push

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/cgi-bin/message/subscribe/send", self._send),
            web.get("/wxaapi/newtmpl/gettemplate", self._list),
        ]

    def add_template(self, template_id: str, template: TemplateRecord) -> None:
        """What choosing a template in WeChat's console does."""
        self._records.templates[template_id] = template
        self._ground.store.changed()

    def tap(self, person: Person, template_id: str, choice: str) -> dict[str, Any]:
        """The answer to `wx.requestSubscribeMessage`: counts an accept and pushes the event.

        `ban` is what the client finds without asking when the template is banned: no tap, so no event.
        """
        template = self.template(template_id)
        if template is None:
            return {"errMsg": "requestSubscribeMessage:fail:No template data return", "errCode": 20001}
        if choice == "accept":
            self._accept(person, template_id, template)
        if choice != "ban":
            item = {"TemplateId": template_id, "SubscribeStatusString": choice, "PopupScene": 0}
            self._push.event(person, "subscribe_msg_popup_event", {"SubscribeMsgPopupEvent": {"List": [item]}})
        return {"errMsg": "requestSubscribeMessage:ok", template_id: choice}

    def agree(self, person: Person, template_id: str) -> None:
        """An accept of which no event tells."""
        if (template := self.template(template_id)) is not None:
            self._accept(person, template_id, template)

    def template(self, template_id: str) -> Template | None:
        """By id, those put in at run time first."""
        return found(template_id, self._records.templates, self._ground.settings.wechat.templates)

    def _accept(self, person: Person, template_id: str, template: Template) -> None:
        balance = self._records.accepts.setdefault(person.open_id, {})
        balance[template_id] = LASTING if template.long_term else balance.get(template_id, 0) + 1
        self._ground.store.changed()

    async def _send(self, request: web.Request) -> web.Response:
        self._tokens.require(request)
        body = await read_object(request)
        person = self._receiver(body.get("touser"))
        template_id = str(body.get("template_id") or "")
        template = self.template(template_id)
        if template is None:
            raise WeChatError(40037)
        check_options(body)
        check_data(template, body.get("data"))
        self._use_up(person, template_id)
        return answer({"errcode": 0, "errmsg": "ok", "msgid": self._arrive(person, template_id, template, body)})

    def _receiver(self, open_id: object) -> Person:
        person = self._ground.people.with_open_id("wechat", open_id) if isinstance(open_id, str) else None
        if person is None:
            raise WeChatError(40003)
        return person

    def _use_up(self, person: Person, template_id: str) -> None:
        balance = self._records.accepts.get(person.open_id, {})
        left = balance.get(template_id, 0)
        if left == 0:
            raise WeChatError(43101)
        if left != LASTING:
            balance[template_id] = left - 1

    def _arrive(self, person: Person, template_id: str, template: Template, body: dict[str, Any]) -> int:
        """Into the inbox, and the event that says so. Returns the message's number."""
        self._records.messages_sent += 1
        message_id = 3_000_000_000_000_000_000 + self._records.messages_sent
        content = {
            "msgid": message_id,
            "template_id": template_id,
            "title": template.title,
            "page": body.get("page", ""),
            "miniprogram_state": body.get("miniprogram_state", "formal"),
            "lang": body.get("lang", "zh_CN"),
            "data": {key: body["data"][key]["value"] for key in template.keys},
        }
        self._ground.people.deliver(
            person, kind="subscribe_message", arrived_at=self._ground.clock.stamp(), content=content
        )
        item = {"TemplateId": template_id, "MsgID": message_id, "ErrorCode": 0, "ErrorStatus": "success"}
        self._push.event(person, "subscribe_msg_sent_event", {"SubscribeMsgSentEvent": {"List": [item]}})
        return message_id

    async def _list(self, request: web.Request) -> web.Response:
        self._tokens.require(request)
        ids = [*self._ground.settings.wechat.templates, *self._records.templates]
        known = {template_id: template for template_id in ids if (template := self.template(template_id))}
        return answer({"errcode": 0, "errmsg": "ok", "data": [listed(*item) for item in known.items()]})

    @property
    def _records(self) -> WeChatRecords:
        return self._ground.store.state.wechat


def check_options(body: dict[str, Any]) -> None:
    """47003 for a build or language that WeChat doesn't know."""
    if body.get("miniprogram_state", "formal") not in PROGRAM_STATES:
        raise WeChatError(47003, "argument invalid! miniprogram_state invalid")
    if body.get("lang", "zh_CN") not in LANGUAGES:
        raise WeChatError(47003, "argument invalid! lang invalid")
    if not isinstance(body.get("page", ""), str):
        raise WeChatError(47003, "argument invalid! page invalid")


def check_data(template: Template, data: object) -> None:
    """47003 that names the key when a value is missing, breaks its type's rule, or is not of the template."""
    if not isinstance(data, dict):
        raise WeChatError(47003, "argument invalid! data is empty")
    for key in template.keys:
        field = data.get(key)
        value = field.get("value", "") if isinstance(field, dict) else ""
        if fault := template_fields.fault(key, value, template.enums.get(key, ())):
            raise WeChatError(47003, f"argument invalid! data.{key}.value {fault}")
    if extra := [key for key in data if key not in template.keys]:
        raise WeChatError(47003, f"argument invalid! data.{extra[0]} is not of the template")


def listed(template_id: str, template: Template) -> dict[str, Any]:
    """A template as `gettemplate` lists it."""
    return {
        "priTmplId": template_id,
        "title": template.title,
        "content": "".join(f"{{{{{key}.DATA}}}}\n" for key in template.keys),
        "example": "",
        "type": 3 if template.long_term else 2,
        "keywordEnumValueList": [
            {"keywordCode": f"{key}.DATA", "enumValueList": list(values)} for key, values in template.enums.items()
        ],
    }
