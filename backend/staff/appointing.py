"""Members made by the level above: points' by their site, sites' by their area, areas' by the nation.

The nation's are made by an operator (`zhunkao create-staff`), who can make any.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from backend import audit
from backend.audit import SYSTEM, Actor
from backend.clock import Clock
from backend.database import Database, lock
from backend.errors import NotFound
from backend.exams.models import Area, ConfirmationPoint, Site
from backend.staff import challenges
from backend.staff.codes import StaffCodes
from backend.staff.duties import Duty
from backend.staff.members import Office, checked, write_member
from backend.staff.models import Level, Role, StaffMember
from backend.staff.scope import Clerk
from backend.staff.sessions import StaffSessions

PAGE: Final = 50
BELOW: Final[Mapping[Level, Level]] = {Level.NATION: Level.AREA, Level.AREA: Level.SITE, Level.SITE: Level.POINT}


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """What a member sets a password with, first or anew. Shown this once."""

    member_id: UUID
    username: str
    code: str
    expires_at: datetime


class Appointments:
    """Makes, invites and ends the members of the level below."""

    def __init__(self, *, database: Database, clock: Clock, sessions: StaffSessions, codes: StaffCodes) -> None:
        self._database, self._clock, self._sessions, self._codes = database, clock, sessions, codes

    async def appoint(
        self, clerk: Clerk, *, username: str, name: str, place: int, roles: Sequence[Role] = ()
    ) -> Invitation:
        """A new member of an office below the clerk's, invited. Without roles in all that the level has.

        `place`: the key of the point, site or area. Raises Faulty naming the fields; NotFound `office_unknown`.
        """
        clerk.require(Duty.MANAGE_MEMBERS)
        office = await _office_below(clerk, place)
        held = checked(office.level, username=username, name=name, roles=roles)
        async with self._database.transaction():
            member = await write_member(self._clock, clerk.actor, office, username=username, name=name, roles=held)
            return await self._invited(member, clerk.actor)

    async def invite(self, clerk: Clerk, member_id: UUID) -> Invitation:
        """Another invitation, for one who hasn't used the first or can't sign in any more.

        Raises NotFound `member_unknown`.
        """
        clerk.require(Duty.MANAGE_MEMBERS)
        async with self._database.transaction():
            return await self._invited(await _locked(**_below(clerk), id=member_id, ended_at=None), clerk.actor)

    async def invite_by_operator(self, username: str) -> Invitation:
        """The same, by whoever runs the service. Raises NotFound `member_unknown`."""
        async with self._database.transaction():
            return await self._invited(await _locked(username=username, ended_at=None), SYSTEM)

    async def end(self, clerk: Clerk, member_id: UUID) -> None:
        """The member's service ends, and with it every session and invitation. Again is harmless.

        Raises NotFound `member_unknown`.
        """
        clerk.require(Duty.MANAGE_MEMBERS)
        async with self._database.transaction():
            member = await _locked(**_below(clerk), id=member_id)
            if member.ended_at is not None:
                return
            member.ended_at = self._clock.now()
            await member.save(update_fields=["ended_at"])
            await self._codes.withdraw_all(member.id)
            await challenges.withdraw(member.id)
            await self._sessions.end_all(member.id, because="service_ended")
            await audit.record(self._clock, clerk.actor, "service_ended", "staff_member", member.id)

    async def under(
        self, clerk: Clerk, *, after: str | None = None, limit: int = PAGE
    ) -> tuple[Sequence[StaffMember], str | None]:
        """The members of the level below, by user name, and the name to go on after."""
        clerk.require(Duty.MANAGE_MEMBERS)
        members = StaffMember.filter(**_below(clerk), username__gt=after or "").order_by("username")
        found = await members.limit(limit + 1).prefetch_related("area", "site", "point")
        return found[:limit], found[limit - 1].username if len(found) > limit else None

    async def offices(self, clerk: Clerk) -> Sequence[tuple[int, str]]:
        """The keys and names of the offices whose members the clerk makes, by name."""
        clerk.require(Duty.MANAGE_MEMBERS)
        found: Sequence[Area] | Sequence[Site] | Sequence[ConfirmationPoint]
        match BELOW[clerk.level]:
            case Level.AREA:
                found = await Area.all().order_by("name")
            case Level.SITE:
                found = await Site.filter(area_id=clerk.area_id).order_by("name")
            case _:
                found = await ConfirmationPoint.filter(site_id=clerk.site_id).order_by("-exam_id", "name")
        return [(int(one.id), one.name) for one in found]

    async def _invited(self, member: StaffMember, actor: Actor) -> Invitation:
        code, until = await self._codes.invite(member.id)
        await audit.record(self._clock, actor, "invited", "staff_member", member.id)
        return Invitation(member_id=member.id, username=member.username, code=code, expires_at=until)


async def _office_below(clerk: Clerk, place: int) -> Office:
    match BELOW[clerk.level]:
        case Level.AREA:
            if area := await Area.get_or_none(id=place):
                return Office(level=Level.AREA, area_id=area.id)
        case Level.SITE:
            if site := await Site.get_or_none(id=place, area_id=clerk.area_id):
                return Office(level=Level.SITE, area_id=clerk.area_id, site_id=site.id)
        case _:
            if point := await ConfirmationPoint.get_or_none(id=place, site_id=clerk.site_id):
                return Office(level=Level.POINT, area_id=clerk.area_id, site_id=clerk.site_id, point_id=int(point.id))
    raise NotFound("office_unknown")


def _below(clerk: Clerk) -> dict[str, Any]:
    """The filter on `staff_member` that is the level below the clerk's, inside the clerk's scope."""
    place = {Level.AREA: {"area_id": clerk.area_id}, Level.SITE: {"site_id": clerk.site_id}}.get(clerk.level, {})
    return {"level": BELOW[clerk.level], **place}


async def _locked(**having: Any) -> StaffMember:
    member = await lock(StaffMember, **having)
    if member is None:
        raise NotFound("member_unknown")
    return member
