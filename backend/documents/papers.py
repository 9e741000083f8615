"""A candidate's own papers, gathered from the tables: the application form and, in its window, the admit card."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import structlog

from backend import audit
from backend.audit import Actor
from backend.candidates.accounts import ABOUT_PHONE
from backend.candidates.logins import ABOUT_ID_NUMBER
from backend.candidates.models import Candidate
from backend.clock import Clock
from backend.database import Database, lock
from backend.documents.admit_card import Sitting
from backend.documents.card_reading import ReadCard
from backend.documents.filled_forms import Filled, printed_form
from backend.documents.kept_cards import KeptCards
from backend.documents.rendering import Renderer
from backend.errors import Conflict, NotFound
from backend.events import EventName, tell
from backend.exams.catalogue import Exams
from backend.exams.stages import Stage
from backend.personal_data import PersonalData
from backend.registrations.military_steps import military_way
from backend.registrations.models import Registration, State
from backend.registrations.rows import Held, held
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
        cards: KeptCards,
    ) -> None:
        self._database, self._clock, self._exams = database, clock, exams
        self._personal_data, self._storage, self._renderer = personal_data, storage, renderer
        self._cards = cards

    async def application_form(self, candidate_id: UUID, registration_id: UUID) -> bytes:
        """The form as a PDF. Raises NotFound; Conflict `not_submitted` while it has no codes to carry."""
        mine = await self._mine(candidate_id, registration_id)
        if mine.row.state is State.DRAFT or mine.row.registration_number is None:
            raise Conflict("not_submitted")
        template, data = printed_form(await self._filled(mine, await Candidate.get(id=candidate_id)))
        return await self._printed(mine.row, template, data)

    async def card(self, candidate_id: UUID, registration_id: UUID) -> Card:
        """The card's facts. Raises as `card_pdf`."""
        _, read = await self._readable(candidate_id, registration_id)
        printed = read.card
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

        Raises NotFound; Conflict `not_seated`, `admit_card_through_unit`; OutOfWindow outside its window.
        """
        row, read = await self._readable(candidate_id, registration_id)
        pdf = await self._cards.pdf(read)
        if row.admit_card_downloaded_at is None:
            await self._note_download(registration_id, actor)
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

    async def _readable(self, candidate_id: UUID, registration_id: UUID) -> tuple[Registration, ReadCard]:
        mine = await self._mine(candidate_id, registration_id)
        way = military_way(mine.exam, mine.row.origin)
        if way is not None and way.through_site:
            raise Conflict("admit_card_through_unit")
        if mine.row.state is not State.SEATED:
            raise Conflict("not_seated")
        mine.calendar.require_open(Stage.ADMIT_CARD, self._clock.now())
        read = await self._cards.read(registration_id)
        if read is None:
            raise Conflict("not_seated")
        return mine.row, read

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

    async def _note_download(self, registration_id: UUID, actor: Actor) -> None:
        async with self._database.transaction():
            # A refund may have taken the seat while the card was drawn: then nobody gets it, and none was downloaded.
            row = await lock(Registration, id=registration_id, state=State.SEATED)
            if row is None:
                raise Conflict("not_seated")
            if row.admit_card_downloaded_at is not None:
                return
            row.admit_card_downloaded_at = self._clock.now()
            await row.save(update_fields=["admit_card_downloaded_at"])
            await audit.record(self._clock, actor, "downloaded", "admit_card", row.id)
            await tell(
                EventName.ADMIT_CARD_DOWNLOADED,
                subject_id=row.id,
                candidate_id=row.candidate_id,
                at=self._clock.now(),
                by=actor.kind,
            )
