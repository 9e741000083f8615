"""Changes of an account's name or document: forwarded by the site's desk, decided by the area."""

from typing import Final
from uuid import UUID

from aiohttp import web

from backend.console.pages import Pages, Visit, see_other
from backend.console.paging import paged
from backend.console.sent import a_key_of, after_of, row_key
from backend.inquiries.models import ChangeState
from backend.staff.duties import Duty

pages = Pages()
PAGE: Final = 50
HERE: Final = "/account-changes"


@pages.add("GET", HERE, Duty.SEE_ACCOUNT_CHANGE)
async def list_changes(visit: Visit) -> web.StreamResponse:
    found = await visit.house.account_changes.waiting(visit.clerk, after=after_of(visit), limit=PAGE + 1)
    changes, after = paged(found, PAGE, lambda one: one.id)
    return visit.page("account_changes.html", changes=changes, after=after)


@pages.add("GET", HERE + "/{change}", Duty.SEE_ACCOUNT_CHANGE)
async def show_change(visit: Visit) -> web.StreamResponse:
    change = await visit.house.account_changes.view(visit.clerk, _change(visit))
    asked, forwarded = change.state is ChangeState.ASKED, change.state is ChangeState.FORWARDED
    return visit.page("account_change.html", change=change, asked=asked, forwarded=forwarded)


@pages.add("GET", HERE + "/{change}/pictures/{message}", Duty.SEE_ACCOUNT_CHANGE)
async def show_picture(visit: Visit) -> web.StreamResponse:
    message = a_key_of(row_key, visit.request.match_info["message"], "picture_unknown")
    picture = await visit.house.account_changes.picture(visit.clerk, _change(visit), message)
    return web.Response(body=picture, content_type="image/jpeg")


@pages.add("POST", HERE + "/{change}/forward", Duty.FORWARD_ACCOUNT_CHANGE)
async def forward(visit: Visit) -> web.StreamResponse:
    sent = await visit.sent()
    recommended = sent.get("recommended") == "yes"
    await visit.house.account_changes.forward(
        visit.clerk, _change(visit), recommended=recommended, note=sent.get("note", "")
    )
    return see_other(HERE)


@pages.add("POST", HERE + "/{change}/approve", Duty.DECIDE_ACCOUNT_CHANGE)
async def approve(visit: Visit) -> web.StreamResponse:
    await visit.house.account_changes.approve(visit.clerk, _change(visit))
    return see_other(HERE)


@pages.add("POST", HERE + "/{change}/decline", Duty.DECIDE_ACCOUNT_CHANGE)
async def decline(visit: Visit) -> web.StreamResponse:
    reason = (await visit.sent()).get("reason", "")
    await visit.house.account_changes.decline(visit.clerk, _change(visit), reason=reason)
    return see_other(HERE)


def _change(visit: Visit) -> UUID:
    return a_key_of(UUID, visit.request.match_info["change"], "inquiry_unknown")
