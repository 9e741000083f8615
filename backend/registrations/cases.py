"""One registration as an office has it before it: form and last year's, papers, what was done, and what may be done."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from backend import audit
from backend.audit import AuditRecord
from backend.candidates.accounts import ABOUT_PHONE
from backend.candidates.logins import ABOUT_ID_NUMBER
from backend.candidates.models import Candidate
from backend.clock import EXAM_ZONE, Clock
from backend.database import Database
from backend.errors import NotFound
from backend.exams.catalogue import Exams
from backend.personal_data import PersonalData, mask_document, mask_phone
from backend.pictures import Pictures
from backend.registrations.auto_confirmation import compare
from backend.registrations.form_words import wording
from backend.registrations.last_year import record_of
from backend.registrations.materials import Materials, MaterialView
from backend.registrations.models import Registration, State
from backend.registrations.moves import MOVES, Act
from backend.registrations.office import DUTIES
from backend.registrations.rows import held
from backend.staff.duties import WHOSE, Duty
from backend.staff.scope import Clerk
from backend.wording import Language

TRAIL: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of the form, as `section.field`, beside last year's. `differs`: what stops automatic confirmation."""

    name: str
    this_year: Any
    last_year: Any
    differs: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """One line of the audit log."""

    at: datetime
    act: str
    actor_kind: str
    actor_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """`fields`: by section. `acts`: what this clerk may do from this state; its window is asked when it is done."""

    row: Registration
    exam_name: str
    name: str
    id_type: str
    id_number: str
    phone: str
    fields: Mapping[str, Sequence[Field]]
    has_last_year: bool
    materials: Sequence[MaterialView]
    trail: Sequence[Done]
    acts: Sequence[Act]


class Cases:
    """Opens registrations of the clerk's own scope."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        exams: Exams,
        personal_data: PersonalData,
        materials: Materials,
        photos: Pictures,
    ) -> None:
        self._database, self._clock, self._exams = database, clock, exams
        self._personal_data, self._materials, self._photos = personal_data, materials, photos

    async def open(self, clerk: Clerk, registration_id: UUID, language: Language = "zh-CN") -> Case:
        """With codes in words of that language. Raises NotFound `registration_unknown`, also outside the scope."""
        row = await self._row(clerk, registration_id)
        one, candidate = await held(self._exams, row), row.candidate
        past = await record_of(one, candidate)
        form = one.form.stored()
        return Case(
            row=row,
            exam_name=one.exam.name,
            name=candidate.name,
            id_type=candidate.id_type,
            id_number=mask_document(self._number(candidate)),
            phone=mask_phone(self._personal_data.decrypt(bytes(candidate.phone), about=ABOUT_PHONE)),
            fields=beside(
                {**form, "name": candidate.name}, past.form if past else None, await wording(self._exams, one, language)
            ),
            has_last_year=past is not None,
            materials=await self._materials.shown(row, one.policy),
            trail=await _trail(row.id),
            acts=acts_from(clerk, row.state),
        )

    async def find(self, clerk: Clerk, registration_id: UUID) -> Registration:
        """The row with its candidate, for a page about something of it. Raises NotFound as `open`."""
        return await self._row(clerk, registration_id)

    async def document_number(self, clerk: Clerk, registration_id: UUID) -> str:
        """The whole document number; that it was looked at is written down."""
        row = await self._row(clerk, registration_id)
        await audit.record(self._clock, clerk.actor, "document_number_shown", "registration", row.id)
        return self._number(row.candidate)

    async def photo(self, clerk: Clerk, registration_id: UUID) -> bytes:
        """The candidate's photo as it stands, a JPEG. Raises NotFound as `open`, and `picture_unknown`."""
        clerk.require(Duty.SEE_MATERIALS)
        row = await self._row(clerk, registration_id)
        if row.photo is None:
            raise NotFound("picture_unknown")
        return await self._photos.get(row.photo)

    async def _row(self, clerk: Clerk, registration_id: UUID) -> Registration:
        clerk.require(Duty.SEE_REGISTRATIONS)
        found = Registration.filter(id=registration_id, registration_number__not_isnull=True, **clerk.registrations())
        row = await found.select_related("candidate").first()
        if row is None:
            raise NotFound("registration_unknown")
        return row

    def _number(self, candidate: Candidate) -> str:
        return self._personal_data.decrypt(bytes(candidate.id_number), about=ABOUT_ID_NUMBER)


def beside(
    form: Mapping[str, Any], last_year: Mapping[str, Any] | None, worded: Callable[[str, Any], Any]
) -> dict[str, list[Field]]:
    """Every field that this year's or last year's form fills in, section by section, as `worded` says it. Pure."""
    differing = {one.field for one in compare(last_year, form)} if last_year is not None else set()
    sections: dict[str, list[Field]] = {}
    for section, values in form.items():
        if not isinstance(values, Mapping):
            continue
        before = (last_year or {}).get(section) or {}
        fields = [
            Field(
                name=f"{section}.{name}",
                this_year=worded(f"{section}.{name}", value),
                last_year=worded(f"{section}.{name}", before.get(name)),
                differs=f"{section}.{name}" in differing,
            )
            for name, value in values.items()
            if value not in (None, [], "") or before.get(name) not in (None, [], "")
        ]
        sections[section] = fields
    return sections


def acts_from(clerk: Clerk, state: State) -> list[Act]:
    """The offices' acts that lead from this state and are this clerk's."""
    return [
        step.act
        for step in MOVES
        if step.who == "staff"
        and step.start is state
        and step.act in DUTIES
        and WHOSE[DUTIES[step.act]].get(clerk.level, frozenset()) & clerk.roles
    ]


async def _trail(registration_id: UUID) -> list[Done]:
    records = AuditRecord.filter(subject="registration", subject_id=str(registration_id)).order_by("-id")
    return [
        Done(at=one.at.astimezone(EXAM_ZONE), act=one.act, actor_kind=one.actor_kind, actor_id=one.actor_id)
        for one in await records.limit(TRAIL)
    ]
