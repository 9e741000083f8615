"""Calls to a platform's servers: timeouts of each kind, a limit on how many run at once, one retry where it is safe."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import aiohttp
import structlog

from backend.errors import Unavailable

log = structlog.get_logger(__name__)

TIMEOUT: Final = aiohttp.ClientTimeout(total=8, connect=2, sock_connect=2, sock_read=5)
AT_ONCE: Final = 64
LARGEST_ANSWER: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back. `headers` have lower-case names."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Outbound:
    """One platform's host."""

    def __init__(self, http: aiohttp.ClientSession, base_url: str) -> None:
        self._http, self._base_url = http, base_url.rstrip("/")
        self._gate = asyncio.Semaphore(AT_ONCE)

    @property
    def prefix(self) -> str:
        """The path that stands before every path of this host, as it is sent (and signed)."""
        return self._base_url.split("://", 1)[1].partition("/")[2].join(("/", "")).rstrip("/")

    async def call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        retry: bool,
    ) -> Answer:
        """One call; `retry`: whether it may be repeated once after a fault of the network or a 5xx.

        Raises Unavailable `platform_unavailable`.
        """
        for last in (False, True) if retry else (True,):
            try:
                async with self._gate:
                    answer = await self._once(method, path, params, body, headers)
                if answer.status < 500 or last:
                    return answer
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                log.warning("platform_call_failed", path=path, error=type(error).__name__, last=last)
                if last:
                    raise Unavailable("platform_unavailable") from error
        raise AssertionError("the last try returns or raises")

    async def _once(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None,
        body: bytes | None,
        headers: Mapping[str, str] | None,
    ) -> Answer:
        async with self._http.request(
            method,
            self._base_url + path,
            params=params,
            data=body,
            headers=headers,
            timeout=TIMEOUT,
            allow_redirects=False,
        ) as response:
            content = await response.content.read(LARGEST_ANSWER)
            names = {name.lower(): value for name, value in response.headers.items()}
            return Answer(status=response.status, headers=names, body=content)
