"""How a member signs in, changed by themselves: a first password by invitation, another one, keys, an app, codes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from tortoise.exceptions import IntegrityError

from backend import audit
from backend.audit import Actor
from backend.clock import Clock, real_now
from backend.database import Database, lock
from backend.errors import Conflict, Fault, Faulty, NotFound, NotSignedIn
from backend.guesses import Guesses
from backend.passwords import Passwords
from backend.personal_data import PersonalData
from backend.staff import challenges, totp
from backend.staff.codes import StaffCodes
from backend.staff.models import Factor, Purpose, SecurityKey, StaffAccess, StaffCodeKind, StaffMember
from backend.staff.security_keys import KeyRefused, RelyingParty, added, asks_to_add
from backend.staff.sessions import AtWork, StaffSessions, StartedSession
from backend.staff.signing_in import ABOUT_TOTP, limits_of, spelt_username

SHORTEST_PASSWORD: Final = 12
LONGEST_PASSWORD: Final = 128
LONGEST_KEY_NAME: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyToAdd:
    """The argument of `navigator.credentials.create`, and what its answer is for."""

    id: UUID
    options: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class AppToAdd:
    """A secret that is in force once the app's code has come back. `address`: for its QR code."""

    id: UUID
    secret: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnKey:
    id: int
    name: str
    added_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """How a member signs in."""

    keys: tuple[OwnKey, ...]
    app: bool
    recovery_codes: int


class Credentials:
    """Each change asks for a fresh sign-in, ends nothing that is needed to sign in again, and is written down."""

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

    async def accept(self, username: str, invitation: str, password: str, *, address: str | None) -> StartedSession:
        """Set a password by an invitation. What there was before (password, keys, app, codes, sessions) ends.

        Raises NotSignedIn `staff_invitation_refused`, the same for a name that is nobody's; Faulty; TooMany.
        """
        require_password(password, username)
        who = spelt_username(username)
        member = await StaffMember.get_or_none(username=who, ended_at=None)
        started: StartedSession | None = None

        async def proof() -> bool:
            nonlocal started
            # Hashed whether or not the invitation is good: the time it takes tells nothing.
            password_hash = await self._passwords.hash(password)
            started = await self._accept(member, invitation, password_hash, address) if member else None
            return started is not None

        await self._guesses.right(limits_of(who, address), proof)
        if started is None:
            raise NotSignedIn("staff_invitation_refused")
        return started

    async def change_password(self, at_work: AtWork, current: str, password: str, *, address: str | None) -> None:
        """Set another password; every other session ends. Raises Faulty naming the field; TooMany."""
        require_password(password, at_work.username)
        member_id = at_work.clerk.member_id
        stored = (await StaffAccess.get(member_id=member_id)).password_hash
        proof = partial(self._passwords.verify, stored, current)
        if not await self._guesses.right(limits_of(at_work.username, address), proof):
            raise Faulty("staff_credentials_faulty", faults=[Fault("current", "password_wrong")])
        password_hash = await self._passwords.hash(password)
        async with self._database.transaction():
            access = await self._locked(at_work)
            if access.password_hash != stored:
                raise Conflict("staff_credentials_changed")
            access.password_hash, access.changed_at = password_hash, real_now()
            await access.save(update_fields=["password_hash", "changed_at"])
            await challenges.withdraw(member_id)
            await self._sessions.end_all(member_id, because="password_changed", but=at_work.session_id)
            await self._record(at_work.clerk.actor, "password_changed", member_id)

    async def begin_key(self, at_work: AtWork) -> KeyToAdd:
        """Raises NotAllowed `staff_sign_in_not_fresh`."""
        at_work.require_fresh()
        member_id = at_work.clerk.member_id
        challenge = await challenges.give(member_id, Purpose.ADD_KEY)
        keys = await SecurityKey.filter(member_id=member_id, ended_at=None)
        options = asks_to_add(
            self._party,
            member_id=member_id.bytes,
            username=at_work.username,
            name=at_work.name,
            challenge=bytes(challenge.content),
            known=[bytes(key.credential_id) for key in keys],
        )
        return KeyToAdd(id=challenge.id, options=options)

    async def add_key(self, at_work: AtWork, step: UUID, answer: Mapping[str, Any], *, name: str) -> None:
        """What `navigator.credentials.create` gave, as JSON. `name`: what the member calls the key.

        Raises NotSignedIn `staff_step_over`; KeyRefused `security_key_refused`; Faulty naming the field.
        """
        at_work.require_fresh()
        if not 0 < len(name) <= LONGEST_KEY_NAME:
            raise Faulty("staff_credentials_faulty", faults=[Fault("name", "security_key_name")])
        member_id = at_work.clerk.member_id
        challenge = await challenges.waiting(step, Purpose.ADD_KEY, member_id=member_id)
        key = added(self._party, answer, challenge=bytes(challenge.content))
        try:
            async with self._database.transaction():
                await self._locked(at_work)
                await challenges.use(challenge)
                row = await SecurityKey.create(
                    member_id=member_id,
                    credential_id=key.credential_id,
                    public_key=key.public_key,
                    sign_count=key.sign_count,
                    name=name,
                    added_at=real_now(),
                )
                await self._sessions.set_up(at_work, Factor.KEY)
                await self._record(at_work.clerk.actor, "security_key_added", member_id, key=row.id, name=name)
        except IntegrityError as error:  # it is there already
            raise KeyRefused("security_key_refused") from error

    async def take_key(self, at_work: AtWork, key_id: int) -> None:
        """A key is no longer good. Again is harmless. Raises Conflict `staff_last_factor`; NotFound."""
        at_work.require_fresh()
        member_id = at_work.clerk.member_id
        async with self._database.transaction():
            access = await self._locked(at_work)
            keys = await SecurityKey.filter(member_id=member_id)
            if key_id not in [key.id for key in keys]:
                raise NotFound("security_key_unknown")
            others = [key for key in keys if key.ended_at is None and key.id != key_id]
            if not others and access.totp_secret is None:
                raise Conflict("staff_last_factor")
            if await SecurityKey.filter(id=key_id, ended_at=None).update(ended_at=real_now()):
                await self._record(at_work.clerk.actor, "security_key_taken", member_id, key=key_id)

    async def begin_app(self, at_work: AtWork) -> AppToAdd:
        """Raises NotAllowed `staff_sign_in_not_fresh`."""
        at_work.require_fresh()
        secret = totp.new_secret()
        sealed = self._personal_data.encrypt(secret, about=ABOUT_TOTP)
        challenge = await challenges.give(at_work.clerk.member_id, Purpose.ADD_TOTP, sealed)
        address = totp.address_for_app(secret, account=at_work.username, issuer=self._party.name)
        return AppToAdd(id=challenge.id, secret=secret, address=address)

    async def add_app(self, at_work: AtWork, step: UUID, code: str) -> None:
        """The app shows this code: its secret is in force, in the place of the one before.

        Raises NotSignedIn `staff_step_over`; Faulty naming the field.
        """
        at_work.require_fresh()
        member_id = at_work.clerk.member_id
        challenge = await challenges.waiting(step, Purpose.ADD_TOTP, member_id=member_id)
        sealed = bytes(challenge.content)
        secret = self._personal_data.decrypt(sealed, about=ABOUT_TOTP)
        served = totp.step_meant(secret, code.replace(" ", ""), at=real_now())
        if served is None:
            raise Faulty("staff_credentials_faulty", faults=[Fault("code", "staff_code_wrong")])
        async with self._database.transaction():
            access = await self._locked(at_work)
            await challenges.use(challenge)
            access.totp_secret, access.totp_step, access.changed_at = sealed, served, real_now()
            await access.save(update_fields=["totp_secret", "totp_step", "changed_at"])
            await self._sessions.set_up(at_work, Factor.TOTP)
            await self._record(at_work.clerk.actor, "app_added", member_id)

    async def new_recovery_codes(self, at_work: AtWork) -> list[str]:
        """Ten codes in the place of those before, shown this once."""
        at_work.require_fresh()
        async with self._database.transaction():
            await self._locked(at_work)
            codes = await self._codes.recovery(at_work.clerk.member_id)
            await self._record(at_work.clerk.actor, "recovery_codes_made", at_work.clerk.member_id)
        return codes

    async def overview(self, at_work: AtWork) -> Overview:
        member_id = at_work.clerk.member_id
        keys = await SecurityKey.filter(member_id=member_id, ended_at=None).order_by("id")
        return Overview(
            keys=tuple(
                OwnKey(id=key.id, name=key.name, added_at=key.added_at, last_used_at=key.last_used_at) for key in keys
            ),
            app=await StaffAccess.exists(member_id=member_id, totp_secret__not_isnull=True),
            recovery_codes=await self._codes.left(member_id),
        )

    async def _accept(
        self, member: StaffMember, invitation: str, password_hash: str, address: str | None
    ) -> StartedSession | None:
        async with self._database.transaction():
            if not await self._codes.use(member.id, StaffCodeKind.INVITATION, invitation):
                return None
            await self._codes.withdraw_all(member.id)
            await challenges.withdraw(member.id)
            await SecurityKey.filter(member_id=member.id, ended_at=None).update(ended_at=real_now())
            await self._sessions.end_all(member.id, because="invited_again")
            anew = {"password_hash": password_hash, "totp_secret": None, "totp_step": None, "changed_at": real_now()}
            await StaffAccess.update_or_create(defaults=anew, member_id=member.id)
            actor = Actor(kind="staff", id=str(member.id), address=address)
            await self._record(actor, "invitation_accepted", member.id)
            return await self._sessions.start(member, Factor.INVITATION)

    async def _locked(self, at_work: AtWork) -> StaffAccess:
        """Held, so that two changes of one member are made one after the other."""
        access = await lock(StaffAccess, member_id=at_work.clerk.member_id)
        if access is None:
            raise NotSignedIn("staff_session_ended")
        return access

    async def _record(self, actor: Actor, act: str, member_id: UUID, **after: object) -> None:
        await audit.record(self._clock, actor, act, "staff_member", member_id, after=after or None)


def require_password(password: str, username: str) -> None:
    """Raises Faulty naming the field: long enough, and not the user name."""
    short = not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD
    if short or spelt_username(username) in password.lower():
        raise Faulty("staff_credentials_faulty", faults=[Fault("password", "staff_password_form")])
