"""军队考生: handed over as a file, opened by their owners, paid and told their results as their year's notice says."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from backend.audit import AuditRecord
from backend.candidates.logins import ABOUT_ID_NUMBER
from backend.candidates.models import Candidate, IdType
from backend.errors import Refusal
from backend.personal_data import PersonalData
from backend.registrations.bars import bar
from backend.registrations.military import HandedOver
from backend.registrations.models import Bar, FormVersion, Registration
from backend.sheets import BadFile
from tests.api.results import OUT, PASSED, asked, line, load, publish, seat
from tests.api.world import JIA, PASSWORD, YI, Phone, World
from zhunkao.journey.people import EXAM, SPECIALITY, SUBJECTS, Person

COLUMNS: Final = (
    "id_type",
    "id_number",
    "name",
    "registration.area",
    "registration.site",
    "registration.speciality",
    "registration.level",
    "registration.subjects",
    "work.employer",
)
AT_2025, AT_2021 = "2025-01-20 10:00", "2021-01-28 10:00"
WUHAI, XIANGXI = ("health-2025", "内蒙古", "乌海"), ("health-2021", "湖南", "湘西")


def row(who: Person, place: Sequence[str] = WUHAI, **changed: str) -> dict[str, str]:
    return {
        "id_type": "resident_id_card",
        "id_number": who.id_number,
        "name": who.name,
        "registration.area": place[1],
        "registration.site": place[2],
        "registration.speciality": SPECIALITY,
        "registration.level": "intermediate",
        "work.employer": "示例部队医院",
        **{name.replace("__", "."): value for name, value in changed.items()},
    }


async def hand_over(world: World, folder: Path, *rows: Mapping[str, str], exam: str = "health-2025") -> HandedOver:
    lines = [",".join(COLUMNS), *(",".join(one.get(column, "") for column in COLUMNS) for one in rows)]
    file = folder / "military.csv"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return await world.built.military_handover.load(file, exam)


async def faults(world: World, folder: Path, *rows: Mapping[str, str]) -> list[str]:
    with pytest.raises(BadFile) as found:
        await hand_over(world, folder, *rows)
    return found.value.faults


async def opened(world: World, who: Person = JIA, *, platform: str = "wechat") -> Phone:
    """The person opens the account that waits for them, and finds their registration."""
    phone = await world.person(who, platform=platform)
    (mine,) = (await phone.call("GET", "/registrations")).json["items"]
    phone.registration = mine["id"]
    return phone


async def test_who_is_handed_over_is_approved_and_opens_the_account_with_document_and_name(
    world: World, tmp_path: Path
) -> None:
    await world.at(AT_2025)
    assert await hand_over(world, tmp_path, row(JIA), row(YI)) == HandedOver(rows=2, added=2, changed=0)
    waiting = await Registration.filter(candidate__name=JIA.name).get().select_related("candidate")
    phone = await opened(world)
    kept = (await phone.mine("GET")).json
    assert (kept["id"], str(phone.candidate_id)) == (str(waiting.id), str(waiting.candidate.id))
    assert (kept["exam"], kept["state"], kept["payment_state"]) == ("health-2025", "approved", "due")
    assert kept["sections"]["registration"]["subjects"] == list(SUBJECTS)
    assert len(kept["registration_number"]) == 14 and kept["registration_number"].startswith("2025")
    assert await FormVersion.filter(registration_id=kept["id"]).count() == 1
    assert await Candidate.filter(unclaimed_since__isnull=False).count() == 1


async def test_no_wechat_is_asked_of_them_and_the_steps_say_what_their_unit_did(world: World, tmp_path: Path) -> None:
    await world.at(AT_2025)
    await hand_over(world, tmp_path, row(JIA))
    phone = await opened(world, platform="alipay")
    steps = {one["step"]: one for one in (await phone.mine("GET", "/steps")).json["items"]}
    assert {steps[name]["state"] for name in ("account", "form", "confirmation", "review")} == {"done"}
    assert "所在单位统一报名" in steps["form"]["message"]
    assert steps["payment"]["state"] == "current" and "2月7日" in steps["payment"]["message"]


async def test_an_account_that_waits_lets_nobody_in_before_it_is_opened(world: World, tmp_path: Path) -> None:
    await world.at(AT_2025)
    await hand_over(world, tmp_path, row(JIA))
    for password in ("", PASSWORD):
        body = {"login": JIA.id_number, "password": password}
        answer = await world.call("POST", "/sessions/password", body=body)
        assert answer.status in (401, 422), answer.body
    phone = await world.stranger(JIA)
    code = await phone.code()
    begun = await world.call(
        "POST",
        "/face-logins",
        body={
            "platform": "wechat",
            "code": code,
            "name": JIA.name,
            "id_type": "resident_id_card",
            "id_number": JIA.id_number,
        },
    )
    result = await phone.face(begun.json["client"])
    done = await world.call(
        "POST",
        f"/face-logins/{begun.json['id']}/complete",
        body={"code": await phone.code(), "platform_result": result},
    )
    assert (done.status, done.code) == (404, "no_account")


async def test_another_name_does_not_open_the_account_and_neither_does_a_second_try(
    world: World, tmp_path: Path
) -> None:
    await world.at(AT_2025)
    await hand_over(world, tmp_path, row(JIA))
    stranger = await world.stranger(JIA)
    other = await world.call("POST", "/accounts", body=await stranger.account(name="测试丁"))
    assert (other.status, other.code) == (409, "account_exists")
    await opened(world)
    second = await world.stranger(JIA)
    again = await world.call("POST", "/accounts", body=await second.account(username="ceshi_second"))
    assert (again.status, again.code) == (409, "account_exists")


async def test_of_two_who_open_it_at_once_one_does(world: World, tmp_path: Path) -> None:
    await world.at(AT_2025)
    await hand_over(world, tmp_path, row(JIA))
    phones = [await world.stranger(JIA) for _ in range(2)]
    bodies = [await phone.account(username=f"ceshi_{number}") for number, phone in enumerate(phones)]
    answers = await asyncio.gather(*(world.call("POST", "/accounts", body=body) for body in bodies))
    assert sorted(answer.status for answer in answers) == [201, 409]


async def test_it_attaches_to_an_account_that_is_there_already(world: World, tmp_path: Path) -> None:
    phone = await world.person(JIA)
    await world.at(AT_2025)
    assert (await hand_over(world, tmp_path, row(JIA))).added == 1
    (mine,) = (await phone.call("GET", "/registrations")).json["items"]
    assert (mine["state"], mine["exam"]) == ("approved", "health-2025")
    assert await Candidate.all().count() == 1


async def test_who_does_not_pay_in_time_forfeits_the_exam(world: World, tmp_path: Path) -> None:
    await world.at(AT_2025)
    await hand_over(world, tmp_path, row(JIA))
    await world.at("2025-02-16 23:59")
    assert await world.built.unpaid.sweep() == 0
    await world.at("2025-02-17 00:00")
    assert await world.built.unpaid.sweep() == 1
    phone = await opened(world)
    kept = (await phone.mine("GET")).json
    assert (kept["state"], kept["forfeited_reason"]) == ("forfeited", "not_paid")


async def test_of_2021_the_fee_is_paid_and_the_card_printed_through_the_site(world: World, tmp_path: Path) -> None:
    await world.at(AT_2021)
    await hand_over(world, tmp_path, row(JIA, XIANGXI), exam="health-2021")
    phone = await opened(world)
    kept = (await phone.mine("GET")).json
    assert (kept["state"], kept["payment_state"]) == ("approved", "paid")
    steps = {one["step"]: one for one in (await phone.mine("GET", "/steps")).json["items"]}
    assert (steps["payment"]["state"], steps["payment"]["message"]) == ("done", "考试费用已由部队统一缴纳")
    assert "向所在单位领取" in steps["admit_card"]["message"]
    assert "不对社会公布" in steps["results"]["message"]
    await world.at("2021-02-27 00:00")
    assert await world.built.unpaid.sweep() == 0


async def test_every_bad_row_is_told_and_nothing_is_kept(world: World, tmp_path: Path) -> None:
    await world.at(AT_2025)
    told = await faults(
        world,
        tmp_path,
        row(JIA),
        row(YI, registration__site="示例市", registration__speciality="999"),
        row(YI, id_number="123", name="", registration__level="junior"),
        row(YI, registration__subjects="基础知识;外语", work__employer="长" * 61),
    )
    assert [one.partition(": ")[2].partition(":")[0] for one in told] == [
        "registration.site",
        "registration.speciality",
        "id_number",
        "name",
        "registration.level",
        "registration.subjects",
        "work.employer",
    ]
    assert [one.split()[2] for one in told] == ["3:", "3:", "4:", "4:", "4:", "5:", "5:"]
    assert await Candidate.all().count() == await Registration.all().count() == 0


async def test_a_person_twice_in_the_file_or_under_another_name_is_refused(world: World, tmp_path: Path) -> None:
    await world.at(AT_2025)
    assert await faults(world, tmp_path, row(JIA), row(JIA)) == [
        "military.csv line 3: id_number: line 2 has it already"
    ]
    await hand_over(world, tmp_path, row(JIA))
    told = await faults(world, tmp_path, row(YI), row(JIA, name="测试丁"))
    assert told == ["military.csv line 3: name: an account has this document under another name"]
    assert await Registration.all().count() == 1


async def test_nobody_is_taken_who_has_entered_the_exam_themselves(world: World, tmp_path: Path) -> None:
    phone = await world.person(JIA)
    await world.at("2024-11-27 10:00")
    assert (await phone.call("POST", "/registrations", body={"exam": "health-2025"})).status == 201
    told = await faults(world, tmp_path, row(YI), row(JIA))
    assert told == ["military.csv line 3: id_number: this person has entered the exam themselves"]
    assert (await Registration.get()).state == "draft"


async def test_nobody_is_taken_who_is_barred_and_who_was_before_stays(world: World, tmp_path: Path) -> None:
    await world.at(AT_2025)
    now = world.built.clock.now()
    await hand_over(world, tmp_path, row(YI))
    await bar(await Candidate.get(name=YI.name), decided_at=now)
    keys = [key.get_secret_value() for key in world.settings.data_keys]
    index = PersonalData(keys).index(JIA.id_number, about=ABOUT_ID_NUMBER)
    await Bar.create(
        id_type=IdType.RESIDENT_ID_CARD, id_number_index=index, decided_at=now, until=now + timedelta(days=1)
    )
    assert await faults(world, tmp_path, row(JIA), row(YI)) == [
        "military.csv line 2: id_number: barred from exams until 2025-01-21 10:00"
    ]
    assert await hand_over(world, tmp_path, row(YI)) == HandedOver(rows=1, added=0, changed=0)


async def test_again_changes_nothing_and_a_corrected_file_replaces_what_has_no_correction(
    world: World, tmp_path: Path
) -> None:
    await world.at(AT_2025)
    await hand_over(world, tmp_path, row(JIA), row(YI))
    before = await Registration.get(candidate__name=JIA.name)
    assert await hand_over(world, tmp_path, row(JIA), row(YI)) == HandedOver(rows=2, added=0, changed=0)
    corrected = row(JIA, registration__subjects="基础知识;专业知识")
    assert await hand_over(world, tmp_path, corrected, row(YI)) == HandedOver(rows=2, added=0, changed=1)
    after = await Registration.get(id=before.id)
    assert after.form["registration"]["subjects"] == ["基础知识", "专业知识"]
    assert (after.version, after.registration_number) == (before.version + 1, before.registration_number)
    assert after.verification_code != before.verification_code
    assert await FormVersion.filter(registration=after).count() == 2
    assert await AuditRecord.filter(act="handed_over", subject_id=str(before.id)).count() == 2
    await Registration.filter(id=before.id).update(state="seated", payment_state="paid")
    told = await faults(world, tmp_path, row(JIA))
    assert told == ["military.csv line 2: row: it has an order, a correction or a seat, and can't be replaced"]


@pytest.mark.parametrize(
    ("exam", "at", "code"),
    [
        ("health-2024", "2024-01-10 10:00", "military_not_handed_over"),
        ("health-2021", "2021-01-24 23:59", "stage_not_open_yet"),
        ("health-2021", "2021-02-02 00:00", "stage_over"),
    ],
)
async def test_they_are_handed_over_only_where_and_when_the_notice_says(
    world: World, tmp_path: Path, exam: str, at: str, code: str
) -> None:
    await world.at(at)
    with pytest.raises(Refusal) as found:
        await hand_over(world, tmp_path, row(JIA, XIANGXI), exam=exam)
    assert found.value.code == code
    assert await Candidate.all().count() == 0


@pytest.mark.parametrize("public", [True, False])
async def test_a_military_result_is_told_only_where_the_notice_makes_it_public(
    world: World, tmp_path: Path, public: bool
) -> None:
    phone = await world.person(JIA)
    await phone.submitted()
    (number,) = await seat(world, phone)
    await load(world, tmp_path, line(number, *PASSED))
    await Registration.all().update(origin="military")
    await said_of_the_military(world, payment="at_site", results_public=public)
    await publish(world)
    await world.at(OUT)
    mine = await phone.mine("GET", "/results")
    query = await world.call("POST", "/result-queries", body=asked(number, phone))
    report = await phone.mine("GET", "/score-report.pdf")
    assert (mine.status, query.status, report.status) == ((200, 200, 200) if public else (409, 404, 409))
    message = (await phone.step("results"))["message"]
    assert ("不对社会公布" in message) == (not public)
    if not public:
        assert (mine.code, query.code) == ("results_not_public", "result_not_found")
        assert report.code == "results_not_public"


@pytest.mark.parametrize(("payment", "card"), [("online", 200), ("at_site", 409)])
async def test_the_admit_card_is_downloaded_only_where_the_notice_does_not_leave_it_to_the_site(
    world: World, payment: str, card: int
) -> None:
    phone = await world.person(JIA)
    await phone.submitted()
    await seat(world, phone)
    await Registration.all().update(origin="military")
    await said_of_the_military(world, payment=payment, results_public=True)
    await world.at("2024-04-01 00:00")
    for path in ("/admit-card", "/admit-card.pdf"):
        answer = await phone.mine("GET", path)
        assert answer.status == card
        if card == 409:
            assert answer.code == "admit_card_through_unit"
            assert "请向所在单位领取" in answer.json["detail"]
    step = await phone.step("exam")
    assert "居民身份证或临时身份证，军人证件不能代替" in step["message"]
    action = (await phone.step("admit_card"))["action"]
    assert action == ("download_admit_card" if card == 200 else None)


async def test_what_their_unit_entered_they_neither_fill_in_nor_submit_nor_withdraw(
    world: World, tmp_path: Path
) -> None:
    await world.at(AT_2025)
    await hand_over(world, tmp_path, row(JIA))
    phone = await opened(world)
    phone.etag = (await phone.mine("GET")).headers["ETag"]
    answers = [await phone.save("work", {}), await phone.mine("POST", "/submit"), await phone.mine("POST", "/withdraw")]
    assert {(answer.status, answer.code) for answer in answers} == {(409, "entered_by_unit")}
    assert "请联系所在单位" in answers[0].json["detail"]


async def said_of_the_military(world: World, **said: object) -> None:
    """Publish that for the exam of the journeys, whose notice says nothing of them."""
    military = {"self_registration": False, **said}
    await world.built.database.execute(
        "UPDATE exam SET military = $1::jsonb, version = version + 1 WHERE code = $2", json.dumps(military), EXAM
    )
    async with asyncio.timeout(20):
        exam = await world.built.exams.exam(EXAM)
        while exam.military != military:
            await asyncio.sleep(0.05)
            exam = await world.built.exams.exam(EXAM)
