"""Rows of a registration as its acts need them: locked, with the exam, the calendar and the policy that hold for it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from backend.database import lock
from backend.errors import NotFound, Outdated
from backend.exams.calendar import Calendar
from backend.exams.catalogue import ExamFacts, Exams, Policy
from backend.registrations.form import Form
from backend.registrations.models import PaymentState, Registration
from backend.registrations.moves import Move, payment_after
from backend.staff.scope import Clerk


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A registration's row, held until the transaction ends, and what was published for its place."""

    row: Registration
    form: Form
    exam: ExamFacts
    calendar: Calendar
    policy: Policy | None


async def hold(exams: Exams, registration_id: UUID, **owner: object) -> Held:
    """Lock one registration inside the caller's transaction. `owner` is the part of the query that scope goes by.

    Raises NotFound `registration_unknown`, also for somebody else's.
    """
    row = await lock(Registration, id=registration_id, **owner)
    if row is None:
        raise NotFound("registration_unknown")
    return await held(exams, row)


async def hold_in_scope(exams: Exams, clerk: Clerk, registration_id: UUID) -> Held:
    """As `hold`, for a clerk: one outside their scope is not found, just as one that isn't there."""
    if not await Registration.exists(id=registration_id, **clerk.registrations()):
        raise NotFound("registration_unknown")
    return await hold(exams, registration_id)


async def held(exams: Exams, row: Registration) -> Held:
    """The row with what was published for its place; the nation's calendar while no place is chosen."""
    form = Form.model_validate(row.form)
    exam = await exams.by_id(row.exam_id)
    area, site = form.registration.area, form.registration.site
    return Held(
        row=row,
        form=form,
        exam=exam,
        calendar=await _calendar(exams, exam.code, area, site),
        policy=await _policy(exams, exam.code, area, site),
    )


def let_payment_fall_due(held: Held, now: datetime) -> None:
    """After a move: the fee falls due where the policy of the place says so, and since when is kept."""
    row, policy = held.row, held.policy
    if policy is None:
        return
    before = row.payment_state
    row.payment_state = payment_after(
        state=row.state,
        payment_state=before,
        payment_mode=policy.payment_mode,
        after_auto_confirmation=policy.after_auto_confirmation,
        by_system=row.confirmed_by == "system",
    )
    if row.payment_state is PaymentState.DUE and before is not PaymentState.DUE:
        row.payment_due_since = now


def require_window(held: Held, step: Move, now: datetime) -> None:
    """Raises OutOfWindow unless the move's stage is open; what was supplemented is decided until a later one ends."""
    stage = step.stage
    if stage is None:
        return
    if step.supplemented and held.row.returned_by and held.calendar.state(stage, now) == "closed":
        closes_at = held.calendar.closes_at(step.supplemented)
        if closes_at is None or now < closes_at:
            return
        stage = step.supplemented
    held.calendar.require_open(stage, now)


def require_version(row: Registration, expected: int | None) -> None:
    """Raises Outdated `changed_meanwhile` where it is said on which version the change was made, and another stands."""
    if expected not in (None, row.version):
        raise Outdated("changed_meanwhile")


async def _calendar(exams: Exams, exam: str, area: str | None, site: str | None) -> Calendar:
    try:
        return await exams.calendar(exam, area, site)
    except NotFound:
        return await exams.calendar(exam, None, None)


async def _policy(exams: Exams, exam: str, area: str | None, site: str | None) -> Policy | None:
    if area is None:
        return None
    try:
        return await exams.policy(exam, area, site)
    except NotFound:
        return None
