"""How I sign in: password, security keys, the app, recovery codes."""

from uuid import UUID

from aiohttp import web

from backend.console.pages import Door, Pages, Visit, see_other
from backend.console.sent import a_key_of, json_of

pages = Pages()
HERE = "/account"


@pages.add("GET", "/account", Door.SETTING_UP)
async def show_account(visit: Visit) -> web.StreamResponse:
    overview = await visit.house.credentials.overview(visit.member)
    return visit.page("account.html", overview=overview)


@pages.add("POST", "/account/password", Door.MEMBER)
async def change_password(visit: Visit) -> web.StreamResponse:
    sent = await visit.sent()
    await visit.house.credentials.change_password(
        visit.member, sent.get("current", ""), sent.get("password", ""), address=visit.address
    )
    return see_other(HERE)


@pages.add("POST", "/account/keys/begin", Door.SETTING_UP)
async def begin_key(visit: Visit) -> web.StreamResponse:
    asked = await visit.house.credentials.begin_key(visit.member)
    return web.json_response({"step": str(asked.id), "options": asked.options})


@pages.add("POST", "/account/keys", Door.SETTING_UP)
async def add_key(visit: Visit) -> web.StreamResponse:
    sent = await json_of(visit.request)
    step = a_key_of(UUID, str(sent.get("step", "")), "staff_step_over")
    answer = sent.get("answer")
    name = str(sent.get("name", "")).strip()
    await visit.house.credentials.add_key(visit.member, step, answer if isinstance(answer, dict) else {}, name=name)
    return web.json_response({"go_on": HERE})


@pages.add("POST", "/account/keys/{key}/take", Door.MEMBER)
async def take_key(visit: Visit) -> web.StreamResponse:
    key = a_key_of(int, visit.request.match_info["key"], "security_key_unknown")
    await visit.house.credentials.take_key(visit.member, key)
    return see_other(HERE)


@pages.add("POST", "/account/app/begin", Door.SETTING_UP)
async def begin_app(visit: Visit) -> web.StreamResponse:
    app = await visit.house.credentials.begin_app(visit.member)
    return visit.page("app.html", app=app)


@pages.add("POST", "/account/app", Door.SETTING_UP)
async def add_app(visit: Visit) -> web.StreamResponse:
    sent = await visit.sent()
    step = a_key_of(UUID, sent.get("step", ""), "staff_step_over")
    await visit.house.credentials.add_app(visit.member, step, sent.get("code", ""))
    return see_other(HERE)


@pages.add("POST", "/account/recovery-codes", Door.MEMBER)
async def make_recovery_codes(visit: Visit) -> web.StreamResponse:
    codes = await visit.house.credentials.new_recovery_codes(visit.member)
    return visit.page("recovery_codes.html", codes=codes)
