"""The console as an aiohttp application: its table of pages behind their rules, its files, its templates."""

import hashlib
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta
from importlib.resources import files
from typing import Any, Final

import aiohttp_jinja2
import jinja2
from aiohttp import web
from prometheus_client import generate_latest

from backend.answering import Handler, answered, headers
from backend.clock import EXAM_ZONE
from backend.console import (
    account_changes,
    account_recoveries,
    audit,
    bulk,
    calendar,
    candidate_seat,
    case,
    corrections,
    credentials,
    custody,
    door,
    fees,
    figures,
    frontline,
    home,
    inbox,
    inbox_acts,
    members,
    notices,
    printing,
    refunds,
    registrations,
    reports,
    results,
    score_merging,
    seating,
    sign_in,
    statements,
    violations,
)
from backend.console.guarding import HEADERS, ONLY_HTTPS, guarded
from backend.console.house import House
from backend.console.pages import Page
from backend.proxies import Proxies
from backend.wording import Language, catalogue, moment, say

ROOMS: Final = (
    *(sign_in, credentials, home, registrations, bulk, case),
    *(corrections, refunds, fees, violations, score_merging, frontline),
    *(calendar, figures, seating, candidate_seat, printing, door, custody, statements),
    *(account_changes, account_recoveries, inbox, inbox_acts, notices, results, reports, audit, members),
)
STATIC: Final = {
    "bootstrap.min.css": "text/css",
    "console.css": "text/css",
    "console.js": "text/javascript",
    "htmx.min.js": "text/javascript",
    "rows.js": "text/javascript",
}
LARGEST_BODY: Final = 256 * 1024
NO_PROXIES: Final = Proxies()
FOREVER: Final = "public, max-age=31536000, immutable"


def create_console(house: House, proxies: Proxies = NO_PROXIES) -> web.Application:
    """Every page there is, each behind its rule. `proxies`: what stands before it."""
    app = web.Application(
        middlewares=[proxies.middleware(), house.leaving.middleware(), answered], client_max_size=LARGEST_BODY
    )
    app.on_response_prepare.append(headers(HEADERS | (ONLY_HTTPS if house.is_secure else {})))
    app.on_shutdown.append(_letting_go(house))
    found = {name: files("backend.console").joinpath("static", name).read_bytes() for name in STATIC}
    marks = {name: hashlib.sha256(content).hexdigest()[:16] for name, content in found.items()}
    environment = aiohttp_jinja2.setup(
        app, loader=jinja2.PackageLoader("backend.console"), undefined=jinja2.StrictUndefined, trim_blocks=True
    )
    environment.globals |= {"static": lambda name: f"/static/{marks[name]}/{name}"}
    environment.filters |= {"moment": _moment, "shown": _shown, "ends": _ends}
    environment.globals |= {"t": _t, "words": _words, "say_fault": _fault, "say_refusal": _refusal}
    for page in pages():
        app.router.add_route(page.method, page.path, guarded(page, house))
    for name, content in found.items():
        app.router.add_get(f"/static/{marks[name]}/{name}", _file(content, STATIC[name]))
    app.router.add_get("/favicon.ico", _nothing)
    app.router.add_get("/healthz", _alive)
    app.router.add_get("/readyz", _ready(house))
    app.router.add_get("/metrics", _figures)
    return app


def pages() -> Iterable[Page]:
    """Every page, with its rule."""
    for room in ROOMS:
        yield from room.pages.table


def _letting_go(house: House) -> Callable[[web.Application], Awaitable[None]]:
    """Open pages are let go before the process ends."""

    async def let_go(app: web.Application) -> None:
        house.wakes.let_go()

    return let_go


def _file(content: bytes, content_type: str) -> Any:
    async def answer(request: web.Request) -> web.Response:
        headers = {"Cache-Control": FOREVER}
        return web.Response(body=content, content_type=content_type, charset="utf-8", headers=headers)

    return answer


async def _nothing(request: web.Request) -> web.Response:
    """Browsers ask for an icon on their own."""
    return web.Response(status=204)


async def _alive(request: web.Request) -> web.Response:
    return web.Response(text="ok\n")


def _ready(house: House) -> Handler:
    """Whether pages can be served: 503 without the database, and once the process was told to stop."""

    async def answer(request: web.Request) -> web.Response:
        if house.leaving.begun:
            return web.Response(text="leaving\n", status=503)
        able = await house.database.answers()
        return web.Response(text="ready\n" if able else "not ready\n", status=200 if able else 503)

    return answer


async def _figures(request: web.Request) -> web.Response:
    """Prometheus' text format, of this process."""
    return web.Response(body=generate_latest(), content_type="text/plain", charset="utf-8")


@jinja2.pass_context
def _t(context: jinja2.runtime.Context, code: str) -> str:
    """The console's own words, in the visitor's language. Raises KeyError for a code without any."""
    return say("console", code, context["language"])


def _shown(value: Any) -> str:
    """A field of a form as people read it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "✓" if value else "✗"
    if isinstance(value, list):
        return "、".join(map(_shown, value))
    return " ".join(map(_shown, value.values())) if isinstance(value, dict) else str(value)


def _words(name: str, code: str, language: Language, /, **values: object) -> str:
    """The words of one entry; of a code without words the code itself, where data may hold any."""
    return say(name, code, language, **values) if code in catalogue(name) else code


def _fault(fault: Any, language: Language) -> str:
    return say("faults", fault.code, language, **fault.values)


def _refusal(refusal: Any, language: Language) -> str:
    return say("errors", refusal.code, language, **refusal.values)


def _moment(at: Any, language: Language, *, deadline: bool = False) -> str:
    local = at.astimezone(EXAM_ZONE)
    said = moment(local, language, deadline=deadline)
    year = (local - timedelta(microseconds=1)).year if deadline else local.year
    return f"{year}年{said}" if language == "zh-CN" else f"{said} {year}"


def _ends(at: Any, language: Language) -> str:
    """An end that falls on midnight is the day before's 24:00."""
    return _moment(at, language, deadline=True)
