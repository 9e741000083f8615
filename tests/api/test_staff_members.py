"""Members are made by the level above them, inside its own scope, and by nobody else."""

from uuid import UUID

import pytest

from backend.audit import AuditRecord
from backend.errors import Faulty, NotFound
from backend.staff.models import Level, Role, StaffMember
from backend.staff.scope import clerk
from tests.api.staff_people import ADDRESS, PASSWORD
from tests.api.world import World
from zhunkao.journey.people import AREA, SITE


async def test_the_nation_makes_an_area_s_the_area_a_site_s_and_the_site_a_point_s(world: World) -> None:
    appointments = world.built.appointments
    await world.built.members.create(username="centre", name="示例中心", level=Level.NATION)
    site = await world.built.exams.site(AREA, SITE)
    places = {"centre": (await world.built.exams.area(AREA)).id, "an.area": site.id, "a.site": await world.point()}
    for maker, made, level in (
        ("centre", "an.area", Level.AREA),
        ("an.area", "a.site", Level.SITE),
        ("a.site", "a.point", Level.POINT),
    ):
        invitation = await appointments.appoint(
            await clerk(maker), username=made, name="示例", place=places[maker], roles=[]
        )
        await world.built.credentials.accept(made, invitation.code, PASSWORD, address=ADDRESS)
        assert (await clerk(made)).level is level
        under, after = await appointments.under(await clerk(maker))
        assert ([member.username for member in under], after) == ([made], None)
    point = await StaffMember.get(username="a.point")
    assert (point.area_id, point.site_id, point.point_id) == (places["centre"], site.id, places["a.site"])
    acts = [row.act for row in await AuditRecord.filter(subject_id=str(point.id)).order_by("id")]
    assert acts == ["created", "invited", "invitation_accepted"]


async def test_a_stranger_s_place_and_a_stranger_s_member_are_not_found(world: World) -> None:
    appointments = world.built.appointments
    _, area = await world.clerks()
    other_site, _ = await world.clerks_elsewhere()
    assert other_site.site_id is not None
    with pytest.raises(NotFound, match="office_unknown"):
        await appointments.appoint(area, username="new.one", name="示例", place=other_site.site_id)
    for act in (appointments.invite, appointments.end):
        with pytest.raises(NotFound, match="member_unknown"):
            await act(area, other_site.member_id)
        with pytest.raises(NotFound, match="member_unknown"):
            await act(area, area.member_id)
    assert not await StaffMember.exists(username="new.one")


async def test_faults_are_told_together_and_change_nothing(world: World) -> None:
    site, area = await world.clerks()
    appointments = world.built.appointments
    place = site.site_id
    assert place is not None
    with pytest.raises(Faulty) as refused:
        await appointments.appoint(area, username="!", name="", place=place)
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [
        ("username", "staff_username_form"),
        ("name", "missing"),
    ]
    with pytest.raises(Faulty, match="username: username_taken"):
        await appointments.appoint(area, username="test.site", name="示例", place=place)
    with pytest.raises(Faulty, match="roles: not_of_level"):
        await appointments.appoint(site, username="a.point", name="示例", place=await world.point(), roles=[Role.DESK])
    assert await StaffMember.all().count() == 2


async def test_the_list_goes_on_by_name(world: World) -> None:
    site, area = await world.clerks()
    assert site.site_id is not None
    for name in ("b.site", "a.site"):
        await world.built.appointments.appoint(area, username=name, name="示例", place=site.site_id)
    found: list[str] = []
    after: str | None = None
    while True:
        page, after = await world.built.appointments.under(area, after=after, limit=2)
        found += [member.username for member in page]
        if after is None:
            break
    assert found == ["a.site", "b.site", "test.site"]


async def test_an_ended_member_is_invited_no_more(world: World) -> None:
    site, area = await world.clerks()
    await world.built.appointments.end(area, site.member_id)
    with pytest.raises(NotFound, match="member_unknown"):
        await world.built.appointments.invite(area, site.member_id)
    with pytest.raises(NotFound, match="member_unknown"):
        await world.built.appointments.invite(area, UUID(int=0))
