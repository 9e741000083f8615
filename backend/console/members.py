"""The members of the level below: made, invited, ended."""

from uuid import UUID

from aiohttp import web

from backend.console.pages import Pages, Visit, see_other
from backend.console.sent import a_key_of
from backend.staff.appointing import BELOW
from backend.staff.duties import ROLES_OF, Duty
from backend.staff.models import Role

pages = Pages()


@pages.add("GET", "/members", Duty.MANAGE_MEMBERS)
async def list_members(visit: Visit) -> web.StreamResponse:
    members, after = await visit.house.appointments.under(visit.clerk, after=visit.request.query.get("after"))
    offices = await visit.house.appointments.offices(visit.clerk)
    roles = ROLES_OF[BELOW[visit.clerk.level]]
    return visit.page("members.html", members=members, after=after, offices=offices, roles=roles)


@pages.add("POST", "/members", Duty.MANAGE_MEMBERS)
async def appoint(visit: Visit) -> web.StreamResponse:
    sent = await visit.request.post()
    invitation = await visit.house.appointments.appoint(
        visit.clerk,
        username=str(sent.get("username", "")).strip(),
        name=str(sent.get("name", "")).strip(),
        place=a_key_of(int, str(sent.get("place", "")), "office_unknown"),
        roles=[Role(role) for role in map(str, sent.getall("role", [])) if role in list(Role)],
    )
    return visit.page("invited.html", invitation=invitation)


@pages.add("POST", "/members/{member}/invite", Duty.MANAGE_MEMBERS)
async def invite(visit: Visit) -> web.StreamResponse:
    invitation = await visit.house.appointments.invite(visit.clerk, _member(visit))
    return visit.page("invited.html", invitation=invitation)


@pages.add("POST", "/members/{member}/end", Duty.MANAGE_MEMBERS)
async def end(visit: Visit) -> web.StreamResponse:
    await visit.house.appointments.end(visit.clerk, _member(visit))
    return see_other("/members")


def _member(visit: Visit) -> UUID:
    return a_key_of(UUID, visit.request.match_info["member"], "member_unknown")
