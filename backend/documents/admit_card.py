"""The admit card (准考证): what is on it, and how it becomes the template's data."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from importlib.resources import files
from itertools import groupby

from backend.documents.barcodes import code128, qr
from backend.documents.dates import day, minute, weekday
from backend.documents.photos import photo_svg

TEMPLATE = "admit_card"
CARDS_A_PAPER = 100
"""More in one PDF takes memory out of proportion: a thousand take about a gigabyte."""
BARCODE_ROOM_MM = 52.0


class ExamFormat(StrEnum):
    """How the exam is sat; the rules on the card differ."""

    COMPUTER = "computer"
    PAPER = "paper"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """One subject's time and seat."""

    subject: str
    starts_at: datetime
    ends_at: datetime
    venue: str
    address: str
    room: str
    seat: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdmitCard:
    """An admit card; every string is printed as it stands, times in Asia/Shanghai."""

    exam_name: str
    exam_format: ExamFormat
    admit_number: str
    """14 digits."""
    name: str
    gender: str
    id_type: str
    id_number: str
    level: str
    speciality: str
    speciality_code: str
    area: str
    site: str
    site_phone: str | None
    sittings: tuple[Sitting, ...]
    qr_text: str
    """What the door's scanner reads."""
    photo: bytes | None
    """A JPEG as `accept_photo` of backend.registrations.photos makes it; without one the frame is empty."""
    printed_at: datetime
    sample: bool
    """Made-up data: the card says so, in the middle and at the top."""
    military: bool = False
    """Handed over by the military: only a resident ID card opens the room to its holder."""


def admit_card_data(card: AdmitCard) -> dict[str, object]:
    """The data of the template `admit_card` for one card. Raises ValueError (admit number, QR text)."""
    return admit_cards_data([card])


def admit_cards_data(cards: Sequence[AdmitCard]) -> dict[str, object]:
    """Several cards as one paper, each on its own page: for the site that prints for those who can't.

    What the paper says of itself, `printed_at` and `sample`, is the first card's. Raises ValueError for none or for
    more than CARDS_A_PAPER.
    """
    if not 0 < len(cards) <= CARDS_A_PAPER:
        raise ValueError(f"a paper holds 1 to {CARDS_A_PAPER} cards, not {len(cards)}")
    return {
        "title": "准考证",
        "sample": cards[0].sample,
        "printed_at": f"{day(cards[0].printed_at)} {minute(cards[0].printed_at)}",
        "cards": [_card(card) for card in cards],
    }


def _card(card: AdmitCard) -> dict[str, object]:
    if not (len(card.admit_number) == 14 and card.admit_number.isascii() and card.admit_number.isdigit()):
        raise ValueError("an admit number has 14 digits")
    barcode = code128(card.admit_number, BARCODE_ROOM_MM)
    return {
        "exam_name": card.exam_name,
        "admit_number": card.admit_number,
        "barcode": {"svg": barcode.svg, "width_mm": barcode.width_mm},
        "qr": qr(card.qr_text),
        "photo": photo_svg(card.photo) if card.photo else None,
        "name": card.name,
        "gender": card.gender,
        "id_type": card.id_type,
        "id_number": card.id_number,
        "level": card.level,
        "speciality": f"{card.speciality}（{card.speciality_code}）",
        "area": card.area,
        "site": card.site,
        "sittings": _sittings(card.sittings),
        "rules": _rules(card),
    }


def _sittings(sittings: Sequence[Sitting]) -> list[dict[str, object]]:
    """Rows in the order of time; a venue that stays the same stands once, over `venue_rows` of them."""
    ordered = sorted(sittings, key=lambda sitting: sitting.starts_at)
    return [
        _sitting(sitting, venue_rows=0 if index else len(together))
        for _, group in groupby(ordered, key=lambda sitting: (sitting.venue, sitting.address))
        for together in [list(group)]
        for index, sitting in enumerate(together)
    ]


def _sitting(sitting: Sitting, *, venue_rows: int) -> dict[str, object]:
    return {
        "subject": sitting.subject,
        "day": f"{day(sitting.starts_at)} {weekday(sitting.starts_at)}",
        "hours": f"{minute(sitting.starts_at)}—{minute(sitting.ends_at)}",
        "venue": sitting.venue,
        "venue_rows": venue_rows,
        "address": sitting.address,
        "room": sitting.room,
        "seat": sitting.seat,
    }


def _rules(card: AdmitCard) -> list[str]:
    rules = [*rules_of(card.exam_format, military=card.military)]
    if card.site_phone:
        rules.append(f"对准考证信息有疑问的，请于考前联系考点，电话：{card.site_phone}。")
    return rules


@cache
def rules_of(exam_format: ExamFormat, *, military: bool = False) -> tuple[str, ...]:
    """The rules printed on a card of this kind of exam, in their order."""
    text = (files("backend.documents") / "templates" / "admit_card_rules.toml").read_text("utf-8")
    rules: dict[str, list[str]] = tomllib.loads(text)
    identity = rules["identity_of_the_military" if military else "identity"]
    return (*identity, *rules["common"], *rules[exam_format])
