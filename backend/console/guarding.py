"""What stands before every page: no foreign site's form, frame or script; a session where the page's rule wants one."""

from collections.abc import Awaitable, Callable
from typing import Final

import structlog
from aiohttp import web
from redis.exceptions import RedisError

from backend.console.house import House
from backend.console.pages import Door, Page, Visit, see_other
from backend.database import UNANSWERED
from backend.errors import NotAllowed, NotSignedIn, Refusal, Unavailable
from backend.server_sent import CONTENT_TYPE
from backend.wording import Language, say

log = structlog.get_logger(__name__)
AiohttpHandler = Callable[[web.Request], Awaitable[web.StreamResponse]]
LANGUAGE: Final = "language"
SAFE: Final = frozenset({"GET", "HEAD"})
HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
ONLY_HTTPS: Final = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}


def cookie_name(house: House) -> str:
    """With the prefix a browser keeps it to this host, to https and to the whole of it."""
    return "__Host-session" if house.is_secure else "session"


def keep_session(house: House, response: web.Response, token: str) -> None:
    """Until the browser is closed; the service ends it earlier."""
    response.set_cookie(cookie_name(house), token, httponly=True, secure=house.is_secure, samesite="Strict", path="/")


def forget_session(house: House, response: web.Response) -> None:
    response.del_cookie(cookie_name(house), path="/", secure=house.is_secure, httponly=True, samesite="Strict")


def language_of(request: web.Request) -> Language:
    """The one chosen, else the browser's, else zh-CN."""
    chosen: str = request.cookies.get(LANGUAGE) or request.headers.get("Accept-Language") or ""
    return "en" if chosen.strip().lower().startswith("en") else "zh-CN"


def guarded(page: Page, house: House) -> AiohttpHandler:
    """The aiohttp handler of a page, behind its rule."""

    async def handle(request: web.Request) -> web.StreamResponse:
        await house.clock.synchronise()
        visit = Visit(request=request, house=house, language=language_of(request), at_work=None)
        try:
            _require_own(house, request)
            visit = await _admitted(page, visit)
            return await page.handler(visit)
        except NotSignedIn as refusal:
            if page.rule is Door.OPEN or _is_script(request):
                return _refused(visit, refusal)
            response = see_other("/sign-in")
            forget_session(house, response)
            return response
        except Refusal as refusal:
            return _refused(visit, refusal)
        except (*UNANSWERED, RedisError) as error:
            log.error("dependency_failed", path=page.path, error=type(error).__name__)
            return _refused(visit, Unavailable("try_later"))

    return handle


async def _admitted(page: Page, visit: Visit) -> Visit:
    """Raises NotSignedIn, NotAllowed."""
    if page.rule is Door.OPEN:
        return visit
    token = visit.request.cookies.get(cookie_name(visit.house), "")
    attended = not _is_unattended(visit.request)
    at_work = await visit.house.sessions.at_work(token, address=visit.address, attended=attended)
    if at_work.is_setting_up and page.rule is not Door.SETTING_UP:
        raise NotAllowed("staff_set_up_first")
    if not isinstance(page.rule, Door):
        at_work.clerk.require(page.rule)
    return Visit(request=visit.request, house=visit.house, language=visit.language, at_work=at_work)


def _require_own(house: House, request: web.Request) -> None:
    """What changes something comes from our own pages: browsers say where a form was."""
    if request.method not in SAFE and request.headers.get("Origin") != house.origin:
        raise NotAllowed("staff_foreign_page")


def _is_unattended(request: web.Request) -> bool:
    """Asked by an open page by itself: nobody need sit before it, and it keeps no session alive."""
    return "X-Unattended" in request.headers or request.headers.get("Accept") == CONTENT_TYPE


def _is_script(request: web.Request) -> bool:
    """Asked by our own script, which shows the words itself."""
    return request.headers.get("Accept") == "application/json"


def _refused(visit: Visit, refusal: Refusal) -> web.Response:
    if _is_script(visit.request):
        words = say("errors", refusal.code, visit.language, **refusal.values)
        return web.json_response({"message": words}, status=refusal.status)
    template = "refused_part.html" if "HX-Request" in visit.request.headers else "refused.html"
    response = visit.page(template, status=refusal.status, refusal=refusal)
    if retry := refusal.values.get("retry_after"):
        response.headers["Retry-After"] = str(retry)
    return response
