"""Staff members are made here, each with one office as their scope, and roles in it."""

import re
from collections.abc import Sequence
from typing import Final
from uuid import UUID, uuid4

from tortoise.exceptions import IntegrityError

from backend import audit
from backend.audit import SYSTEM
from backend.clock import Clock
from backend.database import Database
from backend.errors import Fault, Faulty
from backend.exams.catalogue import Exams
from backend.staff.duties import ROLES_OF
from backend.staff.models import Level, Role, StaffMember

USERNAME: Final = re.compile(r"[a-z][a-z0-9_.-]{2,31}")
NEEDED: Final = {Level.NATION: (), Level.AREA: ("area",), Level.SITE: ("area", "site")}
"""Which places a level's scope needs. Members of a confirmation point are made by their site, in the console."""


class Members:
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
        faults = [] if USERNAME.fullmatch(username) else [Fault("username", "staff_username_form")]
        needed = NEEDED.get(level)
        if needed is None:
            faults.append(Fault("level", "not_in_list"))
        given = {"area": area, "site": site}
        faults += [Fault(place, "missing") for place in needed or () if not given[place]]
        faults += [Fault(place, "not_of_level") for place in given if given[place] and place not in (needed or ())]
        faults += [Fault("roles", "not_of_level") for role in roles if role not in ROLES_OF[level]][:1]
        if faults:
            raise Faulty("staff_incomplete", faults=faults)
        area_id = (await self._exams.area(area)).id if area else None
        site_id = (await self._exams.site(area or "", site)).id if site else None
        held = [role for role in ROLES_OF[level] if not roles or role in roles]
        return await self._create(username, name, level, area_id, site_id, held)

    async def _create(
        self, username: str, name: str, level: Level, area_id: int | None, site_id: int | None, roles: list[Role]
    ) -> UUID:
        try:
            async with self._database.transaction():
                member = await StaffMember.create(
                    id=uuid4(),
                    username=username,
                    name=name,
                    level=level,
                    area_id=area_id,
                    site_id=site_id,
                    roles=roles,
                    created_at=self._clock.now(),
                )
                await audit.record(
                    self._clock,
                    SYSTEM,
                    "created",
                    "staff_member",
                    member.id,
                    after={"username": username, "level": level, "roles": roles},
                )
        except IntegrityError as error:
            raise Faulty("staff_incomplete", faults=[Fault("username", "username_taken")]) from error
        return member.id
