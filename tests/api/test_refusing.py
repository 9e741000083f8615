"""确认不通过: refused paper by paper where one confirms online, mended inside the window, looked at again."""

import asyncio
from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest

from backend.audit import AuditRecord
from backend.errors import Refusal
from backend.registrations.models import Material, Registration
from backend.registrations.moves import Act
from backend.staff.scope import Clerk
from tests.api.online import KINDS, scan, site_clerk, submitted, upload
from tests.api.world import Phone, World

CONFIRMATION, CLOSES = "2023-12-05 10:00", "2023-12-19 00:00"
BLURRED = {"身份证": " 照片不清晰 "}


async def to_confirm(world: World) -> tuple[Phone, Clerk]:
    phone = await submitted(world)
    await world.at(CONFIRMATION)
    return phone, await site_clerk(world)


async def refuse(world: World, site: Clerk, phone: Phone, papers: Mapping[str, str]) -> Registration:
    return await world.built.office.act(site, Act.REFUSE, UUID(phone.registration), papers=papers)


async def refusal(act: Any) -> Refusal:
    with pytest.raises(Refusal) as found:
        await act
    return found.value


async def states(phone: Phone) -> dict[str, tuple[str, str | None]]:
    shown = (await phone.mine("GET")).json["materials"]
    return {one["kind"]: (one["state"], one["reason"]) for one in shown}


async def test_the_candidate_reads_of_each_paper_why_it_was_refused(world: World) -> None:
    phone, site = await to_confirm(world)
    before = (await phone.mine("GET")).json["version"]
    row = await refuse(world, site, phone, {**BLURRED, "毕业证": "与所填学校不符"})
    assert row.state == "confirmation_rejected"
    assert await states(phone) == {
        "身份证": ("refused", "照片不清晰"),
        "毕业证": ("refused", "与所填学校不符"),
        "学位证": ("uploaded", None),
        "资格证": ("uploaded", None),
    }
    kept = (await phone.mine("GET")).json
    assert kept["reasons"] == ["身份证：照片不清晰", "毕业证：与所填学校不符"] and kept["version"] == before + 1
    step = await phone.step("confirmation")
    assert (step["state"], step["action"], step["until"][:10]) == ("failed", "edit", "2023-12-19")
    assert "身份证：照片不清晰、毕业证：与所填学校不符" in step["message"]


async def test_what_was_refused_is_replaced_handed_in_again_and_confirmed(world: World) -> None:
    phone, site = await to_confirm(world)
    old = (await phone.mine("GET")).json["verification_code"]
    await refuse(world, site, phone, BLURRED)
    still = await phone.mine("POST", "/submit")
    assert (still.status, still.faults) == (422, {"materials.身份证": "material_refused"})
    assert (await upload(phone, "身份证", await asyncio.to_thread(scan, "grey"))).status == 200
    assert (await phone.step("confirmation"))["message"].startswith("不通过的材料已重新上传")
    again = await phone.mine("POST", "/submit")
    assert (again.status, again.json["state"]) == (200, "submitted")
    assert again.json["verification_code"] != old
    kept = (await phone.mine("GET")).json
    assert (kept["reasons"], {one["state"] for one in kept["materials"]}) == ([], {"uploaded"})
    assert (await phone.step("confirmation"))["state"] == "current"
    confirmed = await world.built.office.act(site, Act.CONFIRM, UUID(phone.registration))
    assert confirmed.state == "confirmed"


async def test_the_same_paper_counts_as_uploaded_anew_where_the_form_was_wrong(world: World) -> None:
    phone, site = await to_confirm(world)
    await refuse(world, site, phone, {"毕业证": "与所填学校不符"})
    phone.etag = (await phone.mine("GET")).headers["ETag"]
    assert (await upload(phone, "毕业证")).status == 200
    assert (await states(phone))["毕业证"] == ("uploaded", None)
    assert (await phone.mine("POST", "/submit")).status == 200


async def test_once_mending_is_over_nothing_is_taken_and_the_exam_is_forfeited(world: World) -> None:
    phone, site = await to_confirm(world)
    await refuse(world, site, phone, BLURRED)
    await world.at(CLOSES)
    late = await upload(phone, "身份证", await asyncio.to_thread(scan, "grey"))
    assert (late.status, late.code) == (409, "stage_over")
    assert await world.built.forfeitures.sweep() == 1
    row = await Registration.get()
    assert (row.state, row.forfeited_reason, row.forfeited_from) == (
        "forfeited",
        "not_confirmed",
        "confirmation_rejected",
    )
    assert (await phone.step("confirmation"))["state"] == "failed"
    refused = await phone.mine("POST", "/submit")
    assert (refused.status, refused.code) == (409, "not_from_this_state")


@pytest.mark.parametrize(
    ("papers", "faults"),
    [
        ({}, {"materials": "missing"}),
        ({"身份证": "  "}, {"materials.身份证": "missing"}),
        ({"身份证": "不清晰", "驾驶证": "示例"}, {"materials.驾驶证": "not_in_list"}),
        ({"身份证": "长" * 501}, {"materials.身份证": "too_long"}),
    ],
)
async def test_a_refusal_names_papers_that_are_asked_for_each_with_its_reason(
    world: World, papers: Mapping[str, str], faults: Mapping[str, str]
) -> None:
    phone, site = await to_confirm(world)
    found = await refusal(refuse(world, site, phone, papers))
    assert found.code == "reasons_needed"
    assert {fault.field: fault.code for fault in found.faults} == faults
    assert (await Registration.get()).state == "submitted"
    assert await Material.filter(refused_because__isnull=False).count() == 0


async def test_where_one_confirms_in_person_nothing_is_refused(world: World) -> None:
    phone = await world.person()
    await phone.submitted()
    await world.at(CONFIRMATION)
    site, _ = await world.clerks()
    registration = UUID(phone.registration)
    for papers, reasons in (({"身份证": "不清晰"}, ()), (None, ["照片不清晰"])):
        act = world.built.office.act(site, Act.REFUSE, registration, papers=papers, reasons=reasons)
        assert (await refusal(act)).code == "confirmed_in_person"
    (outcome,) = await world.built.bulk_review.act(site, Act.REFUSE, [registration], reasons=["照片不清晰"])
    assert outcome.refusal is not None and outcome.refusal.code == "confirmed_in_person"
    assert (await Registration.get()).state == "submitted"


async def test_one_paper_may_be_refused_of_many_at_once(world: World) -> None:
    phone, site = await to_confirm(world)
    (outcome,) = await world.built.bulk_review.act(site, Act.REFUSE, [UUID(phone.registration)], papers=BLURRED)
    assert (outcome.state, outcome.refusal) == ("confirmation_rejected", None)
    assert (await states(phone))["身份证"] == ("refused", "照片不清晰")


async def test_a_refusal_is_on_record_with_its_reasons_and_outside_its_window_there_is_none(world: World) -> None:
    phone, site = await to_confirm(world)
    await refuse(world, site, phone, BLURRED)
    record = await AuditRecord.get(act="refused")
    assert (record.actor_id, record.before, record.after["reasons"]) == (
        str(site.member_id),
        {"state": "submitted"},
        ["身份证：照片不清晰"],
    )
    await upload(phone, "身份证")
    await phone.mine("POST", "/submit")
    await world.at(CLOSES)
    assert (await refusal(refuse(world, site, phone, BLURRED))).code == "stage_over"


async def test_another_sites_clerk_neither_refuses_nor_sees_the_papers(world: World) -> None:
    phone, site = await to_confirm(world)
    stranger, _ = await world.clerks()
    assert (await refusal(refuse(world, stranger, phone, BLURRED))).code == "registration_unknown"
    unseen = world.built.materials.picture_for(stranger, UUID(phone.registration), KINDS[0])
    assert (await refusal(unseen)).code == "material_unknown"
    assert await world.built.materials.picture_for(site, UUID(phone.registration), KINDS[0])
