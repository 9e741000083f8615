"""The customer-service chat: what the person writes is pushed, what the service answers is counted and arrives."""

import base64
import secrets
from typing import Any

from aiohttp import web

from sandbox.baidu.answers import BaiduError, given, success
from sandbox.baidu.login import Login
from sandbox.baidu.push import MessagePush
from sandbox.chats import ChatRecord
from sandbox.ground import Ground
from sandbox.people import Person
from sandbox.platforms import Said
from sandbox.problems import Problem
from sandbox.settings import BaiduApp

PARAMETER, FOREIGN_USER, OVER_LIMIT = 3001, 30022, 90001
USER_TYPES = ("1", "2")


class CustomerService:
    """Five answers to a message within 48 hours."""

    def __init__(self, ground: Ground, app: BaiduApp, login: Login, push: MessagePush) -> None:
        self._ground, self._app, self._login, self._push = ground, app, login, push

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/rest/2.0/smartapp/message/custom/send", self._send),
            web.get("/media/{picture}", self._picture),
        ]

    def said(self, person: Person, said: Said) -> dict[str, Any]:
        """What the person does in the chat: `{"message_id"}`."""
        if said.enters:
            raise Problem(501, "not_played", "Which event Baidu tells of somebody who enters is not documented.")
        self._login.records.chats.setdefault(person.open_id, ChatRecord()).said(self._ground.clock.real())
        return {"message_id": self._push.message(person, self._content(said))}

    def _content(self, said: Said) -> dict[str, Any]:
        if said.picture is None:
            return {"MsgType": "text", "Content": said.text}
        name = secrets.token_hex(16)
        self._login.records.pictures[name] = base64.b64encode(said.picture).decode()
        return {"MsgType": "image", "PicUrl": f"{self._app.media_url}/{name}"}

    async def _send(self, request: web.Request) -> web.Response:
        self._login.require_token(request)
        asked = await given(request)
        person = self._ground.people.with_open_id("baidu", asked.get("open_id", ""))
        if asked.get("user_type") not in USER_TYPES or asked.get("msg_type") != "text" or not asked.get("content"):
            raise BaiduError(PARAMETER, "invalid parameter")
        if person is None:
            raise BaiduError(FOREIGN_USER, "open_id of another program")
        chat = self._login.records.chats.setdefault(person.open_id, ChatRecord())
        if chat.take(self._ground.clock.real()) is not None:
            raise BaiduError(OVER_LIMIT, "over the limit")
        self._ground.people.deliver(
            person,
            kind="customer_service",
            arrived_at=self._ground.clock.stamp(),
            content={"msgtype": "text", "text": asked["content"]},
        )
        return success(None)

    async def _picture(self, request: web.Request) -> web.Response:
        kept = self._login.records.pictures.get(request.match_info["picture"])
        if kept is None:
            raise web.HTTPNotFound
        return web.Response(body=base64.b64decode(kept), content_type="image/jpeg")
