"""Entering an exam, filling in, handing in, taking back: in one's own windows, with codes of exactly one version."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from backend.audit import AuditRecord
from backend.registrations.models import FormVersion, Registration
from tests.api.world import JIA, YI, Answer, Phone, World
from zhunkao.journey.people import AREA, EXAM, SITE, SUBJECTS

WINDOW_CLOSES = "2023-12-15 00:00:00"


async def enter(phone: Phone, exam: str = EXAM) -> Answer:
    return await phone.call("POST", "/registrations", body={"exam": exam})


async def ready(world: World) -> Phone:
    """Somebody with a whole form that is not yet handed in."""
    phone = await world.person()
    await phone.draft()
    await phone.fill_in()
    return phone


async def test_an_exam_is_entered_as_a_draft_with_the_holder_masked(world: World) -> None:
    answer = await enter(await world.person())
    assert (answer.status, answer.headers["ETag"]) == (201, '"1"')
    draft = answer.json
    assert (draft["exam"], draft["state"], draft["payment_state"], draft["version"]) == (EXAM, "draft", "none", 1)
    assert (draft["registration_number"], draft["verification_code"], draft["photo"]) == (None, None, False)
    assert draft["sections"]["basic"]["name"] == JIA.name
    assert draft["sections"]["basic"]["id_number"] == f"1301**********{JIA.id_number[-4:]}"
    assert draft["sections"]["basic"]["phone"] == "138****0000"


async def test_entering_again_gives_the_registration_there_is(world: World) -> None:
    phone = await world.person()
    first = await enter(phone)
    assert (await enter(phone)).json == first.json
    assert [one["id"] for one in (await phone.call("GET", "/registrations")).json["items"]] == [first.json["id"]]


async def test_of_starts_at_once_one_registration_comes(world: World) -> None:
    phone = await world.person()
    answers = await asyncio.gather(*(enter(phone) for _ in range(10)))
    assert {answer.status for answer in answers} == {201}
    assert len({answer.json["id"] for answer in answers}) == 1
    assert await Registration.all().count() == 1


async def test_an_exam_nobody_holds_is_not_found(world: World) -> None:
    answer = await enter(await world.person(), "health-1999")
    assert (answer.status, answer.code) == (404, "exam_unknown")


@pytest.mark.parametrize("checked", ["pending", "failed"])
async def test_no_exam_is_entered_before_the_identity_has_passed(world: World, checked: str) -> None:
    answer = await enter(await world.person(identity=checked))
    assert (answer.status, answer.code) == (409, f"identity_{checked}")


async def test_a_section_is_saved_as_far_as_it_is_filled_in(world: World) -> None:
    phone = await world.person()
    await phone.draft()
    answer = await phone.save("work", {"employer": " 示例市第一医院 ", "years_in_speciality": 0})
    assert (answer.status, answer.json["version"], answer.headers["ETag"]) == (200, 2, '"2"')
    work = answer.json["sections"]["work"]
    assert (work["employer"], work["years_in_speciality"], work["stamped_by"]) == ("示例市第一医院", 0, None)
    assert (await phone.mine("GET")).json == answer.json


async def test_a_section_saved_again_forgets_what_it_left_out(world: World) -> None:
    phone = await world.person()
    await phone.draft()
    await phone.save("work", {"employer": "示例市第一医院"})
    answer = await phone.save("work", {"years_in_speciality": 3})
    assert answer.json["sections"]["work"]["employer"] is None


@pytest.mark.parametrize(
    ("section", "values", "faults"),
    [
        ("basic", {"gender": "other"}, {"gender": "not_in_list"}),
        ("basic", {"birth_date": "1990-02-30"}, {"birth_date": "not_a_date"}),
        ("basic", {"phone": "13900000000"}, {"phone": "not_a_field"}),
        ("education", {"study_years": 11}, {"study_years": "out_of_range"}),
        ("education", {"study_years": "four"}, {"study_years": "not_a_number"}),
        ("work", {"employer": "院" * 61}, {"employer": "too_long"}),
        ("work", {"employer": "示例\x00医院"}, {"employer": "malformed"}),
        ("registration", {"subjects": ["基础知识"] * 9}, {"subjects": "too_many"}),
        ("registration", {"confirmation_point": 0}, {"confirmation_point": "out_of_range"}),
        (
            "work",
            {"employer": "院" * 61, "years_in_speciality": 61, "nonsense": 1},
            {"employer": "too_long", "years_in_speciality": "out_of_range", "nonsense": "not_a_field"},
        ),
    ],
)
async def test_what_can_be_no_value_of_a_field_is_refused_naming_every_field(
    world: World, section: str, values: dict[str, Any], faults: dict[str, str]
) -> None:
    phone = await world.person()
    await phone.draft()
    answer = await phone.save(section, values)
    assert (answer.status, answer.code, answer.faults) == (422, "request_faulty", faults)


async def test_of_two_saves_on_one_version_one_is_kept_and_the_other_told(world: World) -> None:
    phone = await world.person()
    await phone.draft()
    saves = [("work", {"employer": "示例市第一医院"}), ("education", {"school": "示例医学院"})]
    answers = await asyncio.gather(
        *(
            phone.mine("PUT", f"/sections/{section}", body=values, headers={"If-Match": phone.etag})
            for section, values in saves
        )
    )
    assert sorted(answer.status for answer in answers) == [200, 412]
    assert next(answer for answer in answers if answer.status == 412).code == "changed_meanwhile"
    saved = (await phone.mine("GET")).json
    assert saved["version"] == 2
    assert [saved["sections"]["work"]["employer"], saved["sections"]["education"]["school"]].count(None) == 1


@pytest.mark.parametrize(("header", "fault"), [({}, "missing"), ({"If-Match": "*"}, "not_a_number")])
async def test_a_save_says_on_which_version_it_was_made(world: World, header: dict[str, str], fault: str) -> None:
    phone = await world.person()
    await phone.draft()
    answer = await phone.mine("PUT", "/sections/work", body={}, headers=header)
    assert (answer.status, answer.faults) == (422, {"If-Match": fault})


async def test_a_weak_etag_is_read_as_well(world: World) -> None:
    phone = await world.person()
    await phone.draft()
    answer = await phone.mine("PUT", "/sections/work", body={}, headers={"If-Match": 'W/"1"'})
    assert answer.status == 200


async def test_submitting_an_empty_form_tells_every_fault_at_once(world: World) -> None:
    phone = await world.person()
    await phone.draft()
    answer = await phone.mine("POST", "/submit")
    assert (answer.status, answer.code) == (422, "form_incomplete")
    assert len(answer.json["errors"]) == 23
    assert set(answer.faults.values()) == {"missing"}
    assert all(fault["message"] == "请填写此项" for fault in answer.json["errors"])
    assert (await phone.mine("GET")).json["state"] == "draft"


async def test_submit_checks_against_document_offer_and_lists_together(world: World) -> None:
    phone = await world.person()
    await phone.draft()
    await phone.fill_in(
        basic={"gender": "male", "birth_date": "1990-01-02", "ethnicity": "99"},
        registration={"site": "没有的市", "level": "junior", "subjects": ["中医学", "中医学"]},
        education={"graduation_date": "2024-07-01"},
    )
    answer = await phone.mine("POST", "/submit")
    assert [(fault["field"], fault["code"]) for fault in answer.json["errors"]] == [
        ("basic.gender", "not_as_document"),
        ("basic.birth_date", "not_as_document"),
        ("basic.ethnicity", "not_in_list"),
        ("registration.site", "not_offered"),
        ("registration.confirmation_point", "not_offered"),
        ("registration.level", "not_of_speciality"),
        ("registration.subjects", "twice"),
        ("registration.subjects", "not_of_speciality"),
        ("education.graduation_date", "in_the_future"),
    ]


async def test_a_submitted_form_carries_a_number_a_code_and_the_time(world: World) -> None:
    phone = await ready(world)
    submitted = (await phone.mine("POST", "/submit")).json
    assert (submitted["state"], submitted["payment_state"]) == ("submitted", "none")
    assert len(submitted["registration_number"]) == 14 and submitted["registration_number"].startswith("202413")
    assert len(submitted["verification_code"]) == 6
    kept = (await phone.mine("GET")).json
    assert kept["verification_code"] == submitted["verification_code"]
    assert kept["submitted_at"][:16] == "2023-12-01T09:00"


async def test_twenty_submits_at_once_give_one_version_one_number_and_one_answer(world: World) -> None:
    phone = await ready(world)
    answers = await asyncio.gather(*(phone.mine("POST", "/submit") for _ in range(20)))
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1
    assert await FormVersion.all().count() == 1
    assert await AuditRecord.filter(act="submitted").count() == 1


async def test_candidates_who_submit_at_once_get_different_numbers(world: World) -> None:
    phones = [await world.person(who) for who in (JIA, YI)]
    for phone in phones:
        await phone.draft()
        await phone.fill_in()
    answers = await asyncio.gather(*(phone.mine("POST", "/submit") for phone in phones))
    assert len({answer.json["registration_number"] for answer in answers}) == 2


async def test_a_submitted_form_cannot_be_edited(world: World) -> None:
    phone = await ready(world)
    await phone.mine("POST", "/submit")
    phone.etag = (await phone.mine("GET")).headers["ETag"]
    answer = await phone.save("work", {})
    assert (answer.status, answer.code) == (409, "not_from_this_state")
    assert answer.json["detail"] == "当前状态是“已提交”，不能修改。"


async def test_withdrawn_edited_and_submitted_again_it_keeps_its_number_and_gets_a_new_code(world: World) -> None:
    phone = await ready(world)
    first = (await phone.mine("POST", "/submit")).json
    withdrawn = await phone.mine("POST", "/withdraw")
    assert (withdrawn.status, withdrawn.json["state"]) == (200, "draft")
    phone.etag = withdrawn.headers["ETag"]
    await phone.save("work", {**withdrawn.json["sections"]["work"], "employer": "示例市第二医院"})
    second = (await phone.mine("POST", "/submit")).json
    assert second["registration_number"] == first["registration_number"]
    assert second["verification_code"] != first["verification_code"]
    versions = await FormVersion.all().order_by("number")
    assert [(one.number, one.form["work"]["employer"]) for one in versions] == [
        (1, "示例市第一医院"),
        (2, "示例市第二医院"),
    ]


async def test_withdrawing_again_is_harmless(world: World) -> None:
    phone = await ready(world)
    await phone.mine("POST", "/submit")
    answers = await asyncio.gather(*(phone.mine("POST", "/withdraw") for _ in range(5)))
    assert {answer.status for answer in answers} == {200}
    assert len({answer.headers["ETag"] for answer in answers}) == 1
    assert await AuditRecord.filter(act="withdrawn").count() == 1


async def test_what_was_never_submitted_cannot_be_withdrawn(world: World) -> None:
    phone = await ready(world)
    answer = await phone.mine("POST", "/withdraw")
    assert (answer.status, answer.code) == (409, "not_from_this_state")


async def test_a_submit_and_a_withdrawal_at_once_leave_one_of_both_whole(world: World) -> None:
    phone = await ready(world)
    await phone.mine("POST", "/submit")
    answers = await asyncio.gather(
        *(phone.mine("POST", act) for act in ("/withdraw", "/submit", "/withdraw", "/submit"))
    )
    assert {answer.status for answer in answers} == {200}
    row = await Registration.get()
    versions = await FormVersion.all().order_by("number")
    assert [one.number for one in versions] == list(range(1, len(versions) + 1))
    assert versions[-1].verification_code == row.verification_code


async def test_a_form_is_submitted_in_the_last_moment_and_not_in_the_next(
    world: World, stop_at: Callable[[str], None]
) -> None:
    phone = await ready(world)
    stop_at(WINDOW_CLOSES)
    answer = await phone.mine("POST", "/submit")
    assert (answer.status, answer.code) == (409, "stage_over")
    assert answer.json["detail"] == "网上预报名已于 12月14日 24:00 截止。"
    stop_at("2023-12-14 23:59:59.999999")
    assert (await phone.mine("POST", "/submit")).status == 200


async def test_an_exam_is_entered_from_the_first_moment_on(world: World, stop_at: Callable[[str], None]) -> None:
    phone = await world.person()
    stop_at("2023-11-30 23:59:59.999999")
    answer = await enter(phone)
    assert (answer.status, answer.code) == (409, "stage_not_open_yet")
    assert answer.json["detail"] == "网上预报名将于 12月1日 00:00 开始，请届时办理。"
    stop_at("2023-12-01 00:00:00")
    assert (await enter(phone)).status == 201


async def test_an_exam_is_entered_in_the_last_moment_and_not_in_the_next(
    world: World, stop_at: Callable[[str], None]
) -> None:
    phone, late = await world.person(), await world.person(YI)
    stop_at("2023-12-14 23:59:59")
    assert (await enter(phone)).status == 201
    stop_at(WINDOW_CLOSES)
    assert (await enter(late)).code == "stage_over"
    assert (await enter(phone)).status == 201


async def test_a_draft_is_edited_in_the_last_moment_and_not_in_the_next(
    world: World, stop_at: Callable[[str], None]
) -> None:
    phone = await world.person()
    await phone.draft()
    stop_at("2023-12-14 23:59:59")
    assert (await phone.save("work", {})).status == 200
    stop_at(WINDOW_CLOSES)
    assert (await phone.save("work", {})).code == "stage_over"


async def test_a_withdrawal_too_late_is_refused_saying_that_it_would_cost_the_year(
    world: World, stop_at: Callable[[str], None]
) -> None:
    phone = await ready(world)
    await phone.mine("POST", "/submit")
    stop_at(WINDOW_CLOSES)
    answer = await phone.mine("POST", "/withdraw")
    assert (answer.status, answer.code) == (409, "withdrawal_too_late")
    assert "12月14日 24:00" in answer.json["detail"] and "失去本次考试" in answer.json["detail"]
    assert (await phone.mine("GET")).json["state"] == "submitted"
    stop_at("2023-12-14 23:59:59")
    assert (await phone.mine("POST", "/withdraw")).status == 200


async def test_the_list_holds_every_exam_of_the_candidate_and_nobody_elses(world: World) -> None:
    phone, other = await world.person(), await world.person(YI)
    await phone.draft()
    await world.at("2021-01-05 09:00")
    assert (await enter(phone, "health-2021")).status == 201
    items = (await phone.call("GET", "/registrations")).json["items"]
    assert sorted(one["exam"] for one in items) == ["health-2021", EXAM]
    assert (await other.call("GET", "/registrations")).json == {"items": [], "next": None}


async def test_the_chosen_place_decides_whose_candidate_it_is(world: World) -> None:
    phone = await ready(world)
    await phone.mine("POST", "/submit")
    row = await Registration.get()
    site = await world.built.exams.site(AREA, SITE)
    assert (row.site_id, row.confirmation_point_id) == (site.id, await world.point())
    assert row.form["registration"]["subjects"] == list(SUBJECTS)


async def test_every_act_leaves_who_what_when_and_from_where(world: World) -> None:
    phone = await ready(world)
    await phone.mine("POST", "/submit")
    await phone.mine("POST", "/withdraw")
    records = await AuditRecord.filter(subject="registration").order_by("id")
    acts = [record.act for record in records]
    assert (acts[0], acts[1:6], acts[6:]) == ("started", ["edited"] * 5, ["submitted", "withdrawn"])
    assert {(record.actor_kind, record.actor_id, record.address) for record in records} == {
        ("candidate", str(phone.candidate_id), "127.0.0.1")
    }
