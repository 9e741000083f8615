"""The calendars against the words of their notices: each day, area and confirmation point that a notice prints."""

import re
from datetime import date

import pytest

from backend.exams.calendar import Window, days
from backend.exams.reference import area_codes
from backend.exams.stages import Stage
from tests.exams.notices import NAMES, has, plain, text
from tests.exams.published import points, publication

DAYS = [
    ("health-2021", Stage.PRE_REGISTRATION, "2020-12-29", "2021-01-11", "2020年12月29日-2021年1月11日期间"),
    ("health-2021", Stage.CONFIRMATION, "2020-12-30", "2021-01-12", "2020年12月30日-2021年1月12日期间"),
    ("health-2021", Stage.SITE_REVIEW, None, "2021-02-08", "审核考生报名资格的截止时间为2月8日"),
    ("health-2021", Stage.AREA_REVIEW, None, "2021-02-08", "审核考生报名资格的截止时间为2月8日"),
    ("health-2021", Stage.CORRECTION, None, "2021-02-08", "审核考生报名信息修改的截止时间为2月8日"),
    ("health-2021", Stage.PAYMENT, None, "2021-02-26", "网上缴费的截止日期为2月26日"),
    ("health-2021", Stage.SEATING, "2021-03-01", "2021-03-11", "审核考场编排的起止时间为3月1-11日"),
    ("health-2021", Stage.OFFICE_REPORT, None, "2021-03-10", "3月10日前将《考区办公室设置一览表》上报"),
    ("health-2021", Stage.ADMIT_CARD, "2021-03-25", "2021-04-18", "3月25日-4月18日期间,考生可登录"),
    ("health-2021", Stage.SIGN_IN_SHEET, "2021-04-01", None, "4月1日起下载打印用于监考的《考生签到表》"),
    ("health-2021", Stage.MATERIALS_DELIVERY, "2021-04-02", "2021-04-09", "4月2-9日期间采用专人押运"),
    ("health-2021", Stage.ANSWER_CARD_RECOVERY, "2021-04-12", None, "4月12日起派专人专车回收"),
    ("health-2021", Stage.POST_EXAM_CORRECTION, None, "2021-05-07", "须在5月7日前完成考务管理系统中的考生基本信息修改"),
    ("health-2021", Stage.VIOLATIONS, None, "2021-05-07", "5月7日之前完成违纪考生的录入和审核"),
    ("health-2021", Stage.DESTRUCTION_RECORD, None, "2021-05-28", "5月28日前传真至我中心备案"),
    ("health-2021", Stage.MILITARY_HANDOVER, "2021-01-25", "2021-02-01", "1月25日-2月1日期间"),
    (
        "health-2021",
        Stage.MILITARY_ADMIT_CARD,
        "2021-03-26",
        "2021-04-08",
        "3月26日-4月8日期间打印本地区军队考生",
    ),
    ("health-2021", Stage.NOTICE_LINKS, None, "2020-12-27", "2020年12月27日前将本考区考试公告网址报我中心"),
    ("health-2021-xiangxi", Stage.PRE_REGISTRATION, "2020-12-29", "2021-01-11", "2020年12月29日-2021年1月11日"),
    ("health-2021-xiangxi", Stage.CONFIRMATION, "2021-01-04", "2021-01-12", "2021年1月4-12日期間進行現場確認"),
    ("health-2021-xiangxi", Stage.MATERIALS_TO_SITE, None, "2021-01-13", "2021年1月13日前將確認的報考材料"),
    ("health-2021-xiangxi", Stage.SITE_REVIEW, "2021-01-13", "2021-01-19", "2021年1月13-19日進行資格審核"),
    ("health-2021-xiangxi", Stage.SUPPLEMENT, "2021-01-25", "2021-01-26", "2021年1月25-26日上報修改補全的資料"),
    ("health-2021-xiangxi", Stage.PERSONNEL_BUREAU_REVIEW, "2021-01-27", "2021-01-29", "2021年1月27-29日送州人社局"),
    ("health-2021-xiangxi", Stage.CORRECTION, None, "2021-02-06", "2月6日前登錄考務管理系統完成登記"),
    ("health-2021-xiangxi", Stage.PAYMENT, "2021-02-09", "2021-02-26", "網上繳費時間為2021年2月9日—26日"),
    ("health-2021-xiangxi", Stage.SEATING, "2021-03-01", "2021-03-10", "2021年3月1-10日編排考場"),
    ("health-2021-xiangxi", Stage.OFFICE_REPORT, None, "2021-03-10", "3月10日前將《考點辦公室設置一覽表》"),
    ("health-2021-xiangxi", Stage.ADMIT_CARD, "2021-03-25", "2021-04-18", "自3月25日起…截止時間為4月18日"),
    ("health-2021-xiangxi", Stage.SIGN_IN_SHEET, "2021-04-01", None, "4月1日起下載打印"),
    ("health-2021-xiangxi", Stage.RECEIVERS_REPORT, None, "2021-04-01", "4月1日前,考點將確定的考試專用物品接收人員"),
    ("health-2021-xiangxi", Stage.POST_EXAM_CORRECTION, None, "2021-04-30", "4月30日前完成考生數據錯誤信息修正"),
    ("health-2021-xiangxi", Stage.VIOLATIONS, None, "2021-04-30", "4月30日前完成…違紀情況處理"),
    ("health-2024", Stage.PRE_REGISTRATION, "2023-12-01", "2023-12-14", "2023年12月1-14日"),
    ("health-2024", Stage.PAYMENT, "2024-01-29", "2024-02-08", "2024年1月29日-2月8日期间完成网上缴费"),
    ("health-2024", Stage.ADMIT_CARD, "2024-04-01", "2024-04-21", "4月1-21日登录考生管理平台下载打印准考证"),
    ("health-2025-wuhai", Stage.PRE_REGISTRATION, "2024-11-26", "2024-12-09", "2024年11月26日—12月9日期间"),
    ("health-2025-wuhai", Stage.CONFIRMATION, "2024-11-27", "2024-12-11", "2024年11月27日—12月11日期间进行现场确认"),
    ("health-2025-wuhai", Stage.SITE_REVIEW, None, "2025-01-22", "截止时间为2025年1月22日前…考点应…在此时间前完成"),
    ("health-2025-wuhai", Stage.AREA_REVIEW, None, "2025-01-22", "考区审核考生报名资格的截止时间为2025年1月22日前"),
    ("health-2025-wuhai", Stage.CORRECTION, None, "2025-01-22", "考生基本信息修改的时间截止为2025年1月22日"),
    ("health-2025-wuhai", Stage.PAYMENT, "2025-02-07", "2025-02-16", "2025年2月7-16日开通网上缴费功能"),
    ("health-2025-wuhai", Stage.SEATING, "2025-02-20", "2025-02-25", "编排考场的起止时间为2025年2月20-25日"),
    ("health-2025-wuhai", Stage.ADMIT_CARD, "2025-04-02", "2025-04-20", "2025年4月2-20日期间"),
    ("health-2025-wuhai", Stage.SIGN_IN_SHEET, "2025-03-31", None, "2025年3月31日起登录考务管理系统下载打印"),
    ("health-2025-wuhai", Stage.RECEIVERS_REPORT, None, "2025-03-10", "2025年3月10日前,将确定的考试专用物品接收地点"),
    ("health-2025-wuhai", Stage.MATERIALS_DELIVERY, None, "2025-04-11", "2025年4月11日前由机要邮寄"),
    ("health-2025-wuhai", Stage.OFFICE_REPORT, None, "2025-03-10", "2025年3月10日前将《卫生专业技术资格考试考点办公室"),
    ("health-2025-wuhai", Stage.POST_EXAM_CORRECTION, None, "2025-05-08", "2025年5月8日前将考生基本信息修改情况上报"),
    ("health-2025-wuhai", Stage.VIOLATIONS, None, "2025-05-08", "2025年5月8日前完成本考点内违纪违规人员"),
    (
        "health-2025-wuhai",
        Stage.MILITARY_HANDOVER,
        None,
        "2025-01-27",
        "2025年1月27日前与国家卫生健康委人才",
    ),
    ("nurse-2012", Stage.PRE_REGISTRATION, "2012-01-30", "2012-02-12", "2012年1月30日至2月12日期间"),
    ("nurse-2012", Stage.CONFIRMATION, "2012-02-01", "2012-02-15", "2月1日至2月15日期间进行"),
    ("nurse-2012", Stage.SITE_REVIEW, "2012-02-16", "2012-03-18", "考点、考区审核考生报名资格|2月16日—3月18日"),
    ("nurse-2012", Stage.AREA_REVIEW, "2012-02-16", "2012-03-18", "考点、考区审核考生报名资格|2月16日—3月18日"),
    ("nurse-2012", Stage.CORRECTION, None, "2012-03-20", "考生基本信息修改的截止时间为3月20日"),
    ("nurse-2012", Stage.SEATING, "2012-03-19", "2012-03-28", "考区审核各考点考场安排|3月19日—3月28日"),
    ("nurse-2012", Stage.OFFICE_REPORT, None, "2012-04-20", "4月20日之前将《护士执业资格考试考区办公室设置一览表》"),
    ("nurse-2012", Stage.RECEIVERS_REPORT, None, "2012-04-20", "考区接卷信息、考办设置上报|4月20日前"),
    ("nurse-2012", Stage.ADMIT_CARD, "2012-04-25", "2012-05-19", "自4月25日起…打印准考证,截止时间为5月19日"),
    ("nurse-2012", Stage.SIGN_IN_SHEET_RECEIVED, None, "2012-05-01", "5月1日前接收…《考生签到表》"),
    ("nurse-2012", Stage.MATERIALS_DELIVERY, "2012-05-07", "2012-05-18", "5月7日至5月18日之间将试卷发放至考区"),
    ("nurse-2012", Stage.ANSWER_CARD_RECOVERY, "2012-05-22", None, "回收答题卡|5月22日起"),
    ("nurse-2012", Stage.POST_EXAM_CORRECTION, None, "2012-05-30", "5月30日前将考生数据修正信息报考区"),
    ("nurse-2012", Stage.AREA_CORRECTION_REPORT, None, "2012-06-10", "考区上报考生信息修改数据|6月10日前"),
    ("nurse-2012", Stage.VIOLATIONS, "2012-05-21", "2012-06-10", "自5月21日起…违纪处理并上报|6月10日前"),
    ("nurse-2012", Stage.DESTRUCTION_RECORD, None, "2012-06-22", "考试物品销毁情况上报|6月22日前"),
]
"""Notice, stage, first and last day (None: not limited there), and the words that say so."""

PLACES = {
    "health-2021-xiangxi": ("health-2021", "湖南", "湘西"),
    "health-2025-wuhai": ("health-2025", "内蒙古", "乌海"),
}
TWO_PICKUPS = (Stage.MATERIALS_PICKUP, "health-2021-xiangxi")


def window(first: str | None, last: str | None) -> Window:
    return days(date.fromisoformat(first) if first else None, date.fromisoformat(last) if last else None)


@pytest.mark.parametrize(("notice", "stage", "first", "last", "words"), DAYS)
def test_every_day_a_notice_prints_is_the_calendars(
    notice: str, stage: Stage, first: str | None, last: str | None, words: str
) -> None:
    assert has(notice, words)
    exam, area, site = PLACES.get(notice, (notice, None, None))
    assert publication(exam).calendar(area, site).stage(stage).windows == (window(first, last),)


def test_the_days_above_are_all_that_the_calendars_have() -> None:
    told = {(stage, notice) for notice, stage, *_ in DAYS} | {TWO_PICKUPS}
    for notice in NAMES:
        exam, area, site = PLACES.get(notice, (notice, None, None))
        calendar = publication(exam).calendar(area, site)
        layers = calendar.layers if site is None or exam == "health-2025" else calendar.layers[-1:]
        assert {(stage, notice) for layer in layers for stage in layer.windows} <= told


@pytest.mark.parametrize(
    ("notice", "days_of_it", "words"),
    [
        ("health-2021", ["2021-04-10", "2021-04-11", "2021-04-17", "2021-04-18"], "考试实施4月10、11、17、18日"),
        ("health-2024", ["2024-04-13", "2024-04-14", "2024-04-20", "2024-04-21"], "定于4月13、14、20、21日举行"),
        ("nurse-2012", ["2012-05-19"], "考试时间为2012年5月19日"),
    ],
)
def test_an_exam_is_on_the_days_that_its_notice_prints(notice: str, days_of_it: list[str], words: str) -> None:
    assert has(notice, words)
    national = publication(notice).national
    assert national is not None
    assert [day.isoformat() for day in national[1].exam_days] == days_of_it


def listed(pattern: str) -> set[str]:
    """The areas that the notice of 2024 lists there."""
    found = re.search(pattern, text("health-2024"))
    assert found is not None
    return {re.sub(r"\(.*\)", "", area) for area in found[1].split("、")}


def test_the_areas_of_2024_confirm_and_pay_as_the_notice_lists_them() -> None:
    policies = {area: publication("health-2024").policy(area) for area in area_codes()}
    assert listed(r"详见2024年各考区通知.*线上确认方式的考区\((.+?)\):") == {
        area for area, policy in policies.items() if policy.confirmation_mode == "online"
    }
    assert listed(r"自动放弃本次考试。([^。]+)考区开通历史考生自动确认功能") == {
        area for area, policy in policies.items() if policy.auto_confirmation
    }
    assert listed(r"期间完成网上缴费:([^。]+)。未实行网上缴费") == {
        area for area, policy in policies.items() if policy.payment_mode == "online"
    }


def test_each_confirmation_point_of_xiangxi_has_the_days_and_telephone_of_the_notices_list() -> None:
    rows = re.findall(r"2021年1月(\d+)-(\d+)日\|[^|]+\|(0743-\d+)\|", text("health-2021-xiangxi"))
    assert len(rows) == 15
    found = points("health-2021", "湖南", "湘西")
    assert [(point.opens_at, point.closes_at, point.phone) for point in found] == [
        (span.opens_at, span.closes_at, phone)
        for first, last, phone in rows
        for span in [days(date(2021, 1, int(first)), date(2021, 1, int(last)))]
    ]


def test_the_invigilators_timetable_has_every_minute_of_the_nurses_annex() -> None:
    annex = text("nurse-2012").partition("监考工作程序时间|")[2]
    before = [-int(minute) for minute in re.findall(r"开考前(\d+)分钟\|", annex)]
    after = [int(minute) for minute in re.findall(r"结束后(\d+)分钟\|", annex)]
    warning = [-int(minute) for minute in re.findall(r"结束前(\d+)分钟\|", annex)]
    national = publication("nurse-2012").national
    assert national is not None
    table = [(step.anchor, step.minute) for step in national[1].exam_day]
    assert table == [("start", minute) for minute in [*before, 0, 30]] + [
        ("end", minute) for minute in [*warning, 0, *after]
    ]


def test_a_quotation_is_found_only_where_the_notice_has_its_words() -> None:
    assert has("health-2024", "考试试题均为客观题…不接受成绩复核申请")
    assert not has("health-2024", "不接受成绩复核申请…考试试题均为客观题")
    assert not has("health-2021", "考试试题均为客观题")
    assert plain("衛(wèi)生 （一）") == "衛生(一)"
