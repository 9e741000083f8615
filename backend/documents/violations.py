"""Violations on paper: the record of one (违纪违规行为记录单) and the list that the site reports (违纪违规人员花名册).

The record is written and signed in the room (the nurse exam's plan of 2012, annex 2), the list is printed, sealed and
sent to the area (Xiangxi's plan of 2021, section 7; "信息必须一致": what it says is what the system says, document
numbers whole).
"""

from dataclasses import dataclass
from datetime import datetime

from backend.documents.barcodes import barcode_data
from backend.documents.sheets import RoomSitting, Sheet, blank_rows, head, sitting_data, when
from backend.violations.offences import Severity

RECORD_TEMPLATE = "violation_record"
LIST_TEMPLATE = "violation_list"
BARCODE_ROOM_MM = 76.0
LEAST_LINES, LEAST_ARTICLES = 10, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenArticle:
    """A thing that was taken from the candidate."""

    name: str
    quantity: str
    remark: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationRecord(Sheet):
    """What one candidate did in one subject, and what was done about it."""

    record_number: str | None
    """ASCII; as a barcode too."""
    venue: str | None
    room: str | None
    seat: str | None
    sitting: RoomSitting | None
    name: str | None
    gender: str | None
    admit_number: str | None
    id_type: str | None
    id_number: str | None
    speciality: str | None
    employer: str | None
    seen_at: datetime | None
    what: str | None
    severity: Severity | None
    item: int | None
    """Of the ordinary or the serious list, 1 to 9."""
    articles: tuple[TakenArticle, ...]
    told_at: datetime | None
    """When the candidate was told, on the spot, what was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationLine:
    """One violation in the list."""

    name: str
    admit_number: str
    id_number: str
    venue: str
    room: str
    seat: str
    subject: str
    what: str
    severity: Severity
    item: int
    proposal: str
    """What follows by the rules, in their words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ViolationList(Sheet):
    """All violations of one site."""

    violations: tuple[ViolationLine, ...]


def violation_record_data(record: ViolationRecord) -> dict[str, object]:
    """The data of the template. Raises ValueError for a record number that makes no barcode."""
    return {
        **head(record, "考生违纪违规行为记录单"),
        "record_number": record.record_number,
        "barcode": barcode_data(record.record_number, BARCODE_ROOM_MM),
        "venue": record.venue,
        "room": record.room,
        "seat": record.seat,
        "sitting": sitting_data(record.sitting) if record.sitting else None,
        "name": record.name,
        "gender": record.gender,
        "admit_number": record.admit_number,
        "id_type": record.id_type,
        "id_number": record.id_number,
        "speciality": record.speciality,
        "employer": record.employer,
        "seen_at": when(record.seen_at),
        "what": record.what,
        "severity": record.severity,
        "item": None if record.item is None else str(record.item),
        "articles": [{"name": one.name, "quantity": one.quantity, "remark": one.remark} for one in record.articles],
        "blank_articles": blank_rows(record.articles, LEAST_ARTICLES),
        "told_at": when(record.told_at),
    }


def violation_list_data(sheet: ViolationList) -> dict[str, object]:
    """The data of the template."""
    return {
        **head(sheet, "违纪违规人员花名册"),
        "violations": [_line(line) for line in sheet.violations],
        "blank_rows": blank_rows(sheet.violations, LEAST_LINES),
        "people": str(len({line.admit_number for line in sheet.violations})) if sheet.violations else None,
    }


def _line(line: ViolationLine) -> dict[str, object]:
    return {
        "name": line.name,
        "admit_number": line.admit_number,
        "id_number": line.id_number,
        "venue": line.venue,
        "room": line.room,
        "seat": line.seat,
        "subject": line.subject,
        "what": line.what,
        "gravity": "一般" if line.severity is Severity.ORDINARY else "严重",
        "item": str(line.item),
        "proposal": line.proposal,
    }
