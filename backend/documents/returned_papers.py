"""What a site gives back: spare papers (备用试卷回收单), the computer exam's things (机考物品回收清单), answer cards.

Spare papers that were opened are sealed again under the chief examiner's eyes, with the faulty ones that came back
(the nurse exam's plan of 2012, section 5). The computer exam's discs, keys and bound room records go venue by venue
(the 2021 plan, section 6). The box of answer cards carries its sheet (答题卡回收单) on its side, one subject a box.
"""

from dataclasses import dataclass
from datetime import datetime

from backend.documents.barcodes import barcode_data
from backend.documents.sheets import RoomSitting, Sheet, blank_rows, counted, head, sitting_data, when

SPARE_TEMPLATE = "spare_paper_return"
COMPUTER_TEMPLATE = "computer_exam_return"
BOX_TEMPLATE = "answer_card_box"
LEAST_SUBJECTS, LEAST_USES, LEAST_LINES = 4, 6, 10
BARCODE_ROOM_MM = 90.0
BOXES_A_PAPER = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class SpareCount:
    """One subject's spare papers (bags: 袋, papers: 份)."""

    subject: str
    bags: int
    opened_bags: int
    used_papers: int
    remaining_papers: int
    faulty_papers: int
    """Came back from candidates for a spare one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpareUse:
    """A spare paper that was given out."""

    at: datetime
    subject: str
    room: str
    seat: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SparePaperReturn(Sheet):
    """One venue's spare papers."""

    venue: str | None
    counts: tuple[SpareCount, ...]
    uses: tuple[SpareUse, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """How many were due and how many came."""

    due: int
    returned: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComputerExamLine:
    """What one venue, or in an area's list one site, gives back."""

    place: str
    answer_discs: Due
    """答题信息备份光盘"""
    paper_discs: Due
    """试卷信息光盘"""
    spare_discs: Due
    """备用光盘"""
    usb_keys: Due
    """USBKEY"""
    room_records: Due
    """试室情况记录单, bound (册)."""
    seals: str | None
    remark: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComputerExamReturn(Sheet):
    """A site's list of its venues, or an area's of its sites (site None)."""

    of_area: bool
    batch: str | None
    """批次, as in 第 1 批次."""
    lines: tuple[ComputerExamLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCardBox:
    """One box of answer cards."""

    box_number: str | None
    """ASCII; as a barcode too."""
    position: int | None
    """Which of the boxes, from 1."""
    boxes: int | None
    venue: str | None
    sitting: RoomSitting | None
    rooms: str | None
    """As in 001—012."""
    bags: int | None
    cards: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerCardBoxes(Sheet):
    """The sheets of several boxes, a page each."""

    boxes: tuple[AnswerCardBox, ...]


def spare_paper_return_data(sheet: SparePaperReturn) -> dict[str, object]:
    """The data of the template."""
    return {
        **head(sheet, "备用试卷回收单"),
        "venue": sheet.venue,
        "counts": [_spare_count(one) for one in sheet.counts],
        "blank_counts": blank_rows(sheet.counts, LEAST_SUBJECTS),
        "uses": [_spare_use(one) for one in sheet.uses],
        "blank_uses": blank_rows(sheet.uses, LEAST_USES),
    }


def computer_exam_return_data(sheet: ComputerExamReturn) -> dict[str, object]:
    """The data of the template."""
    return {
        **head(sheet, f"机考物品回收清单（{'考区' if sheet.of_area else '考点'}）"),
        "of_area": sheet.of_area,
        "batch": sheet.batch,
        "lines": [_computer_line(line) for line in sheet.lines],
        "totals": [_total([_dues(line)[index] for line in sheet.lines]) for index in range(5)] if sheet.lines else None,
        "blank_rows": blank_rows(sheet.lines, LEAST_LINES),
    }


def answer_card_box_data(sheet: AnswerCardBoxes) -> dict[str, object]:
    """The data of the template. Raises ValueError (number of boxes; a box number that makes no barcode)."""
    if not 0 < len(sheet.boxes) <= BOXES_A_PAPER:
        raise ValueError(f"a paper holds 1 to {BOXES_A_PAPER} boxes, not {len(sheet.boxes)}")
    return {**head(sheet, "答题卡回收单"), "boxes": [_box(box) for box in sheet.boxes]}


def _spare_count(one: SpareCount) -> dict[str, object]:
    return {
        "subject": one.subject,
        "bags": str(one.bags),
        "opened_bags": str(one.opened_bags),
        "unopened_bags": str(one.bags - one.opened_bags),
        "used_papers": str(one.used_papers),
        "remaining_papers": str(one.remaining_papers),
        "faulty_papers": str(one.faulty_papers),
    }


def _spare_use(one: SpareUse) -> dict[str, object]:
    return {"at": when(one.at), "subject": one.subject, "room": one.room, "seat": one.seat, "reason": one.reason}


def _dues(line: ComputerExamLine) -> list[Due]:
    return [line.answer_discs, line.paper_discs, line.spare_discs, line.usb_keys, line.room_records]


def _computer_line(line: ComputerExamLine) -> dict[str, object]:
    return {
        "place": line.place,
        "counts": [{"due": str(one.due), "returned": counted(one.returned)} for one in _dues(line)],
        "seals": line.seals,
        "remark": line.remark,
    }


def _total(dues: list[Due]) -> dict[str, object]:
    """Of one column; what isn't counted everywhere has no sum yet."""
    returned = [one.returned for one in dues]
    known = [one for one in returned if one is not None]
    return {
        "due": str(sum(one.due for one in dues)),
        "returned": str(sum(known)) if len(known) == len(returned) else None,
    }


def _box(box: AnswerCardBox) -> dict[str, object]:
    return {
        "box_number": box.box_number,
        "barcode": barcode_data(box.box_number, BARCODE_ROOM_MM),
        "position": counted(box.position),
        "boxes": counted(box.boxes),
        "venue": box.venue,
        "sitting": sitting_data(box.sitting) if box.sitting else None,
        "rooms": box.rooms,
        "bags": counted(box.bags),
        "cards": counted(box.cards),
    }
