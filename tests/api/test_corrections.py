"""Corrections after confirmation: registered by the site with evidence, decided by the area, inside their window."""

import asyncio
from typing import Any
from uuid import UUID

import pytest

from backend.audit import AuditRecord
from backend.candidates.models import Candidate
from backend.documents.photos import sample_photo
from backend.errors import Conflict, Faulty, NotAllowed, NotFound, OutOfWindow
from backend.events import Event, EventName
from backend.registrations.corrections import Correctable
from backend.registrations.models import Correction, CorrectionState, PaymentState, Registration
from backend.registrations.moves import Act
from backend.registrations.photos import PhotoRefused
from backend.staff.models import Level
from backend.staff.scope import Clerk, clerk
from tests.api.test_review_reports import values
from tests.api.world import YI, Phone, World

RARE = "测试䶮"
EVIDENCE = "身份证复印件"


@pytest.fixture
async def confirmed(world: World) -> Phone:
    """Somebody who is confirmed and approved; it is 20 January 2024, two days before the window closes."""
    phone = await world.person()
    await phone.submitted()
    await world.approved(phone)
    return phone


async def registered(world: World, phone: Phone, what: Correctable = Correctable.NAME, value: Any = RARE) -> Correction:
    site = await clerk("test.site")
    return await world.built.correcting.register(site, UUID(phone.registration), what, value, evidence=EVIDENCE)


async def name_of(phone: Phone) -> str:
    return (await Candidate.get(id=phone.candidate_id)).name


async def other_area(world: World) -> Clerk:
    await world.built.members.create(username="test.elsewhere", name="示例", level=Level.AREA, area="山西")
    return await clerk("test.elsewhere")


async def test_a_names_rare_character_is_corrected_once_the_area_has_approved(world: World, confirmed: Phone) -> None:
    correction = await registered(world, confirmed)
    assert await name_of(confirmed) != RARE
    area = await clerk("test.area")
    assert [one.id for one in await world.built.correcting.waiting(area)] == [correction.id]
    await world.built.correcting.approve(area, correction.id)
    assert (await confirmed.call("GET", "/account")).json["name"] == RARE
    assert await world.built.correcting.waiting(area) == []
    assert await Event.filter(name=EventName.REGISTRATION_CORRECTED).count() == 1


async def test_another_photo_takes_the_place_of_the_first(world: World, confirmed: Phone) -> None:
    before = (await Registration.get(id=confirmed.registration)).photo
    upload = await asyncio.to_thread(sample_photo, 2)
    site, area = await clerk("test.site"), await clerk("test.area")
    correcting = world.built.correcting
    correction = await correcting.register_photo(site, UUID(confirmed.registration), upload, evidence=EVIDENCE)
    await correcting.approve(area, correction.id)
    after = (await Registration.get(id=confirmed.registration)).photo
    assert after not in (None, before)


async def test_what_is_no_photo_is_refused_in_words(world: World, confirmed: Phone) -> None:
    with pytest.raises(PhotoRefused, match="photo_not_a_picture"):
        await world.built.correcting.register_photo(
            await clerk("test.site"), UUID(confirmed.registration), b"no picture", evidence=EVIDENCE
        )


async def test_a_speciality_of_the_same_fee_is_corrected_though_payment_is_due(world: World, confirmed: Phone) -> None:
    row = await Registration.get(id=confirmed.registration)
    chosen = row.form["registration"]
    offered = (await confirmed.call("GET", f"/exams/health-2024/specialities?level={chosen['level']}")).json["items"]
    other = next(
        one
        for one in offered
        if one["code"] != chosen["speciality"] and set(chosen["subjects"]) <= set(one["subjects"])
    )
    correction = await registered(world, confirmed, Correctable.SPECIALITY, other["code"])
    await world.built.correcting.approve(await clerk("test.area"), correction.id)
    row = await Registration.get(id=confirmed.registration)
    assert row.form["registration"]["speciality"] == other["code"]
    assert row.payment_state is PaymentState.DUE


async def test_subjects_that_would_change_a_fee_that_is_due_are_refused(world: World, confirmed: Phone) -> None:
    row = await Registration.get(id=confirmed.registration)
    fewer = row.form["registration"]["subjects"][:1]
    with pytest.raises(Conflict, match="correction_changes_fee"):
        await registered(world, confirmed, Correctable.SUBJECTS, fewer)


@pytest.mark.parametrize(
    ("what", "value", "code"),
    [
        (Correctable.NAME, "12345", "name_form"),
        (Correctable.NAME, "测试甲", "correction_changes_nothing"),
        (Correctable.SPECIALITY, "999", "not_in_list"),
        (Correctable.SUBJECTS, [], "not_of_speciality"),
        (Correctable.SUBJECTS, ["不存在的科目"], "not_of_speciality"),
    ],
)
async def test_a_value_that_is_none_is_refused_and_nothing_is_kept(
    world: World, confirmed: Phone, what: Correctable, value: Any, code: str
) -> None:
    with pytest.raises(Faulty) as refused:
        await registered(world, confirmed, what, value)
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [("value", code)]
    assert await Correction.all().count() == 0


async def test_without_evidence_nothing_is_registered(world: World, confirmed: Phone) -> None:
    site = await clerk("test.site")
    with pytest.raises(Faulty, match="evidence: missing"):
        await world.built.correcting.register(site, UUID(confirmed.registration), Correctable.NAME, RARE, evidence=" ")


async def test_a_declined_correction_changes_nothing_and_says_why(world: World, confirmed: Phone) -> None:
    name = await name_of(confirmed)
    correction = await registered(world, confirmed)
    declined = await world.built.correcting.decline(await clerk("test.area"), correction.id, reason="证件不符")
    assert (declined.state, declined.reason) == (CorrectionState.DECLINED, "证件不符")
    assert await name_of(confirmed) == name


async def test_what_is_decided_is_not_decided_otherwise(world: World, confirmed: Phone) -> None:
    area, correction = await clerk("test.area"), await registered(world, confirmed)
    await world.built.correcting.approve(area, correction.id)
    await world.built.correcting.approve(area, correction.id)
    with pytest.raises(Conflict, match="correction_decided"):
        await world.built.correcting.decline(area, correction.id, reason="另一个决定")
    assert await AuditRecord.filter(act="correction_approved").count() == 1


async def test_registering_the_same_again_is_the_same_and_another_of_it_waits_its_turn(
    world: World, confirmed: Phone
) -> None:
    first = await registered(world, confirmed)
    assert (await registered(world, confirmed)).id == first.id
    with pytest.raises(Conflict, match="correction_pending"):
        await registered(world, confirmed, value="测试龑")


async def test_of_many_who_register_at_once_one_correction_comes(world: World, confirmed: Phone) -> None:
    done = await asyncio.gather(
        *(registered(world, confirmed, value=f"测试{letter}") for letter in "甲乙丙丁戊"), return_exceptions=True
    )
    assert sum(isinstance(one, Correction) for one in done) == 1
    assert await Correction.all().count() == 1


async def test_approving_and_declining_at_once_ends_in_one_of_them(world: World, confirmed: Phone) -> None:
    area, correction = await clerk("test.area"), await registered(world, confirmed)
    correcting = world.built.correcting
    done = await asyncio.gather(
        correcting.approve(area, correction.id),
        correcting.decline(area, correction.id, reason="证件不符"),
        return_exceptions=True,
    )
    assert [isinstance(one, Conflict) for one in done].count(True) == 1
    decided = await Correction.get(id=correction.id)
    assert (await name_of(confirmed) == RARE) == (decided.state is CorrectionState.APPROVED)


async def test_the_areas_word_is_not_the_sites_nor_another_areas(world: World, confirmed: Phone) -> None:
    correction = await registered(world, confirmed)
    with pytest.raises(NotAllowed):
        await world.built.correcting.approve(await clerk("test.site"), correction.id)
    elsewhere = await other_area(world)
    with pytest.raises(NotFound, match="correction_unknown"):
        await world.built.correcting.approve(elsewhere, correction.id)
    assert await world.built.correcting.waiting(elsewhere) == []


async def test_another_sites_candidate_is_not_found(world: World, confirmed: Phone) -> None:
    await world.built.members.create(username="test.other", name="示例", level=Level.SITE, area="贵州", site="省直")
    with pytest.raises(NotFound, match="registration_unknown"):
        await world.built.correcting.register(
            await clerk("test.other"), UUID(confirmed.registration), Correctable.NAME, RARE, evidence=EVIDENCE
        )


async def test_the_window_ends_to_the_second_and_opens_again_after_the_exam_for_name_and_photo(
    world: World, confirmed: Phone
) -> None:
    await world.at("2024-01-22 23:59:59")
    correction = await registered(world, confirmed)
    await world.at("2024-01-23 00:00:00")
    with pytest.raises(OutOfWindow, match="stage_over"):
        await registered(world, confirmed, value="测试龑")
    with pytest.raises(OutOfWindow, match="stage_over"):
        await world.built.correcting.approve(await clerk("test.area"), correction.id)
    await world.at("2024-05-06 09:00:00")
    await world.built.correcting.approve(await clerk("test.area"), correction.id)
    assert await name_of(confirmed) == RARE


async def test_after_the_exam_nobody_has_sat_something_else(world: World, confirmed: Phone) -> None:
    chosen = (await Registration.get(id=confirmed.registration)).form["registration"]
    await world.at("2024-05-06 09:00:00")
    with pytest.raises(Conflict, match="correction_after_seating"):
        await registered(world, confirmed, Correctable.SUBJECTS, list(reversed(chosen["subjects"])))


async def test_a_candidate_who_can_still_edit_needs_no_correction(world: World) -> None:
    phone = await world.person(YI)
    await phone.submitted()
    await world.clerks()
    with pytest.raises(Conflict, match="correction_not_from_this_state"):
        await registered(world, phone)


async def test_what_changed_since_it_was_registered_is_not_carried_out(world: World) -> None:
    phone = await world.person(YI)
    await phone.submitted()
    site, area = await world.clerks()
    await world.at("2023-12-05 10:00")
    await world.built.office.act(site, Act.CONFIRM, UUID(phone.registration))
    subjects = (await Registration.get(id=phone.registration)).form["registration"]["subjects"]
    first = await registered(world, phone, Correctable.SUBJECTS, subjects[:1])
    second = await registered(world, phone, Correctable.SPECIALITY, await same_subjects(phone))
    await world.built.correcting.approve(area, first.id)
    with pytest.raises(Conflict, match="correction_outdated"):
        await world.built.correcting.approve(area, second.id)


async def same_subjects(phone: Phone) -> str:
    chosen = (await Registration.get(id=phone.registration)).form["registration"]
    offered = (await phone.call("GET", f"/exams/health-2024/specialities?level={chosen['level']}")).json["items"]
    return next(
        str(one["code"])
        for one in offered
        if one["code"] != chosen["speciality"] and set(chosen["subjects"]) <= set(one["subjects"])
    )


async def test_what_was_approved_is_reported_with_what_was_before_inside_the_scope(
    world: World, confirmed: Phone
) -> None:
    site, area = await world.known_clerks()
    before = await name_of(confirmed)
    correction = await registered(world, confirmed)
    reports = world.built.correction_reports
    assert (await reports.approved(site, "health-2024")).rows == 0
    await world.built.correcting.approve(area, correction.id)
    for who in (site, area):
        report = await reports.approved(who, "health-2024")
        title, head, line = values(report.content)
        said = dict(zip(head, line, strict=True))
        assert title[0].endswith("考生信息修正汇总表") and said["考点"] == "示例市"
        assert (said["修正内容"], said["修正前"], said["修正后"]) == ("姓名", before, RARE)
        assert (said["依据"], "*" in said["证件编号"]) == (EVIDENCE, True)
    assert (await reports.approved(await other_area(world), "health-2024")).rows == 0
    assert await AuditRecord.filter(act="reported").count() == 4
