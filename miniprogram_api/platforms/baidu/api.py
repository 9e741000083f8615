"""openapi.baidu.com: an `errno` for business, an `error_code` for the gateway, the app's token in the query."""

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

import structlog

from backend.cache import Cache
from backend.errors import TooMany, Unavailable
from miniprogram_api.platforms.access_tokens import TokenStore
from miniprogram_api.platforms.outbound import NotSent, Outbound

log = structlog.get_logger(__name__)

# Published for Baidu's open platform, whose gateway this is; for smart programs unconfirmed.
STALE_TOKEN: Final = frozenset({110, 111})
TOO_FREQUENT: Final = frozenset({4, 17, 18, 19})
FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}


class BaiduError(Exception):
    """Refused in business. `errno` is Baidu's; its words are for the log only."""

    def __init__(self, errno: int, words: str) -> None:
        super().__init__(errno, words)
        self.errno = errno


class _Stale(Exception):
    """The token was refused."""


class BaiduApi:
    """The program's server API with its shared token."""

    def __init__(self, outbound: Outbound, cache: Cache, *, app_key: str, secret: str) -> None:
        self._outbound, self._app_key, self._secret = outbound, app_key, secret
        self._tokens = TokenStore(cache, f"baidu:{app_key}", self._fetch_token)

    async def get(self, path: str, *, retry: bool, **parameters: str) -> Any:
        """The answer's `data`. Raises BaiduError; TooMany `platform_too_frequent`; Unavailable."""
        return await self._with_token("GET", path, parameters, None, retry=retry)

    async def post(self, path: str, form: Mapping[str, str], *, retry: bool) -> Any:
        """As `get`."""
        return await self._with_token("POST", path, {}, urlencode(form).encode(), retry=retry)

    async def _with_token(
        self, method: str, path: str, parameters: Mapping[str, str], body: bytes | None, *, retry: bool
    ) -> Any:
        """A stale token is replaced only if it is still the one that failed, once."""
        token = await self._tokens.token()
        try:
            return await self._once(method, path, parameters, body, token, retry=retry)
        except _Stale:
            token = await self._tokens.replace(token)
        try:
            return await self._once(method, path, parameters, body, token, retry=retry)
        except _Stale as error:
            raise NotSent("platform_unavailable") from error

    async def _once(
        self, method: str, path: str, parameters: Mapping[str, str], body: bytes | None, token: str, *, retry: bool
    ) -> Any:
        query = {**parameters, "access_token": token}
        headers = FORM if body is not None else None
        answer = await self._outbound.call(method, path, params=query, body=body, headers=headers, retry=retry)
        return _data(_object(answer.body))

    async def _fetch_token(self) -> tuple[str, int]:
        parameters = {
            "grant_type": "client_credentials",
            "client_id": self._app_key,
            "client_secret": self._secret,
            "scope": "smartapp_snsapi_base",
        }
        answer = await self._outbound.call(
            "POST", "/oauth/2.0/token", body=urlencode(parameters).encode(), headers=FORM, retry=True
        )
        said = _object(answer.body)
        try:
            return str(said["access_token"]), int(said["expires_in"])
        except (KeyError, ValueError, TypeError) as error:
            log.error("baidu_token_refused", error=said.get("error"))
            raise Unavailable("platform_unavailable") from error


def _object(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except ValueError as error:
        raise Unavailable("platform_unavailable") from error
    if not isinstance(answer, dict):
        raise Unavailable("platform_unavailable")
    return answer


def _data(answer: Mapping[str, Any]) -> Any:
    """The data of a success: without an errno of 0 there is none."""
    code = answer.get("error_code")
    if code in STALE_TOKEN:
        raise _Stale
    if code in TOO_FREQUENT:
        raise TooMany("platform_too_frequent", retry_after=60)
    errno = answer.get("errno")
    if code or not isinstance(errno, int):
        log.error("baidu_refused", error_code=code, errno=errno)
        refusal = NotSent if isinstance(code, int) and code else Unavailable
        raise refusal("platform_unavailable")
    if errno:
        raise BaiduError(errno, str(answer.get("msg", "")))
    return answer.get("data")
