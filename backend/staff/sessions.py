"""Sessions of the staff: of a whole working day at most, ended where nobody has been there for half an hour.

Their tokens say nothing and are looked up at every request: who is signed out, or whose service ends, is out at once.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from tortoise.queryset import QuerySet

from backend import audit
from backend.clock import Clock, real_now
from backend.database import Database
from backend.errors import NotAllowed, NotSignedIn
from backend.staff.models import Factor, StaffMember, StaffSession
from backend.staff.scope import Clerk, clerk_of

IDLE: Final = timedelta(minutes=30)
LONGEST: Final = timedelta(hours=12)
SETTING_UP: Final = timedelta(minutes=30)
"""How long one that an invitation opened lasts."""
FRESH: Final = timedelta(minutes=10)
"""So long after a sign-in one may change how one signs in."""
SEEN_EVERY: Final = timedelta(minutes=1)
"""A request writes that somebody is there no more often than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StartedSession:
    """A session's token, which is nowhere kept, and until when it lasts at the longest."""

    token: str
    expires_at: datetime
    member: StaffMember


@dataclass(frozen=True, slots=True, kw_only=True)
class AtWork:
    """A member of the staff whose session stands."""

    session_id: UUID
    username: str
    name: str
    factor: Factor
    started_at: datetime
    clerk: Clerk

    @property
    def is_setting_up(self) -> bool:
        """An invitation opened it: it is good for setting up a second factor and for nothing else."""
        return self.factor is Factor.INVITATION

    def require_fresh(self) -> None:
        """Raises NotAllowed `staff_sign_in_not_fresh`: who finds a desk unattended takes nothing over."""
        if real_now() - self.started_at > FRESH:
            raise NotAllowed("staff_sign_in_not_fresh")


class StaffSessions:
    """Starts, knows and ends sessions. All times are real time."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def start(self, member: StaffMember, factor: Factor) -> StartedSession:
        """A new session, inside the caller's transaction."""
        secret, now = secrets.token_urlsafe(32), real_now()
        session = await StaffSession.create(
            id=uuid4(),
            member=member,
            secret_hash=_hash(secret),
            factor=factor,
            started_at=now,
            seen_at=now,
            expires_at=now + (SETTING_UP if factor is Factor.INVITATION else LONGEST),
        )
        return StartedSession(token=f"{session.id}.{secret}", expires_at=session.expires_at, member=member)

    async def at_work(self, token: str, *, address: str | None, attended: bool = True) -> AtWork:
        """Whose token it is. `attended`: somebody sits there, and not only a page that is open.

        Raises NotSignedIn `staff_session_ended`.
        """
        session_id, secret = _parse(token)
        now = real_now()
        session = await _standing(session_id, now).select_related("member").first()
        if session is None or not secrets.compare_digest(bytes(session.secret_hash), _hash(secret)):
            raise NotSignedIn("staff_session_ended")
        if attended and now - session.seen_at >= SEEN_EVERY:
            await StaffSession.filter(id=session_id, ended_at=None, seen_at__lt=now).update(seen_at=now)
        member: StaffMember = session.member
        return AtWork(
            session_id=session.id,
            username=member.username,
            name=member.name,
            factor=session.factor,
            started_at=session.started_at,
            clerk=clerk_of(member, address=address),
        )

    async def stands(self, at_work: AtWork) -> bool:
        """Whether the session still does: who only asks this is nobody there."""
        return await _standing(at_work.session_id, real_now()).exists()

    async def clerk(self, token: str, *, address: str | None) -> Clerk:
        """The clerk whose token it is. Raises NotSignedIn `staff_session_ended`; NotAllowed `staff_set_up_first`."""
        at_work = await self.at_work(token, address=address)
        if at_work.is_setting_up:
            raise NotAllowed("staff_set_up_first")
        return at_work.clerk

    async def set_up(self, at_work: AtWork, factor: Factor) -> None:
        """A second factor is there: what an invitation opened is a whole session now. In the caller's transaction."""
        await StaffSession.filter(id=at_work.session_id, factor=Factor.INVITATION).update(
            factor=factor, expires_at=at_work.started_at + LONGEST
        )

    async def end(self, at_work: AtWork) -> None:
        """Sign out; again is harmless."""
        async with self._database.transaction():
            if await self._end(StaffSession.filter(id=at_work.session_id, ended_at=None), "signed_out"):
                actor = at_work.clerk.actor
                await audit.record(self._clock, actor, "signed_out", "staff_member", at_work.clerk.member_id)

    async def end_all(self, member_id: UUID, *, because: str, but: UUID | None = None) -> None:
        """End every session of the member, or every one but this, inside the caller's transaction."""
        standing = StaffSession.filter(member_id=member_id, ended_at=None)
        await self._end(standing.exclude(id=but) if but else standing, because)

    async def _end(self, sessions: QuerySet[StaffSession], because: str) -> int:
        return await sessions.update(ended_at=real_now(), ended_because=because)


def _standing(session_id: UUID, now: datetime) -> QuerySet[StaffSession]:
    standing = StaffSession.filter(id=session_id, ended_at=None, expires_at__gt=now, seen_at__gt=now - IDLE)
    return standing.filter(member__ended_at=None)


def _parse(token: str) -> tuple[UUID, str]:
    session_id, _, secret = token.partition(".")
    try:
        return UUID(session_id), secret
    except ValueError as error:
        raise NotSignedIn("staff_session_ended") from error


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
