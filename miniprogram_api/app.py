"""The API as an aiohttp application: its table of routes bound to services, wrapped for errors, time and measures."""

import json
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any, Final, cast

from aiohttp import web
from aiohttp.typedefs import Middleware

from backend.answering import Handler, answered, headers
from backend.cache import Cache
from backend.candidates.sessions import Sessions
from backend.candidates.tokens import Tokens
from backend.clock import Clock
from backend.inquiries.wakes import Wakes
from backend.leaving import Leaving
from backend.proxies import Proxies
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
    own_data,
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
from miniprogram_api.crowding import crowded
from miniprogram_api.openapi import document
from miniprogram_api.pacing import held
from miniprogram_api.problems import problems
from miniprogram_api.reference_page import STYLE_HASH, page
from miniprogram_api.requests import askable
from miniprogram_api.typed_routes import Route, Urgency, bind

PREFIX: Final = "/api/v1"
LARGEST_BODY: Final = 256 * 1024
NO_PROXIES: Final = Proxies()
ROOMS: Final = (
    steps,
    registrations,
    materials,
    commitments,
    sign_in,
    accounts,
    own_data,
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

SECURITY_HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src '{STYLE_HASH}'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
    ),
}
"""Nothing the API answers is a page but its reference, which has one style and no script."""
ONLY_HTTPS: Final = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}


def create_app(
    services: Mapping[type, object], *, version: str, proxies: Proxies = NO_PROXIES, secure: bool = False
) -> web.Application:
    """`services`: by type, all that any handler asks for. Raises KeyError where one is missing.

    `proxies`: what stands before it; `secure`: whether it is reached over https alone.
    """
    clock, tokens, sessions, staff = (services[kind] for kind in (Clock, Tokens, Sessions, StaffSessions))
    cache = cast(Cache, services[Cache])
    assert isinstance(tokens, Tokens) and isinstance(sessions, Sessions) and isinstance(staff, StaffSessions)
    leaving = cast(Leaving, services[Leaving])
    urgencies: dict[object, Urgency] = {}
    before = [
        leaving.middleware(),
        crowded(urgencies),
        proxies.middleware(),
        answered,
        problems,
        _exam_time(cast(Clock, clock)),
    ]
    app = web.Application(middlewares=before, client_max_size=LARGEST_BODY)
    app.on_response_prepare.append(headers(SECURITY_HEADERS | (ONLY_HTTPS if secure else {})))
    app.on_shutdown.append(_letting_go(services[Wakes]))
    asked = askable(tokens, sessions, staff)
    for route in routes():
        pace = held(route.pace, cache) if route.pace else None
        handler = bind(route, asked=asked, services=services, before=pace)
        urgencies[handler] = route.urgency
        app.router.add_route(route.method, route.path, handler)
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


def _fixed(body: bytes, content_type: str) -> Handler:
    async def answer(request: web.Request) -> web.StreamResponse:
        return web.Response(body=body, content_type=content_type, charset="utf-8")

    return answer
