"""api.weixin.qq.com: HTTP 200 with an errcode in JSON of any content type, a token in the query where one is needed."""

import json
from typing import Any

from wechatpy.exceptions import APILimitedException, WeChatClientException

from backend.errors import Unavailable
from miniprogram_api.platforms.access_tokens import TokenStore
from miniprogram_api.platforms.outbound import Outbound, read_object

STALE_TOKEN = frozenset({40001, 40014, 42001})
TOO_FREQUENT = frozenset({45009, 45011})


class WeChatApi:
    """The mini-program's server API. Raises wechatpy's WeChatClientException by errcode; errmsg is for the log only."""

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound

    async def get(self, path: str, *, retry: bool, **params: str) -> dict[str, Any]:
        answer = await self._outbound.call("GET", path, params=params, retry=retry)
        return read(answer.body)

    async def post(self, path: str, body: dict[str, Any], *, retry: bool, **params: str) -> dict[str, Any]:
        raw = json.dumps(body, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json"}
        answer = await self._outbound.call("POST", path, params=params, body=raw, headers=headers, retry=retry)
        return read(answer.body)

    async def post_with_token(self, tokens: TokenStore, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """With the shared access token; a stale one is dropped only if it is still the one that failed, once."""
        token = await tokens.token()
        try:
            return await self.post(path, body, retry=False, access_token=token)
        except WeChatClientException as error:
            if error.errcode not in STALE_TOKEN:
                raise
        token = await tokens.replace(token)
        return await self.post(path, body, retry=False, access_token=token)

    async def file_with_token(self, tokens: TokenStore, path: str, **params: str) -> bytes:
        """A file; the token as above. Raises WeChatClientException where WeChat says something instead."""
        token = await tokens.token()
        try:
            return await self._file(path, access_token=token, **params)
        except WeChatClientException as error:
            if error.errcode not in STALE_TOKEN:
                raise
        return await self._file(path, access_token=await tokens.replace(token), **params)

    async def _file(self, path: str, **params: str) -> bytes:
        answer = await self._outbound.call("GET", path, params=params, retry=True)
        if answer.status != 200:
            raise Unavailable("platform_unavailable")
        if answer.body.lstrip().startswith(b"{"):  # no picture begins like that
            read(answer.body)
        return answer.body


def read(body: bytes) -> dict[str, Any]:
    """The answer's JSON. Raises WeChatClientException for an errcode, Unavailable for what isn't an answer."""
    answer = read_object(body)
    code = answer.get("errcode", 0)
    if code:
        kind = APILimitedException if code in TOO_FREQUENT else WeChatClientException
        raise kind(code, answer.get("errmsg", ""))
    return answer
