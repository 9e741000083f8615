"""Signing in: user name and password, then a key or a code; the first time by an invitation."""

from uuid import UUID

from aiohttp import web

from backend.console.guarding import LANGUAGE, forget_session, keep_session
from backend.console.pages import Door, Pages, Visit, see_other
from backend.console.sent import a_key_of, json_of
from backend.errors import Refusal
from backend.staff.sessions import StartedSession

pages = Pages()
YEAR = 365 * 86_400


@pages.add("GET", "/sign-in", Door.OPEN)
async def show_sign_in(visit: Visit) -> web.StreamResponse:
    return visit.page("sign_in.html", refusal=None, username="")


@pages.add("POST", "/sign-in", Door.OPEN)
async def check_password(visit: Visit) -> web.StreamResponse:
    sent = await visit.sent()
    username = sent.get("username", "")
    try:
        step = await visit.house.signing_in.begin(username, sent.get("password", ""), address=visit.address)
    except Refusal as refusal:
        return visit.page("sign_in.html", status=refusal.status, refusal=refusal, username=username)
    return visit.page("second_step.html", step=step, refusal=None)


@pages.add("POST", "/sign-in/code", Door.OPEN)
async def check_code(visit: Visit) -> web.StreamResponse:
    sent = await visit.sent()
    step = a_key_of(UUID, sent.get("step", ""), "staff_step_over")
    started = await visit.house.signing_in.by_code(step, sent.get("code", ""), address=visit.address)
    return _at_work(visit, started, see_other("/"))


@pages.add("POST", "/sign-in/key", Door.OPEN)
async def check_key(visit: Visit) -> web.StreamResponse:
    sent = await json_of(visit.request)
    step = a_key_of(UUID, str(sent.get("step", "")), "staff_step_over")
    answer = sent.get("answer")
    started = await visit.house.signing_in.by_key(
        step, answer if isinstance(answer, dict) else {}, address=visit.address
    )
    return _at_work(visit, started, web.json_response({"go_on": "/"}))


@pages.add("GET", "/invitation", Door.OPEN)
async def show_invitation(visit: Visit) -> web.StreamResponse:
    return visit.page("invitation.html", refusal=None, username="")


@pages.add("POST", "/invitation", Door.OPEN)
async def accept_invitation(visit: Visit) -> web.StreamResponse:
    sent = await visit.sent()
    username = sent.get("username", "")
    try:
        started = await visit.house.credentials.accept(
            username, sent.get("invitation", ""), sent.get("password", ""), address=visit.address
        )
    except Refusal as refusal:
        return visit.page("invitation.html", status=refusal.status, refusal=refusal, username=username)
    return _at_work(visit, started, see_other("/account"))


@pages.add("POST", "/sign-out", Door.SETTING_UP)
async def sign_out(visit: Visit) -> web.StreamResponse:
    await visit.house.sessions.end(visit.member)
    response = see_other("/sign-in")
    forget_session(visit.house, response)
    return response


@pages.add("POST", "/language", Door.OPEN)
async def choose_language(visit: Visit) -> web.StreamResponse:
    chosen = "en" if (await visit.sent()).get("language") == "en" else "zh-CN"
    response = see_other("/")
    response.set_cookie(LANGUAGE, chosen, max_age=YEAR, secure=visit.house.is_secure, httponly=True, samesite="Strict")
    return response


def _at_work(visit: Visit, started: StartedSession, response: web.Response) -> web.Response:
    """Always a new session, whatever the browser had: nobody is led into one that somebody else knows."""
    keep_session(visit.house, response, started.token)
    return response
