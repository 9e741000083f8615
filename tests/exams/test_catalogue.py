"""What the rest of the service reads of exams."""

import asyncio
from datetime import date, datetime
from pathlib import Path

import pytest

from backend.clock import EXAM_ZONE
from backend.database import Database
from backend.errors import NotFound
from backend.exams.catalogue import Exams
from backend.exams.facts import Policy
from backend.exams.loading import ExamLoading
from backend.exams.models import Exam
from backend.exams.prices import amount_fen
from backend.exams.reference import bundled_files
from backend.exams.stages import Stage
from backend.wording import say

NOON = datetime(2024, 2, 1, 12, tzinfo=EXAM_ZONE)


@pytest.fixture(autouse=True)
async def published(loading: ExamLoading) -> None:
    await loading.load(bundled_files(), accept_outside=False)


async def test_exams_are_listed_page_by_page_the_newest_first(exams: Exams) -> None:
    first, after = await exams.exams(limit=3)
    assert [exam.code for exam in first] == ["health-2025", "health-2024", "health-2021"]
    assert after == "health-2021"
    second, after = await exams.exams(after=after, limit=3)
    assert ([exam.code for exam in second], after) == (["nurse-2012"], None)


async def test_an_exam_is_as_its_notice_describes_it(exams: Exams) -> None:
    exam = await exams.exam("health-2024")
    assert exam.exam_days == (date(2024, 4, 13), date(2024, 4, 14), date(2024, 4, 20), date(2024, 4, 21))
    assert exam.subjects == ("基础知识", "相关专业知识", "专业知识", "专业实践能力")
    assert (exam.rolling_years, exam.eligibility_cutoff) == (2, date(2023, 12, 31))
    assert exam.source == "notices/health-2024.txt"
    assert not exam.sample
    assert await exams.by_id(exam.id) == exam
    nurse = await exams.exam("nurse-2012")
    assert nurse.results_rule == {"within": "45 working days", "after": "last exam day"}
    assert [step["instruction"] for step in nurse.exam_day_timetable if step["instruction"]] == list("ABCDEF")
    assert nurse.fresh_graduates_confirm_at == "school"
    assert nurse.rolling_years == 1
    assert (await exams.exam("health-2025")).exam_days == ()


async def test_a_calendar_holds_the_sites_windows_over_the_areas_over_the_nations(exams: Exams) -> None:
    site = await exams.calendar("health-2025", "内蒙古", "乌海")
    assert site.stage(Stage.SEATING).from_layer == "site"
    assert site.stage(Stage.AREA_REVIEW).from_layer == "area"
    assert site.stage(Stage.PAYMENT).from_layer == "national"
    assert site.state(Stage.SUPPLEMENT, NOON) == "none"
    assert site.opens_at(Stage.PAYMENT) == datetime(2025, 2, 7, tzinfo=EXAM_ZONE)
    assert site.closes_at(Stage.PAYMENT) == datetime(2025, 2, 17, tzinfo=EXAM_ZONE)
    nation = await exams.calendar("health-2025")
    assert nation.state(Stage.SEATING, NOON) == "none"


async def test_what_a_sample_file_gives_is_marked_and_what_a_notice_gives_is_not(exams: Exams) -> None:
    calendar = await exams.calendar("health-2024", "河北", "示例市")
    assert calendar.stage(Stage.CONFIRMATION).sample
    assert not calendar.stage(Stage.PRE_REGISTRATION).sample
    assert all(session.sample for session in await exams.sessions("health-2024", "河北"))
    (site,) = await exams.sites("health-2024", "河北")
    assert site.sample


async def test_two_pickups_of_exam_materials_are_two_windows(exams: Exams) -> None:
    calendar = await exams.calendar("health-2021", "湖南", "湘西")
    assert [str(window) for window in calendar.stage(Stage.MATERIALS_PICKUP).windows] == [
        "2021-04-08 00:00 to 2021-04-09 24:00",
        "2021-04-15 00:00 to 2021-04-16 24:00",
    ]


async def test_a_draft_that_names_no_known_place_has_the_nations_calendar(exams: Exams) -> None:
    nation = await exams.calendar("health-2024")
    assert await exams.calendar_or_national("health-2024", "河北", "无此考点") == nation
    assert await exams.calendar_or_national("health-2024", None, None) == nation
    assert await exams.policy_or_none("health-2024", "河东", None) is None
    assert await exams.policy_or_none("health-2024", None, None) is None
    assert isinstance(await exams.policy_or_none("health-2024", "河北", "示例市"), Policy)


async def test_a_site_may_pay_otherwise_than_its_area(exams: Exams) -> None:
    assert (await exams.policy("health-2024", "贵州")).payment_mode == "online"
    assert (await exams.policy("health-2024", "贵州", "省直")).payment_mode == "onsite"


async def test_after_automatic_confirmation_an_areas_word_stands_before_the_nations(exams: Exams) -> None:
    assert (await exams.policy("health-2021", "湖南", "湘西")).after_auto_confirmation == "site_review"
    assert (await exams.policy("health-2021", "河北")).after_auto_confirmation == "payment"
    assert (await exams.policy("health-2024", "河北")).after_auto_confirmation == "review"


async def test_a_sites_policy_says_what_to_bring_where_and_whom_to_call(exams: Exams) -> None:
    policy = await exams.policy("health-2025", "内蒙古", "乌海")
    assert policy.materials == ("身份证", "毕业证", "学位证", "执业证", "资格证", "荣誉证书或派出文件（一线人员）")
    assert (policy.phone, policy.confirmation_place) == ("0473-8992296", "市政府A座501办公室")
    assert policy.commitment_letter and policy.frontline_exemption
    assert policy.payment_mode == "online"


async def test_nurses_pay_on_site_everywhere(exams: Exams) -> None:
    policies = await exams.policies("nurse-2012")
    assert [policy.area.code for policy in policies] == sorted(policy.area.code for policy in policies)
    assert len(policies) == 32
    assert {policy.payment_mode for policy in policies} == {"onsite"}


async def test_a_price_is_for_each_subject_of_the_level(exams: Exams) -> None:
    prices = (await exams.policy("health-2024", "河北")).prices
    assert amount_fen(prices, level="intermediate", subjects=4) == 26000
    assert amount_fen(prices, level="junior", subjects=1) == 6000
    assert amount_fen((await exams.policy("health-2024", "北京")).prices, level="junior", subjects=1) is None
    assert amount_fen(prices, level="junior", subjects=0) is None


async def test_the_one_place_of_wuhai_is_a_point_that_can_be_chosen(exams: Exams) -> None:
    (point,) = await exams.points("health-2025", "内蒙古", "乌海")
    assert (point.name, point.address, point.phone) == ("乌海考点", "市政府A座501办公室", "0473-8992296")
    assert await exams.point("health-2025", point.id) == point
    matches = await exams.confirmation_places("health-2025", "内蒙古", "乌海", employer="乌海市人民医院")
    assert len(matches) == 9
    assert (matches[0].place.point_id, matches[0].place.half_day, matches[0].hand_in) == (point.id, "morning", "unit")


async def test_specialities_are_found_by_level_and_by_part_of_code_or_name(exams: Exams) -> None:
    found = await exams.specialities("health-2024", level="intermediate", search="护理")
    assert "368" in {speciality.code for speciality in found}
    assert {speciality.level for speciality in found} == {"intermediate"}
    assert [speciality.name for speciality in await exams.specialities("health-2024", search="303")] == ["内科学"]
    assert (await exams.speciality("nurse-2012", "011")).subjects == ("专业实务", "实践能力")


async def test_a_speciality_sits_each_subject_once_two_sittings_a_day(exams: Exams) -> None:
    for speciality in await exams.specialities("health-2024"):
        sessions = await exams.sessions("health-2024", "河北", speciality=speciality.code)
        assert [session.subject for session in sessions] == list(speciality.subjects)
        days = [session.starts_at.date() for session in sessions]
        assert [days.count(day) for day in sorted(set(days))] == [2, 2]


async def test_the_exam_starts_with_its_first_session_or_else_its_first_day(exams: Exams) -> None:
    assert await exams.exam_times("health-2024", "河北") == (
        datetime(2024, 4, 13, 9, tzinfo=EXAM_ZONE),
        datetime(2024, 4, 21, 16, tzinfo=EXAM_ZONE),
    )
    assert await exams.exam_times("nurse-2012", "湖南") == (
        datetime(2012, 5, 19, tzinfo=EXAM_ZONE),
        datetime(2012, 5, 20, tzinfo=EXAM_ZONE),
    )
    assert await exams.exam_times("health-2025", None) == (None, None)


async def test_codes_of_the_form_are_told_in_both_languages(exams: Exams) -> None:
    assert "15" in exams.codes("ethnicity")
    assert exams.code_text("ethnicity", "15") == "土家族"
    assert exams.code_text("degree", "master", "en") == "Master"
    assert exams.code_text("degree", "guild") is None


async def test_what_was_not_published_is_not_found_in_words(exams: Exams) -> None:
    asked = {
        "exam_unknown": exams.exam("health-1999"),
        "area_unknown": exams.calendar("health-2024", "河东"),
        "site_unknown": exams.policy("health-2024", "河北", "无此考点"),
        "speciality_unknown": exams.speciality("health-2024", "999"),
        "confirmation_point_unknown": exams.point("health-2024", 0),
    }
    for code, question in asked.items():
        with pytest.raises(NotFound) as refused:
            await question
        assert refused.value.code == code
        assert all(say("errors", code, language) for language in ("zh-CN", "en"))
    for question in (exams.by_id(0), exams.site_by_id(0)):
        with pytest.raises(NotFound):
            await question


async def test_a_site_is_found_by_its_id_and_its_name(exams: Exams) -> None:
    site = await exams.site("湖南", "湘西")
    assert site.code == "31"
    assert await exams.site_by_id(site.id) == site


async def test_what_is_loaded_anew_is_known_at_once_to_who_looks_and_a_second_later_to_all(
    database: Database, loading: ExamLoading, exams: Exams, tmp_path: Path
) -> None:
    patient = Exams(database, fresh_seconds=3600)
    await patient.prepare()
    (path,) = [path for path in bundled_files() if path.name == "nurse-2012.toml"]
    longer = tmp_path / path.name
    longer.write_text(path.read_text(encoding="utf-8").replace("2012-02-12", "2012-02-13"), encoding="utf-8")
    await loading.load([longer], accept_outside=False)
    closes = datetime(2012, 2, 14, tzinfo=EXAM_ZONE)
    assert (await exams.calendar("nurse-2012")).closes_at(Stage.PRE_REGISTRATION) == closes
    assert (await patient.calendar("nurse-2012")).closes_at(Stage.PRE_REGISTRATION) != closes


async def test_many_who_ask_at_once_are_all_answered_from_one_reading(database: Database) -> None:
    fresh = Exams(database)
    found = await asyncio.gather(*[fresh.exam("health-2024") for _ in range(50)])
    assert all(exam is found[0] for exam in found)


async def test_an_exam_that_only_its_version_says_has_changed_is_read_again(exams: Exams) -> None:
    before = await exams.exam("nurse-2012")
    await Exam.filter(code="nurse-2012").update(name="测试更名", version=before.version + 1)
    assert (await exams.exam("nurse-2012")).name == "测试更名"
