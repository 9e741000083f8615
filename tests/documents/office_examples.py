"""The offices' other sheets to print: ordinary, as long as they come, and blank. Every person and place is made up."""

from dataclasses import fields
from datetime import timedelta
from typing import Any

from backend.documents.admit_card import ExamFormat
from backend.documents.office_list import Office, OfficeList
from backend.documents.room_record import Absent, RoomEvent, RoomRecord, RoomReport, RoomViolation
from backend.documents.violations import TakenArticle, ViolationLine, ViolationList, ViolationRecord
from backend.violations.offences import Severity
from tests.documents.examples import FIRST_DAY, LONG_EMPLOYER, RARE_NAME, SUBJECTS
from tests.documents.room_examples import (
    AREA_SHEET,
    BLANK_SHEET,
    LONG_SHEET,
    LONG_SPECIALITY,
    LONGEST_NAME,
    SHEET,
    id_number_of,
    name_of,
    room_sitting,
)

LONG_STORY = "开考后 20 分钟，该考生经提醒仍将规定以外的物品放在座位旁，监考人员两人在场，当场收取并告知。" * 3
WHAT = "携带规定以外的物品（手机）进入考场，未按规定放在指定位置。"


def absent(number: int, name: str | None = None) -> Absent:
    return Absent(seat=f"{number:02d}", admit_number=f"240102030001{number:02d}", name=name or name_of(number))


def room_violation(number: int, name: str | None = None, what: str = WHAT) -> RoomViolation:
    seat, admit_number = f"{number:02d}", f"240102030001{number:02d}"
    return RoomViolation(seat=seat, admit_number=admit_number, name=name or name_of(number), what=what)


def room_report() -> RoomReport:
    return RoomReport(
        venue="测试卫生职业学院（示例校区）",
        number="001",
        sitting=room_sitting(0),
        expected=30,
        present=27,
        absent=tuple(absent(number) for number in (7, 12, 23)),
        violations=(room_violation(5),),
        events=(
            RoomEvent(at=FIRST_DAY + timedelta(minutes=12), seat="18", what="考试机黑屏，启用备用机，耽误 3 分钟。"),
        ),
    )


def longest_room_report() -> RoomReport:
    return RoomReport(
        venue=LONG_EMPLOYER,
        number="123",
        sitting=room_sitting(3),
        expected=99,
        present=39,
        absent=tuple(absent(number, LONGEST_NAME if number % 2 else None) for number in range(1, 61)),
        violations=tuple(room_violation(number, LONGEST_NAME, LONG_STORY) for number in range(61, 67)),
        events=tuple(RoomEvent(at=FIRST_DAY, seat=f"{number:02d}", what=LONG_STORY) for number in range(70, 76)),
    )


def blank_room_report() -> RoomReport:
    return RoomReport(
        venue=None, number=None, sitting=None, expected=None, present=None, absent=(), violations=(), events=()
    )


def room_record() -> RoomRecord:
    return RoomRecord(**SHEET, exam_format=ExamFormat.COMPUTER, rooms=(room_report(),))


def longest_room_record() -> RoomRecord:
    return RoomRecord(**LONG_SHEET, exam_format=ExamFormat.PAPER, rooms=(longest_room_report(), room_report()))


def blank_room_record() -> RoomRecord:
    return RoomRecord(**BLANK_SHEET, exam_format=ExamFormat.PAPER, rooms=(blank_room_report(),))


def violation_record() -> ViolationRecord:
    return ViolationRecord(
        **SHEET,
        record_number="WJ24010203-0001",
        venue="测试卫生职业学院（示例校区）",
        room="001",
        seat="05",
        sitting=room_sitting(0),
        name=RARE_NAME,
        gender="女",
        admit_number="24010203000105",
        id_type="居民身份证",
        id_number=id_number_of(5),
        speciality="护理学（203）",
        employer="测试市样例区人民医院",
        seen_at=FIRST_DAY + timedelta(minutes=20),
        what=WHAT,
        severity=Severity.ORDINARY,
        item=1,
        articles=(TakenArticle(name="手机", quantity="1 部", remark="黑色，已关机"),),
        told_at=FIRST_DAY + timedelta(minutes=22),
    )


def longest_violation_record() -> ViolationRecord:
    return ViolationRecord(
        **LONG_SHEET,
        record_number="WJ660014-240413-0001",
        venue=LONG_EMPLOYER,
        room="123",
        seat="99",
        sitting=room_sitting(3),
        name=LONGEST_NAME,
        gender="男",
        admit_number="24010203012399",
        id_type="外国人永久居留身份证",
        id_number=id_number_of(99),
        speciality=LONG_SPECIALITY,
        employer=LONG_EMPLOYER,
        seen_at=FIRST_DAY,
        what=LONG_STORY,
        severity=Severity.SERIOUS,
        item=8,
        articles=tuple(
            TakenArticle(name=f"无线通讯工具及配件第{number}件", quantity="1 套", remark="外观完好，已封存")
            for number in "一二三"
        ),
        told_at=FIRST_DAY + timedelta(minutes=30),
    )


def blank_of(kind: type[Any], **given: object) -> Any:
    """The paper with nothing filled in but these."""
    return kind(**{**{field.name: None for field in fields(kind)}, **given})


def blank_violation_record() -> ViolationRecord:
    record: ViolationRecord = blank_of(ViolationRecord, **BLANK_SHEET, articles=())
    return record


def violation_line(number: int) -> ViolationLine:
    return ViolationLine(
        name=name_of(number),
        admit_number=f"240102030001{number:02d}",
        id_number=id_number_of(number),
        venue="测试卫生职业学院",
        room="001",
        seat=f"{number:02d}",
        subject=SUBJECTS[number % 4],
        what=WHAT,
        severity=Severity.ORDINARY,
        item=1,
        proposal="当次该科目考试成绩无效",
    )


def violation_list() -> ViolationList:
    return ViolationList(**SHEET, violations=tuple(violation_line(number) for number in (5, 14, 23)))


def longest_violation_list() -> ViolationList:
    lines = [
        ViolationLine(
            name=LONGEST_NAME,
            admit_number=f"240102030123{number:02d}",
            id_number=id_number_of(number),
            venue=LONG_EMPLOYER,
            room="123",
            seat=f"{number:02d}",
            subject="专业实践能力",
            what=LONG_STORY,
            severity=Severity.SERIOUS,
            item=8,
            proposal="当次全部科目考试成绩无效，2 年内不得参加各类专业技术人员资格考试",
        )
        for number in range(1, 13)
    ]
    return ViolationList(**LONG_SHEET, violations=tuple(lines))


def blank_violation_list() -> ViolationList:
    return ViolationList(**BLANK_SHEET, violations=())


def office(name: str) -> Office:
    return Office(
        name=name,
        address="测试市样例区示例路 1 号 501 室",
        postcode="000000",
        head="测试甲",
        head_post="主任",
        phone="0000-0000000",
        mobile="00000000000",
        fax="0000-0000001",
        email="office@example.org",
        duty_phone="0000-0000002",
    )


def office_list() -> OfficeList:
    names = ("考点办公室", "考务办公室", "保密室", "巡考办公室")
    return OfficeList(**SHEET, of_area=False, offices=tuple(office(name) for name in names))


def longest_office_list() -> OfficeList:
    offices = tuple(
        Office(
            name=f"第十四师昆玉市示例考点办公室{number:02d}",
            address=LONG_EMPLOYER,
            postcode="000000",
            head=LONGEST_NAME,
            head_post="卫生健康委员会考试中心副主任",
            phone="0000-00000000 转 0000",
            mobile="00000000000",
            fax="0000-00000000 转 0001",
            email="examination.office.with.a.long.name@example.org",
            duty_phone="0000-00000000 转 0002",
        )
        for number in range(1, 15)
    )
    return OfficeList(**AREA_SHEET, of_area=True, offices=offices)


def blank_office_list() -> OfficeList:
    return OfficeList(**BLANK_SHEET, of_area=False, offices=())
