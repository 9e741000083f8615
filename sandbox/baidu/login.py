"""App tokens, login codes, and the call that exchanges a code: `/rest/2.0/smartapp/getsessionkey`."""

import base64
import hmac
import secrets

from aiohttp import web

from sandbox.baidu.answers import (
    PARAMETER_INVALID,
    TOKEN_EXPIRED,
    TOKEN_INVALID,
    BaiduError,
    GatewayError,
    given,
    success,
)
from sandbox.baidu.records import AppToken, BaiduRecords, LoginCode
from sandbox.ground import Ground
from sandbox.people import Person
from sandbox.settings import BaiduApp

CODE_LIFETIME = 600.0
TOKEN_LIFETIME = 2592000.0
REMEMBERED = 86400.0


class Login:
    """Gives the client its codes and exchanges each once, for whoever holds the app's token."""

    def __init__(self, ground: Ground, app: BaiduApp) -> None:
        self._ground, self._app = ground, app

    def routes(self) -> list[web.RouteDef]:
        session_key, token = "/rest/2.0/smartapp/getsessionkey", "/oauth/2.0/token"
        return [
            web.get(token, self._token),
            web.post(token, self._token),
            web.get(session_key, self._session_key),
            web.post(session_key, self._session_key),
        ]

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
        """110 for a token that was never given, 111 for one whose time is over. It always stands in the query."""
        value, now = request.query.get("access_token", ""), self._ground.clock.real()
        token = next((token for token in self.records.tokens if token.value == value), None)
        if token is None:
            raise GatewayError(TOKEN_INVALID)
        if token.expires_at <= now:
            raise GatewayError(TOKEN_EXPIRED)

    async def _token(self, request: web.Request) -> web.Response:
        asked = await given(request)
        known = asked.get("client_id") == self._app.app_key
        if not known or not hmac.compare_digest(asked.get("client_secret", "").encode(), self._app.secret.encode()):
            words = {"error": "invalid_client", "error_description": "unknown client id"}
            return web.json_response(words, status=401)
        if asked.get("grant_type") != "client_credentials" or asked.get("scope") != "smartapp_snsapi_base":
            words = {"error": "invalid_request", "error_description": "grant_type or scope"}
            return web.json_response(words, status=400)
        now = self._ground.clock.real()
        token = AppToken(value="24." + secrets.token_hex(24), expires_at=now + TOKEN_LIFETIME)
        kept = [old for old in self.records.tokens if old.expires_at > now - REMEMBERED]
        self.records.tokens = [*kept, token]
        self._ground.store.changed()
        return web.json_response(
            {"access_token": token.value, "expires_in": int(TOKEN_LIFETIME), "scope": "smartapp_snsapi_base"}
        )

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
