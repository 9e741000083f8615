"""Signed tokens (JWT, HS256): who signed in, and which platform account may be bound. Newest key signs, all verify."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any, Final
from uuid import UUID, uuid4

import jwt

from backend.clock import real_now
from backend.errors import NotSignedIn

ALGORITHM: Final = "HS256"
ACCESS_SECONDS: Final = 900
BINDING_SECONDS: Final = 600
RESET_SECONDS: Final = 600
VERIFIED_TOKENS: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessClaims:
    """What an access token says. That the session still stands is the database's word, not the token's."""

    session_id: UUID
    candidate_id: UUID
    expires_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformUser:
    """One person in one platform's app, as the platform named them to us."""

    platform: str
    app_id: str
    open_id: str
    union_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BindingClaims:
    """A platform account that may be bound, once, before the token expires."""

    token_id: UUID
    user: PlatformUser
    expires_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetClaims:
    """Somebody proved to be this candidate, by this way, while the password with this mark was theirs."""

    candidate_id: UUID
    way: str
    password_mark: str


class Tokens:
    """Issues and reads tokens. Times are real time: an exam clock that is moved ends nobody's session."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise ValueError("at least one secret key is needed")
        self._keys = {_key_id(key): key for key in keys}
        self._current = _key_id(keys[0])
        # A signature once verified needn't be again while its bytes are the same; expiry is looked at every time.
        self._verified = lru_cache(maxsize=VERIFIED_TOKENS)(self._verify)

    def access(self, *, session_id: UUID, candidate_id: UUID) -> str:
        return self._issue("access", ACCESS_SECONDS, sid=str(session_id), sub=str(candidate_id))

    def binding(self, user: PlatformUser) -> str:
        return self._issue(
            "binding",
            BINDING_SECONDS,
            jti=str(uuid4()),
            plt=user.platform,
            app=user.app_id,
            oid=user.open_id,
            uid=user.union_id,
        )

    def reset(self, *, candidate_id: UUID, way: str, password_mark: str) -> str:
        return self._issue("reset", RESET_SECONDS, sub=str(candidate_id), way=way, mark=password_mark)

    def read_access(self, token: str) -> AccessClaims:
        """Raises NotSignedIn for anything but an access token of ours that hasn't expired."""
        claims = self._claims(token, "access", "session_ended")
        return AccessClaims(
            session_id=UUID(claims["sid"]), candidate_id=UUID(claims["sub"]), expires_at=float(claims["exp"])
        )

    def read_binding(self, token: str) -> BindingClaims:
        """Raises NotSignedIn `binding_token_expired` for anything but a binding token of ours that hasn't expired."""
        claims = self._claims(token, "binding", "binding_token_expired")
        user = PlatformUser(
            platform=claims["plt"], app_id=claims["app"], open_id=claims["oid"], union_id=claims.get("uid")
        )
        return BindingClaims(token_id=UUID(claims["jti"]), user=user, expires_at=float(claims["exp"]))

    def read_reset(self, token: str) -> ResetClaims:
        """Raises NotSignedIn `reset_token_expired` for anything but a reset token of ours that hasn't expired."""
        claims = self._claims(token, "reset", "reset_token_expired")
        return ResetClaims(candidate_id=UUID(claims["sub"]), way=claims["way"], password_mark=claims["mark"])

    def _issue(self, purpose: str, seconds: int, **claims: Any) -> str:
        expires_at = real_now() + timedelta(seconds=seconds)
        return jwt.encode(
            {**claims, "use": purpose, "exp": expires_at},
            self._keys[self._current],
            algorithm=ALGORITHM,
            headers={"kid": self._current},
        )

    def _claims(self, token: str, purpose: str, refusal: str) -> dict[str, Any]:
        try:
            claims = self._verified(token)
        except (jwt.InvalidTokenError, KeyError) as error:
            raise NotSignedIn(refusal) from error
        if claims.get("use") != purpose or claims["exp"] <= real_now().timestamp():
            raise NotSignedIn(refusal)
        return claims

    def _verify(self, token: str) -> dict[str, Any]:
        key = self._keys[jwt.get_unverified_header(token)["kid"]]
        options: Any = {"require": ["exp", "use"], "verify_exp": False}
        return jwt.decode(token, key, algorithms=[ALGORITHM], options=options)


def _key_id(key: str) -> str:
    return hashlib.sha256(b"zhunkao token key" + key.encode()).hexdigest()[:8]
