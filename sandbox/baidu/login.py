"""Login codes, and the call that exchanges one: `/rest/2.0/smartapp/getsessionkey`."""

import base64
import secrets

from aiohttp import web

from sandbox.baidu.answers import PARAMETER_INVALID, BaiduError, given, success
from sandbox.baidu.records import BaiduRecords, LoginCode
from sandbox.baidu.tokens import AppTokens
from sandbox.ground import Ground
from sandbox.people import Person
from sandbox.settings import BaiduApp

CODE_LIFETIME = 600.0
REMEMBERED = 86400.0


class Login:
    """Gives the client its codes and exchanges each once, for whoever holds the app's token."""

    def __init__(self, ground: Ground, app: BaiduApp, tokens: AppTokens) -> None:
        self._ground, self._app, self._tokens = ground, app, tokens

    def routes(self) -> list[web.RouteDef]:
        path = "/rest/2.0/smartapp/getsessionkey"
        return [web.get(path, self._session_key), web.post(path, self._session_key)]

    def new_code(self, person: Person) -> str:
        """What `swan.getLoginCode` gives the person's program."""
        now, codes = self._ground.clock.real(), self.records.codes
        while codes and codes[oldest := next(iter(codes))].issued_at < now - REMEMBERED:
            del codes[oldest]
        code = secrets.token_hex(16)
        codes[code] = LoginCode(open_id=person.open_id, issued_at=now)
        self._ground.store.changed()
        return code

    def require_token(self, request: web.Request) -> None:
        """Of the program. GatewayError."""
        self._tokens.require(request, self._app.app_key)

    async def _session_key(self, request: web.Request) -> web.Response:
        self.require_token(request)
        open_id = self._spend((await given(request)).get("code", ""))
        session_key = base64.b64encode(secrets.token_bytes(24)).decode()
        return success({"open_id": open_id, "session_key": session_key})

    def _spend(self, code: str) -> str:
        record = self.records.codes.get(code)
        if record is None or record.used or self._ground.clock.real() - record.issued_at > CODE_LIFETIME:
            raise BaiduError(PARAMETER_INVALID, "parameter is invalid")
        record.used = True
        self._ground.store.changed()
        return record.open_id

    @property
    def records(self) -> BaiduRecords:
        """Baidu's branch of the state."""
        return self._ground.store.state.baidu
