"""What is handed over (考试专用物品), between whom, and where the counts or the seals don't agree. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from backend.staff.models import Level


class Material(StrEnum):
    """One kind of what is handed over."""

    PAPERS = "papers"
    SPARE_PAPERS = "spare_papers"
    ANSWER_CARDS = "answer_cards"
    ANSWER_DISCS = "answer_discs"
    PAPER_DISCS = "paper_discs"
    SPARE_DISCS = "spare_discs"
    USB_KEYS = "usb_keys"
    PASSWORD_ENVELOPES = "password_envelopes"
    ROOM_RECORDS = "room_records"
    SIGN_IN_SHEETS = "sign_in_sheets"


NAMES: Final[Mapping[Material, tuple[str, str]]] = {
    Material.PAPERS: ("试卷", "份"),
    Material.SPARE_PAPERS: ("备用试卷", "份"),
    Material.ANSWER_CARDS: ("答题卡", "张"),
    Material.ANSWER_DISCS: ("答题信息备份光盘", "张"),
    Material.PAPER_DISCS: ("试卷信息光盘", "张"),
    Material.SPARE_DISCS: ("备用光盘", "张"),
    Material.USB_KEYS: ("USBKEY", "个"),
    Material.PASSWORD_ENVELOPES: ("密码封", "个"),
    Material.ROOM_RECORDS: ("试室情况记录单", "册"),
    Material.SIGN_IN_SHEETS: ("考生签到表", "张"),
}
"""Name and unit on the papers, as the notices call them."""


class HandOverKind(StrEnum):
    """A step of the materials' way there and back."""

    DELIVERY = "delivery"
    """The centre's things reach the area."""
    PICKUP = "pickup"
    """The site gets its own from the area."""
    DRAW = "draw"
    """Out of the strong room, for one session."""
    BRING_BACK = "bring_back"
    """After the session, back into the strong room."""
    RECOVERY = "recovery"
    """The site brings everything of one batch to the area."""
    TO_CENTRE = "to_centre"


class Side(StrEnum):
    GIVER = "giver"
    RECEIVER = "receiver"


WHOSE: Final[Mapping[HandOverKind, Mapping[Side, Level]]] = {
    HandOverKind.DELIVERY: {Side.GIVER: Level.NATION, Side.RECEIVER: Level.AREA},
    HandOverKind.PICKUP: {Side.GIVER: Level.AREA, Side.RECEIVER: Level.SITE},
    HandOverKind.DRAW: {Side.GIVER: Level.SITE, Side.RECEIVER: Level.SITE},
    HandOverKind.BRING_BACK: {Side.GIVER: Level.SITE, Side.RECEIVER: Level.SITE},
    HandOverKind.RECOVERY: {Side.GIVER: Level.SITE, Side.RECEIVER: Level.AREA},
    HandOverKind.TO_CENTRE: {Side.GIVER: Level.AREA, Side.RECEIVER: Level.NATION},
}
"""Whose staff stands on which side."""
OF_SITE: Final = frozenset(kind for kind, sides in WHOSE.items() if Level.SITE in sides.values())
OF_SESSION: Final = frozenset({HandOverKind.DRAW, HandOverKind.BRING_BACK})
SIGNATURES: Final = 2
"""On each side: 由两人共同在交接单上签字确认 (the site of 湘西, 2021)."""
DRAWN_BEFORE: Final = timedelta(hours=2)
"""开考前2小时…领取试卷 (the nurse exam's plan of 2012)."""


class IncidentKind(StrEnum):
    """What is reported up at once."""

    SEAL_BROKEN = "seal_broken"
    COUNT_DIFFERS = "count_differs"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One box or bag as it was declared and as it was found."""

    declared: int
    counted: int
    intact: bool


def incidents_in(found: Found) -> tuple[IncidentKind, ...]:
    """What must be reported of it: a count that doesn't agree is no edit, and a broken seal no remark.

    如果发现外包装破损或其他异常情况,应立即封存并向我中心汇报 (the national plan of 2021).
    """
    kinds = {IncidentKind.SEAL_BROKEN: not found.intact, IncidentKind.COUNT_DIFFERS: found.counted != found.declared}
    return tuple(kind for kind, holds in kinds.items() if holds)


def may_be_drawn(starts_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """Papers leave the strong room no earlier than two hours before the start, and not after the end."""
    return starts_at - DRAWN_BEFORE <= now < ends_at
