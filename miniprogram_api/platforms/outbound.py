"""Calls to a platform's servers: timeouts of each kind, a limit on how many run at once, one retry where it is safe."""

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
import structlog
from prometheus_client import Histogram

from backend.elsewhere import elsewhere
from backend.errors import Unavailable
from backend.tracing import within

log = structlog.get_logger(__name__)

TIMEOUT: Final = aiohttp.ClientTimeout(total=8, connect=2, sock_connect=2, sock_read=5)
AT_ONCE: Final = 64
LARGEST_ANSWER: Final = 1 << 20
SECONDS: Final = Histogram(
    "zhunkao_platform_call_seconds",
    "One call of a platform's host, until its whole answer or its failure",
    ["host", "status"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
UNANSWERED: Final = "unanswered"
NOT_REACHED: Final = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)


class NotSent(Unavailable):
    """The call never reached the platform, or was refused before anything came of it: it may be made again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back, whole. `headers` have lower-case names."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def read_object(body: bytes) -> dict[str, Any]:
    """The answer's JSON object. Raises Unavailable `platform_unavailable` where it is none."""
    try:
        answer = json.loads(body)
    except ValueError as error:
        raise Unavailable("platform_unavailable") from error
    if not isinstance(answer, dict):
        raise Unavailable("platform_unavailable")
    return answer


class Outbound:
    """One platform's host. `timeout`: of one try; a place among the `at_once` is waited for as long as one may take;
    `largest`: bytes an answer may have."""

    def __init__(
        self,
        http: aiohttp.ClientSession,
        base_url: str,
        *,
        timeout: aiohttp.ClientTimeout = TIMEOUT,
        at_once: int = AT_ONCE,
        largest: int = LARGEST_ANSWER,
    ) -> None:
        self._http, self._base_url, self._timeout = http, base_url.rstrip("/"), timeout
        self._largest, self._host = largest, urlsplit(base_url).hostname or ""
        self._places = asyncio.Semaphore(at_once)

    @property
    def base_url(self) -> str:
        """What stands before every path, without a slash at its end."""
        return self._base_url

    @property
    def prefix(self) -> str:
        """The path that stands before every path of this host, as it is sent (and signed)."""
        return urlsplit(self._base_url).path

    def address(self, path: str) -> str:
        """The whole address of a path of this host."""
        return self._base_url + path

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

        Raises Unavailable `platform_unavailable`, also for an answer that breaks off or is larger than any should be;
        NotSent where no try has reached the platform.
        """
        refusal: type[Unavailable] = NotSent
        for last in (False, True) if retry else (True,):
            try:
                with elsewhere():
                    answer = await self._in_turn(method, path, params, body, headers)
                if answer.status < 500 or last:
                    return answer
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                log.warning("platform_call_failed", path=path.partition("?")[0], error=type(error).__name__, last=last)
                refusal = refusal if isinstance(error, NOT_REACHED) else Unavailable
                if last:
                    raise refusal("platform_unavailable") from error
        raise AssertionError("the last try returns or raises")

    async def _in_turn(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None,
        body: bytes | None,
        headers: Mapping[str, str] | None,
    ) -> Answer:
        """A platform that hangs must not gather a queue behind it that is hours long."""
        async with asyncio.timeout(self._timeout.total):
            await self._places.acquire()
        try:
            return await self._told(method, path, params, body, headers)
        finally:
            self._places.release()

    async def _told(
        self,
        method: str,
        path: str,
        params: Mapping[str, str] | None,
        body: bytes | None,
        headers: Mapping[str, str] | None,
    ) -> Answer:
        """Into the log, the figures and the trace: which path, what became of it. Parameters may be secrets."""
        began, status, bare = time.perf_counter(), UNANSWERED, path.partition("?")[0]
        with within(f"{method} {self._host}", kind="client") as span:
            try:
                answer = await self._once(method, path, params, body, headers)
                status = str(answer.status)
            finally:
                seconds = time.perf_counter() - began
                span.facts |= {"server.address": self._host, "url.path": bare, "http.response.status_code": status}
                SECONDS.labels(self._host, status).observe(seconds)
                log.info("platform_called", host=self._host, path=bare, status=status, ms=round(seconds * 1000, 1))
        return answer

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
            timeout=self._timeout,
            allow_redirects=False,
            middlewares=[Once()],
        ) as response:
            names = {name.lower(): value for name, value in response.headers.items()}
            return Answer(status=response.status, headers=names, body=await _whole(response, self._largest))


class Once:
    """aiohttp sends a GET again by itself where the connection breaks; whether a call may be repeated we say."""

    def __init__(self) -> None:
        self._sent = False

    async def __call__(self, request: aiohttp.ClientRequest, send: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
        if self._sent:
            raise aiohttp.ClientConnectionError("the connection broke, and the call is sent once")
        self._sent = True
        return await send(request)


async def _whole(response: aiohttp.ClientResponse, largest: int) -> bytes:
    """The body to its end. Raises ClientPayloadError where it has none within so many bytes."""
    content = bytearray()
    async for part in response.content.iter_any():
        content += part
        if len(content) > largest:
            raise aiohttp.ClientPayloadError("larger than any answer should be")
    return bytes(content)
