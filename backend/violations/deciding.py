"""Violations are decided by the area; what it upholds is void at once, and bars for two years where the list says so.

A result that was imported before is judged anew, one imported later meets what was decided. A decision may be lifted,
whenever it turns out to be wrong: then all it did is undone.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from backend import audit
from backend.candidates.models import Candidate
from backend.clock import EXAM_ZONE, Clock
from backend.database import Database
from backend.errors import Conflict, Fault, Faulty
from backend.events import EventName, tell
from backend.exams.catalogue import Exams
from backend.exams.stages import Stage
from backend.registrations.bars import bar
from backend.registrations.models import Bar
from backend.registrations.rows import Held
from backend.results.publication import hold_for_one
from backend.results.rejudging import Rejudging
from backend.staff.duties import Duty
from backend.staff.scope import Clerk
from backend.violations.models import Violation, ViolationState
from backend.violations.offences import offences, voids
from backend.violations.rows import HeldViolation, hold_violation, in_scope, require_version

LONGEST_REASON: Final = 500


class ViolationDeciding:
    """Each act is one transaction. Scope is part of every query."""

    def __init__(self, *, database: Database, clock: Clock, exams: Exams, rejudging: Rejudging) -> None:
        self._database, self._clock, self._exams, self._rejudging = database, clock, exams, rejudging

    async def uphold(self, clerk: Clerk, violation_id: int, *, version: int) -> Violation:
        """Find it proven, as it was read under this version. Again is harmless.

        Raises NotFound `violation_unknown` outside the area; OutOfWindow; Outdated `violation_amended`; Conflict
        `violation_decided` where it was decided otherwise.
        """
        clerk.require(Duty.DECIDE_VIOLATION)
        async with self._held(clerk, violation_id) as held:
            violation = held.violation
            if violation.state is ViolationState.UPHELD:
                return violation
            self._require_undecided(held, version)
            now = self._clock.now()
            if offences()[violation.severity, violation.item].bars:
                candidate = await Candidate.get(id=held.registration.row.candidate_id)
                violation.bar = await bar(candidate, decided_at=now)
            violation.state, violation.decided_by, violation.decided_at = ViolationState.UPHELD, clerk.member_id, now
            await violation.save()
            await self._take_effect(clerk, held, EventName.VIOLATION_UPHELD)
        return violation

    async def dismiss(self, clerk: Clerk, violation_id: int, *, reason: str, version: int) -> Violation:
        """Find it not proven: nothing follows. Again is harmless. Raises as `uphold` does, and Faulty on `reason`."""
        clerk.require(Duty.DECIDE_VIOLATION)
        said = _said(reason)
        async with self._held(clerk, violation_id) as held:
            violation = held.violation
            if violation.state is ViolationState.DISMISSED:
                return violation
            self._require_undecided(held, version)
            violation.state, violation.reason = ViolationState.DISMISSED, said
            violation.decided_by, violation.decided_at = clerk.member_id, self._clock.now()
            await violation.save()
            await self._on_record(clerk, violation)
        return violation

    async def lift(self, clerk: Clerk, violation_id: int, *, reason: str) -> Violation:
        """Undo what was upheld, whenever that is. Again is harmless.

        Raises NotFound `violation_unknown`; Faulty on `reason`; Conflict `violation_not_upheld`.
        """
        clerk.require(Duty.DECIDE_VIOLATION)
        said = _said(reason)
        async with self._held(clerk, violation_id) as held:
            violation, now = held.violation, self._clock.now()
            if violation.state is ViolationState.LIFTED:
                return violation
            if violation.state is not ViolationState.UPHELD:
                raise Conflict("violation_not_upheld")
            violation.state, violation.reason = ViolationState.LIFTED, said
            violation.lifted_by, violation.lifted_at = clerk.member_id, now
            await violation.save()
            await Bar.filter(id=violation.bar_id).update(lifted_at=now)
            await self._take_effect(clerk, held, EventName.VIOLATION_LIFTED)
        return violation

    @asynccontextmanager
    async def _held(self, clerk: Clerk, violation_id: int) -> AsyncIterator[HeldViolation]:
        """Imports are kept away before the rows are held: they wait for rows themselves."""
        async with self._database.transaction():
            found = await in_scope(clerk, violation_id)
            await hold_for_one(self._database, found.registration.exam_id)
            yield await hold_violation(self._exams, clerk, violation_id)

    def _require_undecided(self, held: HeldViolation, version: int) -> None:
        if held.violation.state is not ViolationState.RECORDED:
            raise Conflict("violation_decided")
        held.registration.calendar.require_open(Stage.VIOLATIONS, self._clock.now())
        require_version(held.violation, version)

    async def _take_effect(self, clerk: Clerk, held: HeldViolation, name: EventName) -> None:
        registration, violation = held.registration, held.violation
        await self._void(registration)
        barred_until = await _barred_until(violation)
        await self._on_record(clerk, violation, voids=registration.row.voids, barred_until=barred_until)
        await tell(
            name,
            subject_id=registration.row.id,
            candidate_id=registration.row.candidate_id,
            at=self._clock.now(),
            violation=violation.id,
            barred_until=barred_until,
        )

    async def _void(self, held: Held) -> None:
        upheld = Violation.filter(registration=held.row, state=ViolationState.UPHELD).order_by("id")
        held.row.voids = voids([(one.subject, one.severity) for one in await upheld])
        await held.row.save(update_fields=["voids"])
        await self._rejudging.rejudge(held.exam, held.row.id)

    async def _on_record(self, clerk: Clerk, violation: Violation, **effects: Any) -> None:
        after = {"violation": violation.id, "reason": violation.reason, **effects}
        act = f"violation_{violation.state}"
        await audit.record(self._clock, clerk.actor, act, "registration", violation.registration_id, after=after)


async def _barred_until(violation: Violation) -> str | None:
    """While it bars."""
    standing = await Bar.get_or_none(id=violation.bar_id, lifted_at=None)
    return standing.until.astimezone(EXAM_ZONE).isoformat() if standing else None


def _said(reason: str) -> str:
    if not (said := reason.strip()):
        raise Faulty("reasons_needed", faults=[Fault("reason", "missing")])
    if len(said) > LONGEST_REASON:
        raise Faulty("request_faulty", faults=[Fault("reason", "too_long")])
    return said
