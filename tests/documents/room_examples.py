"""The sheets of a room to print: ordinary, as long as they come, and blank. Every person and place is made up."""

from datetime import timedelta
from typing import Any

from backend.documents.door_list import DoorList
from backend.documents.photos import sample_photo
from backend.documents.recovery_confirmation import RecoveryConfirmation
from backend.documents.room_list import RoomLine, RoomList
from backend.documents.seat_chart import Layout, SeatChart
from backend.documents.seat_labels import SeatLabels
from backend.documents.sheets import Room, RoomSitting, Seated
from backend.documents.sign_in_sheet import SignInSheet
from tests.documents.examples import EXAM_NAME, FIRST_DAY, LONG_EMPLOYER, PRINTED_AT, RARE_NAME, SUBJECTS

LONGEST_NAME = "测试甲阿卜杜热合曼·买买提吐尔逊江·依布拉音努尔买买提艾力甲"
"""30 characters."""
LONG_SPECIALITY = "中西医结合骨伤科学与康复治疗技术示例专业（000）"
LONG_EXAM_NAME = "2024年度卫生专业技术资格考试（人机对话考试第二批次）示例考区补充场次"
NUMBERS = "甲乙丙丁戊己庚辛壬癸"
PAPER: dict[str, Any] = {"exam_name": EXAM_NAME, "printed_at": PRINTED_AT, "sample": True}
BLANK_PAPER: dict[str, Any] = {**PAPER, "sample": False}
SHEET: dict[str, Any] = {**PAPER, "area": "河北", "site": "石家庄"}
LONG_SHEET: dict[str, Any] = {
    **SHEET,
    "exam_name": LONG_EXAM_NAME,
    "area": "新疆生产建设兵团",
    "site": "第十四师昆玉市示例考点考试管理机构",
}
AREA_SHEET: dict[str, Any] = {**LONG_SHEET, "site": None}
BLANK_SHEET: dict[str, Any] = {**SHEET, "area": None, "site": None, "sample": False}


def name_of(number: int) -> str:
    """测试甲, 测试乙 … 测试甲甲; every seventh has rare characters."""
    tens, ones = divmod(number - 1, 10)
    ending = (NUMBERS[(tens - 1) % 10] if tens else "") + NUMBERS[ones]
    return RARE_NAME if number % 7 == 0 else f"测试{ending}"


def id_number_of(number: int) -> str:
    """A document number of the order code 000, which nobody has."""
    body = f"110105{1950 + number // 12 % 50}{number % 12 + 1:02d}01000"
    rest = sum(int(digit) * (2 ** (17 - place)) for place, digit in enumerate(body)) % 11
    return f"{body}{'10X98765432'[rest]}"


def seated(number: int, room: int = 1, *, name: str | None = None, speciality: str = "护理学（203）") -> Seated:
    return Seated(
        seat=f"{number:02d}",
        admit_number=f"240102030{room:03d}{number:02d}",
        name=name or name_of(number),
        gender="女" if number % 3 else "男",
        id_number=id_number_of(number),
        speciality=speciality,
        photo=sample_photo(number),
    )


def room_sitting(index: int) -> RoomSitting:
    starts_at = FIRST_DAY + timedelta(days=index // 2, hours=5 * (index % 2))
    return RoomSitting(subject=SUBJECTS[index], starts_at=starts_at, ends_at=starts_at + timedelta(minutes=90))


def room(number: int = 1, *, people: int = 30, sittings: int = 1) -> Room:
    return Room(
        venue="测试卫生职业学院（示例校区）",
        number=f"{number:03d}",
        place=f"实训楼 2 层 20{number} 机房",
        sittings=tuple(room_sitting(index) for index in range(sittings)),
        candidates=tuple(seated(index, number) for index in range(1, people + 1)),
    )


def longest_room(people: int = 30) -> Room:
    """Names of 30 characters, four subjects over two days, a venue of 60 characters."""
    return Room(
        venue=LONG_EMPLOYER,
        number="123",
        place="示例校区学府路 1 号实训楼 B 座 12 层 1204 机房",
        sittings=tuple(room_sitting(index) for index in range(4)),
        candidates=tuple(
            seated(index, 123, name=LONGEST_NAME if index % 2 else None, speciality=LONG_SPECIALITY)
            for index in range(1, people + 1)
        ),
    )


def blank_room() -> Room:
    return Room(venue=None, number=None, place=None, sittings=(), candidates=())


def sign_in_sheet() -> SignInSheet:
    return SignInSheet(**SHEET, rooms=(room(1), room(2, people=26)))


def longest_sign_in_sheet() -> SignInSheet:
    return SignInSheet(**LONG_SHEET, rooms=(longest_room(),))


def blank_sign_in_sheet() -> SignInSheet:
    return SignInSheet(**BLANK_SHEET, rooms=(blank_room(),))


def room_list(rooms: int = 12) -> RoomList:
    return RoomList(
        **SHEET,
        venue="测试卫生职业学院（示例校区）",
        address="测试市样例区学府路 1 号",
        sittings=tuple(room_sitting(index) for index in range(4)),
        rooms=tuple(room_line(number) for number in range(1, rooms + 1)),
    )


def room_line(number: int) -> RoomLine:
    return RoomLine(
        number=f"{number:03d}",
        place=f"实训楼 {number // 4 + 1} 层 {number // 4 + 1}0{number % 4 + 1} 机房",
        specialities=("护理学（203）",) if number % 3 else ("药学（201）", "中药学（202）"),
        first_admit_number=f"240102030{number:03d}01",
        last_admit_number=f"240102030{number:03d}30",
        candidates=30,
    )


def longest_room_list() -> RoomList:
    lines = [
        RoomLine(
            number=f"{number:03d}",
            place=LONG_EMPLOYER,
            specialities=(LONG_SPECIALITY, "护理学（203）", "药学（201）"),
            first_admit_number=f"240102030{number:03d}01",
            last_admit_number=f"240102030{number:03d}99",
            candidates=99,
        )
        for number in range(1, 41)
    ]
    sittings = tuple(room_sitting(index) for index in range(4))
    return RoomList(**LONG_SHEET, venue=LONG_EMPLOYER, address=LONG_EMPLOYER, sittings=sittings, rooms=tuple(lines))


def blank_room_list() -> RoomList:
    return RoomList(**BLANK_SHEET, venue=None, address=None, sittings=(), rooms=())


def door_list() -> DoorList:
    return DoorList(**SHEET, rooms=(room(1, sittings=4), room(2, people=26, sittings=4)))


def longest_door_list() -> DoorList:
    return DoorList(**LONG_SHEET, rooms=(longest_room(people=60),))


def blank_door_list() -> DoorList:
    return DoorList(**BLANK_SHEET, rooms=(blank_room(),))


def seat_chart() -> SeatChart:
    return SeatChart(**SHEET, rooms=(room(1, sittings=4), room(2, people=26, sittings=4)), layout=Layout())


def longest_seat_chart() -> SeatChart:
    layout = Layout(columns=9, seats=99, first_column="right", door="left")
    return SeatChart(**LONG_SHEET, rooms=(longest_room(people=99),), layout=layout)


def blank_seat_chart() -> SeatChart:
    return SeatChart(**BLANK_SHEET, rooms=(blank_room(),), layout=Layout(door=None))


def seat_labels() -> SeatLabels:
    return SeatLabels(**SHEET, rooms=(room(1), room(2, people=26)))


def longest_seat_labels() -> SeatLabels:
    return SeatLabels(**LONG_SHEET, rooms=(longest_room(people=40),))


def blank_seat_labels() -> SeatLabels:
    return SeatLabels(**BLANK_SHEET, rooms=(blank_room(),))


def recovery_confirmation() -> RecoveryConfirmation:
    return RecoveryConfirmation(**SHEET, rooms=(room(1), room(2, people=26)))


def longest_recovery_confirmation() -> RecoveryConfirmation:
    return RecoveryConfirmation(**LONG_SHEET, rooms=(longest_room(people=40),))


def blank_recovery_confirmation() -> RecoveryConfirmation:
    return RecoveryConfirmation(**BLANK_SHEET, rooms=(blank_room(),))
