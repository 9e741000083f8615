"""Access tokens: the smart programs' host and the AI cloud's give them at the same path, to different apps."""

import hmac
import secrets
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from sandbox.baidu.answers import TOKEN_EXPIRED, TOKEN_INVALID, GatewayError, given
from sandbox.baidu.records import AppToken, BaiduRecords
from sandbox.ground import Ground
from sandbox.settings import BaiduApp

TOKEN_LIFETIME = 2592000.0
REMEMBERED = 86400.0
PROGRAM_SCOPE = "smartapp_snsapi_base"


class AppTokens:
    """Gives out tokens and knows whose each is. A new one doesn't end the older ones."""

    def __init__(self, ground: Ground, app: BaiduApp) -> None:
        self._ground, self._app = ground, app
        self._secrets = {app.app_key: app.secret, app.face_api_key: app.face_secret_key}

    def routes(self) -> list[web.RouteDef]:
        path = "/oauth/2.0/token"
        return [web.get(path, self._token), web.post(path, self._token)]

    def require(self, request: web.Request, client_id: str) -> None:
        """110 for a token that was never given to this app, 111 for one whose time is over. It stands in the query."""
        value = request.query.get("access_token", "")
        token = next((token for token in self._records.tokens if token.value == value), None)
        if token is None or token.client_id != client_id:
            raise GatewayError(TOKEN_INVALID)
        if token.expires_at <= self._ground.clock.real():
            raise GatewayError(TOKEN_EXPIRED)

    async def _token(self, request: web.Request) -> web.Response:
        asked = await given(request)
        client_id = asked.get("client_id", "")
        secret = self._secrets.get(client_id, secrets.token_hex())
        if not hmac.compare_digest(asked.get("client_secret", "").encode(), secret.encode()):
            words = {"error": "invalid_client", "error_description": "unknown client id"}
            return web.json_response(words, status=401)
        if asked.get("grant_type") != "client_credentials" or not self._in_scope(client_id, asked):
            words = {"error": "invalid_request", "error_description": "grant_type or scope"}
            return web.json_response(words, status=400)
        return web.json_response(self._given(client_id))

    def _in_scope(self, client_id: str, asked: Mapping[str, str]) -> bool:
        """The AI cloud asks for no scope."""
        return client_id != self._app.app_key or asked.get("scope") == PROGRAM_SCOPE

    def _given(self, client_id: str) -> dict[str, Any]:
        now = self._ground.clock.real()
        value = "24." + secrets.token_hex(24)
        token = AppToken(value=value, expires_at=now + TOKEN_LIFETIME, client_id=client_id)
        kept = [old for old in self._records.tokens if old.expires_at > now - REMEMBERED]
        self._records.tokens = [*kept, token]
        self._ground.store.changed()
        scope = PROGRAM_SCOPE if client_id == self._app.app_key else "public"
        return {"access_token": token.value, "expires_in": int(TOKEN_LIFETIME), "scope": scope}

    @property
    def _records(self) -> BaiduRecords:
        return self._ground.store.state.baidu
