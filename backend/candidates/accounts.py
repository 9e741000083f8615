"""Accounts: opened once for one document number, signed in to by password or by a bound platform account."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

from tortoise.exceptions import IntegrityError

from backend import audit
from backend.audit import Actor
from backend.cache import Cache
from backend.candidates.bindings import Bindings
from backend.candidates.logins import ABOUT_ID_NUMBER, PASSWORD, Logins
from backend.candidates.models import Binding, Candidate, IdType
from backend.candidates.particulars import (
    PHONE,
    Checked,
    Particulars,
    check_particulars,
    password_faults,
    recovery_faults,
    spelt_answer,
    spelt_phone,
)
from backend.candidates.sessions import Sessions, SignedIn
from backend.candidates.tokens import BindingClaims, PlatformUser
from backend.clock import Clock
from backend.database import Database, lock, violated
from backend.errors import Conflict, Fault, Faulty, NotSignedIn, TooMany
from backend.events import EventName, tell
from backend.jobs import Task, put
from backend.passwords import Passwords
from backend.personal_data import PersonalData, mask_document, mask_phone

ABOUT_PHONE: Final = "candidate.phone"
EXISTING_ACCOUNT_TRIES, DAY_SECONDS = 5, 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountView:
    """What an account says of itself to its owner: numbers masked."""

    id: UUID
    username: str
    name: str
    id_type: IdType
    id_number: str
    phone: str
    identity_check: str
    education_check: str
    recovery_question: str


class Accounts:
    """Opens accounts, signs people in, changes what they may change. Each act is one transaction."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        cache: Cache,
        personal_data: PersonalData,
        passwords: Passwords,
        sessions: Sessions,
        bindings: Bindings,
        logins: Logins,
    ) -> None:
        self._database, self._clock, self._cache = database, clock, cache
        self._personal_data, self._passwords = personal_data, passwords
        self._sessions, self._bindings, self._logins = sessions, bindings, logins

    async def register(self, claims: BindingClaims, given: Particulars, *, address: str | None) -> SignedIn:
        """Open an account, or one that came by file for this person and waits for them; bind the platform account that
        asked, and sign in.

        Raises Faulty with every fault; Conflict `account_exists` with the way back, 5 times a day a platform user.
        """
        checked = check_particulars(given, today=self._clock.now().date())
        async with self._logins.turn(_existing_key(claims.user)):
            await self._limit_existing(claims.user)
            return await self._register(claims, await self._new(given, checked), address)

    async def _register(self, claims: BindingClaims, candidate: Candidate, address: str | None) -> SignedIn:
        async with self._database.transaction():
            try:
                async with self._database.transaction():
                    await _keep(candidate)
            except IntegrityError as error:
                raise await self._refused(error, claims.user) from error
            await self._bindings.bind_in_transaction(candidate, claims, actor=_self(candidate, address))
            await audit.record(self._clock, _self(candidate, address), "registered", "candidate", candidate.id)
            await tell(
                EventName.ACCOUNT_REGISTERED,
                subject_id=candidate.id,
                candidate_id=candidate.id,
                at=self._clock.now(),
            )
            await put(self._database, Task.CHECK_CANDIDATE, candidate_id=str(candidate.id))
            return await self._sessions.start(candidate, platform=claims.user.platform)

    async def sign_in_by_platform(self, user: PlatformUser) -> SignedIn | None:
        """A session for the candidate this platform account is bound to, or None where it is bound to nobody."""
        async with self._database.transaction():
            binding = (
                await Binding.filter(platform=user.platform, app_id=user.app_id, open_id=user.open_id, unbound_at=None)
                .select_related("candidate")
                .first()
            )
            if binding is None:
                return None
            binding.last_used_at = self._clock.now()
            await binding.save(update_fields=["last_used_at"])
            return await self._sessions.start(binding.candidate, platform=user.platform)

    async def sign_in_by_password(
        self, login: str, password: str, *, claims: BindingClaims | None, address: str | None
    ) -> SignedIn:
        """A session for the user name or document number; with a binding token, bound in the same step.

        Raises NotSignedIn `login_failed`; TooMany after 5 failures of an account from an address, or 200 of an address.
        """
        found = await self._logins.find(login)
        account = found.candidate
        if not await self._proves(found.who, account, password, address=address) or account is None:
            raise NotSignedIn("login_failed")
        async with self._database.transaction():
            locked = await lock(Candidate, id=account.id)
            if locked is None or locked.password_hash != account.password_hash:  # changed while this one was verified
                raise NotSignedIn("login_failed")
            if claims is not None:
                await self._bindings.bind_in_transaction(account, claims, actor=_self(account, address))
            return await self._sessions.start(account, platform=claims.user.platform if claims else None)

    async def view(self, candidate_id: UUID) -> AccountView:
        candidate = await Candidate.get(id=candidate_id)
        number = self._personal_data.decrypt(bytes(candidate.id_number), about=ABOUT_ID_NUMBER)
        phone = self._personal_data.decrypt(bytes(candidate.phone), about=ABOUT_PHONE)
        return AccountView(
            id=candidate.id,
            username=candidate.username,
            name=candidate.name,
            id_type=candidate.id_type,
            id_number=mask_document(number),
            phone=mask_phone(phone),
            identity_check=candidate.identity_check,
            education_check=candidate.education_check,
            recovery_question=candidate.recovery_question,
        )

    async def change_password(self, candidate_id: UUID, *, current: str, new: str, address: str | None) -> SignedIn:
        """Every session ends; the one who changed it gets a new one. Raises Faulty naming the field."""
        if faults := password_faults(new, field="new_password"):
            raise Faulty("account_incomplete", faults=faults)
        candidate = await self._proved(candidate_id, current, field="password", address=address)
        new_hash = await self._passwords.hash(new)
        async with self._database.transaction():
            locked = await lock(Candidate, id=candidate_id)
            assert locked is not None
            if locked.password_hash != candidate.password_hash:
                raise NotSignedIn("session_ended")
            locked.password_hash = new_hash
            await locked.save(update_fields=["password_hash"])
            await self._sessions.end_all(candidate_id, because="password_changed")
            await self._changed(locked, "password", address)
            return await self._sessions.start(locked, platform=None)

    async def change_phone(self, candidate_id: UUID, *, password: str, phone: str, address: str | None) -> None:
        """Raises Faulty naming the field."""
        spelt = spelt_phone(phone)
        if not PHONE.fullmatch(spelt):
            raise Faulty("account_incomplete", faults=[Fault("phone", "phone_form")])
        await self._proved(candidate_id, password, field="password", address=address)
        async with self._database.transaction():
            candidate = await lock(Candidate, id=candidate_id)
            assert candidate is not None
            candidate.phone = self._personal_data.encrypt(spelt, about=ABOUT_PHONE)
            candidate.phone_index = self._personal_data.index(spelt, about=ABOUT_PHONE)
            await candidate.save(update_fields=["phone", "phone_index"])
            await self._changed(candidate, "phone", address)

    async def change_recovery_question(
        self, candidate_id: UUID, *, password: str, question: str, answer: str, address: str | None
    ) -> None:
        """Raises Faulty naming the field."""
        if faults := recovery_faults(question, answer):
            raise Faulty("account_incomplete", faults=faults)
        await self._proved(candidate_id, password, field="password", address=address)
        answer_hash = await self._passwords.hash(spelt_answer(answer))
        async with self._database.transaction():
            candidate = await lock(Candidate, id=candidate_id)
            assert candidate is not None
            candidate.recovery_question, candidate.recovery_answer_hash = question, answer_hash
            await candidate.save(update_fields=["recovery_question", "recovery_answer_hash"])
            await self._changed(candidate, "recovery_question", address)

    async def _new(self, given: Particulars, checked: Checked) -> Candidate:
        number = checked.document.number
        return Candidate(
            id=uuid4(),
            username=checked.username,
            username_key=checked.username.lower(),
            password_hash=await self._passwords.hash(given.password),
            name=checked.name,
            id_type=checked.document.id_type,
            id_number=self._personal_data.encrypt(number, about=ABOUT_ID_NUMBER),
            id_number_index=self._personal_data.index(number, about=ABOUT_ID_NUMBER),
            phone=self._personal_data.encrypt(checked.phone, about=ABOUT_PHONE),
            phone_index=self._personal_data.index(checked.phone, about=ABOUT_PHONE),
            recovery_question=given.recovery_question,
            recovery_answer_hash=await self._passwords.hash(spelt_answer(given.recovery_answer)),
            created_at=self._clock.now(),
        )

    async def _refused(self, error: IntegrityError, user: PlatformUser) -> Exception:
        if violated(error, "candidate_document"):
            await self._cache.count(_existing_key(user), seconds=DAY_SECONDS, purpose="limit")
            return Conflict("account_exists")
        return Faulty("account_incomplete", faults=[Fault("username", "username_taken")])

    async def _proved(self, candidate_id: UUID, password: str, *, field: str, address: str | None) -> Candidate:
        """The candidate, once the password that was typed is theirs."""
        candidate = await Candidate.get(id=candidate_id)
        if not await self._proves(str(candidate_id), candidate, password, address=address):
            raise Faulty("account_incomplete", faults=[Fault(field, "password_wrong")])
        return candidate

    async def _proves(self, who: str, account: Candidate | None, password: str, *, address: str | None) -> bool:
        """Whether the password is the account's; None stands for nobody. Raises TooMany `too_many_failures`."""
        stored = account.password_hash if account else None
        return await self._logins.proves(who, stored, password, limit=PASSWORD, address=address)

    async def _changed(self, candidate: Candidate, what: str, address: str | None) -> None:
        await audit.record(
            self._clock, _self(candidate, address), "changed", "candidate", candidate.id, after={"changed": what}
        )
        await tell(
            EventName.ACCOUNT_CHANGED,
            subject_id=candidate.id,
            candidate_id=candidate.id,
            at=self._clock.now(),
            changed=what,
        )

    async def _limit_existing(self, user: PlatformUser) -> None:
        tries = await self._cache.count(_existing_key(user), seconds=DAY_SECONDS, purpose="limit", add=0)
        if tries >= EXISTING_ACCOUNT_TRIES:
            raise TooMany("too_many_accounts_tried", retry_after=DAY_SECONDS)


async def _keep(opened: Candidate) -> None:
    """Save it, in the place of the one that came by file for the same document and name, if one waits."""
    document = {"id_type": opened.id_type, "id_number_index": opened.id_number_index}
    waiting = await lock(Candidate, **document, unclaimed_since__isnull=False)
    if waiting is None or waiting.name != opened.name:
        await opened.save(force_create=True)
        return
    opened.id, opened.created_at = waiting.id, waiting.created_at
    await opened.save(force_update=True)


def _self(candidate: Candidate, address: str | None) -> Actor:
    return Actor(kind="candidate", id=str(candidate.id), address=address)


def _existing_key(user: PlatformUser) -> str:
    return f"existing:{user.platform}:{user.open_id}"
