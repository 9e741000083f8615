"""Returned for a supplement: with reasons and a deadline, handed in by the candidate, back at the level that asked."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest

from backend.audit import AuditRecord
from backend.clock import EXAM_ZONE
from backend.errors import Refusal
from backend.events import Event, EventName
from backend.registrations.moves import Act
from backend.staff.scope import Clerk
from tests.api.test_registrations_office import elsewhere, refused
from tests.api.world import YI, Phone, World

SITE_REVIEW, AREA_REVIEW = "2024-01-05 10:00", "2024-01-20 10:00"
UNTIL = datetime(2024, 1, 16, 17, 30, tzinfo=EXAM_ZONE)
LATER = datetime(2024, 1, 22, 17, 30, tzinfo=EXAM_ZONE)
AREA_REVIEW_ENDS = datetime(2024, 1, 23, tzinfo=EXAM_ZONE)
REASONS = ["缺毕业证书复印件"]


async def confirmed(world: World) -> tuple[Phone, Clerk, Clerk]:
    """A confirmed candidate in the site's review, the site's clerk and the area's."""
    phone = await world.person()
    await phone.submitted()
    site, area = await world.clerks()
    await world.at("2023-12-05 10:00")
    await world.built.office.act(site, Act.CONFIRM, UUID(phone.registration))
    await world.at(SITE_REVIEW)
    return phone, site, area


async def returned(world: World) -> tuple[Phone, Clerk, Clerk]:
    phone, site, area = await confirmed(world)
    await world.built.office.act(site, Act.SITE_RETURN, UUID(phone.registration), reasons=REASONS, until=UNTIL)
    return phone, site, area


async def state(phone: Phone) -> str:
    return str((await phone.mine("GET")).json["state"])


async def test_a_returned_candidate_reads_why_and_until_when(world: World) -> None:
    phone, _, _ = await returned(world)
    kept = (await phone.mine("GET")).json
    assert (kept["state"], kept["reasons"], kept["supplement_until"]) == (
        "returned",
        REASONS,
        "2024-01-16T17:30:00+08:00",
    )
    step = await phone.step("review")
    assert (step["state"], step["action"], step["until"]) == ("failed", "supplement", "2024-01-16T17:30:00+08:00")
    assert step["message"] == "审核退回（缺毕业证书复印件）。请补充材料并提交，1月16日 17:30 截止，还有 11 天 7 小时"


async def test_what_is_handed_in_goes_back_to_the_site_that_asked(world: World) -> None:
    phone, _, _ = await returned(world)
    answer = await phone.mine("POST", "/supplement")
    assert (answer.status, answer.json["state"], answer.json["reasons"]) == (200, "confirmed", [])
    assert (await phone.step("review"))["message"].startswith("考点正在进行资格审核")
    again = await phone.mine("POST", "/supplement")
    assert (again.status, again.json["version"]) == (200, answer.json["version"])
    assert await AuditRecord.filter(act="supplemented").count() == 1
    assert (await Event.get(name=EventName.REGISTRATION_SUPPLEMENTED)).payload == {"level": "site"}


async def test_what_is_handed_in_goes_back_to_the_area_that_asked(world: World) -> None:
    phone, site, area = await confirmed(world)
    registration = UUID(phone.registration)
    await world.built.office.act(site, Act.SITE_APPROVE, registration)
    await world.at(AREA_REVIEW)
    await world.built.office.act(area, Act.AREA_RETURN, registration, reasons=REASONS, until=LATER)
    assert (await phone.mine("POST", "/supplement")).json["state"] == "site_approved"
    assert (await world.built.office.act(area, Act.AREA_APPROVE, registration)).state == "approved"


@pytest.mark.parametrize(("now", "status"), [("2024-01-16 17:29:59.999999", 200), ("2024-01-16 17:30:00", 409)])
async def test_a_supplement_is_taken_to_the_last_moment_of_its_own_deadline(
    world: World, stop_at: Callable[[str], None], now: str, status: int
) -> None:
    phone, _, _ = await returned(world)
    stop_at(now)
    answer = await phone.mine("POST", "/supplement")
    assert answer.status == status
    if status == 409:
        assert answer.code == "supplement_too_late"
        assert answer.json["detail"].startswith("补充材料已于 1月16日 17:30 截止")
        await world.built.forfeitures.sweep()
        assert (await phone.mine("GET")).json["forfeited_reason"] == "not_supplemented"
        assert "1月16日 17:30" in (await phone.step("review"))["message"]


async def test_nothing_can_be_handed_in_that_nobody_asked_for(world: World) -> None:
    phone, _, _ = await confirmed(world)
    answer = await phone.mine("POST", "/supplement")
    assert (answer.status, answer.code) == (409, "not_from_this_state")


async def test_nobody_hands_in_for_somebody_else(world: World) -> None:
    phone, _, _ = await returned(world)
    other = await world.person(YI)
    other.registration = phone.registration
    answer = await other.mine("POST", "/supplement")
    assert (answer.status, answer.code) == (404, "registration_unknown")
    assert await state(phone) == "returned"


@pytest.mark.parametrize(
    ("now", "code"),
    [("2024-01-22 23:59:59.999999", None), ("2024-01-23 00:00:00", "stage_over")],
)
async def test_the_site_decides_on_a_supplement_until_the_areas_review_ends(
    world: World, stop_at: Callable[[str], None], now: str, code: str | None
) -> None:
    phone, site, _ = await returned(world)
    await phone.mine("POST", "/supplement")
    stop_at(now)
    deciding = world.built.office.act(site, Act.SITE_APPROVE, UUID(phone.registration))
    if code is None:
        assert (await deciding).state == "site_approved"
    else:
        assert (await refused(deciding)).code == code


async def test_without_a_supplement_the_sites_review_ends_when_it_ends(world: World) -> None:
    phone, site, _ = await confirmed(world)
    await world.at("2024-01-13 00:00:01")
    assert (
        await refused(world.built.office.act(site, Act.SITE_APPROVE, UUID(phone.registration)))
    ).code == "stage_over"


@pytest.mark.parametrize(
    ("until", "fault"),
    [
        (None, "missing"),
        (datetime(2024, 1, 5, 10, tzinfo=EXAM_ZONE), "in_the_past"),
        (datetime(2024, 1, 23, 0, 0, 1, tzinfo=EXAM_ZONE), "after_the_review"),
        (AREA_REVIEW_ENDS, None),
    ],
)
async def test_a_return_says_a_deadline_that_can_be_kept(
    world: World, stop_at: Callable[[str], None], until: datetime | None, fault: str | None
) -> None:
    phone, site, _ = await confirmed(world)
    stop_at("2024-01-05 10:00")
    returning = world.built.office.act(site, Act.SITE_RETURN, UUID(phone.registration), reasons=REASONS, until=until)
    if fault is None:
        assert (await returning).state == "returned"
        return
    refusal = await refused(returning)
    assert (refusal.code, [one.code for one in refusal.faults]) == ("supplement_time_faulty", [fault])
    assert await state(phone) == "confirmed"


async def test_a_return_says_why(world: World) -> None:
    phone, site, _ = await confirmed(world)
    returning = world.built.office.act(site, Act.SITE_RETURN, UUID(phone.registration), reasons=[" "], until=UNTIL)
    assert (await refused(returning)).code == "reasons_needed"


async def test_another_offices_candidate_cannot_be_returned(world: World) -> None:
    phone, site, area = await confirmed(world)
    strangers = zip(await elsewhere(world), (Act.SITE_RETURN, Act.AREA_RETURN), strict=True)
    for clerk, act in strangers:
        returning = world.built.office.act(clerk, act, UUID(phone.registration), reasons=REASONS, until=UNTIL)
        assert (await refused(returning)).code == "registration_unknown"
    for clerk, act in ((site, Act.AREA_RETURN), (area, Act.SITE_RETURN)):
        returning = world.built.office.act(clerk, act, UUID(phone.registration), reasons=REASONS, until=UNTIL)
        assert (await refused(returning)).code == "not_this_office"


async def test_who_is_not_eligible_is_approved_only_by_saying_why_all_the_same(world: World) -> None:
    phone = await world.person()
    await phone.submitted(registration={"current_qualification_date": "2020-06-01"})
    site, _ = await world.clerks()
    registration = UUID(phone.registration)
    await world.at("2023-12-05 10:00")
    await world.built.office.act(site, Act.CONFIRM, registration)
    await world.at(SITE_REVIEW)
    refusal: Refusal = await refused(world.built.office.act(site, Act.SITE_APPROVE, registration))
    assert refusal.code == "not_eligible"
    assert [term.code for term in refusal.values["lacks"]] == ["years_too_few"]  # type: ignore[attr-defined]
    assert (await refused(world.built.office.act(site, Act.SITE_APPROVE, registration, despite=" "))).code
    row = await world.built.office.act(site, Act.SITE_APPROVE, registration, despite="一线人员提前一年，见附件")
    assert row.state == "site_approved"
    assert (await AuditRecord.get(act="approved_by_site")).after["despite"] == "一线人员提前一年，见附件"
