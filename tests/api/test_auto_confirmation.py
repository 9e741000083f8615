"""Returning candidates through the front door: confirmed at submit, or told what differs."""

from pathlib import Path
from typing import Any

import pytest

from backend.audit import AuditRecord
from backend.events import Event
from backend.registrations.models import PastRegistration
from tests.api.world import JIA, YI, Phone, World
from zhunkao.journey.people import MOVED

MESSAGE = "您已完成报名确认，请等待考点、考区考试管理机构进行资格审核"


async def returning(world: World, folder: Path) -> Phone:
    """测试乙, whose registration of 2023 was imported: sat, not passed."""
    await world.last_year(folder / "2023.csv")
    return await world.person(YI)


async def outcome(phone: Phone, **changed: Any) -> Any:
    return (await phone.submitted(**changed))["auto_confirmation"]


async def test_unchanged_it_is_confirmed_by_the_system_in_the_act_of_submitting(world: World, tmp_path: Path) -> None:
    phone = await returning(world, tmp_path)
    submitted = await phone.submitted()
    assert (submitted["state"], submitted["payment_state"]) == ("confirmed", "none")
    assert submitted["auto_confirmation"] == {
        "outcome": "confirmed",
        "reason": None,
        "rolls": True,
        "differences": [],
        "message": MESSAGE,
    }
    kept = (await phone.mine("GET")).json
    assert (kept["confirmed_by"], kept["state_text"], kept["confirmed_at"]) == ("system", MESSAGE, kept["submitted_at"])
    step = await phone.step("confirmation")
    assert (step["state"], step["message"]) == ("done", MESSAGE)


async def test_the_log_and_the_outbox_say_that_the_system_confirmed_it(world: World, tmp_path: Path) -> None:
    phone = await returning(world, tmp_path)
    await phone.submitted()
    records = await AuditRecord.filter(subject="registration", subject_id=phone.registration).order_by("-id").limit(2)
    assert [(record.act, record.actor_kind) for record in records] == [
        ("confirmed", "system"),
        ("submitted", "candidate"),
    ]
    told = [event.name.value for event in await Event.filter(subject_id=phone.registration).order_by("id")]
    assert told == [
        "registration:started",
        "registration:placed",
        "registration:submitted",
        "registration:confirmed",
    ]


async def test_another_school_is_told_with_both_and_sends_to_the_confirmation_point(
    world: World, tmp_path: Path
) -> None:
    await world.last_year(tmp_path / "2023.csv")
    phone = await world.person(MOVED)
    submitted = await phone.submitted()
    assert (submitted["state"], submitted["auto_confirmation"]["outcome"]) == ("submitted", "failed")
    assert submitted["auto_confirmation"]["differences"] == [
        {"field": "education.school", "last_year": "示例医学院（护理学院）", "this_year": "示例卫生职业学院"}
    ]
    assert "自动确认失败" in submitted["auto_confirmation"]["message"]
    assert "未能自动确认" in (await phone.step("confirmation"))["message"]


@pytest.mark.parametrize(
    "changed",
    [
        {"education": {"school": "示例医学院(护理学院)"}},
        {"education": {"school": "示例医学院 【护理学院】"}},
        {"work": {"employer": "示例市 第一医院"}},
        {"work": {"years_in_speciality": 12}},
        {"work": {"stamped_by": "file_holder"}},
    ],
)
async def test_another_way_to_write_it_and_years_that_grow_make_no_difference(
    world: World, tmp_path: Path, changed: dict[str, Any]
) -> None:
    phone = await returning(world, tmp_path)
    assert (await outcome(phone, **changed))["outcome"] == "confirmed"


async def test_every_difference_is_told_at_once(world: World, tmp_path: Path) -> None:
    phone = await returning(world, tmp_path)
    found = await outcome(
        phone,
        basic={"ethnicity": "03"},
        education={"major": "临床医学"},
        work={"employer": "示例市第二医院", "employer_nature": "private_hospital"},
    )
    assert [one["field"] for one in found["differences"]] == [
        "basic.ethnicity",
        "education.major",
        "work.employer",
        "work.employer_nature",
    ]


@pytest.mark.parametrize("typed", [None, "SAMPLE9999"])
async def test_without_last_years_archive_number_it_is_confirmed_and_does_not_roll(
    world: World, tmp_path: Path, typed: str | None
) -> None:
    phone = await returning(world, tmp_path)
    found = await outcome(phone, registration={"archive_number": typed})
    assert (found["outcome"], found["rolls"]) == ("confirmed", False)


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"attendance": "absent"}, "absent_last_year"),
        ({"attendance": "void"}, "violation_last_year"),
        ({"qualified": True}, "qualified_last_year"),
    ],
)
async def test_who_was_absent_in_violation_or_passed_confirms_on_site(
    world: World, tmp_path: Path, changed: dict[str, Any], reason: str
) -> None:
    phone = await returning(world, tmp_path)
    await PastRegistration.all().update(**changed)
    submitted = await phone.submitted()
    assert submitted["state"] == "submitted"
    found = submitted["auto_confirmation"]
    assert (found["outcome"], found["reason"], found["rolls"]) == ("not_applicable", reason, False)


async def test_another_years_or_another_kinds_registration_does_not_count(world: World, tmp_path: Path) -> None:
    phone = await returning(world, tmp_path)
    await PastRegistration.all().update(year=2022)
    assert (await outcome(phone))["reason"] == "no_last_year"


async def test_somebody_new_is_told_so(world: World, tmp_path: Path) -> None:
    await world.last_year(tmp_path / "2023.csv")
    phone = await world.person(JIA)
    found = await outcome(phone)
    assert (found["outcome"], found["reason"]) == ("not_applicable", "no_last_year")


async def test_a_failed_one_withdrawn_mended_and_submitted_again_is_confirmed(world: World, tmp_path: Path) -> None:
    phone = await returning(world, tmp_path)
    await phone.submitted(work={"employer": "示例市第二医院"})
    withdrawn = await phone.mine("POST", "/withdraw")
    phone.etag = withdrawn.headers["ETag"]
    await phone.save("work", {**withdrawn.json["sections"]["work"], "employer": "示例市第一医院"})
    submitted = (await phone.mine("POST", "/submit")).json
    assert (submitted["state"], submitted["auto_confirmation"]["outcome"]) == ("confirmed", "confirmed")


async def test_confirmed_by_the_system_it_can_no_longer_be_withdrawn(world: World, tmp_path: Path) -> None:
    phone = await returning(world, tmp_path)
    await phone.submitted()
    answer = await phone.mine("POST", "/withdraw")
    assert (answer.status, answer.code) == (409, "not_from_this_state")


async def test_the_outcome_is_said_in_english_to_who_reads_english(world: World, tmp_path: Path) -> None:
    phone = await returning(world, tmp_path)
    await phone.submitted()
    answer = await phone.mine("GET", headers={"Accept-Language": "en"})
    assert (
        answer.json["auto_confirmation"]["message"] == "Confirmed by the system; the site and the area review it next."
    )
