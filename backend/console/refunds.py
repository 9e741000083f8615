"""Money on its way back: asked for by a site's finance, decided by the area's, sent again where a platform failed."""

from typing import Final

from aiohttp import web

from backend.console.pages import Pages, Visit, see_other
from backend.console.paging import paged
from backend.console.sent import a_key_of, after_of, registration_of, row_key
from backend.payments.models import RefundState
from backend.payments.onsite import ONSITE
from backend.payments.refund_desk import RefundList
from backend.staff.duties import Duty

pages = Pages()
PAGE: Final = 50


@pages.add("GET", "/refunds", Duty.SEE_REFUNDS)
async def list_refunds(visit: Visit) -> web.StreamResponse:
    asked = visit.request.query.get("list", "")
    which = RefundList(asked) if asked in list(RefundList) else RefundList.ASKED
    found = await visit.house.refund_desk.page(visit.clerk, which, after=after_of(visit), limit=PAGE + 1)
    refunds, after = paged(found, PAGE, lambda one: one.id)
    return visit.page("refunds.html", refunds=refunds, after=after, which=which, lists=list(RefundList))


@pages.add("GET", "/refunds/{refund}", Duty.SEE_REFUNDS)
async def show_refund(visit: Visit) -> web.StreamResponse:
    refund = await visit.house.refund_desk.one(visit.clerk, _refund(visit))
    to_hand_back = refund.state is RefundState.APPROVED and refund.platform == ONSITE
    return visit.page(
        "refund.html",
        refund=refund,
        waits=refund.state is RefundState.ASKED,
        failed=refund.state is RefundState.FAILED,
        to_hand_back=to_hand_back,
    )


@pages.add("POST", "/refunds/{refund}/approve", Duty.DECIDE_REFUND)
async def approve(visit: Visit) -> web.StreamResponse:
    despite = "despite_admit_card" in await visit.sent()
    refund = await visit.house.refunds.approve(visit.clerk, _refund(visit), despite_admit_card=despite)
    return see_other(f"/refunds/{refund.id}")


@pages.add("POST", "/refunds/{refund}/decline", Duty.DECIDE_REFUND)
async def decline(visit: Visit) -> web.StreamResponse:
    reason = (await visit.sent()).get("reason", "")
    refund = await visit.house.refunds.decline(visit.clerk, _refund(visit), reason)
    return see_other(f"/refunds/{refund.id}")


@pages.add("POST", "/refunds/{refund}/send-again", Duty.SEND_REFUND_AGAIN)
async def send_again(visit: Visit) -> web.StreamResponse:
    """The one that is on its way then: a number that is spent gets a successor."""
    refund = await visit.house.refunds.send_again(visit.clerk, _refund(visit))
    return see_other(f"/refunds/{refund.id}")


@pages.add("POST", "/refunds/{refund}/handed-back", Duty.HAND_FEE_BACK)
async def handed_back(visit: Visit) -> web.StreamResponse:
    refund = await visit.house.onsite_payments.handed_back(visit.clerk, _refund(visit))
    return see_other(f"/refunds/{refund.id}")


@pages.add("GET", "/registrations/{registration}/refunds", Duty.SEE_REFUNDS)
async def show_refunds_of(visit: Visit) -> web.StreamResponse:
    row = await visit.house.cases.find(visit.clerk, registration_of(visit))
    refunds = await visit.house.refund_desk.of_registration(visit.clerk, row.id)
    return visit.page("refunds_of.html", row=row, refunds=refunds)


@pages.add("POST", "/registrations/{registration}/refunds", Duty.ASK_REFUND)
async def ask(visit: Visit) -> web.StreamResponse:
    registration, reason = registration_of(visit), (await visit.sent()).get("reason", "")
    refund = await visit.house.refunds.ask(visit.clerk, registration, reason)
    return see_other(f"/refunds/{refund.id}")


def _refund(visit: Visit) -> int:
    return a_key_of(row_key, visit.request.match_info["refund"], "refund_unknown")
