"""One candidate's seat: what they must have of it, noted with the reason, and another seat for them alone."""

from aiohttp import web

from backend.console.pages import Pages, Visit, see_other
from backend.console.sent import one_of, registration_of
from backend.seating.facts import Need
from backend.staff.duties import Duty

pages = Pages()


@pages.add("GET", "/registrations/{registration}/seat", Duty.ARRANGE_SEATS)
async def show_seat(visit: Visit) -> web.StreamResponse:
    seat = await visit.house.candidate_seats.of(visit.clerk, registration_of(visit))
    row = await visit.house.cases.find(visit.clerk, registration_of(visit))
    noted = {one.need: one for one in seat.needs}
    return visit.page("candidate_seat.html", row=row, seat=seat, noted=noted, needs=list(Need))


@pages.add("POST", "/registrations/{registration}/seat/needs", Duty.ARRANGE_SEATS)
async def note_need(visit: Visit) -> web.StreamResponse:
    sent = await visit.sent()
    need = one_of(Need, sent.get("need", ""), "need")
    await visit.house.seating_needs.note(visit.clerk, registration_of(visit), need, reason=sent.get("reason", ""))
    return _back(visit)


@pages.add("POST", "/registrations/{registration}/seat/needs/drop", Duty.ARRANGE_SEATS)
async def drop_need(visit: Visit) -> web.StreamResponse:
    need = one_of(Need, (await visit.sent()).get("need", ""), "need")
    await visit.house.seating_needs.drop(visit.clerk, registration_of(visit), need)
    return _back(visit)


@pages.add("POST", "/registrations/{registration}/seat/reseat", Duty.ARRANGE_SEATS)
async def reseat(visit: Visit) -> web.StreamResponse:
    sent = await visit.sent()
    await visit.house.reseating.reseat(
        visit.clerk,
        registration_of(visit),
        reason=sent.get("reason", ""),
        despite_admit_card=sent.get("told") == "yes",
    )
    return _back(visit)


def _back(visit: Visit) -> web.Response:
    return see_other(f"/registrations/{registration_of(visit)}/seat")
