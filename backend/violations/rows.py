"""A violation as its acts need it: inside the clerk's scope, held together with its registration."""

from dataclasses import dataclass

from backend.database import lock
from backend.errors import NotFound, Outdated
from backend.exams.catalogue import Exams
from backend.registrations.rows import Held, hold
from backend.staff.scope import Clerk
from backend.violations.models import Violation


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldViolation:
    """The row and its registration's, both held until the transaction ends."""

    violation: Violation
    registration: Held


async def in_scope(clerk: Clerk, violation_id: int) -> Violation:
    """With registration and candidate, none held. Raises NotFound `violation_unknown`, also outside the scope."""
    scope = clerk.registrations(through="registration__")
    found = await Violation.get_or_none(id=violation_id, **scope).select_related(
        "registration", "registration__candidate"
    )
    if found is None:
        raise NotFound("violation_unknown")
    return found


async def hold_violation(exams: Exams, clerk: Clerk, violation_id: int) -> HeldViolation:
    """The registration is taken first, as by everybody who decides of it. Raises as `in_scope` does."""
    found = await in_scope(clerk, violation_id)
    registration = await hold(exams, found.registration_id)
    violation = await lock(Violation, id=violation_id)
    assert violation is not None
    return HeldViolation(violation=violation, registration=registration)


def require_version(violation: Violation, expected: int) -> None:
    """Raises Outdated `violation_amended` unless what is done is done to what was read."""
    if violation.version != expected:
        raise Outdated("violation_amended")
