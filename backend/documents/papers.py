"""A candidate's own papers, gathered from the tables: the application form and, in its window, the admit card."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog

from backend import audit
from backend.audit import Actor
from backend.candidates.accounts import ABOUT_PHONE
from backend.candidates.logins import ABOUT_ID_NUMBER
from backend.candidates.models import Candidate
from backend.clock import EXAM_ZONE, Clock
from backend.database import Database, lock
from backend.documents import admit_card
from backend.documents.admit_card import AdmitCard, ExamFormat, Sitting, admit_card_data
from backend.documents.filled_forms import Filled, printed_form, word
from backend.documents.rendering import Renderer
from backend.errors import Conflict, NotFound
from backend.exams.catalogue import Exams
from backend.exams.stages import Stage
from backend.personal_data import PersonalData
from backend.registrations.models import Registration, State
from backend.registrations.rows import Held, held
from backend.seating.cards import SITTINGS, CardFacts, qr_text
from backend.seating.models import AdmitNumber
from backend.seating.seals import Seals
from backend.storage import Storage

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """An admit card's facts, as the mini-program shows them."""

    admit_number: str
    exam_name: str
    name: str
    speciality: str
    site: str
    sittings: tuple[Sitting, ...]
    sample: bool


class Papers:
    """Reads, prints, and notes that a card was downloaded."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        exams: Exams,
        personal_data: PersonalData,
        storage: Storage,
        renderer: Renderer,
        seals: Seals,
    ) -> None:
        self._database, self._clock, self._exams = database, clock, exams
        self._personal_data, self._storage, self._renderer, self._seals = personal_data, storage, renderer, seals

    async def application_form(self, candidate_id: UUID, registration_id: UUID) -> bytes:
        """The form as a PDF. Raises NotFound; Conflict `not_submitted` while it has no codes to carry."""
        mine = await self._mine(candidate_id, registration_id)
        if mine.row.state is State.DRAFT or mine.row.registration_number is None:
            raise Conflict("not_submitted")
        template, data = printed_form(await self._filled(mine, await Candidate.get(id=candidate_id)))
        return await self._printed(mine.row, template, data)

    async def card(self, candidate_id: UUID, registration_id: UUID) -> Card:
        """The card's facts. Raises as `card_pdf`."""
        mine = await self._with_card(candidate_id, registration_id)
        candidate = await Candidate.get(id=candidate_id)
        printed = await self._card(mine, candidate, photo=None)
        return Card(
            admit_number=printed.admit_number,
            exam_name=printed.exam_name,
            name=printed.name,
            speciality=printed.speciality,
            site=f"{printed.area} {printed.site}",
            sittings=printed.sittings,
            sample=printed.sample,
        )

    async def card_pdf(self, candidate_id: UUID, registration_id: UUID, *, actor: Actor) -> bytes:
        """The card as a PDF; the first download is noted.

        Raises NotFound; Conflict `not_seated`; OutOfWindow outside its window.
        """
        mine = await self._with_card(candidate_id, registration_id)
        photo = await self._photo(mine.row)
        card = await self._card(mine, await Candidate.get(id=candidate_id), photo=photo)
        pdf = await self._printed(mine.row, admit_card.TEMPLATE, admit_card_data(card))
        await self._note_download(mine.row, actor)
        return pdf

    async def _printed(self, row: Registration, template: str, data: Mapping[str, object]) -> bytes:
        """The paper; characters that no font has are marked on it, and told in the log for the site to mend."""
        rendered = await self._renderer.render(template, data)
        if rendered.missing:
            log.warning("characters_without_font", registration=str(row.id), characters=rendered.missing)
        return rendered.pdf

    async def _mine(self, candidate_id: UUID, registration_id: UUID) -> Held:
        row = await Registration.get_or_none(id=registration_id, candidate_id=candidate_id)
        if row is None:
            raise NotFound("registration_unknown")
        return await held(self._exams, row)

    async def _with_card(self, candidate_id: UUID, registration_id: UUID) -> Held:
        mine = await self._mine(candidate_id, registration_id)
        if mine.row.state is not State.SEATED:
            raise Conflict("not_seated")
        mine.calendar.require_open(Stage.ADMIT_CARD, self._clock.now())
        return mine

    async def _card(self, mine: Held, candidate: Candidate, *, photo: bytes | None) -> AdmitCard:
        choice = mine.form.registration
        area, site = choice.area or "", choice.site or ""
        number = await AdmitNumber.get(registration=mine.row, retired_at=None)
        rows = await self._database.rows(SITTINGS, [mine.row.id])
        speciality = await self._exams.speciality(mine.exam.code, choice.speciality or "")
        return AdmitCard(
            exam_name=mine.exam.name,
            exam_format=ExamFormat.PAPER if mine.exam.formats == ("paper",) else ExamFormat.COMPUTER,
            admit_number=number.number,
            name=candidate.name,
            gender=word("gender", mine.form.basic.gender),
            id_type=word("id_type", candidate.id_type),
            id_number=self._personal_data.decrypt(bytes(candidate.id_number), about=ABOUT_ID_NUMBER),
            level=word("level", choice.level),
            speciality=speciality.name,
            speciality_code=speciality.code,
            area=area,
            site=site,
            site_phone=await self._site_phone(mine, area, site),
            sittings=tuple(_sitting(row) for row in rows),
            qr_text=qr_text(self._seals, _facts(number.number, candidate, mine.row, rows)),
            photo=photo,
            printed_at=self._clock.now().replace(second=0, microsecond=0),
            sample=speciality.sample or any(row["session_sample"] or row["venue_sample"] for row in rows),
        )

    async def _filled(self, mine: Held, candidate: Candidate) -> Filled:
        choice = mine.form.registration
        speciality = await self._exams.speciality(mine.exam.code, choice.speciality or "")
        point = await self._exams.point(mine.exam.code, choice.confirmation_point or 0)
        return Filled(
            code_text=self._exams.code_text,
            exam=mine.exam,
            row=mine.row,
            form=mine.form,
            speciality=speciality,
            point=point.name,
            name=candidate.name,
            username=candidate.username,
            id_type=candidate.id_type,
            id_number=self._personal_data.decrypt(bytes(candidate.id_number), about=ABOUT_ID_NUMBER),
            phone=self._personal_data.decrypt(bytes(candidate.phone), about=ABOUT_PHONE),
            photo=await self._photo(mine.row),
            printed_at=self._clock.now().replace(second=0, microsecond=0),
            sample=speciality.sample or point.sample,
        )

    async def _photo(self, row: Registration) -> bytes | None:
        return await self._storage.get(row.photo) if row.photo else None

    async def _site_phone(self, mine: Held, area: str, site: str) -> str | None:
        return (await self._exams.policy(mine.exam.code, area, site)).phone

    async def _note_download(self, row: Registration, actor: Actor) -> None:
        if row.admit_card_downloaded_at is not None:
            return
        async with self._database.transaction():
            # A refund may have taken the seat while the card was drawn: then nobody gets it, and none was downloaded.
            if await lock(Registration, id=row.id, state=State.SEATED) is None:
                raise Conflict("not_seated")
            first = await Registration.filter(id=row.id, admit_card_downloaded_at=None).update(
                admit_card_downloaded_at=self._clock.now()
            )
            if first:
                await audit.record(self._clock, actor, "downloaded", "admit_card", row.id)


def _facts(number: str, candidate: Candidate, row: Registration, sittings: list[dict[str, Any]]) -> CardFacts:
    """What of the card that is drawn can change."""
    return CardFacts(
        admit_number=number,
        name=candidate.name,
        id_type=candidate.id_type,
        document=bytes(candidate.id_number_index),
        photo=row.photo,
        sittings=sittings,
    )


def _sitting(row: dict[str, Any]) -> Sitting:
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
