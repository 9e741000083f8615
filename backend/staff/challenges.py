"""What is given out to be answered once and soon: a key's challenge, an app's secret before it is in force."""

import secrets
from collections.abc import Collection
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

from backend.clock import real_now
from backend.errors import NotSignedIn
from backend.staff.models import Purpose, StaffChallenge

GOOD_FOR: Final = timedelta(minutes=5)
RANDOM_BYTES: Final = 32


async def give(member_id: UUID, purpose: Purpose, content: bytes | None = None) -> StaffChallenge:
    """A new one; without content random bytes. The member's old ones are cleared away."""
    now = real_now()
    await StaffChallenge.filter(member_id=member_id, expires_at__lte=now).delete()
    return await StaffChallenge.create(
        id=uuid4(),
        member_id=member_id,
        purpose=purpose,
        content=content or secrets.token_bytes(RANDOM_BYTES),
        expires_at=now + GOOD_FOR,
    )


async def waiting(challenge_id: UUID, purpose: Purpose, *, member_id: UUID | None = None) -> StaffChallenge:
    """One that is neither answered nor too old, of a member whose service hasn't ended, with that member.

    Raises NotSignedIn `staff_step_over`.
    """
    found = StaffChallenge.filter(id=challenge_id, purpose=purpose, used_at=None, expires_at__gt=real_now())
    if member_id:
        found = found.filter(member_id=member_id)
    challenge = await found.filter(member__ended_at=None).select_related("member").first()
    if challenge is None:
        raise NotSignedIn("staff_step_over")
    return challenge


async def use(challenge: StaffChallenge) -> None:
    """It serves now, and never again: of two who answer at once the database lets one through.

    Inside the caller's transaction. Raises NotSignedIn `staff_step_over`.
    """
    if not await StaffChallenge.filter(id=challenge.id, used_at=None).update(used_at=real_now()):
        raise NotSignedIn("staff_step_over")


async def withdraw(member_id: UUID, purposes: Collection[Purpose] = tuple(Purpose)) -> None:
    """None of the member's that wait is good any more, inside the caller's transaction."""
    await StaffChallenge.filter(member_id=member_id, purpose__in=list(purposes), used_at=None).delete()
