"""Results through the front door: nothing before the instant, everything in words after it, nobody else's ever."""

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from backend.audit import AuditRecord
from backend.errors import Refusal
from backend.events import Event, EventName
from backend.results.models import Result
from backend.results.score_report import ReportedSubject, score_report
from backend.seating.models import AdmitNumber
from tests.api.results import OUT, PASSED, asked, instant, line, load, publish, seat
from tests.api.world import JIA, YI, Phone, World
from zhunkao.journey.people import EXAM, SUBJECTS


async def sat(world: World, folder: Path, *scores: str) -> tuple[Phone, str]:
    """测试甲, with these scores imported; the admit number. It is the day after the exam."""
    phone = await world.person(JIA)
    await phone.submitted()
    (number,) = await seat(world, phone)
    await load(world, folder, line(number, *scores))
    return phone, number


async def test_nobody_sees_anything_before_the_instant_and_everything_from_it_on(
    world: World, tmp_path: Path, stop_at: Callable[[str], None]
) -> None:
    phone, number = await sat(world, tmp_path, *PASSED)
    await publish(world)
    for before in ("2024-04-22 09:00:00", "2024-06-18 09:59:59.999999"):
        stop_at(before)
        answers = [await phone.mine("GET", "/results")]
        answers.append(await world.call("POST", "/result-queries", body=asked(number, phone)))
        answers.append(await world.call("POST", "/result-queries", body=asked("0" * 14, phone)))
        assert {(answer.status, answer.code) for answer in answers} == {(409, "results_not_published_yet")}
        assert "6月21日 24:00" in answers[0].json["detail"]
        assert (await phone.step("results"))["message"] == "考试已结束，成绩将不晚于 6月21日 24:00 公布"
    stop_at(OUT)
    assert (await phone.mine("GET", "/results")).status == 200
    assert (await world.call("POST", "/result-queries", body=asked(number, phone))).status == 200
    step = await phone.step("results")
    assert (step["state"], step["at"]) == ("done", "2024-06-18T10:00:00+08:00")
    assert step["message"] == "成绩已公布，您已通过全部科目"


@pytest.mark.parametrize("platform", ["alipay", "baidu"])
async def test_they_are_read_on_every_platform(world: World, tmp_path: Path, platform: str) -> None:
    phone, number = await sat(world, tmp_path, *PASSED)
    other = await phone.also_on(platform)
    await publish(world)
    await world.at(OUT)
    for one in (phone, other):
        await one.sign_in()
        assert (await one.mine("GET", "/results")).json["admit_number"] == number


async def test_imported_and_not_set_they_are_as_unseen_even_when_they_are_late(world: World, tmp_path: Path) -> None:
    phone, _ = await sat(world, tmp_path, *PASSED)
    await world.at("2024-06-23 09:00")
    answer = await phone.mine("GET", "/results")
    assert (answer.status, answer.code) == (409, "results_not_published")


async def test_the_owner_reads_every_subject_with_its_line_and_that_there_are_no_appeals(
    world: World, tmp_path: Path
) -> None:
    phone, number = await sat(world, tmp_path, "60", "59", "absent", "void")
    await publish(world, report_until="2024-07-31 00:00")
    await world.at(OUT)
    found = (await phone.mine("GET", "/results")).json
    assert [
        (one["subject"], one["status"], one["score"], one["pass_line"], one["passed"]) for one in found["subjects"]
    ] == [
        (SUBJECTS[0], "sat", 60, 60, True),
        (SUBJECTS[1], "sat", 59, 60, False),
        (SUBJECTS[2], "absent", None, 60, False),
        (SUBJECTS[3], "void", None, 60, False),
    ]
    assert [one["text"] for one in found["subjects"]] == ["已参加", "已参加", "缺考", "成绩无效"]
    assert (found["admit_number"], found["archive_number"], found["qualified"]) == (number, "SAMPLE24", False)
    assert found["id_number"] == f"{JIA.id_number[:4]}{'*' * 10}{JIA.id_number[-4:]}"
    assert found["rolls_on"] == [SUBJECTS[0]] and SUBJECTS[0] in found["message"] and "档案号" in found["message"]
    assert found["no_appeals"] == "考试试题均为客观题，采用计算机统一评分，不接受成绩复核申请。"
    assert (found["published_at"], found["report_until"]) == ("2024-06-18T10:00:00+08:00", "2024-07-31T00:00:00+08:00")
    assert (await phone.step("results"))["message"].startswith("成绩已公布，您还有科目未通过")


async def test_last_years_passed_subject_counts_for_who_returned_with_its_archive_number(
    world: World, tmp_path: Path
) -> None:
    await world.last_year(tmp_path / "2023.csv")
    phone = await world.person(YI)
    await phone.submitted(registration={"subjects": list(SUBJECTS[1:])})
    (number,) = await seat(world, phone)
    await load(world, tmp_path, line(number, "", *PASSED[1:]))
    await publish(world)
    await world.at(OUT)
    found = (await phone.mine("GET", "/results")).json
    assert (found["qualified"], found["rolls_on"]) == (True, [])
    assert [(one["subject"], one["year"], one["passed"]) for one in found["rolled"]] == [(SUBJECTS[0], 2023, True)]
    assert len(found["subjects"]) == 3


async def test_with_another_archive_number_nothing_rolls(world: World, tmp_path: Path) -> None:
    await world.last_year(tmp_path / "2023.csv")
    phone = await world.person(YI)
    await phone.submitted(registration={"subjects": list(SUBJECTS[1:]), "archive_number": "SAMPLE9999"})
    (number,) = await seat(world, phone)
    await load(world, tmp_path, line(number, "", *PASSED[1:]))
    await publish(world)
    await world.at(OUT)
    found = (await phone.mine("GET", "/results")).json
    assert (found["qualified"], found["rolled"], found["rolls_on"]) == (False, [], list(SUBJECTS[1:]))


async def test_another_candidates_results_are_not_found(world: World, tmp_path: Path) -> None:
    phone, _ = await sat(world, tmp_path, *PASSED)
    await publish(world)
    await world.at(OUT)
    other = await world.person(YI)
    answer = await other.call("GET", f"/registrations/{phone.registration}/results")
    assert (answer.status, answer.code) == (404, "registration_unknown")


async def test_who_sat_and_is_not_in_the_file_is_sent_to_the_site(world: World, tmp_path: Path) -> None:
    phone, number = await sat(world, tmp_path, *PASSED)
    await publish(world)
    await Result.all().delete()
    await world.at(OUT)
    answer = await phone.mine("GET", "/results")
    assert (answer.status, answer.code) == (409, "no_result")
    assert (await phone.step("results"))["state"] == "failed"
    assert (await world.call("POST", "/result-queries", body=asked(number, phone))).code == "result_not_found"


async def test_an_unknown_number_and_one_of_another_person_are_answered_alike(world: World, tmp_path: Path) -> None:
    phone, number = await sat(world, tmp_path, *PASSED)
    await publish(world)
    await world.at(OUT)
    bodies = [
        asked("24113010100199", phone),
        asked(number, phone, id_number=YI.id_number),
        asked("24113010100199", phone, id_number=YI.id_number),
        asked(number, phone, id_number="not one"),
    ]
    answers = [await world.call("POST", "/result-queries", body=body) for body in bodies]
    said = [{**answer.json, "trace_id": ""} for answer in answers]
    assert said[0]["code"] == "result_not_found" and all(one == said[0] for one in said)


async def test_width_case_and_spaces_of_the_document_number_do_not_matter(world: World, tmp_path: Path) -> None:
    phone, number = await sat(world, tmp_path, *PASSED)
    await publish(world)
    await world.at(OUT)
    typed = "".join(chr(ord(one) + 0xFEE0) for one in JIA.id_number.lower())
    answer = await world.call("POST", "/result-queries", body=asked(number, phone, id_number=f" {typed} "))
    assert answer.status == 200 and answer.json["name"] == JIA.name


async def test_a_retired_admit_number_finds_nothing(world: World, tmp_path: Path) -> None:
    phone, number = await sat(world, tmp_path, *PASSED)
    await publish(world)
    await world.at(OUT)
    await AdmitNumber.all().update(retired_at=instant("2024-03-01 00:00"))
    assert (await world.call("POST", "/result-queries", body=asked(number, phone))).code == "result_not_found"


async def test_guessing_the_document_of_an_admit_number_is_stopped_and_its_owner_still_reads(
    world: World, tmp_path: Path
) -> None:
    phone, number = await sat(world, tmp_path, *PASSED)
    await publish(world)
    await world.at(OUT)
    for guess in range(10):
        body = asked(number, phone, id_number=f"guess {guess}")
        assert (await world.call("POST", "/result-queries", body=body)).code == "result_not_found"
    async with world.elsewhere() as elsewhere:
        answer = await elsewhere.call("POST", "/result-queries", body=asked(number, phone))
        assert (answer.status, answer.code) == (429, "too_many_result_queries")
        assert int(answer.headers["Retry-After"]) > 0
    assert (await phone.mine("GET", "/results")).status == 200


async def test_guessing_the_admit_number_of_a_document_is_stopped(world: World, tmp_path: Path) -> None:
    phone, number = await sat(world, tmp_path, *PASSED)
    await publish(world)
    await world.at(OUT)
    for guess in range(10):
        await world.call("POST", "/result-queries", body=asked(f"2411301010{guess + 1000:04d}", phone))
    assert (await world.call("POST", "/result-queries", body=asked(number, phone))).status == 429


async def test_an_address_that_guesses_is_stopped_and_another_is_not(world: World, tmp_path: Path) -> None:
    phone, number = await sat(world, tmp_path, *PASSED)
    await publish(world)
    await world.at(OUT)
    for guess in range(100):
        body = asked(f"2411301010{guess + 1000:04d}", phone, id_number=f"guess {guess}")
        assert (await world.call("POST", "/result-queries", body=body)).status == 404
    assert (await world.call("POST", "/result-queries", body=asked(number, phone))).status == 429
    async with world.elsewhere() as elsewhere:
        assert (await elsewhere.call("POST", "/result-queries", body=asked(number, phone))).status == 200


async def test_right_queries_are_never_too_many(world: World, tmp_path: Path) -> None:
    phone, number = await sat(world, tmp_path, *PASSED)
    await publish(world)
    await world.at(OUT)
    answers = [await world.call("POST", "/result-queries", body=asked(number, phone)) for _ in range(12)]
    assert {answer.status for answer in answers} == {200}


async def test_the_instant_is_the_centres_to_set_and_to_move_until_it_has_come(world: World, tmp_path: Path) -> None:
    await sat(world, tmp_path, *PASSED)
    who = await publish(world)
    await world.built.publications.publish(who, EXAM, at=instant("2024-06-20 10:00"))
    await world.at("2024-06-20 10:00")
    with pytest.raises(Refusal) as refused:
        await world.built.publications.publish(who, EXAM, at=instant("2024-06-25 10:00"))
    assert refused.value.code == "results_published"
    records = await AuditRecord.filter(act="published").order_by("id")
    assert [record.actor_id for record in records] == [str(who.member_id)] * 2
    told = await Event.filter(name=EventName.RESULTS_ANNOUNCED).order_by("id")
    assert [event.payload["publish_at"] for event in told] == ["2024-06-18T10:00:00+08:00", "2024-06-20T10:00:00+08:00"]


async def test_an_instant_that_is_past_is_now(world: World, tmp_path: Path) -> None:
    phone, _ = await sat(world, tmp_path, *PASSED)
    await publish(world, "2024-01-01 00:00")
    found = (await phone.mine("GET", "/results")).json
    assert found["published_at"].startswith("2024-04-22T09:0")


async def test_only_the_centre_publishes_and_only_what_was_imported(world: World) -> None:
    site, area = await world.clerks()
    for who in (site, area):
        with pytest.raises(Refusal) as refused:
            await world.built.publications.publish(who, EXAM, at=instant(OUT))
        assert refused.value.code == "not_this_office"
    with pytest.raises(Refusal) as refused:
        await publish(world)
    assert refused.value.code == "results_missing"


async def test_the_score_report_says_every_subject_of_both_years_until_its_window_ends(
    world: World, tmp_path: Path
) -> None:
    await world.last_year(tmp_path / "2023.csv")
    phone = await world.person(YI)
    await phone.submitted(registration={"subjects": list(SUBJECTS[1:])})
    (number,) = await seat(world, phone)
    await load(world, tmp_path, line(number, "", *PASSED[1:]))
    await publish(world, report_until="2024-07-31 00:00")
    await world.at(OUT)
    view = await world.built.results.mine(phone.candidate_id, UUID(phone.registration))
    report = score_report(view, now=instant("2024-07-30 23:59"))
    assert (report.name, report.id_number, report.qualified) == (YI.name, YI.id_number, True)
    assert [(one.subject, one.year) for one in report.subjects] == [
        (SUBJECTS[0], 2023),
        *((subject, 2024) for subject in SUBJECTS[1:]),
    ]
    assert report.subjects[1] == ReportedSubject(
        subject=SUBJECTS[1], status="sat", score=61, pass_line=60, passed=True, year=2024
    )
    with pytest.raises(Refusal) as refused:
        score_report(view, now=instant("2024-07-31 00:00"))
    assert refused.value.code == "stage_over"
