"""What a candidate does with a registration: enter the exam, fill in, submit, withdraw. Each act is one transaction."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from tortoise.exceptions import IntegrityError

from backend import audit
from backend.audit import Actor
from backend.candidates.document_numbers import check as check_document
from backend.candidates.logins import ABOUT_ID_NUMBER
from backend.candidates.models import Binding, Candidate, CheckState, IdType
from backend.clock import Clock
from backend.database import Database, violated
from backend.errors import Conflict, Faulty, NotFound, OutOfWindow
from backend.events import EventName, tell
from backend.exams.catalogue import Exams
from backend.exams.stages import Stage
from backend.personal_data import PersonalData
from backend.pictures import Pictures
from backend.registrations.auto_confirmation import AutoConfirmation
from backend.registrations.bars import require_not_barred
from backend.registrations.codes import new_verification_code, registration_number
from backend.registrations.completeness import Holder, check
from backend.registrations.form import Form, Section, SectionName
from backend.registrations.last_year import automatic, confirm_by_system, hold_last_year, merge_state, record_of
from backend.registrations.materials import Materials
from backend.registrations.materials import faults as material_faults
from backend.registrations.models import FormVersion, Origin, Registration, State
from backend.registrations.moves import Act, Move, move
from backend.registrations.offer import offer_for, with_level
from backend.registrations.rows import Held, hold, require_version, require_window


class Lifecycle:
    """The candidate's own acts. `candidate_id` is part of every query: nobody else's registration is found."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        exams: Exams,
        personal_data: PersonalData,
        photos: Pictures,
        materials: Materials,
    ) -> None:
        self._database, self._clock, self._exams = database, clock, exams
        self._personal_data, self._photos, self._materials = personal_data, photos, materials

    async def start(self, candidate_id: UUID, exam_code: str, *, actor: Actor) -> Registration:
        """Enter the exam; again gives the registration there is.

        Raises Conflict `barred`, `wechat_not_bound`, `identity_not_passed`; OutOfWindow.
        """
        exam = await self._exams.exam(exam_code)
        if existing := await Registration.get_or_none(candidate_id=candidate_id, exam_id=exam.id):
            return existing
        (await self._exams.calendar(exam_code, None, None)).require_open(Stage.PRE_REGISTRATION, self._clock.now())
        await self._require_ready(await Candidate.get(id=candidate_id))
        try:
            return await self._create(candidate_id, exam.id, actor)
        except IntegrityError as error:
            if not violated(error, "registration_candidate_exam"):
                raise
            return await Registration.get(candidate_id=candidate_id, exam_id=exam.id)

    async def save_section(
        self,
        candidate_id: UUID,
        registration_id: UUID,
        name: SectionName,
        section: Section,
        *,
        expected_version: int | None,
        actor: Actor,
    ) -> Registration:
        """Save one section as far as it is filled in.

        Raises Outdated where the version isn't the current one; Conflict and OutOfWindow by the table of states.
        """
        async with self._database.transaction():
            held = await self._opened(candidate_id, registration_id, Act.EDIT)
            require_version(held.row, expected_version)
            saved = held.form.with_section(name, section)
            held.row.form = saved.stored()
            await self._save(held.row, actor, "edited", after={"section": name})
            if _place(saved) != _place(held.form):
                await self._tell(EventName.REGISTRATION_PLACED, held.row)
        return held.row

    async def set_photo(
        self,
        candidate_id: UUID,
        registration_id: UUID,
        upload: bytes,
        *,
        actor: Actor,
        expected_version: int | None = None,
    ) -> Registration:
        """Keep the photo in the one form all are kept in, and put it on the form. The same again changes nothing.

        Raises PhotoRefused; Outdated; Conflict and OutOfWindow by the table of states.
        """
        if not await Registration.exists(id=registration_id, candidate_id=candidate_id):
            raise NotFound("registration_unknown")
        key = await self._photos.keep(upload)
        async with self._database.transaction():
            held = await self._opened(candidate_id, registration_id, Act.EDIT)
            if held.row.photo != key:
                require_version(held.row, expected_version)
                held.row.photo = key
                await self._save(held.row, actor, "edited", after={"section": "photo"})
        return held.row

    async def submit(
        self, candidate_id: UUID, registration_id: UUID, *, actor: Actor, expected_version: int | None = None
    ) -> Registration:
        """Hand the form in: every fault of it is answered together, or it gets its codes and, where the automatic rule
        holds, its confirmation in the same transaction. Submitted again unchanged, it answers what stands.

        Raises Faulty `form_incomplete`; Outdated; Conflict `barred`, and with OutOfWindow by the table of states.
        """
        async with self._database.transaction():
            await hold_last_year(self._database)
            held = await self._mine(candidate_id, registration_id)
            if held.row.state in (State.SUBMITTED, State.CONFIRMED):
                return held.row
            require_version(held.row, expected_version)
            step = self._require(held, Act.SUBMIT)
            candidate = await Candidate.get(id=candidate_id)
            await self._require_ready(candidate)
            held.row.form = (await self._complete(held, candidate)).stored()
            record = await record_of(held, candidate)
            held.row.score_merge = await merge_state(held, record)
            decision = await automatic(held, record, candidate)
            await self._give_codes(held, step, decision)
            await self._record_submit(held, decision, actor)
            if decision.outcome == "confirmed":
                await confirm_by_system(held, self._clock)
            await held.row.save()
        return held.row

    async def withdraw(
        self, candidate_id: UUID, registration_id: UUID, *, actor: Actor, expected_version: int | None = None
    ) -> Registration:
        """Take the form back to edit it. Again is harmless.

        Raises Outdated; OutOfWindow `withdrawal_too_late` after pre-registration: it would cost the year.
        """
        async with self._database.transaction():
            held = await self._mine(candidate_id, registration_id)
            if held.row.state is State.DRAFT and held.row.registration_number is not None:
                return held.row
            require_version(held.row, expected_version)
            step = self._require_withdrawable(held)
            held.row.state = step.end
            await self._save(held.row, actor, step.records)
            await self._tell(EventName.REGISTRATION_WITHDRAWN, held.row)
        return held.row

    async def _create(self, candidate_id: UUID, exam_id: int, actor: Actor) -> Registration:
        async with self._database.transaction():
            row = await Registration.create(
                id=uuid4(), candidate_id=candidate_id, exam_id=exam_id, created_at=self._clock.now()
            )
            await audit.record(self._clock, actor, "started", "registration", row.id)
            await self._tell(EventName.REGISTRATION_STARTED, row)
        return row

    async def _mine(self, candidate_id: UUID, registration_id: UUID) -> Held:
        """Raises Conflict `entered_by_unit` for what the military handed over: its unit alone changes it."""
        held = await hold(self._exams, registration_id, candidate_id=candidate_id)
        if held.row.origin is Origin.MILITARY:
            raise Conflict("entered_by_unit")
        return held

    async def _opened(self, candidate_id: UUID, registration_id: UUID, act: Act) -> Held:
        held = await self._mine(candidate_id, registration_id)
        self._require(held, act)
        return held

    def _require(self, held: Held, act: Act) -> Move:
        """The move, if the table and the calendar allow it now."""
        step = move(act, held.row.state)
        require_window(held, step, self._clock.now())
        return step

    def _require_withdrawable(self, held: Held) -> Move:
        move(Act.WITHDRAW, held.row.state)
        if held.calendar.state(Stage.PRE_REGISTRATION, self._clock.now()) == "closed":
            raise OutOfWindow("withdrawal_too_late", closes_at=held.calendar.closes_at(Stage.PRE_REGISTRATION))
        return self._require(held, Act.WITHDRAW)

    async def _complete(self, held: Held, candidate: Candidate) -> Form:
        """The form as it is handed in. Raises Faulty `form_incomplete`."""
        today = self._clock.now().date()
        offer = await offer_for(self._exams, held.exam, held.form)
        faults = check(
            held.form,
            photo=held.row.photo is not None,
            offer=offer,
            holder=self._holder(candidate, today),
            today=today,
        )
        faults += material_faults(await self._materials.shown(held.row, held.policy))
        if faults:
            raise Faulty("form_incomplete", faults=faults)
        return with_level(held.form, offer)

    async def _require_ready(self, candidate: Candidate) -> None:
        """An exam is entered, and a form handed in, by whoever isn't barred, has a bound WeChat account and a passed
        identity check."""
        await require_not_barred(candidate, self._clock.now())
        if not await Binding.exists(candidate=candidate, platform="wechat", unbound_at=None):
            raise Conflict("wechat_not_bound")
        if candidate.identity_check is not CheckState.PASSED:
            raise Conflict(f"identity_{candidate.identity_check}")

    def _holder(self, candidate: Candidate, today: Any) -> Holder:
        if candidate.id_type is not IdType.RESIDENT_ID_CARD:
            return Holder(birth_date=None, gender=None)
        number = self._personal_data.decrypt(bytes(candidate.id_number), about=ABOUT_ID_NUMBER)
        document = check_document(candidate.id_type, number, today=today)
        return Holder(birth_date=document.birth_date, gender=document.gender)

    async def _give_codes(self, held: Held, step: Move, decision: AutoConfirmation) -> None:
        row, choice = held.row, held.form.registration
        assert choice.area is not None and choice.site is not None
        row.registration_number = row.registration_number or await self._next_number(held, choice.area)
        row.verification_code = new_verification_code(unlike=row.verification_code)
        row.state, row.submitted_at, row.reasons = step.end, self._clock.now(), []
        row.site_id = (await self._exams.site(choice.area, choice.site)).id
        row.confirmation_point_id = choice.confirmation_point
        row.auto_confirmation, row.rolls = decision.stored(), decision.rolls
        row.version += 1
        await FormVersion.create(
            registration=row,
            number=await FormVersion.filter(registration=row).count() + 1,
            verification_code=row.verification_code,
            form=row.form,
            photo=row.photo,
            submitted_at=row.submitted_at,
        )

    async def _next_number(self, held: Held, area: str) -> str:
        (sequence,) = await self._database.rows("SELECT nextval('registration_number_sequence') AS number")
        code = (await self._exams.area(area)).code
        return registration_number(year=held.exam.year, area_code=code, sequence=sequence["number"])

    async def _record_submit(self, held: Held, decision: AutoConfirmation, actor: Actor) -> None:
        after = {"state": held.row.state, "outcome": decision.outcome, "verification_code": held.row.verification_code}
        await audit.record(self._clock, actor, "submitted", "registration", held.row.id, after=after)
        await self._tell(EventName.REGISTRATION_SUBMITTED, held.row, outcome=decision.outcome, reason=decision.reason)

    async def _save(self, row: Registration, actor: Actor, act: str, *, after: dict[str, Any] | None = None) -> None:
        row.version += 1
        await row.save()
        await audit.record(self._clock, actor, act, "registration", row.id, after={"state": row.state, **(after or {})})

    async def _tell(self, name: EventName, row: Registration, **payload: Any) -> None:
        at: datetime = self._clock.now()
        await tell(name, subject_id=row.id, candidate_id=row.candidate_id, at=at, **payload)


def _place(form: Form) -> tuple[str | None, str | None]:
    """By which its calendar goes."""
    return form.registration.area, form.registration.site
