"""The last way back into an account: two of the site's staff see the documents, then a code is told, once."""

from typing import Final
from uuid import UUID

from aiohttp import web

from backend.console.pages import Pages, Visit, see_other
from backend.console.paging import paged
from backend.console.sent import a_key_of, after_of
from backend.inquiries.account_recoveries import SEEN_BY, told
from backend.inquiries.models import InquiryState
from backend.staff.duties import Duty

pages = Pages()
PAGE: Final = 50
HERE: Final = "/account-recoveries"


@pages.add("GET", HERE, Duty.GIVE_ACCOUNT_BACK)
async def list_recoveries(visit: Visit) -> web.StreamResponse:
    found = await visit.house.account_recoveries.waiting(visit.clerk, after=after_of(visit), limit=PAGE + 1)
    recoveries, after = paged(found, PAGE, lambda one: one.id)
    return visit.page("account_recoveries.html", recoveries=recoveries, after=after)


@pages.add("GET", HERE + "/{recovery}", Duty.GIVE_ACCOUNT_BACK)
async def show_recovery(visit: Visit) -> web.StreamResponse:
    recovery = await visit.house.account_recoveries.view(visit.clerk, _recovery(visit))
    return visit.page(
        "account_recovery.html",
        recovery=recovery,
        trail=told(recovery.trail).splitlines(),
        needed=SEEN_BY,
        seen_by_me=visit.clerk.member_id in recovery.seen_by,
        is_open=recovery.state is InquiryState.OPEN,
    )


@pages.add("POST", HERE + "/{recovery}/seen", Duty.GIVE_ACCOUNT_BACK)
async def documents_seen(visit: Visit) -> web.StreamResponse:
    recovery = _recovery(visit)
    await visit.house.account_recoveries.documents_seen(visit.clerk, recovery)
    return see_other(f"{HERE}/{recovery}")


@pages.add("POST", HERE + "/{recovery}/code", Duty.GIVE_ACCOUNT_BACK)
async def issue_code(visit: Visit) -> web.StreamResponse:
    """Shown in this answer and nowhere again; asked for once more, another one ends it."""
    code = await visit.house.account_recoveries.issue_code(visit.clerk, _recovery(visit))
    return visit.page("recovery_code.html", code=code)


def _recovery(visit: Visit) -> UUID:
    return a_key_of(UUID, visit.request.match_info["recovery"], "inquiry_unknown")
