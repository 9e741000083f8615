"""The office's notices: put up, worded anew, taken down. Every version is kept."""

from typing import Final

from aiohttp import web

from backend.console.pages import Pages, Visit, see_other
from backend.console.paging import paged
from backend.staff.duties import Duty

pages = Pages()
PAGE: Final = 50


@pages.add("GET", "/notices", Duty.PUBLISH_NOTICE)
async def list_notices(visit: Visit) -> web.StreamResponse:
    after = visit.request.query.get("after", "")
    found = await visit.house.notice_board.own(visit.clerk, after=after, limit=PAGE + 1)
    notices, more = paged(found, PAGE, lambda one: one.name)
    return visit.page("notices.html", notices=notices, after=more)


@pages.add("POST", "/notices", Duty.PUBLISH_NOTICE)
async def publish(visit: Visit) -> web.StreamResponse:
    sent = await visit.sent()
    # Browsers send lines as the telegraph ended them; a notice has them as texts do.
    text = sent.get("text", "").replace("\r\n", "\n")
    name = sent.get("name", "").strip()
    await visit.house.notice_board.publish(visit.clerk, name, title=sent.get("title", "").strip(), text=text)
    return see_other(f"/notices/{name}")


@pages.add("GET", "/notices/{notice}", Duty.PUBLISH_NOTICE)
async def show_notice(visit: Visit) -> web.StreamResponse:
    versions = await visit.house.notice_board.versions(visit.clerk, visit.request.match_info["notice"])
    return visit.page("notice.html", latest=versions[0], versions=versions)


@pages.add("POST", "/notices/{notice}/withdraw", Duty.PUBLISH_NOTICE)
async def withdraw(visit: Visit) -> web.StreamResponse:
    await visit.house.notice_board.withdraw(visit.clerk, visit.request.match_info["notice"])
    return see_other("/notices")
