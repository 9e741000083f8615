"""What a staff member may see: the condition that stands in every query of theirs. Outside it nothing is found."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from backend.audit import Actor
from backend.errors import NotAllowed
from backend.staff.duties import WHOSE, Duty
from backend.staff.models import Level, Role, StaffMember


@dataclass(frozen=True, slots=True, kw_only=True)
class Clerk:
    """A staff member in the act: who, for which office, in which roles, from where."""

    member_id: UUID
    level: Level
    area_id: int | None
    site_id: int | None
    point_id: int | None
    roles: frozenset[Role]
    address: str | None = None

    @property
    def actor(self) -> Actor:
        return Actor(kind="staff", id=str(self.member_id), address=self.address)

    def registrations(self, *, through: str = "") -> dict[str, Any]:
        """The filter on `registration` that is this clerk's scope: point ⊂ site ⊂ area ⊂ nation.

        `through`: for a query of what belongs to one, the way there: `registration__`.
        """
        column, office = {
            Level.POINT: ("confirmation_point_id", self.point_id),
            Level.SITE: ("site_id", self.site_id),
            Level.AREA: ("site__area_id", self.area_id),
            Level.NATION: ("", None),
        }[self.level]
        return {f"{through}{column}": office} if column else {}

    def require(self, duty: Duty) -> None:
        """Raises NotAllowed: `not_this_office` for another office's duty, `not_this_role` for a colleague's."""
        roles = WHOSE[duty].get(self.level)
        if roles is None:
            raise NotAllowed("not_this_office")
        if not roles & self.roles:
            raise NotAllowed("not_this_role")


async def clerk(username: str, *, address: str | None = None) -> Clerk:
    """The clerk with this user name, whose service hasn't ended. Raises NotAllowed `staff_unknown`."""
    member = await StaffMember.get_or_none(username=username, ended_at=None)
    if member is None:
        raise NotAllowed("staff_unknown")
    return clerk_of(member, address=address)


def clerk_of(member: StaffMember, *, address: str | None = None) -> Clerk:
    """A member in the act."""
    return Clerk(
        member_id=member.id,
        level=member.level,
        area_id=member.area_id,
        site_id=member.site_id,
        point_id=member.point_id,
        roles=frozenset(map(Role, member.roles)),
        address=address,
    )
