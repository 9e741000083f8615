"""Sessions: started by a sign-in, carried on by rotating refresh tokens, ended by the candidate or by a reset."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

from backend.candidates.models import Candidate, Session
from backend.candidates.tokens import ACCESS_SECONDS, AccessClaims, Tokens
from backend.clock import real_now
from backend.database import Database, lock
from backend.errors import NotSignedIn

REFRESH_DAYS: Final = 30

STANDS: Final = "SELECT 1 FROM session WHERE id = $1 AND candidate_id = $2 AND ended_at IS NULL"
"""Whether the session of an access token still stands. Hot reads say the same inside their own statement."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """A fresh pair of tokens. `expires_in` is the access token's, in seconds."""

    access_token: str
    refresh_token: str
    expires_in: int
    candidate: Candidate


class Sessions:
    """Starts, carries on and ends sessions. All times are real time."""

    def __init__(self, database: Database, tokens: Tokens) -> None:
        self._database, self._tokens = database, tokens

    async def start(self, candidate: Candidate, *, platform: str | None) -> SignedIn:
        """A new session, inside the caller's transaction."""
        secret, now = secrets.token_urlsafe(32), real_now()
        session = await Session.create(
            id=uuid4(),
            candidate=candidate,
            platform=platform,
            refresh_hash=_hash(secret),
            started_at=now,
            expires_at=now + timedelta(days=REFRESH_DAYS),
        )
        return self._pair(candidate, session.id, secret)

    async def refresh(self, refresh_token: str) -> SignedIn:
        """The next pair of tokens. An old token ends the whole family: somebody has a copy.

        Raises NotSignedIn `session_ended`.
        """
        session_id, secret = _parse(refresh_token)
        async with self._database.transaction():
            session = await lock(Session, id=session_id)
            now = real_now()
            if session is None or session.ended_at is not None or session.expires_at <= now:
                raise NotSignedIn("session_ended")
            genuine = secrets.compare_digest(bytes(session.refresh_hash), _hash(secret))
            if not genuine:
                session.ended_at, session.ended_because = now, "refresh_token_reused"
            next_secret = secrets.token_urlsafe(32)
            session.refresh_hash = _hash(next_secret)
            session.expires_at = now + timedelta(days=REFRESH_DAYS)
            await session.save()
            candidate = await session.candidate
        if not genuine:
            raise NotSignedIn("session_ended")
        return self._pair(candidate, session_id, next_secret)

    async def end(self, claims: AccessClaims) -> None:
        """Sign out; again is harmless."""
        await Session.filter(id=claims.session_id, ended_at=None).update(
            ended_at=real_now(), ended_because="signed_out"
        )

    async def end_all(self, candidate_id: UUID, *, because: str) -> None:
        """End every session of the candidate, inside the caller's transaction."""
        await Session.filter(candidate_id=candidate_id, ended_at=None).update(
            ended_at=real_now(), ended_because=because
        )

    async def require(self, claims: AccessClaims) -> None:
        """Raises NotSignedIn where the session of the token has ended."""
        if not await self._database.rows(STANDS, claims.session_id, claims.candidate_id):
            raise NotSignedIn("session_ended")

    def _pair(self, candidate: Candidate, session_id: UUID, secret: str) -> SignedIn:
        return SignedIn(
            access_token=self._tokens.access(session_id=session_id, candidate_id=candidate.id),
            refresh_token=f"{session_id}.{secret}",
            expires_in=ACCESS_SECONDS,
            candidate=candidate,
        )


def _parse(refresh_token: str) -> tuple[UUID, str]:
    session_id, _, secret = refresh_token.partition(".")
    try:
        return UUID(session_id), secret
    except ValueError as error:
        raise NotSignedIn("session_ended") from error


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
