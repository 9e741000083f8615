"""The right to set a new password, and nothing else: given to who has proved to be the candidate, used once."""

import hashlib
from dataclasses import dataclass

from backend import audit
from backend.audit import Actor
from backend.candidates.logins import Logins
from backend.candidates.models import Candidate
from backend.candidates.particulars import password_faults
from backend.candidates.sessions import Sessions
from backend.candidates.tokens import RESET_SECONDS, Tokens
from backend.clock import Clock
from backend.database import Database, lock
from backend.errors import Faulty, NotSignedIn
from backend.events import EventName, tell
from backend.passwords import Passwords


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetRight:
    """`expires_in`: seconds of real time."""

    token: str
    expires_in: int = RESET_SECONDS


class Resets:
    """Gives the right and takes it. A right names the password it replaces: once that is changed, by this right or in
    any other way, every right that was given before is worth nothing."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        tokens: Tokens,
        passwords: Passwords,
        sessions: Sessions,
        logins: Logins,
    ) -> None:
        self._database, self._clock, self._tokens = database, clock, tokens
        self._passwords, self._sessions, self._logins = passwords, sessions, logins

    async def allow_in_transaction(self, candidate: Candidate, *, way: str, address: str | None) -> ResetRight:
        """The right, for who has proved to be the candidate; it is told to them before they can use it."""
        await self._record(candidate, "proved", way, address)
        mark = _mark(candidate.password_hash)
        return ResetRight(token=self._tokens.reset(candidate_id=candidate.id, way=way, password_mark=mark))

    async def reset(self, token: str, new_password: str, *, address: str | None) -> None:
        """Set the password and end every session.

        Raises NotSignedIn `reset_token_expired`, `reset_token_used`; Faulty naming the field.
        """
        claims = self._tokens.read_reset(token)
        if faults := password_faults(new_password, field="new_password"):
            raise Faulty("account_incomplete", faults=faults)
        new_hash = await self._passwords.hash(new_password)
        async with self._database.transaction():
            candidate = await lock(Candidate, id=claims.candidate_id)
            if candidate is None or _mark(candidate.password_hash) != claims.password_mark:
                raise NotSignedIn("reset_token_used")
            candidate.password_hash = new_hash
            await candidate.save(update_fields=["password_hash"])
            await self._sessions.end_all(candidate.id, because="password_reset")
            await self._record(candidate, "reset_password", claims.way, address)
        await self._logins.forgive(str(candidate.id), address=address)

    async def _record(self, candidate: Candidate, act: str, way: str, address: str | None) -> None:
        actor, now = Actor(kind="candidate", id=str(candidate.id), address=address), self._clock.now()
        await audit.record(self._clock, actor, act, "candidate", candidate.id, after={"way": way})
        changed = "password_reset" if act == "reset_password" else f"{way}_proved"
        await tell(
            EventName.ACCOUNT_CHANGED,
            subject_id=candidate.id,
            candidate_id=candidate.id,
            at=now,
            changed=changed,
            way=way,
        )


def _mark(password_hash: str) -> str:
    """Tells one password hash from another and nothing of the password: the hash is salted."""
    return hashlib.sha256(password_hash.encode()).hexdigest()[:16]
