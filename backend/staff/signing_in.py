"""Signing in: the password first, then a security key, or a code from an app or from the paper kept for the worst day.

Nothing tells whether a user name is anybody's: a wrong one is verified, counted, locked and recorded like a wrong
password.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from uuid import UUID

from backend import audit
from backend.audit import Actor
from backend.clock import Clock, real_now
from backend.database import Database, lock
from backend.errors import NotAllowed, NotSignedIn
from backend.guesses import Guesses, Limit, origin
from backend.passwords import Passwords
from backend.personal_data import PersonalData, normal
from backend.staff import challenges, totp
from backend.staff.codes import StaffCodes
from backend.staff.models import Factor, Purpose, SecurityKey, StaffAccess, StaffChallenge, StaffCodeKind, StaffMember
from backend.staff.security_keys import KeyRefused, KnownKey, RelyingParty, asks_to_sign, credential_of, signed
from backend.staff.sessions import StaffSessions, StartedSession

ABOUT_TOTP: Final = "staff_access.totp_secret"
PASSWORD: Final = Limit(name="staff_login", failures=5, seconds=900, refusal="staff_too_many_failures")
ADDRESS: Final = Limit(name="staff_login", failures=200, seconds=900, refusal="staff_too_many_failures")
"""Of one address, whomever the failures are of: an office shares one."""
CODE: Final = Limit(name="staff_code", failures=5, seconds=900, refusal="staff_too_many_codes")
"""Of one account from anywhere: who gets as far as this knows its password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondStep:
    """The password was right. `key`: the argument of `navigator.credentials.get`, where there is a key;
    `app`: whether there is an app."""

    id: UUID
    key: dict[str, Any] | None
    app: bool


class SigningIn:
    """Two steps, each under its limits; a session at their end."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        personal_data: PersonalData,
        passwords: Passwords,
        guesses: Guesses,
        sessions: StaffSessions,
        codes: StaffCodes,
        party: RelyingParty,
    ) -> None:
        self._database, self._clock, self._personal_data = database, clock, personal_data
        self._passwords, self._guesses, self._sessions = passwords, guesses, sessions
        self._codes, self._party = codes, party

    async def begin(self, username: str, password: str, *, address: str | None) -> SecondStep:
        """The first step. Raises NotSignedIn `staff_sign_in_failed`; NotAllowed `staff_no_second_factor`; TooMany."""
        who = spelt_username(username)
        access = await StaffAccess.filter(member__username=who, member__ended_at=None).first()
        proof = partial(self._passwords.verify, access.password_hash if access else None, password)
        if not await self._guesses.right(limits_of(who, address), proof) or access is None:
            await self._failed(access.member_id if access else None, "password", address)
            raise NotSignedIn("staff_sign_in_failed")
        keys = await SecurityKey.filter(member_id=access.member_id, ended_at=None)
        if not keys and access.totp_secret is None:
            raise NotAllowed("staff_no_second_factor")
        challenge = await challenges.give(access.member_id, Purpose.SIGN_IN)
        known = [bytes(key.credential_id) for key in keys]
        content = bytes(challenge.content)
        return SecondStep(
            id=challenge.id,
            key=asks_to_sign(self._party, challenge=content, known=known) if keys else None,
            app=access.totp_secret is not None,
        )

    async def by_key(self, step: UUID, answer: Mapping[str, Any], *, address: str | None) -> StartedSession:
        """The second step with a key: what `navigator.credentials.get` gave, as JSON.

        Raises NotSignedIn `staff_step_over`; KeyRefused `security_key_refused`.
        """
        challenge = await challenges.waiting(step, Purpose.SIGN_IN)
        try:
            async with self._database.transaction():
                await challenges.use(challenge)
                await self._sign(challenge, answer)
                return await self._start(challenge, Factor.KEY, address)
        except KeyRefused:
            await self._failed(challenge.member_id, "key", address)
            raise

    async def by_code(self, step: UUID, code: str, *, address: str | None) -> StartedSession:
        """The second step with an app's six digits or a recovery code.

        Raises NotSignedIn `staff_step_over`, `staff_code_wrong`; TooMany `staff_too_many_codes`.
        """
        challenge = await challenges.waiting(step, Purpose.SIGN_IN)
        started: StartedSession | None = None

        async def proof() -> bool:
            nonlocal started
            started = await self._by_code(challenge, code, address)
            return started is not None

        await self._guesses.right({f"{CODE.name}:{challenge.member_id}": CODE}, proof)
        if started is None:
            await self._failed(challenge.member_id, "code", address)
            raise NotSignedIn("staff_code_wrong")
        return started

    async def at_once(self, username: str, password: str, code: str, *, address: str | None) -> StartedSession:
        """Both steps in one call, for a program: which of them was wrong isn't told.

        Raises NotSignedIn `staff_sign_in_failed`; NotAllowed `staff_no_second_factor`; TooMany.
        """
        step = await self.begin(username, password, address=address)
        try:
            return await self.by_code(step.id, code, address=address)
        except NotSignedIn as error:
            raise NotSignedIn("staff_sign_in_failed") from error

    async def _by_code(self, challenge: StaffChallenge, code: str, address: str | None) -> StartedSession | None:
        async with self._database.transaction():
            # Whoever changes how this member signs in waits, and so does a second code.
            access = await lock(StaffAccess, member_id=challenge.member_id)
            factor = await self._factor_of(access, code) if access else None
            if factor is None:
                return None
            await challenges.use(challenge)
            return await self._start(challenge, factor, address)

    async def _factor_of(self, access: StaffAccess, code: str) -> Factor | None:
        digits = normal(code).replace(" ", "")
        if access.totp_secret is not None and len(digits) == totp.DIGITS and digits.isdecimal():
            secret = self._personal_data.decrypt(bytes(access.totp_secret), about=ABOUT_TOTP)
            step = totp.step_meant(secret, digits, at=real_now())
            return Factor.TOTP if step is not None and await _serve(access, step) else None
        used = await self._codes.use(access.member_id, StaffCodeKind.RECOVERY, code)
        return Factor.RECOVERY if used else None

    async def _sign(self, challenge: StaffChallenge, answer: Mapping[str, Any]) -> None:
        key = await lock(SecurityKey, member_id=challenge.member_id, credential_id=credential_of(answer), ended_at=None)
        if key is None:
            raise KeyRefused("security_key_refused")
        known = KnownKey(
            credential_id=bytes(key.credential_id), public_key=bytes(key.public_key), sign_count=key.sign_count
        )
        key.sign_count = signed(self._party, answer, challenge=bytes(challenge.content), key=known)
        key.last_used_at = real_now()
        await key.save(update_fields=["sign_count", "last_used_at"])

    async def _start(self, challenge: StaffChallenge, factor: Factor, address: str | None) -> StartedSession:
        member: StaffMember = challenge.member
        actor = Actor(kind="staff", id=str(member.id), address=address)
        await audit.record(self._clock, actor, "signed_in", "staff_member", member.id, after={"factor": factor})
        return await self._sessions.start(member, factor)

    async def _failed(self, member_id: UUID | None, step: str, address: str | None) -> None:
        """Written down of a name that is nobody's too, as nobody's: what was typed may be a password."""
        who = str(member_id or "unknown")
        actor = Actor(kind="staff", id=who, address=address)
        await audit.record(self._clock, actor, "sign_in_failed", "staff_member", who, after={"step": step})


def spelt_username(username: str) -> str:
    """One spelling: width, case and spaces around it don't matter."""
    return normal(username).lower()


def limits_of(who: str, address: str | None) -> dict[str, Limit]:
    """What a wrong password or invitation counts for."""
    return {f"{PASSWORD.name}:{who}:{origin(address)}": PASSWORD, f"{ADDRESS.name}:{origin(address)}": ADDRESS}


async def _serve(access: StaffAccess, step: int) -> bool:
    """Whether a code of this step serves: neither it nor a later one has."""
    newer = StaffAccess.filter(id=access.id)
    return bool(await newer.filter(totp_step=None).update(totp_step=step)) or bool(
        await newer.filter(totp_step__lt=step).update(totp_step=step)
    )
