"""Every answer of a process, candidates' or staff's: counted, timed, traced, and told in the log where it matters."""

import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import structlog
from aiohttp import web
from prometheus_client import Counter, Histogram

from backend.tracing import HEADER, begun

log = structlog.get_logger(__name__)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

REQUESTS: Final = Counter("zhunkao_requests_total", "Requests answered", ["method", "route", "status"])
SECONDS: Final = Histogram(
    "zhunkao_request_seconds",
    "Time to answer",
    ["method", "route"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
TRACE_ID: Final = "X-Trace-Id"
SAFE: Final = frozenset({"GET", "HEAD"})


@web.middleware
async def answered(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The handler's answer, refusals too, under its route's pattern. Passes on what the handler raises."""
    began, route = time.perf_counter(), route_of(request)
    with begun(f"{request.method} {route}", kind="server", caused_by=request.headers.get(HEADER)) as span:
        try:
            response = await handler(request)
        except web.HTTPException as refusal:  # aiohttp's own, where nobody has made words of it
            _tell(request.method, route, refusal.status, time.perf_counter() - began)
            refusal.headers[TRACE_ID] = span.trace_id
            raise
        _tell(request.method, route, response.status, time.perf_counter() - began)
        span.failed = response.status >= 500
        span.facts |= {"http.route": route, "http.response.status_code": response.status}
    if not response.prepared:
        response.headers[TRACE_ID] = span.trace_id
    return response


def _tell(method: str, route: str, status: int, seconds: float) -> None:
    """A read that went well is counted and leaves no line: at a peak there are thousands a second."""
    SECONDS.labels(method, route).observe(seconds)
    REQUESTS.labels(method, route, status).inc()
    if method not in SAFE or status >= 400:
        log.info("answered", method=method, route=route, status=status, ms=round(seconds * 1000, 1))


def headers(wanted: Mapping[str, str]) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    """Every answer has these, unless it says otherwise itself: for `on_response_prepare`."""

    async def add(request: web.Request, response: web.StreamResponse) -> None:
        for name, value in wanted.items():
            response.headers.setdefault(name, value)

    return add


def route_of(request: web.Request) -> str:
    """The route's pattern, never the path: paths hold identifiers."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else "unknown"
