"""Violations on a world: somebody who was seated, what the invigilators wrote, and the area's word on it."""

from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from backend.staff.scope import clerk
from backend.violations.models import Violation
from backend.violations.offences import Severity
from backend.violations.records import Record, Thing
from tests.api.results import instant, seat
from tests.api.world import JIA, Phone, World
from zhunkao.journey.people import SUBJECTS, Person

WRITTEN: Final = Record(
    subject=SUBJECTS[0],
    severity=Severity.ORDINARY,
    item=1,
    what="手机放在桌内，未关机",
    seen_at=instant("2024-04-13 09:40"),
    told_at=instant("2024-04-13 09:45"),
    taken=(Thing(name="手机", quantity="1部"),),
    receipt_number="A0001",
)
BARRED: Final = replace(WRITTEN, severity=Severity.SERIOUS, item=8, what="开考后用手机接收答案")
"""A serious one, of those that bar."""


async def seated(world: World, who: Person = JIA) -> tuple[Phone, str]:
    """Somebody in their seat, and their admit number. It is the day after the exam, the window stands open."""
    phone = await world.person(who)
    await phone.submitted()
    (number,) = await seat(world, phone)
    return phone, number


async def recorded(world: World, phone: Phone, record: Record = WRITTEN) -> Violation:
    site = await clerk("test.site")
    return await world.built.violation_recording.record(site, UUID(phone.registration), record)


async def upheld(world: World, phone: Phone, record: Record = WRITTEN) -> Violation:
    """Recorded by the site, upheld by its area."""
    violation = await recorded(world, phone, record)
    return await uphold(world, violation)


async def uphold(world: World, violation: Violation, **changed: Any) -> Violation:
    version = changed.get("version", violation.version)
    return await world.built.violation_deciding.uphold(await clerk("test.area"), violation.id, version=version)


async def lift(world: World, violation: Violation, reason: str = "复核后认定不成立") -> Violation:
    return await world.built.violation_deciding.lift(await clerk("test.area"), violation.id, reason=reason)
