"""Violations: recorded by the site inside their window, decided by the area, one offence once, nobody else's seen."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from backend.audit import AuditRecord
from backend.errors import Conflict, Faulty, NotAllowed, NotFound, Outdated, OutOfWindow
from backend.events import Event, EventName
from backend.registrations.models import Registration
from backend.staff.scope import clerk
from backend.violations.models import Violation, ViolationState
from backend.violations.offences import Severity
from backend.violations.records import Thing
from tests.api.results import instant
from tests.api.violations import BARRED, WRITTEN, lift, recorded, seated, uphold
from tests.api.world import YI, Phone, World
from zhunkao.journey.people import EXAM, SUBJECTS


@pytest.fixture
async def phone(world: World) -> Phone:
    """Somebody who sat the exam; it is 22 April 2024, the day after it."""
    return (await seated(world))[0]


async def test_a_record_says_what_was_done_when_the_candidate_was_told_and_the_receipt(
    world: World, phone: Phone
) -> None:
    site, area = await world.known_clerks()
    violation = await recorded(world, phone)
    for who in (site, area):
        (found,) = await world.built.violations.of_exam(who, EXAM, state=ViolationState.RECORDED)
        assert found.id == violation.id
        assert (found.what, found.told_at, found.unsigned_because) == (WRITTEN.what, WRITTEN.told_at, None)
        assert (found.taken, found.receipt_number) == ([{"name": "手机", "quantity": "1部", "remark": None}], "A0001")
    record = await AuditRecord.get(act="violation_recorded")
    assert record.after is not None and (record.actor_id, record.after["item"]) == (str(site.member_id), 1)


async def test_the_same_record_again_is_the_same_and_in_other_words_it_is_an_amendment(
    world: World, phone: Phone
) -> None:
    first = await recorded(world, phone)
    assert (await recorded(world, phone)).id == first.id
    with pytest.raises(Conflict, match="violation_recorded"):
        await recorded(world, phone, replace(WRITTEN, what="另一种说法"))
    second = await recorded(world, phone, replace(WRITTEN, subject=SUBJECTS[1]))
    assert second.id != first.id


async def test_of_many_who_record_at_once_one_record_comes(world: World, phone: Phone) -> None:
    done = await asyncio.gather(*(recorded(world, phone) for _ in range(5)))
    assert len({one.id for one in done}) == 1
    assert await AuditRecord.filter(act="violation_recorded").count() == 1


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"subject": "英语"}, "subject", "not_in_list"),
        ({"item": 10}, "item", "not_in_list"),
        ({"what": " "}, "what", "missing"),
        ({"what": "长" * 501}, "what", "too_long"),
        ({"seen_at": instant("2024-04-12 23:59")}, "seen_at", "out_of_range"),
        ({"told_at": instant("2024-04-13 09:39")}, "told_at", "out_of_range"),
        ({"told_at": instant("2024-05-01 09:00")}, "told_at", "out_of_range"),
        ({"unsigned_because": ""}, "unsigned_because", "missing"),
        ({"receipt_number": None}, "receipt_number", "missing"),
        ({"taken": ()}, "taken", "missing"),
        ({"taken": (Thing(name="", quantity="1部"),)}, "taken", "incomplete"),
        ({"taken": (Thing(name="手机", quantity="1部"),) * 11}, "taken", "too_many"),
        ({"taken": (Thing(name="长" * 61, quantity="1部"),)}, "taken", "too_long"),
    ],
)
async def test_a_faulty_record_is_refused_by_field_and_nothing_is_kept(
    world: World, phone: Phone, changed: dict[str, Any], field: str, code: str
) -> None:
    with pytest.raises(Faulty) as refused:
        await recorded(world, phone, replace(WRITTEN, **changed))
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [(field, code)]
    assert await Violation.all().count() == 0


async def test_who_would_not_sign_is_written_down_with_the_reason(world: World, phone: Phone) -> None:
    violation = await recorded(world, phone, replace(WRITTEN, unsigned_because="考生拒绝签字，两名监考在场"))
    assert (await Violation.get(id=violation.id)).unsigned_because == "考生拒绝签字，两名监考在场"


async def test_nothing_is_recorded_or_decided_outside_the_window_to_the_second(world: World, phone: Phone) -> None:
    await world.at("2024-05-08 23:59:59")
    violation = await recorded(world, phone)
    await world.at("2024-05-09 00:00:00")
    with pytest.raises(OutOfWindow, match="stage_over"):
        await recorded(world, phone, BARRED)
    with pytest.raises(OutOfWindow, match="stage_over"):
        await uphold(world, violation)


async def test_before_the_exam_nothing_can_have_been_seen(world: World, phone: Phone) -> None:
    await world.at("2024-04-12 12:00")
    with pytest.raises(Faulty, match="seen_at: out_of_range"):
        await recorded(world, phone, replace(WRITTEN, seen_at=instant("2024-04-12 11:00")))


async def test_who_has_no_seat_cannot_have_broken_a_rule_in_it(world: World) -> None:
    phone = await world.person(YI)
    await phone.submitted()
    await world.clerks()
    await world.at("2024-04-22 09:00")
    with pytest.raises(Conflict, match="violation_not_seated"):
        await recorded(world, phone)


async def test_the_site_amends_until_the_area_has_decided(world: World, phone: Phone) -> None:
    site, _ = await world.known_clerks()
    recording = world.built.violation_recording
    first = await recorded(world, phone)
    amended = await recording.amend(site, first.id, BARRED, version=1)
    assert (amended.id, amended.version, amended.severity) == (first.id, 2, Severity.SERIOUS)
    assert (await recording.amend(site, first.id, BARRED, version=1)).version == 2
    with pytest.raises(Outdated, match="violation_amended"):
        await recording.amend(site, first.id, WRITTEN, version=1)
    kept = await AuditRecord.get(act="violation_amended")
    assert kept.before is not None and kept.after is not None
    assert (kept.before["item"], kept.after["item"]) == (1, 8)
    await uphold(world, amended)
    with pytest.raises(Conflict, match="violation_decided"):
        await recording.amend(site, first.id, WRITTEN, version=2)


async def test_an_amendment_does_not_become_what_another_record_is(world: World, phone: Phone) -> None:
    first, _ = await recorded(world, phone), await recorded(world, phone, BARRED)
    with pytest.raises(Conflict, match="violation_recorded"):
        await world.built.violation_recording.amend(
            await clerk("test.site"), first.id, replace(BARRED, what="另一种说法"), version=1
        )


async def test_the_area_decides_on_what_it_read(world: World, phone: Phone) -> None:
    site, area = await world.known_clerks()
    violation = await recorded(world, phone)
    await world.built.violation_recording.amend(site, violation.id, BARRED, version=1)
    with pytest.raises(Outdated, match="violation_amended"):
        await uphold(world, violation)
    with pytest.raises(Outdated, match="violation_amended"):
        await world.built.violation_deciding.dismiss(area, violation.id, reason="不成立", version=1)
    assert (await Registration.get(id=phone.registration)).voids == {}


async def test_the_site_amending_while_the_area_decides_ends_in_one_of_them(world: World, phone: Phone) -> None:
    site, _ = await world.known_clerks()
    for subject in SUBJECTS:
        violation = await recorded(world, phone, replace(WRITTEN, subject=subject))
        amendment = replace(WRITTEN, subject=subject, item=7, what="翻阅资料")
        done = await asyncio.gather(
            world.built.violation_recording.amend(site, violation.id, amendment, version=1),
            uphold(world, violation),
            return_exceptions=True,
        )
        kept = await Violation.get(id=violation.id)
        assert [isinstance(one, Outdated | Conflict) for one in done].count(True) == 1
        assert (kept.item, kept.state) in [(7, ViolationState.RECORDED), (1, ViolationState.UPHELD)]
        voided = subject in (await Registration.get(id=phone.registration)).voids
        assert voided == (kept.state is ViolationState.UPHELD)


async def test_upholding_and_dismissing_at_once_ends_in_one_of_them(world: World, phone: Phone) -> None:
    _, area = await world.known_clerks()
    violation = await recorded(world, phone)
    done = await asyncio.gather(
        uphold(world, violation),
        world.built.violation_deciding.dismiss(area, violation.id, reason="不成立", version=1),
        return_exceptions=True,
    )
    assert [isinstance(one, Conflict) for one in done].count(True) == 1


async def test_a_decision_again_changes_nothing_and_is_told_once(world: World, phone: Phone) -> None:
    violation = await recorded(world, phone, BARRED)
    await asyncio.gather(*(uphold(world, violation) for _ in range(4)))
    (told,) = await Event.filter(name=EventName.VIOLATION_UPHELD)
    assert told.payload["barred_until"] == "2026-04-23T00:00:00+08:00"
    assert await AuditRecord.filter(act="violation_upheld").count() == 1


async def test_what_is_dismissed_has_no_effect_and_can_be_recorded_anew(world: World, phone: Phone) -> None:
    _, area = await world.known_clerks()
    violation = await recorded(world, phone)
    dismiss = world.built.violation_deciding.dismiss
    with pytest.raises(Faulty, match="reason: missing"):
        await dismiss(area, violation.id, reason=" ", version=1)
    dismissed = await dismiss(area, violation.id, reason="证据不足", version=1)
    assert (dismissed.state, dismissed.reason) == (ViolationState.DISMISSED, "证据不足")
    assert (await dismiss(area, violation.id, reason="证据不足", version=1)).id == violation.id
    with pytest.raises(Conflict, match="violation_decided"):
        await uphold(world, violation)
    with pytest.raises(Conflict, match="violation_not_upheld"):
        await lift(world, violation)
    assert (await Registration.get(id=phone.registration)).voids == {}
    assert (await recorded(world, phone)).id != violation.id


async def test_deciding_is_the_areas_recording_the_sites_and_neither_another_offices(
    world: World, phone: Phone
) -> None:
    site, area = await world.known_clerks()
    violation = await recorded(world, phone)
    with pytest.raises(NotAllowed):
        await world.built.violation_recording.record(area, UUID(phone.registration), WRITTEN)
    with pytest.raises(NotAllowed):
        await world.built.violation_deciding.uphold(site, violation.id, version=1)
    other_site, other_area = await world.clerks_elsewhere()
    with pytest.raises(NotFound, match="registration_unknown"):
        await world.built.violation_recording.record(other_site, UUID(phone.registration), WRITTEN)
    deciding = world.built.violation_deciding
    for act in (
        deciding.uphold(other_area, violation.id, version=1),
        deciding.dismiss(other_area, violation.id, reason="不成立", version=1),
        deciding.lift(other_area, violation.id, reason="不成立"),
    ):
        with pytest.raises(NotFound, match="violation_unknown"):
            await act
    for who in (other_site, other_area):
        assert await world.built.violations.of_exam(who, EXAM) == []
        with pytest.raises(NotFound, match="violation_unknown"):
            await world.built.violations.one(who, violation.id)


async def test_the_list_goes_page_by_page(world: World, phone: Phone) -> None:
    site, _ = await world.known_clerks()
    ids = [(await recorded(world, phone, replace(WRITTEN, subject=subject))).id for subject in SUBJECTS]
    first = await world.built.violations.of_exam(site, EXAM, limit=3)
    rest = await world.built.violations.of_exam(site, EXAM, after=first[-1].id, limit=3)
    assert [one.id for one in (*first, *rest)] == ids


async def test_a_time_of_any_zone_is_the_same_instant(world: World, phone: Phone) -> None:
    first = await recorded(world, phone)
    elsewhere = replace(WRITTEN, seen_at=WRITTEN.seen_at.astimezone(), told_at=WRITTEN.told_at + timedelta(0))
    assert (await recorded(world, phone, elsewhere)).id == first.id
