"""The API as an aiohttp application: its table of routes bound to services, wrapped for errors, time and measures."""

import json
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any, Final, cast

from aiohttp import web
from aiohttp.typedefs import Middleware
from prometheus_client import Counter, Histogram

from backend.candidates.sessions import Sessions
from backend.candidates.tokens import Tokens
from backend.clock import Clock
from backend.inquiries.wakes import Wakes
from backend.leaving import Leaving
from backend.staff.sessions import StaffSessions
from miniprogram_api import (
    accounts,
    commitments,
    door,
    exam_forms,
    exams,
    health,
    inquiries,
    materials,
    messages,
    notices,
    papers,
    payments,
    registrations,
    results,
    sign_in,
    staff_sign_in,
    steps,
    subscriptions,
    todos,
    ways_back,
)
from miniprogram_api.openapi import document
from miniprogram_api.problems import Handler, problems, route_of
from miniprogram_api.reference_page import page
from miniprogram_api.requests import askable
from miniprogram_api.typed_routes import Route, bind

PREFIX: Final = "/api/v1"
LARGEST_BODY: Final = 256 * 1024
ROOMS: Final = (
    steps,
    registrations,
    materials,
    commitments,
    sign_in,
    accounts,
    ways_back,
    exam_forms,
    exams,
    notices,
    payments,
    papers,
    results,
    inquiries,
    subscriptions,
    todos,
    staff_sign_in,
    door,
)

REQUESTS: Final = Counter("zhunkao_requests_total", "Requests answered", ["method", "route", "status"])
SECONDS: Final = Histogram(
    "zhunkao_request_seconds",
    "Time to answer",
    ["method", "route"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
SECURITY_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def create_app(services: Mapping[type, object], *, version: str) -> web.Application:
    """`services`: by type, all that any handler asks for. Raises KeyError where one is missing."""
    clock, tokens, sessions, staff = (services[kind] for kind in (Clock, Tokens, Sessions, StaffSessions))
    assert isinstance(tokens, Tokens) and isinstance(sessions, Sessions) and isinstance(staff, StaffSessions)
    leaving = cast(Leaving, services[Leaving])
    app = web.Application(
        middlewares=[leaving.middleware(), measured, problems, _exam_time(cast(Clock, clock))],
        client_max_size=LARGEST_BODY,
    )
    app.on_shutdown.append(_letting_go(services[Wakes]))
    asked = askable(tokens, sessions, staff)
    for route in routes():
        app.router.add_route(route.method, route.path, bind(route, asked=asked, services=services))
    told, shown = _told(frozenset(asked), version)
    app.router.add_get("/openapi.json", _fixed(told, "application/json"))
    app.router.add_get("/docs", _fixed(shown, "text/html"))
    return app


@cache
def _told(asked: frozenset[Any], version: str) -> tuple[bytes, bytes]:
    """The OpenAPI document and its page, the same for every application of a process."""
    told = document(routes(), asked=asked, title="zhunkao", version=version)
    return json.dumps(told, ensure_ascii=False).encode(), page(told).encode()


def routes() -> Iterable[Route]:
    """Every call, in the order of the document: the candidate's under the prefix, callbacks and health beside."""
    for room in ROOMS:
        yield from (replace(route, path=PREFIX + route.path) for route in room.routes.table)
    yield from payments.callback_routes.table
    yield from messages.callback_routes.table
    yield from health.routes.table


def _exam_time(clock: Clock) -> Middleware:
    """Before each request, exam time is made to agree with whoever sets it (nobody, in production)."""

    @web.middleware
    async def synchronised(request: web.Request, handler: Handler) -> web.StreamResponse:
        await clock.synchronise()
        return await handler(request)

    return synchronised


def _letting_go(wakes: object) -> Callable[[web.Application], Awaitable[None]]:
    """Those who wait for a message are answered before the process ends."""
    assert isinstance(wakes, Wakes)

    async def let_go(app: web.Application) -> None:
        wakes.let_go()

    return let_go


@web.middleware
async def measured(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Count and time every answer, refusals too, by its route's pattern."""
    started = time.perf_counter()
    response = await handler(request)
    route = route_of(request)
    SECONDS.labels(request.method, route).observe(time.perf_counter() - started)
    REQUESTS.labels(request.method, route, response.status).inc()
    response.headers.update(SECURITY_HEADERS)
    return response


def _fixed(body: bytes, content_type: str) -> Handler:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(body=body, content_type=content_type, charset="utf-8")

    return answer
