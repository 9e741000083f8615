"""Candidates of 乌海 in the exam of 2025, through the front door: the site whose notice says most of the review."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from backend.documents.photos import sample_photo
from backend.registrations.moves import Act
from backend.staff.models import Level
from backend.staff.scope import Clerk, clerk
from tests.api.world import JIA, Phone, World
from zhunkao.journey.people import Person, sections

EXAM: Final = "health-2025"
AREA, SITE = "内蒙古", "乌海"
APPROVED_AT: Final = "2025-01-20 10:00"


async def clerks(world: World) -> tuple[Clerk, Clerk]:
    """One clerk of 乌海 and one of its area."""
    members = world.built.members
    await members.create(username="wuhai.site", name="示例考点", level=Level.SITE, area=AREA, site=SITE)
    await members.create(username="wuhai.area", name="示例考区", level=Level.AREA, area=AREA)
    return await clerk("wuhai.site"), await clerk("wuhai.area")


async def submitted(world: World, who: Person = JIA, **changed: Mapping[str, Any]) -> Phone:
    """Handed in on the second day of pre-registration."""
    await world.at("2024-11-27 09:00")
    phone = await world.person(who)
    answer = await phone.call("POST", "/registrations", body={"exam": EXAM})
    assert answer.status == 201, answer.body
    phone.registration, phone.etag = answer.json["id"], answer.headers["ETag"]
    point = (await world.built.exams.points(EXAM, AREA, SITE))[0].id
    form = sections(who, point=point)
    form["registration"] |= {"area": AREA, "site": SITE}
    for section, values in form.items():
        answer = await phone.save(section, {**values, **changed.get(section, {})})
        assert answer.status == 200, answer.body
    assert (await phone.photo(await asyncio.to_thread(sample_photo, 1))).status == 200
    answer = await phone.mine("POST", "/submit")
    assert answer.status == 200, answer.body
    return phone


async def confirmed(world: World, site: Clerk, phone: Phone) -> None:
    await world.at("2024-12-05 10:00")
    await world.built.office.act(site, Act.CONFIRM, UUID(phone.registration))


async def approved(world: World, site: Clerk, area: Clerk, phone: Phone) -> None:
    """Confirmed, and reviewed by both; it is 20 January then."""
    await confirmed(world, site, phone)
    await world.at(APPROVED_AT)
    await world.built.office.act(site, Act.SITE_APPROVE, UUID(phone.registration))
    await world.built.office.act(area, Act.AREA_APPROVE, UUID(phone.registration))
