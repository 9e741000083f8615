"""Admit cards read from the tables, many at once: what is printed on each, and the hash of that."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any, Final
from uuid import UUID

from backend.candidates.logins import ABOUT_ID_NUMBER
from backend.clock import EXAM_ZONE, Clock
from backend.database import Database
from backend.documents.admit_card import TEMPLATE, AdmitCard, ExamFormat, Sitting
from backend.documents.filled_forms import word
from backend.documents.rendering import TEMPLATES
from backend.exams.catalogue import Exams
from backend.personal_data import PersonalData
from backend.registrations.models import Origin
from backend.seating.cards import SITTINGS, CardFacts, qr_text
from backend.seating.seals import Seals
from backend.storage import Storage

SEATED: Final = """
SELECT registration.id, registration.exam_id, registration.origin, registration.photo,
    registration.form -> 'registration' AS choice, registration.form #>> '{basic,gender}' AS gender,
    candidate.name, candidate.id_type, candidate.id_number, candidate.id_number_index, admit_number.number
FROM registration
JOIN candidate ON candidate.id = registration.candidate_id
JOIN admit_number ON admit_number.registration_id = registration.id AND admit_number.retired_at IS NULL
WHERE registration.id = ANY($1::uuid[]) AND registration.state = 'seated'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadCard:
    """One card without its photo, which lies under `photo` in the object store. `content`: the hash of all that is
    printed but for the minute of printing: another name, seat, photo or template makes another card."""

    registration_id: UUID
    card: AdmitCard
    photo: str | None
    content: str


class CardReading:
    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        exams: Exams,
        personal_data: PersonalData,
        storage: Storage,
        seals: Seals,
    ) -> None:
        self._database, self._clock, self._exams = database, clock, exams
        self._personal_data, self._storage, self._seals = personal_data, storage, seals

    async def read(self, ids: Sequence[UUID]) -> list[ReadCard]:
        """The cards of those who are seated now, in the order of the ids."""
        rows = {row["id"]: row for row in await self._database.rows(SEATED, list(ids))}
        sittings: dict[UUID, list[dict[str, Any]]] = {}
        for seat in await self._database.rows(SITTINGS, list(rows)):
            sittings.setdefault(seat["registration_id"], []).append(seat)
        return [await self._card(rows[one], sittings.get(one, [])) for one in ids if one in rows]

    async def with_photo(self, read: ReadCard) -> AdmitCard:
        """The card as it is drawn."""
        return replace(read.card, photo=await self._storage.get(read.photo)) if read.photo else read.card

    async def _card(self, row: Mapping[str, Any], seats: Sequence[Mapping[str, Any]]) -> ReadCard:
        choice = json.loads(row["choice"])
        exam = await self._exams.by_id(row["exam_id"])
        speciality = await self._exams.speciality(exam.code, choice["speciality"])
        card = AdmitCard(
            exam_name=exam.name,
            exam_format=ExamFormat.PAPER if exam.formats == ("paper",) else ExamFormat.COMPUTER,
            admit_number=row["number"],
            name=row["name"],
            gender=word("gender", row["gender"]),
            id_type=word("id_type", row["id_type"]),
            id_number=self._personal_data.decrypt(bytes(row["id_number"]), about=ABOUT_ID_NUMBER),
            level=word("level", choice["level"]),
            speciality=speciality.name,
            speciality_code=speciality.code,
            area=choice["area"],
            site=choice["site"],
            site_phone=(await self._exams.policy(exam.code, choice["area"], choice["site"])).phone,
            sittings=tuple(_sitting(seat) for seat in seats),
            qr_text=qr_text(self._seals, _facts(row, seats)),
            photo=None,
            printed_at=self._clock.now().replace(second=0, microsecond=0),
            military=row["origin"] == Origin.MILITARY,
            sample=speciality.sample or any(seat["session_sample"] or seat["venue_sample"] for seat in seats),
        )
        return ReadCard(registration_id=row["id"], card=card, photo=row["photo"], content=content(card, row["photo"]))


def content(card: AdmitCard, photo: str | None) -> str:
    """64 hexadecimal digits. `photo`: its key, which is a hash of the picture."""
    printed = replace(card, photo=None, printed_at=datetime.min)
    return hashlib.sha256(repr((printed, photo, drawn_by())).encode()).hexdigest()


@cache
def drawn_by() -> str:
    """The hash of the files that say what a card looks like."""
    files = (f"{TEMPLATE}.typ", "paper.typ", "admit_card_rules.toml")
    return hashlib.sha256(b"".join((TEMPLATES / name).read_bytes() for name in files)).hexdigest()


def _facts(row: Mapping[str, Any], seats: Sequence[Mapping[str, Any]]) -> CardFacts:
    """What of the card can change."""
    return CardFacts(
        admit_number=row["number"],
        name=row["name"],
        id_type=row["id_type"],
        document=bytes(row["id_number_index"]),
        photo=row["photo"],
        sittings=seats,
    )


def _sitting(row: Mapping[str, Any]) -> Sitting:
    return Sitting(
        subject=row["subject"],
        starts_at=_local(row["starts_at"]),
        ends_at=_local(row["ends_at"]),
        venue=row["venue"],
        address=row["address"],
        room=f"{row['room']:03d}",
        seat=f"{row['seat']:02d}",
    )


def _local(at: datetime) -> datetime:
    return at.astimezone(EXAM_ZONE)
