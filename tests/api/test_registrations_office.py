"""The offices' acts: inside their scope and window, by the table, with reasons, on the current form, on record."""

import asyncio
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from backend.audit import AuditRecord
from backend.documents.photos import sample_photo
from backend.errors import Refusal
from backend.registrations.models import Registration
from backend.registrations.moves import Act
from backend.staff.models import Level, StaffMember
from backend.staff.scope import Clerk, clerk
from tests.api.world import Phone, World
from zhunkao.journey.people import AREA, SITE

CONFIRMATION, SITE_REVIEW, AREA_REVIEW = "2023-12-05 10:00", "2023-12-20 10:00", "2024-01-20 10:00"


async def submitted(world: World) -> Phone:
    phone = await world.person()
    await phone.submitted()
    await world.at(CONFIRMATION)
    return phone


async def refused(act: Any) -> Refusal:
    with pytest.raises(Refusal) as found:
        await act
    return found.value


async def member(world: World, username: str, level: Level, area: str | None = None, site: str | None = None) -> Clerk:
    await world.built.members.create(username=username, name="示例", level=level, area=area, site=site)
    return await clerk(username)


async def elsewhere(world: World) -> list[Clerk]:
    """A clerk of another area's site, and one of that area."""
    other = next(one.site for one in await world.built.exams.sites("health-2025") if one.site.area != AREA)
    return [
        await member(world, "other.site", Level.SITE, other.area, other.name),
        await member(world, "other.area", Level.AREA, other.area),
    ]


async def test_the_site_confirms_whoever_brings_the_current_form(world: World) -> None:
    phone = await submitted(world)
    site, _ = await world.clerks()
    form = (await phone.mine("GET")).json
    row = await world.built.office.confirm(site, form["registration_number"], f" {form['verification_code'].lower()} ")
    assert row.state == "confirmed"
    kept = (await phone.mine("GET")).json
    assert (kept["state"], kept["confirmed_by"], kept["confirmed_at"][:16]) == (
        "confirmed",
        "staff",
        "2023-12-05T10:00",
    )
    assert (await phone.step("confirmation"))["state"] == "done"


async def test_what_was_confirmed_can_no_longer_be_changed_by_its_candidate(world: World) -> None:
    phone = await submitted(world)
    site, _ = await world.clerks()
    await world.built.office.act(site, Act.CONFIRM, UUID(phone.registration))
    phone.etag = (await phone.mine("GET")).headers["ETag"]
    for answer in (
        await phone.save("work", {"employer": "示例市第二医院"}),
        await phone.photo(await asyncio.to_thread(sample_photo, 2)),
        await phone.mine("POST", "/withdraw"),
    ):
        assert (answer.status, answer.code) == (409, "not_from_this_state")
    kept = (await phone.mine("GET")).json
    assert (kept["state"], kept["sections"]["work"]["employer"]) == ("confirmed", "示例市第一医院")


async def test_a_form_printed_before_a_change_cannot_be_confirmed(world: World) -> None:
    phone = await world.person()
    old = await phone.submitted()
    withdrawn = await phone.mine("POST", "/withdraw")
    phone.etag = withdrawn.headers["ETag"]
    await phone.mine("POST", "/submit")
    await world.at(CONFIRMATION)
    site, _ = await world.clerks()
    refusal = await refused(world.built.office.confirm(site, old["registration_number"], old["verification_code"]))
    assert refusal.code == "form_outdated"
    assert (await phone.mine("GET")).json["state"] == "submitted"


async def test_another_offices_candidate_is_not_found_by_any_act(world: World) -> None:
    phone = await submitted(world)
    other_site, other_area = await elsewhere(world)
    number, code = (await phone.mine("GET")).json["registration_number"], "ABCDEF"
    assert (await refused(world.built.office.confirm(other_site, number, code))).code == "registration_unknown"
    for act, stranger in ((Act.CONFIRM, other_site), (Act.SITE_APPROVE, other_site), (Act.AREA_APPROVE, other_area)):
        refusal = await refused(world.built.office.act(stranger, act, UUID(phone.registration)))
        assert (refusal.code, refusal.status) == ("registration_unknown", 404)


async def test_a_draft_is_nobodys_candidate_yet(world: World) -> None:
    phone = await world.person()
    await phone.draft()
    site, _ = await world.clerks()
    refusal = await refused(world.built.office.act(site, Act.CONFIRM, UUID(phone.registration)))
    assert refusal.code == "registration_unknown"


@pytest.mark.parametrize("act", [Act.AREA_APPROVE, Act.AREA_REJECT])
async def test_the_site_does_not_do_the_areas_acts(world: World, act: Act) -> None:
    phone = await submitted(world)
    site, _ = await world.clerks()
    refusal = await refused(world.built.office.act(site, act, UUID(phone.registration), reasons=["示例"]))
    assert (refusal.code, refusal.status) == ("not_this_office", 403)


@pytest.mark.parametrize("act", [Act.CONFIRM, Act.REFUSE, Act.SITE_APPROVE, Act.SITE_REJECT])
async def test_the_area_does_not_do_the_sites_acts(world: World, act: Act) -> None:
    phone = await submitted(world)
    _, area = await world.clerks()
    assert (await refused(world.built.office.act(area, act, UUID(phone.registration), reasons=["示例"]))).status == 403


async def test_nobody_acts_after_their_service_has_ended(world: World) -> None:
    await world.clerks()
    await StaffMember.filter(username="test.site").update(ended_at=world.built.clock.now())
    assert (await refused(clerk("test.site"))).code == "staff_unknown"


@pytest.mark.parametrize("reasons", [[], ["  "]])
async def test_a_rejection_says_why(world: World, reasons: list[str]) -> None:
    phone = await submitted(world)
    site, _ = await world.clerks()
    refusal = await refused(world.built.office.act(site, Act.SITE_REJECT, UUID(phone.registration), reasons=reasons))
    assert (refusal.code, [fault.field for fault in refusal.faults]) == ("reasons_needed", ["reasons"])


async def test_a_rejected_candidate_reads_the_reasons_and_owes_nothing(world: World) -> None:
    phone = await submitted(world)
    site, _ = await world.clerks()
    registration = UUID(phone.registration)
    await world.built.office.act(site, Act.CONFIRM, registration)
    await world.at(SITE_REVIEW)
    await world.built.office.act(site, Act.SITE_REJECT, registration, reasons=[" 工作年限不足 ", ""])
    kept = (await phone.mine("GET")).json
    assert (kept["state"], kept["reasons"], kept["payment_state"]) == ("rejected", ["工作年限不足"], "none")
    review = await phone.step("review")
    assert (review["state"], review["at"][:10]) == ("failed", "2023-12-20")
    assert (await phone.step("payment"))["message"] == "本次考试无需再办理"


@pytest.mark.parametrize(
    ("now", "code"),
    [
        ("2023-12-03 23:59:59.999999", "stage_not_open_yet"),
        ("2023-12-04 00:00:00", None),
        ("2023-12-18 23:59:59.999999", None),
        ("2023-12-19 00:00:00", "stage_over"),
    ],
)
async def test_a_candidate_is_confirmed_inside_the_window_to_the_last_moment(
    world: World, stop_at: Callable[[str], None], now: str, code: str | None
) -> None:
    phone = await submitted(world)
    site, _ = await world.clerks()
    stop_at(now)
    confirming = world.built.office.act(site, Act.CONFIRM, UUID(phone.registration))
    if code is None:
        assert (await confirming).state == "confirmed"
    else:
        assert (await refused(confirming)).code == code


async def test_acts_out_of_their_order_are_refused_in_words(world: World) -> None:
    phone = await submitted(world)
    site, area = await world.clerks()
    for act, who in ((Act.SITE_APPROVE, site), (Act.AREA_APPROVE, area)):
        refusal = await refused(world.built.office.act(who, act, UUID(phone.registration)))
        assert refusal.code == "not_from_this_state"


async def test_money_falls_due_when_the_area_has_approved(world: World) -> None:
    phone = await submitted(world)
    await world.approved(phone)
    kept = (await phone.mine("GET")).json
    assert (kept["state"], kept["payment_state"]) == ("approved", "due")


async def test_of_clerks_who_confirm_at_once_one_does(world: World) -> None:
    phone = await submitted(world)
    site, _ = await world.clerks()
    acts = [world.built.office.act(site, Act.CONFIRM, UUID(phone.registration)) for _ in range(6)]
    found = await asyncio.gather(*acts, return_exceptions=True)
    refusals = [one for one in found if isinstance(one, Refusal)]
    assert len(refusals) == 5 and {one.code for one in refusals} == {"not_from_this_state"}
    assert await AuditRecord.filter(act="confirmed").count() == 1


async def test_of_a_confirmation_and_a_withdrawal_at_once_one_happens(world: World) -> None:
    phone = await submitted(world)
    site, _ = await world.clerks()
    confirming = world.built.office.act(site, Act.CONFIRM, UUID(phone.registration))
    confirmed, withdrawn = await asyncio.gather(confirming, phone.mine("POST", "/withdraw"), return_exceptions=True)
    state = (await Registration.get()).state
    if isinstance(confirmed, Refusal):
        assert (state, withdrawn.status) == ("draft", 200)  # type: ignore[union-attr]
    else:
        assert (state, withdrawn.status) == ("confirmed", 409)  # type: ignore[union-attr]


async def test_every_act_is_on_record_with_who_before_and_after(world: World) -> None:
    phone = await submitted(world)
    await world.approved(phone)
    site, area = await clerk("test.site"), await clerk("test.area")
    records = await AuditRecord.filter(actor_kind="staff", subject="registration").order_by("id")
    assert [(record.act, record.actor_id, record.before["state"], record.after["state"]) for record in records] == [
        ("confirmed", str(site.member_id), "submitted", "confirmed"),
        ("approved_by_site", str(site.member_id), "confirmed", "site_approved"),
        ("approved_by_area", str(area.member_id), "site_approved", "approved"),
    ]


async def test_what_is_on_record_can_be_neither_changed_nor_removed(world: World) -> None:
    await submitted(world)
    for statement in ("UPDATE audit_record SET act = 'x'", "DELETE FROM audit_record", "TRUNCATE audit_record"):
        with pytest.raises(Exception, match="the audit log only grows"):
            await world.built.database.execute(statement)


async def test_a_place_of_the_sample_site_is_where_the_clerk_sits(world: World) -> None:
    site, area = await world.clerks()
    place = await world.built.exams.site(AREA, SITE)
    assert (site.site_id, area.site_id, site.level, area.level) == (place.id, None, Level.SITE, Level.AREA)
