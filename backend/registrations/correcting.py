"""Corrections: a site registers one with its evidence, the area decides; an approved one changes what stands."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from tortoise.exceptions import IntegrityError
from tortoise.queryset import QuerySet

from backend import audit
from backend.candidates.models import Candidate
from backend.candidates.particulars import is_name, spelt_name
from backend.clock import Clock
from backend.database import Database, lock, violated
from backend.errors import Conflict, Fault, Faulty, NotFound
from backend.events import EventName, tell
from backend.exams.catalogue import Exams
from backend.exams.prices import amount_fen
from backend.pictures import Pictures
from backend.registrations.corrections import Correctable, Standing, require_correctable
from backend.registrations.form import RegistrationSection, SectionName
from backend.registrations.models import Correction, CorrectionState, Registration
from backend.registrations.questions import QUESTIONS
from backend.registrations.rows import Held, hold, hold_in_scope
from backend.staff.duties import Duty
from backend.staff.scope import Clerk

LONGEST_EVIDENCE: Final = 500
PHOTO: Final = "photo"
COUNTED: Final = 10_000
WHOSE: Final = ("registration", "registration__candidate")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A correction worked out on the registration as it stands: what was, what is to be."""

    before: dict[str, Any]
    after: dict[str, Any]
    fee_changes: bool = False


class Correcting:
    """Each act is one transaction. Scope is part of every query."""

    def __init__(self, *, database: Database, clock: Clock, exams: Exams, photos: Pictures) -> None:
        self._database, self._clock, self._exams, self._photos = database, clock, exams, photos

    async def register(
        self, clerk: Clerk, registration_id: UUID, what: Correctable, value: str | list[str], *, evidence: str
    ) -> Correction:
        """Register one. `value`: a name, a speciality's code, or the subjects; a photo goes by `register_photo`.

        The same again is the same correction. Raises Faulty naming `value` or `evidence`; NotFound outside the scope;
        Conflict `correction_pending` where another one of the same waits, and as `require_correctable` does.
        """
        clerk.require(Duty.REGISTER_CORRECTION)
        _require_evidence(evidence)
        try:
            async with self._database.transaction():
                held = await hold_in_scope(self._exams, clerk, registration_id)
                change = await self._worked_out(held, what, value)
                self._require(held, what, change)
                return await self._keep(clerk, held, what, change, evidence.strip())
        except IntegrityError as error:
            if not violated(error, "correction_one_waits"):
                raise
            raise Conflict("correction_pending") from error

    async def register_photo(self, clerk: Clerk, registration_id: UUID, upload: bytes, *, evidence: str) -> Correction:
        """Register another photo. Raises PhotoRefused, and as `register` does."""
        clerk.require(Duty.REGISTER_CORRECTION)
        if not await Registration.exists(id=registration_id, **clerk.registrations()):
            raise NotFound("registration_unknown")
        key = await self._photos.keep(upload)
        return await self.register(clerk, registration_id, Correctable.PHOTO, key, evidence=evidence)

    async def approve(self, clerk: Clerk, correction_id: int) -> Correction:
        """Carry it out. Again is harmless.

        Raises NotFound `correction_unknown` outside the area; Conflict `correction_outdated` where the registration
        isn't any more what it was when the site registered it, and as `require_correctable` does.
        """
        clerk.require(Duty.DECIDE_CORRECTION)
        async with self._database.transaction():
            correction, held = await self._waiting(clerk, correction_id, CorrectionState.APPROVED)
            if held is None:
                return correction
            change = await self._worked_out(held, Correctable(correction.what), _value(correction))
            if change.before != correction.before:
                raise Conflict("correction_outdated")
            self._require(held, Correctable(correction.what), change)
            await self._carry_out(held, change)
            return await self._decide(clerk, held, correction, CorrectionState.APPROVED)

    async def decline(self, clerk: Clerk, correction_id: int, *, reason: str) -> Correction:
        """Leave things as they are, and say why. Again is harmless. Raises Faulty `reasons_needed`, NotFound."""
        clerk.require(Duty.DECIDE_CORRECTION)
        if not reason.strip():
            raise Faulty("reasons_needed", faults=[Fault("reason", "missing")])
        async with self._database.transaction():
            correction, held = await self._waiting(clerk, correction_id, CorrectionState.DECLINED)
            if held is None:
                return correction
            correction.reason = reason.strip()
            return await self._decide(clerk, held, correction, CorrectionState.DECLINED)

    async def waiting(
        self,
        clerk: Clerk,
        *,
        state: CorrectionState = CorrectionState.REGISTERED,
        after: int = 0,
        limit: int = 50,
    ) -> list[Correction]:
        """Those of the clerk's scope that wait for the area, or are in another state, the oldest first, after the one
        with this id; each with its registration and candidate."""
        found = self._in(clerk, state).filter(id__gt=after)
        return await found.order_by("id").limit(limit).select_related(*WHOSE)

    async def how_many(self, clerk: Clerk) -> int:
        """How many wait; of more than COUNTED no more than that is said."""
        return await self._database.count(self._in(clerk, CorrectionState.REGISTERED), at_most=COUNTED)

    async def one(self, clerk: Clerk, correction_id: int) -> Correction:
        """With its registration and candidate. Raises NotFound `correction_unknown`, also outside the scope."""
        clerk.require(Duty.SEE_CORRECTIONS)
        scope = clerk.registrations(through="registration__")
        found = await Correction.get_or_none(id=correction_id, **scope).select_related(*WHOSE)
        if found is None:
            raise NotFound("correction_unknown")
        return found

    async def photo(self, clerk: Clerk, correction_id: int, which: str) -> bytes:
        """The photo as it was (`before`) or is to be (`after`), a JPEG. Raises NotFound as `one`, `picture_unknown`."""
        correction = await self.one(clerk, correction_id)
        values = correction.before if which == "before" else correction.after
        if not (key := values.get(PHOTO)):
            raise NotFound("picture_unknown")
        return await self._photos.get(key)

    async def of_registration(self, clerk: Clerk, registration_id: UUID) -> list[Correction]:
        """All of one registration, the newest first; none outside the scope."""
        clerk.require(Duty.SEE_CORRECTIONS)
        scope = clerk.registrations(through="registration__")
        return await Correction.filter(registration_id=registration_id, **scope).order_by("-id").limit(COUNTED)

    def _in(self, clerk: Clerk, state: CorrectionState) -> QuerySet[Correction]:
        clerk.require(Duty.SEE_CORRECTIONS)
        return Correction.filter(state=state, **clerk.registrations(through="registration__"))

    async def _waiting(
        self, clerk: Clerk, correction_id: int, wanted: CorrectionState
    ) -> tuple[Correction, Held | None]:
        """The correction, held with its registration; without it where it is decided that way already."""
        scope = clerk.registrations(through="registration__")
        found = await Correction.get_or_none(id=correction_id, **scope)
        if found is None:
            raise NotFound("correction_unknown")
        held = await hold(self._exams, found.registration_id)
        correction = await lock(Correction, id=correction_id)
        assert correction is not None
        if correction.state is wanted:
            return correction, None
        if correction.state is not CorrectionState.REGISTERED:
            raise Conflict("correction_decided")
        return correction, held

    async def _worked_out(self, held: Held, what: Correctable, value: str | list[str]) -> Change:
        """Raises Faulty `correction_faulty` where the value is none, or is what stands already."""
        if what is Correctable.NAME:
            change = await self._name(held, str(value))
        elif what is Correctable.PHOTO:
            change = Change(before={PHOTO: held.row.photo}, after={PHOTO: value})
        else:
            change = await self._choice(held, what, value)
        if change.before == change.after:
            raise _faulty(Fault("value", "correction_changes_nothing"))
        return change

    async def _name(self, held: Held, value: str) -> Change:
        candidate = await Candidate.get(id=held.row.candidate_id)
        name = spelt_name(value)
        if not is_name(name):
            raise _faulty(Fault("value", "name_form"))
        return Change(before={"name": candidate.name}, after={"name": name})

    async def _choice(self, held: Held, what: Correctable, value: str | list[str]) -> Change:
        choice = held.form.registration
        before = choice.model_dump(mode="json", include={"speciality", "level", "subjects"})
        after = {**before, what.value: value}
        try:
            speciality = await self._exams.speciality(held.exam.code, str(after["speciality"]))
        except NotFound as error:
            raise _faulty(Fault("value", "not_in_list")) from error
        after["level"] = speciality.level
        subjects = list(after["subjects"] or ())
        if not subjects or not set(subjects) <= set(speciality.subjects) or len(set(subjects)) < len(subjects):
            raise _faulty(Fault("value", "not_of_speciality"))
        if QUESTIONS[held.exam.kind].every_subject and set(subjects) != set(speciality.subjects):
            raise _faulty(Fault("value", "every_subject"))
        return Change(before=before, after=after, fee_changes=_fee(held, before) != _fee(held, after))

    def _require(self, held: Held, what: Correctable, change: Change) -> None:
        row = held.row
        standing = Standing(state=row.state, payment_state=row.payment_state, fee_changes=change.fee_changes)
        require_correctable(what, standing, exam=held.exam, calendar=held.calendar, now=self._clock.now())

    async def _keep(self, clerk: Clerk, held: Held, what: Correctable, change: Change, evidence: str) -> Correction:
        pending = await Correction.get_or_none(registration=held.row, what=what, state=CorrectionState.REGISTERED)
        if pending is not None and (pending.before, pending.after) == (change.before, change.after):
            return pending
        correction = await Correction.create(
            registration=held.row,
            what=what,
            before=change.before,
            after=change.after,
            evidence=evidence,
            registered_by=clerk.member_id,
            registered_at=self._clock.now(),
        )
        after = {"correction": correction.id, "what": what}
        await audit.record(self._clock, clerk.actor, "correction_registered", "registration", held.row.id, after=after)
        return correction

    async def _carry_out(self, held: Held, change: Change) -> None:
        if "name" in change.after:
            await Candidate.filter(id=held.row.candidate_id).update(name=change.after["name"])
        elif PHOTO in change.after:
            held.row.photo = change.after[PHOTO]
        else:
            section = RegistrationSection.model_validate({**held.form.registration.model_dump(), **change.after})
            held.row.form = held.form.with_section(SectionName.REGISTRATION, section).stored()
        held.row.version += 1
        await held.row.save()

    async def _decide(self, clerk: Clerk, held: Held, correction: Correction, state: CorrectionState) -> Correction:
        now = self._clock.now()
        correction.state, correction.decided_by, correction.decided_at = state, clerk.member_id, now
        await correction.save()
        after = {"correction": correction.id, "what": correction.what, "reason": correction.reason}
        await audit.record(self._clock, clerk.actor, f"correction_{state}", "registration", held.row.id, after=after)
        if state is CorrectionState.APPROVED:
            await tell(
                EventName.REGISTRATION_CORRECTED,
                subject_id=held.row.id,
                candidate_id=held.row.candidate_id,
                at=now,
                what=correction.what,
            )
        return correction


def _value(correction: Correction) -> str | list[str]:
    """What was asked for, out of what the registration was to become."""
    value: str | list[str] = correction.after[correction.what]
    return value


def _fee(held: Held, choice: dict[str, Any]) -> int | None:
    if held.policy is None:
        return None
    return amount_fen(held.policy.prices, level=choice["level"] or "", subjects=len(choice["subjects"] or ()))


def _faulty(fault: Fault) -> Faulty:
    return Faulty("correction_faulty", faults=[fault])


def _require_evidence(evidence: str) -> None:
    if not evidence.strip():
        raise _faulty(Fault("evidence", "missing"))
    if len(evidence) > LONGEST_EVIDENCE:
        raise _faulty(Fault("evidence", "too_long"))
