"""What goes with the exam's materials to print: ordinary, as long as it comes, and blank. All of it is made up."""

from dataclasses import fields
from datetime import datetime, timedelta

from backend.clock import EXAM_ZONE
from backend.documents.materials import Destroyed, Material, MaterialDestruction, MaterialHandover
from backend.documents.returned_papers import (
    AnswerCardBox,
    AnswerCardBoxes,
    ComputerExamLine,
    ComputerExamReturn,
    Due,
    SpareCount,
    SparePaperReturn,
    SpareUse,
)
from tests.documents.examples import FIRST_DAY, LONG_EMPLOYER, SUBJECTS
from tests.documents.office_examples import LONG_STORY, WHAT, blank_of
from tests.documents.room_examples import AREA_SHEET, BLANK_SHEET, LONG_SHEET, SHEET, room_sitting


def material(name: str, unit: str, number: int, seals: str, *, intact: bool = True) -> Material:
    return Material(name=name, unit=unit, declared=number, counted=number, seals=seals, intact=intact, remark=None)


def material_handover() -> MaterialHandover:
    return MaterialHandover(
        **SHEET,
        handover_number="JJ-0102-0001",
        giver="河北考区考试管理机构",
        receiver="石家庄考点考试管理机构",
        place="测试市样例区保密室",
        at=datetime(2024, 4, 9, 10, 0, tzinfo=EXAM_ZONE),
        materials=(
            material("试卷箱", "箱", 12, "000001—000012"),
            material("备用试卷袋", "袋", 4, "B0001—B0004"),
            material("答题卡袋", "袋", 48, "K0001—K0048"),
            material("试卷信息光盘", "张", 6, "G0001—G0006"),
            material("USBKEY", "个", 6, "U0001—U0006"),
        ),
        incident=None,
    )


def longest_material_handover() -> MaterialHandover:
    kinds = tuple(
        Material(
            name=f"人机对话考试试卷信息光盘及备用光盘密码封（第{number}批次）",
            unit="袋",
            declared=1000 + number,
            counted=None if number % 5 == 0 else 1000 + number,
            seals=f"{number:06d}001—{number:06d}999",
            intact=number != 7,
            remark="外包装右下角破损，已拍照封存并报告",
        )
        for number in range(1, 25)
    )
    return MaterialHandover(
        **LONG_SHEET,
        handover_number="JJ-6614-0001",
        giver=LONG_EMPLOYER,
        receiver=LONG_EMPLOYER,
        place=LONG_EMPLOYER,
        at=datetime(2024, 4, 9, 10, 0, tzinfo=EXAM_ZONE),
        materials=kinds,
        incident=LONG_STORY,
    )


def blank_material_handover() -> MaterialHandover:
    sheet: MaterialHandover = blank_of(MaterialHandover, **BLANK_SHEET, materials=())
    return sheet


def material_destruction() -> MaterialDestruction:
    return MaterialDestruction(
        **SHEET,
        place="测试市样例区涉密载体销毁中心",
        at=datetime(2024, 5, 20, 9, 0, tzinfo=EXAM_ZONE),
        method="粉碎",
        materials=(
            Destroyed(name="考试试卷", unit="份", quantity=1_430, remark=None),
            Destroyed(name="机考各场次密码封", unit="个", quantity=8, remark="两批次"),
        ),
    )


def longest_material_destruction() -> MaterialDestruction:
    kinds = tuple(
        Destroyed(name=f"{SUBJECTS[number % 4]}考试试卷（含替换回的问题试卷）", unit="份", quantity=99_999, remark=WHAT)
        for number in range(30)
    )
    return MaterialDestruction(
        **LONG_SHEET,
        place=LONG_EMPLOYER,
        at=datetime(2024, 5, 20, 9, 0, tzinfo=EXAM_ZONE),
        method="粉碎后化浆",
        materials=kinds,
    )


def blank_material_destruction() -> MaterialDestruction:
    sheet: MaterialDestruction = blank_of(MaterialDestruction, **BLANK_SHEET, materials=())
    return sheet


def spare_count(subject: str, opened: int = 1) -> SpareCount:
    return SpareCount(subject=subject, bags=3, opened_bags=opened, used_papers=2, remaining_papers=28, faulty_papers=2)


def spare_use(number: int, reason: str = "试卷第 3 页缺页") -> SpareUse:
    at = FIRST_DAY + timedelta(minutes=number)
    return SpareUse(at=at, subject="专业实务", room="001", seat=f"{number:02d}", reason=reason)


def spare_paper_return() -> SparePaperReturn:
    return SparePaperReturn(
        **SHEET,
        venue="测试卫生职业学院（示例校区）",
        counts=(spare_count("专业实务"), spare_count("实践能力")),
        uses=(spare_use(4), spare_use(9, "答题卡印制模糊")),
    )


def longest_spare_paper_return() -> SparePaperReturn:
    return SparePaperReturn(
        **LONG_SHEET,
        venue=LONG_EMPLOYER,
        counts=tuple(spare_count(subject) for subject in (*SUBJECTS, "中西医结合骨伤科学专业实践能力")),
        uses=tuple(spare_use(number, LONG_STORY) for number in range(1, 21)),
    )


def blank_spare_paper_return() -> SparePaperReturn:
    return SparePaperReturn(**BLANK_SHEET, venue=None, counts=(), uses=())


def computer_line(place: str, returned: int | None = 2, remark: str | None = None) -> ComputerExamLine:
    due = Due(due=2, returned=returned)
    return ComputerExamLine(
        place=place,
        answer_discs=due,
        paper_discs=due,
        spare_discs=due,
        usb_keys=Due(due=1, returned=1),
        room_records=Due(due=12, returned=12),
        seals="F0001—F0004",
        remark=remark,
    )


def computer_exam_return() -> ComputerExamReturn:
    lines = tuple(computer_line(f"测试卫生职业学院第{number}考场") for number in "一二三")
    return ComputerExamReturn(**SHEET, of_area=False, batch="第 1 批次", lines=lines)


def longest_computer_exam_return() -> ComputerExamReturn:
    lines = tuple(computer_line(LONG_EMPLOYER, None if number == 3 else 2, "备用光盘未启封") for number in range(25))
    return ComputerExamReturn(**AREA_SHEET, of_area=True, batch="第 2 批次", lines=lines)


def blank_computer_exam_return() -> ComputerExamReturn:
    return ComputerExamReturn(**BLANK_SHEET, of_area=False, batch=None, lines=())


def answer_card_box() -> AnswerCardBoxes:
    return AnswerCardBoxes(**SHEET, boxes=tuple(box(number) for number in (1, 2)))


def box(number: int) -> AnswerCardBox:
    return AnswerCardBox(
        box_number=f"DTK-010203-{number:03d}",
        position=number,
        boxes=2,
        venue="测试卫生职业学院（示例校区）",
        sitting=room_sitting(0),
        rooms="001—012" if number == 1 else "013—020",
        bags=12,
        cards=358,
    )


def longest_answer_card_box() -> AnswerCardBoxes:
    longest = AnswerCardBox(
        box_number="DTK-660014-240413-001",
        position=12,
        boxes=12,
        venue=LONG_EMPLOYER,
        sitting=room_sitting(3),
        rooms="001—012、015、017—020、031—044、051、057—099",
        bags=120,
        cards=11_880,
    )
    return AnswerCardBoxes(**LONG_SHEET, boxes=(longest,))


def blank_answer_card_box() -> AnswerCardBoxes:
    empty = {field.name: None for field in fields(AnswerCardBox)}
    return AnswerCardBoxes(**BLANK_SHEET, boxes=(AnswerCardBox(**empty),))
