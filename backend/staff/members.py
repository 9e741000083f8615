"""Staff members are made here, each with one office as their scope, and roles in it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from backend import audit
from backend.audit import SYSTEM, Actor
from backend.clock import Clock
from backend.database import Database
from backend.errors import Fault, Faulty
from backend.exams.catalogue import Exams
from backend.staff.duties import ROLES_OF
from backend.staff.models import Level, Role, StaffMember

USERNAME: Final = re.compile(r"[a-z][a-z0-9_.-]{2,31}")
NEEDED: Final = {Level.NATION: (), Level.AREA: ("area",), Level.SITE: ("area", "site")}
"""Which places a level's scope needs. Members of a confirmation point are made by their site."""


LONGEST_NAME: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Whose office: the places are the keys of those the level's scope needs."""

    level: Level
    area_id: int | None = None
    site_id: int | None = None
    point_id: int | None = None


class Members:
    """Made by whoever runs the service, of every level but points."""

    def __init__(self, database: Database, clock: Clock, exams: Exams) -> None:
        self._database, self._clock, self._exams = database, clock, exams

    async def create(
        self,
        *,
        username: str,
        name: str,
        level: Level,
        area: str | None = None,
        site: str | None = None,
        roles: Sequence[Role] = (),
    ) -> UUID:
        """A new member; without roles in all that the level has.

        Raises Faulty naming the fields; NotFound for a place that isn't known.
        """
        faults = []
        needed = NEEDED.get(level)
        if needed is None:
            faults.append(Fault("level", "not_in_list"))
        given = {"area": area, "site": site}
        faults += [Fault(place, "missing") for place in needed or () if not given[place]]
        faults += [Fault(place, "not_of_level") for place in given if given[place] and place not in (needed or ())]
        held = checked(level, username=username, name=name, roles=roles, faults=faults)
        area_id = (await self._exams.area(area)).id if area else None
        site_id = (await self._exams.site(area or "", site)).id if site else None
        office = Office(level=level, area_id=area_id, site_id=site_id)
        async with self._database.transaction():
            member = await write_member(self._clock, SYSTEM, office, username=username, name=name, roles=held)
        return member.id


def checked(
    level: Level, *, username: str, name: str, roles: Sequence[Role], faults: Sequence[Fault] = ()
) -> list[Role]:
    """The roles a new member gets: those given, or all that the level has. Raises Faulty naming the fields."""
    found = [] if USERNAME.fullmatch(username) else [Fault("username", "staff_username_form")]
    found += [] if 0 < len(name) <= LONGEST_NAME else [Fault("name", "too_long" if name else "missing")]
    found += [*faults, *[Fault("roles", "not_of_level") for role in roles if role not in ROLES_OF[level]][:1]]
    if found:
        raise Faulty("staff_incomplete", faults=found)
    return [role for role in ROLES_OF[level] if not roles or role in roles]


async def write_member(
    clock: Clock, actor: Actor, office: Office, *, username: str, name: str, roles: list[Role]
) -> StaffMember:
    """The new member's row and record, inside the caller's transaction. Raises Faulty `username_taken`."""
    try:
        async with in_transaction():
            member = await StaffMember.create(
                id=uuid4(),
                username=username,
                name=name,
                level=office.level,
                area_id=office.area_id,
                site_id=office.site_id,
                point_id=office.point_id,
                roles=roles,
                created_at=clock.now(),
            )
    except IntegrityError as error:
        raise Faulty("staff_incomplete", faults=[Fault("username", "username_taken")]) from error
    after = {"username": username, "level": office.level, "roles": roles}
    await audit.record(clock, actor, "created", "staff_member", member.id, after=after)
    return member
