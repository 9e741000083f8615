"""Violations are recorded by the site where they were seen, and amended by it until the area has decided."""

from typing import Any, Final
from uuid import UUID

from backend import audit
from backend.clock import Clock
from backend.database import Database
from backend.errors import Conflict, Faulty
from backend.exams.catalogue import Exams
from backend.exams.stages import Stage
from backend.registrations.models import State
from backend.registrations.rows import Held, hold_in_scope
from backend.staff.duties import Duty
from backend.staff.scope import Clerk
from backend.violations.models import Violation, ViolationState
from backend.violations.records import Record, faults
from backend.violations.rows import hold_violation, require_version

LIVING: Final = (ViolationState.RECORDED, ViolationState.UPHELD)


class ViolationRecording:
    """Each act is one transaction. Scope is part of every query."""

    def __init__(self, *, database: Database, clock: Clock, exams: Exams) -> None:
        self._database, self._clock, self._exams = database, clock, exams

    async def record(self, clerk: Clerk, registration_id: UUID, record: Record) -> Violation:
        """Write one down inside the window `violations`. The same again is the same one.

        Raises Faulty with every fault; NotFound `registration_unknown` outside the scope; OutOfWindow; Conflict
        `violation_not_seated`, and `violation_recorded` where the same offence stands in that subject in other words.
        """
        clerk.require(Duty.RECORD_VIOLATION)
        async with self._database.transaction():
            held = await hold_in_scope(self._exams, clerk, registration_id)
            self._require(held, record)
            standing = await _same_offence(held.row.id, record)
            if standing is not None:
                if not record.is_of(standing):
                    raise Conflict("violation_recorded")
                return standing
            violation = await Violation.create(
                registration=held.row,
                recorded_by=clerk.member_id,
                recorded_at=self._clock.now(),
                **record.values(),
            )
            await self._on_record(clerk, "violation_recorded", violation)
        return violation

    async def amend(self, clerk: Clerk, violation_id: int, record: Record, *, version: int) -> Violation:
        """Write it down otherwise, as long as the area hasn't decided; `version` is the one that was read.

        Raises as `record` does, and NotFound `violation_unknown`; Outdated `violation_amended`; Conflict
        `violation_decided`.
        """
        clerk.require(Duty.RECORD_VIOLATION)
        async with self._database.transaction():
            held = await hold_violation(self._exams, clerk, violation_id)
            violation = held.violation
            if violation.state is not ViolationState.RECORDED:
                raise Conflict("violation_decided")
            if record.is_of(violation):
                return violation
            require_version(violation, version)
            self._require(held.registration, record)
            standing = await _same_offence(violation.registration_id, record)
            if standing is not None and standing.id != violation.id:
                raise Conflict("violation_recorded")
            before = _shown(violation)
            violation.update_from_dict(record.values())
            violation.version += 1
            await violation.save()
            await self._on_record(clerk, "violation_amended", violation, before=before)
        return violation

    def _require(self, held: Held, record: Record) -> None:
        now = self._clock.now()
        if held.row.state is not State.SEATED:
            raise Conflict("violation_not_seated")
        held.calendar.require_open(Stage.VIOLATIONS, now)
        subjects = held.form.registration.subjects or ()
        if found := faults(record, subjects=subjects, first_day=min(held.exam.exam_days, default=None), now=now):
            raise Faulty("violation_faulty", faults=found)

    async def _on_record(
        self, clerk: Clerk, act: str, violation: Violation, *, before: dict[str, Any] | None = None
    ) -> None:
        after = _shown(violation)
        subject_id = violation.registration_id
        await audit.record(self._clock, clerk.actor, act, "registration", subject_id, before=before, after=after)


async def _same_offence(registration_id: UUID, record: Record) -> Violation | None:
    """The one that stands for the same offence in the same subject."""
    of_registration = Violation.filter(registration_id=registration_id, state__in=LIVING, subject=record.subject)
    return await of_registration.get_or_none(severity=record.severity, item=record.item)


def _shown(violation: Violation) -> dict[str, Any]:
    """As the audit log keeps it."""
    return {
        "violation": violation.id,
        "subject": violation.subject,
        "severity": violation.severity,
        "item": violation.item,
        "what": violation.what,
        "seen_at": violation.seen_at.isoformat(),
        "told_at": violation.told_at.isoformat(),
        "unsigned_because": violation.unsigned_because,
        "taken": violation.taken,
        "receipt_number": violation.receipt_number,
    }
