"""openapi.baidu.com: an `errno` for business, an `error_code` for the gateway, the app's token in the query."""

from collections.abc import Mapping
from copy import copy
from typing import Any
from urllib.parse import urlencode

import structlog

from backend.cache import Cache
from backend.errors import Unavailable
from miniprogram_api.platforms.access_tokens import TokenStore
from miniprogram_api.platforms.baidu.app_tokens import FORM, app_token, gateway_code, with_token
from miniprogram_api.platforms.outbound import NotSent, Outbound, read_object

log = structlog.get_logger(__name__)


class BaiduError(Exception):
    """Refused in business. `errno` is Baidu's; its words are for the log only."""

    def __init__(self, errno: int, words: str) -> None:
        super().__init__(errno, words)
        self.errno = errno


class BaiduApi:
    """The program's server API with its shared token."""

    def __init__(self, outbound: Outbound, cache: Cache, *, app_key: str, secret: str) -> None:
        self._outbound = outbound
        fetch = app_token(outbound, client_id=app_key, secret=secret, scope="smartapp_snsapi_base")
        self._tokens = TokenStore(cache, f"baidu:{app_key}", fetch)

    def over(self, outbound: Outbound) -> "BaiduApi":
        """The same API and the same shared token, by another way to its host."""
        other = copy(self)
        other._outbound = outbound
        return other

    async def get(self, path: str, *, retry: bool, **parameters: str) -> Any:
        """The answer's `data`. Raises BaiduError; TooMany `platform_too_frequent`; Unavailable."""
        return await self._with_token("GET", path, parameters, None, retry=retry)

    async def post(self, path: str, form: Mapping[str, str], *, retry: bool) -> Any:
        """As `get`."""
        return await self._with_token("POST", path, {}, urlencode(form).encode(), retry=retry)

    async def _with_token(
        self, method: str, path: str, parameters: Mapping[str, str], body: bytes | None, *, retry: bool
    ) -> Any:
        return await with_token(
            self._tokens, lambda token: self._once(method, path, parameters, body, token, retry=retry)
        )

    async def _once(
        self, method: str, path: str, parameters: Mapping[str, str], body: bytes | None, token: str, *, retry: bool
    ) -> Any:
        query = {**parameters, "access_token": token}
        headers = FORM if body is not None else None
        answer = await self._outbound.call(method, path, params=query, body=body, headers=headers, retry=retry)
        return _data(read_object(answer.body))


def _data(answer: Mapping[str, Any]) -> Any:
    """The data of a success: without an errno of 0 there is none."""
    code = gateway_code(answer)
    errno = answer.get("errno")
    if code or not isinstance(errno, int):
        log.error("baidu_refused", error_code=code, errno=errno)
        refusal = NotSent if isinstance(code, int) and code else Unavailable
        raise refusal("platform_unavailable")
    if errno:
        raise BaiduError(errno, str(answer.get("msg", "")))
    return answer.get("data")
