"""Nurses' ways through the exam of 2012, from nobody to their results, through the front door."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pypdfium2
import pytest

from backend.documents.photos import sample_photo
from backend.errors import Faulty
from backend.registrations.corrections import Correctable
from backend.registrations.models import Registration
from backend.registrations.moves import Act
from backend.seating.models import AdmitNumber
from backend.staff.scope import clerk
from tests.api.results import centre, instant, write
from tests.api.world import Answer, Phone, World
from zhunkao.journey.people import AREA, SITE, Person

NURSES: Final = "nurse-2012"
SUBJECTS: Final = ("专业实务", "实践能力")
FEE: Final = 10000
SCHOOL: Final = "示例卫生职业学院"
GRADUATE = Person(name="测试己", username="ceshi_ji", birth="19910607")
EMPLOYED = Person(name="测试庚", username="ceshi_geng", birth="19880808")

STUDIES: Final = [
    {"begun": "2009-09", "ended": "2011-06", "school": SCHOOL, "major": "护理"},
    {"begun": "2011-07", "ended": "2012-03", "school": "示例市第一医院（实习）", "major": "护理"},
]
OF_A_GRADUATE: Final = {
    "graduation_date": "2012-06-30",
    "fresh_graduate": True,
}
OF_THE_EMPLOYED: Final = {
    "graduation_date": "2010-06-30",
    "fresh_graduate": False,
}
HOSPITAL: Final = {
    "employer": "示例市第一医院",
    "employer_nature": "public_hospital",
    "years_in_speciality": 1,
    "stamped_by": "file_holder",
}


def form_of(person: Person, *, point: int) -> dict[str, dict[str, Any]]:
    """The nurses' whole form, section by section."""
    is_graduate = person is GRADUATE
    return {
        "basic": {"gender": "female", "birth_date": person.birth_date, "ethnicity": "01", "health": "good"},
        "registration": {
            "area": AREA,
            "site": SITE,
            "confirmation_point": point,
            "speciality": "011",
            "subjects": list(SUBJECTS),
        },
        "education": {
            "highest_education": "junior_college",
            "degree": "none",
            "school": SCHOOL,
            "major": "护理",
            "study_years": 3,
            "studies": STUDIES,
            **(OF_A_GRADUATE if is_graduate else OF_THE_EMPLOYED),
        },
        "work": {"stamped_by": "school"} if is_graduate else dict(HOSPITAL),
    }


async def entered(world: World, who: Person) -> Phone:
    """Somebody with a draft for the nurse exam, on the third day of its pre-registration."""
    await world.at("2012-02-01 09:00")
    phone = await world.person(who)
    answer = await phone.call("POST", "/registrations", body={"exam": NURSES})
    assert answer.status == 201, answer.body
    phone.registration, phone.etag = answer.json["id"], answer.headers["ETag"]
    return phone


async def submit(world: World, phone: Phone, **changed: Mapping[str, Any]) -> Answer:
    """Fill in the whole form, with changes by section, at the first point the service suggests; and hand it in."""
    employer = SCHOOL if phone.who is GRADUATE else "示例市第一医院"
    points = await phone.call("GET", f"/exams/{NURSES}/confirmation-points?area={AREA}&site={SITE}&employer={employer}")
    for section, values in form_of(phone.who, point=points.json["items"][0]["id"]).items():
        answer = await phone.save(section, {**values, **changed.get(section, {})})
        assert answer.status == 200, answer.body
    assert (await phone.photo(await asyncio.to_thread(sample_photo, 1))).status == 200
    return await phone.mine("POST", "/submit")


async def submitted(world: World, who: Person) -> Phone:
    phone = await entered(world, who)
    answer = await submit(world, phone)
    assert answer.status == 200, answer.body
    return phone


async def paid(world: World, phone: Phone, receipt: str) -> None:
    """Confirmed by the site and paid there; it is 6 February then."""
    site, registration = await clerk("test.site"), UUID(phone.registration)
    await world.at("2012-02-06 10:00")
    await world.built.office.act(site, Act.CONFIRM, registration)
    await world.built.onsite_payments.record(site, registration, receipt_number=receipt, amount_fen=FEE)


async def seated(world: World, *phones: Phone) -> list[str]:
    """Reviewed by site and area, and seated; their admit numbers. It is the first day of seating then."""
    site, area = await world.known_clerks()
    await world.at("2012-02-20 10:00")
    for phone in phones:
        await world.built.office.act(site, Act.SITE_APPROVE, UUID(phone.registration))
        await world.built.office.act(area, Act.AREA_APPROVE, UUID(phone.registration))
    await world.at("2012-03-19 10:00")
    assert (await world.built.seating.arrange(site, NURSES, seed=7)).seated == len(phones)
    return [str((await AdmitNumber.get(registration_id=phone.registration)).number) for phone in phones]


def text_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as paper:
        assert len(paper) == 1
        return str(paper[0].get_textpage().get_text_range())


async def come_out(world: World, folder: Path, rows: Mapping[str, tuple[str, str]]) -> None:
    """The centre's results, by admit number, published; it is their hour then."""
    header = [
        "admit_number",
        "archive_number",
        *(f"{part}.{one}" for one in SUBJECTS for part in ("score", "pass_line")),
    ]
    lines = [[number, "SAMPLE12", scores[0], "300", scores[1], "300"] for number, scores in rows.items()]
    await world.at("2012-05-21 09:00")
    await world.built.result_imports.load(write(folder / "nurses.csv", lines, header), NURSES)
    await world.built.publications.publish(await centre(world), NURSES, at=instant("2012-07-10 10:00"))
    await world.at("2012-07-10 10:00")


async def test_a_fresh_graduate_and_a_nurse_at_a_hospital_go_from_the_form_to_their_results(
    world: World, tmp_path: Path
) -> None:
    await world.clerks()
    graduate, employed = await submitted(world, GRADUATE), await submitted(world, EMPLOYED)
    await paid(world, graduate, "0000001")
    await paid(world, employed, "0000002")
    assert [(await one.step("payment"))["state"] for one in (graduate, employed)] == ["done", "done"]
    numbers = await seated(world, graduate, employed)
    assert {number[:3] for number in numbers} == {"122"}
    early = await graduate.mine("GET", "/admit-card.pdf")
    assert (early.status, early.code) == (409, "stage_not_open_yet")
    await world.at("2012-04-25 00:00")
    sittings = (await graduate.mine("GET", "/admit-card")).json["sittings"]
    assert [(one["subject"], one["starts_at"]) for one in sittings] == [
        (SUBJECTS[0], "2012-05-19T09:00:00+08:00"),
        (SUBJECTS[1], "2012-05-19T14:00:00+08:00"),
    ]
    card = await graduate.mine("GET", "/admit-card.pdf")
    assert card.status == 200
    text = text_of(card.body)
    assert numbers[0] in text and all(subject in text for subject in SUBJECTS) and "请自备签字笔、2B 铅笔" in text
    await come_out(world, tmp_path, {numbers[0]: ("300", "301"), numbers[1]: ("400", "299")})
    passed, failed = [(await one.mine("GET", "/results")).json for one in (graduate, employed)]
    assert (passed["qualified"], failed["qualified"]) == (True, False)
    assert failed["rolls_on"] == []
    assert (await graduate.step("results"))["message"] == "成绩已公布，您已通过全部科目"


async def test_a_fresh_graduate_is_told_to_hand_the_papers_in_at_school_and_others_at_their_point(
    world: World,
) -> None:
    graduate, employed = await entered(world, GRADUATE), await entered(world, EMPLOYED)
    asked = (await graduate.step("form"))["message"]
    assert "在校应届毕业生到学校所在地的考点报名" in asked and "人事档案所在地" in asked
    for phone in (graduate, employed):
        assert (await submit(world, phone)).json["state"] == "submitted"
    at_school, at_the_point = [await one.step("confirmation") for one in (graduate, employed)]
    assert at_school["message"].startswith(
        f"应届毕业生由所在学校统一组织确认：请把申请表和材料交给{SCHOOL}盖章，并附学校出具的应届毕业生毕业证明"
    )
    assert (at_school["where"], at_school["until"]) == (
        f"{SCHOOL}学生处 示例路2号 0000-0000000",
        "2012-02-16T00:00:00+08:00",
    )
    assert at_the_point["message"].startswith("请打印申报表，盖章后携带材料到报名点确认")
    assert at_the_point["where"] == "示例市卫生健康委人事科 0000-0000000"


async def test_the_application_form_is_the_nurses(world: World) -> None:
    phone = await submitted(world, GRADUATE)
    registration = (await phone.mine("GET")).json
    answer = await phone.mine("GET", "/application-form.pdf")
    assert answer.status == 200
    text = "".join(text_of(answer.body).split())
    assert "2012年护士执业资格考试" in text and "报名申请表" in text
    for printed in ("健康或良好", "专业学习", "2011-07—2012-03", "护理", "011", SCHOOL, "学生处"):
        assert printed in text
    assert registration["verification_code"] in text and registration["registration_number"] in text
    assert "报考级别" not in text and "档案号" not in text


async def test_every_fault_of_a_nurses_form_is_told_together_and_what_is_not_on_it_is_refused(world: World) -> None:
    phone = await entered(world, GRADUATE)
    answer = await submit(
        world,
        phone,
        basic={"health": "splendid"},
        registration={"subjects": [SUBJECTS[0]], "current_qualification": "none", "licence_class": "nursing"},
        education={"studies": [], "graduation_date": "2013-06-30", "school_recognised": True},
        work={"stamped_by": "unit"},
    )
    assert (answer.status, answer.code) == (422, "form_incomplete")
    assert answer.faults == {
        "basic.health": "not_in_list",
        "registration.subjects": "every_subject",
        "registration.current_qualification": "not_of_form",
        "registration.licence_class": "not_of_form",
        "education.graduation_date": "not_this_year",
        "education.school_recognised": "not_of_form",
        "education.studies": "missing",
        "work.stamped_by": "stamped_by_school",
    }
    mended = await submit(world, phone)
    assert (mended.status, mended.json["auto_confirmation"]["reason"]) == (200, "area_without")


async def test_a_nurse_who_withdrew_hands_the_form_in_again_as_it_stands(world: World) -> None:
    phone = await submitted(world, EMPLOYED)
    assert (await phone.mine("GET")).json["sections"]["registration"]["level"] == "junior"
    before = (await phone.mine("GET")).json["verification_code"]
    assert (await phone.mine("POST", "/withdraw")).status == 200
    again = await phone.mine("POST", "/submit")
    assert again.status == 200 and again.json["verification_code"] != before


async def test_a_nurses_fee_is_that_of_both_subjects_and_is_due_once_confirmed(world: World) -> None:
    await world.clerks()
    phone = await submitted(world, EMPLOYED)
    site, registration = await clerk("test.site"), UUID(phone.registration)
    await world.at("2012-02-06 10:00")
    await world.built.office.act(site, Act.CONFIRM, registration)
    assert (await phone.mine("GET")).json["payment_state"] == "due"
    assert (await phone.step("payment"))["message"].startswith("本考点采用现场缴费")
    assert (await phone.order()).status == 409
    with pytest.raises(Faulty, match="receipt_faulty"):
        await world.built.onsite_payments.record(site, registration, receipt_number="1", amount_fen=FEE // 2)
    await world.built.onsite_payments.record(site, registration, receipt_number="1", amount_fen=FEE)
    assert (await Registration.get(id=registration)).payment_state == "paid"


async def test_no_correction_leaves_a_nurse_with_one_subject(world: World) -> None:
    await world.clerks()
    phone = await submitted(world, EMPLOYED)
    await paid(world, phone, "0000001")
    with pytest.raises(Faulty, match="value: every_subject"):
        await world.built.correcting.register(
            await clerk("test.site"), UUID(phone.registration), Correctable.SUBJECTS, [SUBJECTS[0]], evidence="更正申请"
        )
