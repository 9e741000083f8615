"""一线医务人员: whom a site relieves of conditions, by what they showed."""

from aiohttp import web

from backend.console.pages import Pages, Visit, see_other
from backend.console.sent import registration_of
from backend.registrations.frontline import LIFTABLE, relief
from backend.registrations.models import Proof
from backend.staff.duties import Duty

pages = Pages()


@pages.add("GET", "/registrations/{registration}/frontline", Duty.KEEP_FRONTLINE_LIST)
async def show_entry(visit: Visit) -> web.StreamResponse:
    row = await visit.house.cases.find(visit.clerk, registration_of(visit))
    entry = await visit.house.frontline_list.entry(visit.clerk, row.id)
    return visit.page("frontline.html", row=row, entry=entry, proofs=list(Proof), liftable=LIFTABLE)


@pages.add("POST", "/registrations/{registration}/frontline", Duty.KEEP_FRONTLINE_LIST)
async def enter(visit: Visit) -> web.StreamResponse:
    registration, sent = registration_of(visit), await visit.request.post()
    given = relief(
        proof=str(sent.get("proof", "")),
        evidence=str(sent.get("evidence", "")),
        policy=str(sent.get("policy", "")),
        lifts=[str(one) for one in sent.getall("lifts", [])],
    )
    await visit.house.frontline_list.enter(visit.clerk, registration, given)
    return see_other(f"/registrations/{registration}/frontline")


@pages.add("POST", "/registrations/{registration}/frontline/strike", Duty.KEEP_FRONTLINE_LIST)
async def strike(visit: Visit) -> web.StreamResponse:
    registration, reason = registration_of(visit), (await visit.sent()).get("reason", "")
    await visit.house.frontline_list.strike(visit.clerk, registration, reason=reason)
    return see_other(f"/registrations/{registration}/frontline")
