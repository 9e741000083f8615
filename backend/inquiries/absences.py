"""Who is at an office's desk, and who is away: a question is only in the hands of somebody who is there."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from backend import audit
from backend.clock import Clock
from backend.database import Database, lock, violated
from backend.errors import Conflict, NotFound
from backend.inquiries.desk_models import DeskClerk
from backend.inquiries.holding import inbox_of
from backend.inquiries.models import Inquiry, InquiryState
from backend.inquiries.wakes import Wakes
from backend.staff.duties import WHOSE, Duty
from backend.staff.models import Role, StaffMember
from backend.staff.scope import Clerk

MOST_COLLEAGUES: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody of the office who answers."""

    id: UUID
    name: str
    away: bool


class Absences:
    """Away and back."""

    def __init__(self, *, database: Database, clock: Clock, wakes: Wakes) -> None:
        self._database, self._clock, self._wakes = database, clock, wakes

    async def leave(self, clerk: Clerk) -> int:
        """The clerk is away: all they had goes back into the queue; how many that were. Again is harmless."""
        mine = inbox_of(clerk, Duty.ANSWER)
        async with self._database.transaction():
            here = await at_desk(clerk.member_id)
            if here.away_since is None:
                here.away_since = self._clock.now()
                await here.save(update_fields=["away_since"])
                await audit.record(self._clock, clerk.actor, "left_desk", "staff_member", clerk.member_id)
            claimed = Inquiry.filter(claimed_by_id=clerk.member_id, **mine).exclude(state=InquiryState.CLOSED)
            rows = await claimed.order_by("id").select_for_update()
            for inquiry in rows:
                inquiry.claimed_by_id, inquiry.claimed_at = None, None
                await inquiry.save(update_fields=["claimed_by_id", "claimed_at"])
                await audit.record(self._clock, clerk.actor, "released", "inquiry", inquiry.id)
        for inquiry in rows:
            await self._wakes.wake(inquiry.id, site_id=inquiry.site_id)
        return len(rows)

    async def come_back(self, clerk: Clerk) -> None:
        """The clerk is there again; again is harmless."""
        clerk.require(Duty.ANSWER)
        async with self._database.transaction():
            here = await at_desk(clerk.member_id)
            if here.away_since is not None:
                here.away_since = None
                await here.save(update_fields=["away_since"])
                await audit.record(self._clock, clerk.actor, "back_at_desk", "staff_member", clerk.member_id)

    async def colleagues(self, clerk: Clerk) -> list[Colleague]:
        """Everybody of the clerk's office who answers, the clerk too, by name."""
        inbox_of(clerk, Duty.SEE_INBOX)
        members = StaffMember.filter(level=clerk.level, site_id=clerk.site_id, ended_at=None).order_by("name", "id")
        found = [one for one in await members.limit(MOST_COLLEAGUES) if _answers(one)]
        away = await DeskClerk.filter(member_id__in=[one.id for one in found], away_since__not_isnull=True)
        gone = {one.member_id for one in away}
        return [Colleague(id=one.id, name=one.name, away=one.id in gone) for one in found]


async def at_desk(member_id: UUID) -> DeskClerk:
    """Whether the member is away, held until the transaction ends. It is taken before any inquiry, by everybody: so
    that nothing is handed to somebody who is leaving."""
    if (found := await lock(DeskClerk, member_id=member_id)) is not None:
        return found
    try:
        async with in_transaction():
            return await DeskClerk.create(member_id=member_id)
    except IntegrityError as error:
        if not violated(error, "desk_clerk_member_id_key"):
            raise
    made = await lock(DeskClerk, member_id=member_id)
    assert made is not None
    return made


async def colleague_at_desk(clerk: Clerk, member_id: UUID) -> StaffMember:
    """A member of the clerk's own office who answers and is there, held there. Raises NotFound `colleague_unknown`;
    Conflict `colleague_away`."""
    found = StaffMember.filter(id=member_id, level=clerk.level, site_id=clerk.site_id, ended_at=None)
    member = await found.first()
    if member is None or not _answers(member):
        raise NotFound("colleague_unknown")
    if (await at_desk(member_id)).away_since is not None:
        raise Conflict("colleague_away", name=member.name)
    return member


def _answers(member: StaffMember) -> bool:
    return bool(WHOSE[Duty.ANSWER].get(member.level, frozenset()) & frozenset(map(Role, member.roles)))
