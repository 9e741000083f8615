"""Access tokens: `/cgi-bin/token` and `/cgi-bin/stable_token`, each with tokens of its own."""

import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from aiohttp import web

from sandbox.clock import CHINA
from sandbox.ground import Ground
from sandbox.wechat.answers import WeChatError, answer, read_object
from sandbox.wechat.records import AccessToken, TokenKind, WeChatRecords

LIFETIME = 7200.0
OVERLAP = 300.0
"""The last seconds of a token, in which a new one is given out and both work."""
FORCED_A_DAY = 20
FORCED_APART = 30.0
REMEMBERED = 86400.0


class AccessTokens:
    """Gives out tokens and knows which are good. All of it lives by real time."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._app = ground.settings.wechat

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/cgi-bin/token", self._plain), web.post("/cgi-bin/stable_token", self._stable)]

    def require(self, request: web.Request) -> None:
        """Refuse a call whose `access_token` is missing (41001), spent (42001) or not ours, or no longer (40001)."""
        value = request.query.get("access_token")
        if not value:
            raise WeChatError(41001)
        token = next((token for token in self._records.tokens if token.value == value), None)
        if token is None:
            raise WeChatError(40001)
        if token.expires_at <= self._now:
            raise WeChatError(42001)

    def check_app(self, parameters: Mapping[str, Any]) -> None:
        """Refuse another app's id (40013, missing 41002) or a wrong secret (40125, missing 41004)."""
        if not parameters.get("appid"):
            raise WeChatError(41002)
        if parameters["appid"] != self._app.app_id:
            raise WeChatError(40013)
        if not parameters.get("secret"):
            raise WeChatError(41004)
        if not hmac.compare_digest(str(parameters["secret"]).encode(), self._app.secret.encode()):
            raise WeChatError(40125)

    async def _plain(self, request: web.Request) -> web.Response:
        self._check_grant(request.query)
        return self._told(self._new_plain())

    async def _stable(self, request: web.Request) -> web.Response:
        body = await read_object(request)
        self._check_grant(body)
        token = self._forced() if body.get("force_refresh") is True else self._repeated()
        return self._told(token)

    def _check_grant(self, parameters: Mapping[str, Any]) -> None:
        if parameters.get("grant_type") != "client_credential":
            raise WeChatError(40002)
        self.check_app(parameters)

    def _new_plain(self) -> AccessToken:
        """Fetching again lets the former token live for another five minutes at most."""
        for token in self._alive(TokenKind.PLAIN):
            token.expires_at = min(token.expires_at, self._now + OVERLAP)
        return self._issue(TokenKind.PLAIN)

    def _repeated(self) -> AccessToken:
        """The same token as before, a new one in its last five minutes."""
        alive = self._alive(TokenKind.STABLE)
        if alive and alive[-1].expires_at - self._now > OVERLAP:
            return alive[-1]
        return self._issue(TokenKind.STABLE)

    def _forced(self) -> AccessToken:
        """A new token, the former dead at once: 20 a day (45009). Within 30 s of the last, WeChat doesn't refresh."""
        today = datetime.fromtimestamp(self._now, CHINA).date()
        times = [at for at in self._records.forced_refreshes if datetime.fromtimestamp(at, CHINA).date() == today]
        if len(times) >= FORCED_A_DAY:
            raise WeChatError(45009)
        if times and self._now - times[-1] < FORCED_APART:
            return self._repeated()
        self._records.forced_refreshes = [*times, self._now]
        self._records.tokens = [token for token in self._records.tokens if token.kind is not TokenKind.STABLE]
        return self._issue(TokenKind.STABLE)

    def _issue(self, kind: TokenKind) -> AccessToken:
        token = AccessToken(value=f"90_{secrets.token_urlsafe(99)}", kind=kind, expires_at=self._now + LIFETIME)
        kept = [old for old in self._records.tokens if old.expires_at > self._now - REMEMBERED]
        self._records.tokens = [*kept, token]
        self._ground.store.changed()
        return token

    def _alive(self, kind: TokenKind) -> list[AccessToken]:
        return [token for token in self._records.tokens if token.kind is kind and token.expires_at > self._now]

    def _told(self, token: AccessToken) -> web.Response:
        return answer({"access_token": token.value, "expires_in": int(token.expires_at - self._now)})

    @property
    def _now(self) -> float:
        return self._ground.clock.real()

    @property
    def _records(self) -> WeChatRecords:
        return self._ground.store.state.wechat
