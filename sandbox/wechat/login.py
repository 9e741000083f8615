"""Login codes and `/sns/jscode2session`."""

import base64
import secrets
from collections import deque

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.ground import Ground
from sandbox.people import Person
from sandbox.wechat.answers import WeChatError, answer
from sandbox.wechat.records import LoginCode, WeChatRecords
from sandbox.wechat.tokens import AccessTokens

PATH = "/sns/jscode2session"
CODE_LIFETIME = 300.0
REMEMBERED = 86400.0
LOGINS_A_MINUTE = 100


@web.middleware
async def as_plain_text(request: web.Request, handler: Handler) -> web.StreamResponse:
    """WeChat sends this one call's JSON as text/plain, its refusals too."""
    response = await handler(request)
    if request.path.endswith(PATH) and response.content_type == "application/json":
        response.content_type = "text/plain"
    return response


class Login:
    """Gives the client its codes and exchanges each once, within five minutes of real time."""

    def __init__(self, ground: Ground, tokens: AccessTokens) -> None:
        self._ground = ground
        self._tokens = tokens
        self._exchanges: dict[str, deque[float]] = {}

    def routes(self) -> list[web.RouteDef]:
        return [web.get(PATH, self._answer)]

    def new_code(self, person: Person) -> str:
        """What `wx.login` gives the person's mini-program."""
        now = self._ground.clock.real()
        code = "0" + secrets.token_urlsafe(24)[:31]
        self._forget_before(now - REMEMBERED)
        self._records.codes[code] = LoginCode(open_id=person.open_id, issued_at=now)
        self._ground.store.changed()
        return code

    def _forget_before(self, time: float) -> None:
        """Drop codes from so long ago; they stand in the order in which they were given."""
        codes = self._records.codes
        while codes and codes[oldest := next(iter(codes))].issued_at < time:
            del codes[oldest]

    async def _answer(self, request: web.Request) -> web.Response:
        return answer(self._exchange(request))

    def _exchange(self, request: web.Request) -> dict[str, str]:
        query = request.query
        self._tokens.check_app(query)
        if query.get("grant_type") != "authorization_code":
            raise WeChatError(40002)
        if not query.get("js_code"):
            raise WeChatError(41008)
        open_id = self._spend(query["js_code"])
        self._limit(open_id)
        return self._session(open_id)

    def _spend(self, code: str) -> str:
        record = self._records.codes.get(code)
        if record is None or self._ground.clock.real() - record.issued_at > CODE_LIFETIME:
            raise WeChatError(40029)
        if record.used:
            raise WeChatError(40163)
        record.used = True
        self._ground.store.changed()
        return record.open_id

    def _limit(self, open_id: str) -> None:
        now, times = self._ground.clock.real(), self._exchanges.setdefault(open_id, deque())
        while times and times[0] <= now - 60:
            times.popleft()
        if len(times) >= LOGINS_A_MINUTE:
            raise WeChatError(45011)
        times.append(now)

    def _session(self, open_id: str) -> dict[str, str]:
        """A new session_key each time: WeChat may rotate it with every login, so nobody should rely on the old one."""
        session_key = base64.b64encode(secrets.token_bytes(16)).decode()
        self._records.session_keys[open_id] = session_key
        person = self._ground.people.with_open_id("wechat", open_id)
        session = {"session_key": session_key, "openid": open_id}
        return session | ({"unionid": person.union_id} if person and person.union_id else {})

    @property
    def _records(self) -> WeChatRecords:
        return self._ground.store.state.wechat
