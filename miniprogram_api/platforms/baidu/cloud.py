"""aip.baidubce.com, Baidu's AI cloud: JSON in, `success` with a `result` out, an app and a token of its own."""

import json
from collections.abc import Mapping
from typing import Any

import structlog

from backend.cache import Cache
from backend.errors import Unavailable
from miniprogram_api.platforms.access_tokens import TokenStore
from miniprogram_api.platforms.baidu.app_tokens import app_token, gateway_code, with_token
from miniprogram_api.platforms.outbound import Outbound, read_object

log = structlog.get_logger(__name__)

JSON = {"Content-Type": "application/json"}


class CloudError(Exception):
    """Refused. `code` is Baidu's, 0 where it names none; its words are for the log, but for the ones documented."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(code, words)
        self.code, self.words = code, words


class BaiduCloud:
    """The AI cloud's calls with the shared token of its app, which is not the smart program's."""

    def __init__(self, outbound: Outbound, cache: Cache, *, api_key: str, secret_key: str) -> None:
        self._outbound = outbound
        fetch = app_token(outbound, client_id=api_key, secret=secret_key)
        self._tokens = TokenStore(cache, f"baidu-cloud:{api_key}", fetch)

    async def post(self, path: str, body: Mapping[str, Any], *, retry: bool) -> Any:
        """The `result`. Raises CloudError; TooMany `platform_too_frequent`; Unavailable."""
        return await with_token(self._tokens, lambda token: self._once(path, body, token, retry=retry))

    async def _once(self, path: str, body: Mapping[str, Any], token: str, *, retry: bool) -> Any:
        raw, query = json.dumps(body, ensure_ascii=False).encode(), {"access_token": token}
        answer = await self._outbound.call("POST", path, params=query, body=raw, headers=JSON, retry=retry)
        return _result(read_object(answer.body))


def _result(answer: Mapping[str, Any]) -> Any:
    """The result of a success: without `success` being true there is none."""
    code = gateway_code(answer)
    words = str(answer.get("error_msg") or answer.get("message") or "")
    if code or answer.get("success") is False:
        raise CloudError(code if isinstance(code, int) else 0, words)
    if answer.get("success") is not True:
        log.error("baidu_cloud_answer_not_readable")
        raise Unavailable("platform_unavailable")
    return answer.get("result")
