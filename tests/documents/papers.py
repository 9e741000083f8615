"""Every paper there is, with what to print on it: ordinary, as long as it comes, and blank."""

from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Any

from backend.documents.admit_card import admit_card_data
from backend.documents.application_form import application_form_data
from backend.documents.door_list import door_list_data
from backend.documents.materials import material_destruction_data, material_handover_data
from backend.documents.nurse_application_form import nurse_application_form_data
from backend.documents.office_list import office_list_data
from backend.documents.recovery_confirmation import recovery_confirmation_data
from backend.documents.returned_papers import (
    answer_card_box_data,
    computer_exam_return_data,
    spare_paper_return_data,
)
from backend.documents.room_list import room_list_data
from backend.documents.room_record import room_record_data
from backend.documents.score_report import Outcome, score_report_data
from backend.documents.seat_chart import Layout, seat_chart_data
from backend.documents.seat_labels import seat_labels_data
from backend.documents.sign_in_sheet import sign_in_sheet_data
from backend.documents.violations import violation_list_data, violation_record_data
from tests.documents import candidate_examples, examples, material_examples, office_examples, room_examples


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One paper's contents, and the function that makes them its template's data."""

    data: Callable[[Any], dict[str, object]]
    plain: Callable[[], Any]
    longest: Callable[[], Any]
    blank: Callable[[], Any] | None


def _of(module: Any, name: str, data: Callable[[Any], dict[str, object]]) -> Paper:
    return Paper(
        data=data,
        plain=getattr(module, name),
        longest=getattr(module, f"longest_{name}"),
        blank=getattr(module, f"blank_{name}", None),
    )


SHEETS = {
    "sign_in_sheet": _of(room_examples, "sign_in_sheet", sign_in_sheet_data),
    "room_list": _of(room_examples, "room_list", room_list_data),
    "door_list": _of(room_examples, "door_list", door_list_data),
    "seat_chart": _of(room_examples, "seat_chart", seat_chart_data),
    "seat_labels": _of(room_examples, "seat_labels", seat_labels_data),
    "recovery_confirmation": _of(room_examples, "recovery_confirmation", recovery_confirmation_data),
    "room_record": _of(office_examples, "room_record", room_record_data),
    "violation_record": _of(office_examples, "violation_record", violation_record_data),
    "violation_list": _of(office_examples, "violation_list", violation_list_data),
    "material_handover": _of(material_examples, "material_handover", material_handover_data),
    "material_destruction": _of(material_examples, "material_destruction", material_destruction_data),
    "spare_paper_return": _of(material_examples, "spare_paper_return", spare_paper_return_data),
    "computer_exam_return": _of(material_examples, "computer_exam_return", computer_exam_return_data),
    "answer_card_box": _of(material_examples, "answer_card_box", answer_card_box_data),
    "office_list": _of(office_examples, "office_list", office_list_data),
    "score_report": _of(candidate_examples, "score_report", score_report_data),
    "nurse_application_form": _of(candidate_examples, "nurse_application_form", nurse_application_form_data),
}
"""By their templates' names."""
PAPERS = {
    "admit_card": _of(examples, "admit_card", admit_card_data),
    "application_form": _of(examples, "application_form", application_form_data),
    **SHEETS,
}


def facts_of(content: object, not_printed: frozenset[str] = frozenset()) -> list[str]:
    """Every word a content holds, without white space; but for those of these fields, and what a QR code says."""
    match content:
        case Outcome():
            return [content.value]
        case Layout() | StrEnum():
            return []
        case str():
            return ["".join(content.split())]
        case tuple():
            return [fact for one in content for fact in facts_of(one, not_printed)]
    if not is_dataclass(content):
        return []
    printed = [field.name for field in fields(content) if field.name not in {*not_printed, "qr_text"}]
    return [fact for name in printed for fact in facts_of(getattr(content, name), not_printed)]
