"""What an admit card says, and the version that its QR names: another name, photo, document, seat or time is another
card, and the one printed before it no longer holds.
"""

import hashlib
import json
from base64 import b32encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from backend.clock import EXAM_ZONE
from backend.seating.seals import SEPARATOR, Forged, Seals

VERSION_LETTERS: Final = 10

SITTINGS: Final = """
SELECT seat.registration_id, exam_session.id AS session_id, exam_session.subject, exam_session.starts_at,
    exam_session.ends_at, exam_session.sample AS session_sample,
    venue.id AS venue_id, venue.name AS venue, venue.address, venue.sample AS venue_sample,
    room.number AS room, seat.number AS seat
FROM seat
JOIN exam_session ON exam_session.id = seat.session_id
JOIN room ON room.id = seat.room_id
JOIN venue ON venue.id = room.venue_id
WHERE seat.registration_id = ANY($1::uuid[]) AND seat.freed_at IS NULL
ORDER BY exam_session.starts_at
"""
"""The seats of these registrations, in the order in which they are sat."""
SAT: Final = ("subject", "starts_at", "ends_at", "venue", "address", "room", "seat")
"""What of a row of SITTINGS stands on the card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFacts:
    """What of a card can change. `document`: the blind index of its number; `sittings`: rows of SITTINGS."""

    admit_number: str
    name: str
    id_type: str
    document: bytes
    photo: str | None
    sittings: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedCard:
    """Which card a QR is of."""

    admit_number: str
    version: str


def version_of(card: CardFacts) -> str:
    """50 bits in base 32: the same card has the same version, whoever asks and whenever."""
    sat = [[_said(row[name]) for name in SAT] for row in card.sittings]
    said = [card.admit_number, card.name, card.id_type, card.document.hex(), card.photo, sat]
    digest = hashlib.sha256(json.dumps(said, ensure_ascii=True).encode()).digest()
    return b32encode(digest).decode()[:VERSION_LETTERS]


def qr_text(seals: Seals, card: CardFacts) -> str:
    """What the card's QR says."""
    return seals.seal(SEPARATOR.join((card.admit_number, version_of(card))))


def read_qr(seals: Seals, text: str) -> NamedCard:
    """Which card it is. Raises Forged for what isn't the QR of a card of ours."""
    admit_number, _, version = seals.read(text.strip()).partition(SEPARATOR)
    if len(admit_number) != 14 or len(version) != VERSION_LETTERS:
        raise Forged
    return NamedCard(admit_number=admit_number, version=version)


def _said(value: object) -> object:
    return value.astimezone(EXAM_ZONE).isoformat() if isinstance(value, datetime) else value
