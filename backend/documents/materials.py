"""Exam materials (考试专用物品) on paper: their hand-over (交接单) and their end (销毁记录单).

Every hand-over is looked at piece by piece, seals and numbers, and signed by two (Xiangxi's plan of 2021, section 3;
Wuhai's of 2025); what is broken is sealed up and reported. Destroyed before a supervisor, the record goes to the
centre (the 2021 plan).
"""

from dataclasses import dataclass
from datetime import datetime

from backend.documents.sheets import Sheet, blank_rows, counted, head, when

HANDOVER_TEMPLATE = "material_handover"
DESTRUCTION_TEMPLATE = "material_destruction"
LEAST_ITEMS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """One kind of material in one hand-over."""

    name: str
    unit: str
    """箱, 袋, 张 …"""
    declared: int | None
    """应交"""
    counted: int | None
    """实收"""
    seals: str | None
    """Numbers of its seals or boxes."""
    intact: bool | None
    remark: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialHandover(Sheet):
    """One hand-over from one office to another."""

    handover_number: str | None
    giver: str | None
    receiver: str | None
    place: str | None
    at: datetime | None
    materials: tuple[Material, ...]
    incident: str | None
    """What was found broken, and what was done about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Destroyed:
    """One kind of material that was destroyed."""

    name: str
    unit: str
    quantity: int | None
    remark: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialDestruction(Sheet):
    """One destruction, under the eyes of a supervisor (监察人员)."""

    place: str | None
    at: datetime | None
    method: str | None
    materials: tuple[Destroyed, ...]


def material_handover_data(sheet: MaterialHandover) -> dict[str, object]:
    """The data of the template."""
    return {
        **head(sheet, "考试专用物品交接单"),
        "handover_number": sheet.handover_number,
        "giver": sheet.giver,
        "receiver": sheet.receiver,
        "place": sheet.place,
        "at": when(sheet.at),
        "materials": [_material(one) for one in sheet.materials],
        "blank_rows": blank_rows(sheet.materials, LEAST_ITEMS),
        "incident": sheet.incident,
    }


def material_destruction_data(sheet: MaterialDestruction) -> dict[str, object]:
    """The data of the template."""
    return {
        **head(sheet, "考试物品销毁记录单"),
        "place": sheet.place,
        "at": when(sheet.at),
        "method": sheet.method,
        "materials": [_destroyed(one) for one in sheet.materials],
        "blank_rows": blank_rows(sheet.materials, LEAST_ITEMS),
    }


def _material(one: Material) -> dict[str, object]:
    return {
        "name": one.name,
        "unit": one.unit,
        "declared": counted(one.declared),
        "counted": counted(one.counted),
        "seals": one.seals,
        "intact": one.intact,
        "remark": one.remark,
    }


def _destroyed(one: Destroyed) -> dict[str, object]:
    return {"name": one.name, "unit": one.unit, "quantity": counted(one.quantity), "remark": one.remark}
