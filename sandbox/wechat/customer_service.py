"""The customer-service chat: what the person writes is pushed, what the service answers is counted and arrives."""

import base64
import secrets
from typing import Any

from aiohttp import web

from sandbox.chats import ChatRecord
from sandbox.ground import Ground
from sandbox.people import Person
from sandbox.platforms import Said
from sandbox.wechat.answers import WeChatError, answer, read_object
from sandbox.wechat.push import MessagePush
from sandbox.wechat.records import WeChatRecords
from sandbox.wechat.tokens import AccessTokens

REFUSALS = {"outside_window": 45015, "used_up": 45047}


class CustomerService:
    """Five answers to a message within 48 hours, two to somebody who entered within a minute."""

    def __init__(self, ground: Ground, tokens: AccessTokens, push: MessagePush) -> None:
        self._ground, self._tokens, self._push = ground, tokens, push

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/cgi-bin/message/custom/send", self._send), web.get("/cgi-bin/media/get", self._media)]

    def said(self, person: Person, said: Said) -> dict[str, Any]:
        """What the person does in the chat. `{"message_id"}` of a message."""
        chat = self._records.chats.setdefault(person.open_id, ChatRecord())
        now = self._ground.clock.real()
        if said.enters:
            chat.entered(now)
            self._push.event(person, "user_enter_tempsession", {"SessionFrom": "sandbox"})
            return {}
        chat.said(now)
        return {"message_id": self._push.message(person, self._content(said))}

    def _content(self, said: Said) -> dict[str, Any]:
        if said.picture is None:
            return {"MsgType": "text", "Content": said.text}
        media_id = secrets.token_urlsafe(48)
        self._records.pictures[media_id] = base64.b64encode(said.picture).decode()
        return {"MsgType": "image", "PicUrl": f"http://mmbiz.invalid/{media_id}/0", "MediaId": media_id}

    async def _send(self, request: web.Request) -> web.Response:
        self._tokens.require(request)
        body = await read_object(request)
        open_id, text = body.get("touser"), body.get("text")
        person = self._ground.people.with_open_id("wechat", open_id) if isinstance(open_id, str) else None
        if person is None:
            raise WeChatError(40003)
        if body.get("msgtype") != "text" or not isinstance(text, dict) or not text.get("content"):
            raise WeChatError(47003)
        refusal = self._records.chats.setdefault(person.open_id, ChatRecord()).take(self._ground.clock.real())
        if refusal is not None:
            raise WeChatError(REFUSALS[refusal])
        self._ground.people.deliver(
            person,
            kind="customer_service",
            arrived_at=self._ground.clock.stamp(),
            content={"msgtype": "text", "text": text["content"]},
        )
        return answer({"errcode": 0, "errmsg": "ok"})

    async def _media(self, request: web.Request) -> web.Response:
        self._tokens.require(request)
        kept = self._records.pictures.get(request.query.get("media_id", ""))
        if kept is None:
            raise WeChatError(40007)
        return web.Response(body=base64.b64decode(kept), content_type="image/jpeg")

    @property
    def _records(self) -> WeChatRecords:
        return self._ground.store.state.wechat
