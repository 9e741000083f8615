"""The face as a way back: a proven person gets the right to set a new password, and nothing else.

Until the face has passed nothing here looks at accounts, so nothing can tell of one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from backend.cache import Cache
from backend.candidates.document_numbers import BadDocumentNumber, check
from backend.candidates.faces import CERTIFICATE_SECONDS, FaceCertificate, FaceOutcome, FacePlatform, FaceSubject
from backend.candidates.logins import ABOUT_ID_NUMBER
from backend.candidates.models import Binding, Candidate, FaceLogin, FaceState, IdType
from backend.candidates.particulars import is_name, spelt_name
from backend.candidates.resets import ResetRight, Resets
from backend.candidates.tokens import PlatformUser, Tokens
from backend.clock import day_of, real_now, seconds_to_tomorrow, start_of_day
from backend.database import Database, lock
from backend.errors import Conflict, Fault, Faulty, NotFound, Refusal, TooMany
from backend.personal_data import PersonalData

ABOUT_FACE: Final = "face_login.id_number"
FAILED_A_DAY: Final = 3
BEGUN_A_DAY: Final = 20
"""Every certificate costs money, also one that is cancelled."""
DAY_SECONDS: Final = 86_400
FINAL: Final = {
    FaceOutcome.PASSED: FaceState.PASSED,
    FaceOutcome.NO_MATCH: FaceState.FAILED,
    FaceOutcome.NOT_IN_RECORDS: FaceState.FAILED,
}
"""What ends a certificate; after anything else it may be looked at again until it expires."""

FAILED_TODAY: Final = """
SELECT count(*) FILTER (WHERE open_id = $3 AND app_id = $4 AND platform = $5) AS of_user,
       count(*) FILTER (WHERE id_type = $1 AND id_number_index = $2 AND NOT EXISTS (
           SELECT FROM binding JOIN candidate ON candidate.id = binding.candidate_id
           WHERE binding.open_id = $3 AND binding.app_id = $4 AND binding.platform = $5 AND unbound_at IS NULL
             AND candidate.id_type = $1 AND candidate.id_number_index = $2
       )) AS of_document
FROM face_login
WHERE state = 'failed' AND completed_at >= $6
  AND ((open_id = $3 AND app_id = $4 AND platform = $5) OR (id_type = $1 AND id_number_index = $2))
"""
"""Faces completed and failed today, of one platform user and of one document. Who only begins or cancels counts
against nobody's document, and whoever is bound to the document's account can't be locked out by strangers at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FacePerson:
    """As typed."""

    name: str
    id_type: IdType
    id_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceBegun:
    """`client` goes to the platform's face call as it is. `expires_in`: seconds."""

    id: UUID
    expires_in: int
    client: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceDone:
    """The right to set a password; a binding token where this platform's account is bound to nobody."""

    right: ResetRight
    binding_token: str | None


class FaceLogins:
    """Begins and completes them, on every platform that has a face check."""

    def __init__(
        self,
        *,
        database: Database,
        cache: Cache,
        personal_data: PersonalData,
        tokens: Tokens,
        resets: Resets,
        platforms: Mapping[str, FacePlatform],
    ) -> None:
        self._database, self._cache, self._personal_data = database, cache, personal_data
        self._tokens, self._resets, self._platforms = tokens, resets, platforms

    async def begin(self, user: PlatformUser, person: FacePerson) -> FaceBegun:
        """A certificate for this platform user and the person they say they are.

        Raises Faulty naming the fields; Conflict `face_needs_resident_id_card`, `face_not_offered`; TooMany
        `too_many_faces`; what FacePlatform.begin raises.
        """
        platform = self._platform(user.platform)
        name, number = _checked(person)
        await self._require_tries(user, person.id_type, number)
        row = await FaceLogin.create(
            id=uuid4(),
            platform=user.platform,
            app_id=user.app_id,
            open_id=user.open_id,
            name=name,
            id_type=person.id_type,
            id_number=self._personal_data.encrypt(number, about=ABOUT_FACE),
            id_number_index=self._personal_data.index(number, about=ABOUT_ID_NUMBER),
            begun_at=real_now(),
            expires_at=real_now(),
        )
        made = await platform.begin(FaceSubject(number=row.id.hex, user=user, name=name, id_number=number))
        return await self._begun(row, made)

    async def platform_of(self, face_id: UUID) -> str:
        """On which platform it was begun. Raises NotFound `face_login_unknown`."""
        row = await FaceLogin.get_or_none(id=face_id)
        if row is None:
            raise NotFound("face_login_unknown")
        return row.platform

    async def complete(self, face_id: UUID, user: PlatformUser, *, address: str | None) -> FaceDone:
        """What became of the face, asked of the platform; the client's word counts for nothing.

        Raises NotFound `face_login_unknown`, also to another platform user than the one who began; Conflict
        `face_login_used`, `face_login_expired`, `face_not_completed`, `face_no_match`, `face_not_in_records`; and only
        once the face has passed, NotFound `no_account`.
        """
        row = await FaceLogin.get_or_none(
            id=face_id, platform=user.platform, app_id=user.app_id, open_id=user.open_id, certificate__isnull=False
        )
        if row is None:
            raise NotFound("face_login_unknown")
        _require_open(row)
        if (await self._failed_today(user, row.id_type, bytes(row.id_number_index)))[0] >= FAILED_A_DAY:
            raise TooMany("too_many_faces", retry_after=seconds_to_tomorrow(real_now()))
        number = self._personal_data.decrypt(bytes(row.id_number), about=ABOUT_FACE)
        subject = FaceSubject(number=row.id.hex, user=user, name=row.name, id_number=number)
        outcome = await self._platform(user.platform).outcome(subject, row.certificate or "")
        async with self._database.transaction():
            done = await self._decided(row.id, outcome, user, address)
        if isinstance(done, Refusal):
            raise done
        return done

    async def _decided(
        self, face_id: UUID, outcome: FaceOutcome, user: PlatformUser, address: str | None
    ) -> FaceDone | Refusal:
        """Of several who complete one certificate at once the first gets it. A refusal is kept, so it is returned."""
        row = await lock(FaceLogin, id=face_id)
        assert row is not None
        _require_open(row)
        if outcome not in FINAL:
            return _refusal(outcome)
        row.state, row.outcome, row.completed_at = FINAL[outcome], outcome.value, real_now()
        await row.save(update_fields=["state", "outcome", "completed_at"])
        if outcome is not FaceOutcome.PASSED:
            return _refusal(outcome)
        candidate = await Candidate.get_or_none(
            id_type=row.id_type, id_number_index=bytes(row.id_number_index), unclaimed_since=None
        )
        if candidate is None:
            return NotFound("no_account")
        right = await self._resets.allow_in_transaction(candidate, way="face", address=address)
        bound = await Binding.exists(platform=user.platform, app_id=user.app_id, open_id=user.open_id, unbound_at=None)
        return FaceDone(right=right, binding_token=None if bound else self._tokens.binding(user))

    async def _begun(self, row: FaceLogin, made: FaceCertificate) -> FaceBegun:
        row.certificate, expires_in = made.certificate, min(made.expires_in, CERTIFICATE_SECONDS)
        row.expires_at = real_now() + timedelta(seconds=expires_in)
        await row.save(update_fields=["certificate", "expires_at"])
        return FaceBegun(id=row.id, expires_in=expires_in, client=made.client)

    async def _require_tries(self, user: PlatformUser, id_type: IdType, number: str) -> None:
        failed = await self._failed_today(user, id_type, self._personal_data.index(number, about=ABOUT_ID_NUMBER))
        key = f"faces:{user.platform}:{user.open_id}"
        begun = await self._cache.count(key, seconds=DAY_SECONDS, purpose="limit")
        if max(failed) >= FAILED_A_DAY or begun > BEGUN_A_DAY:
            raise TooMany("too_many_faces", retry_after=seconds_to_tomorrow(real_now()))

    async def _failed_today(self, user: PlatformUser, id_type: IdType, index: bytes) -> tuple[int, int]:
        """Of the platform user, of the document."""
        values = (id_type.value, index, user.open_id, user.app_id, user.platform, start_of_day(real_now()))
        failed = (await self._database.rows(FAILED_TODAY, *values))[0]
        return failed["of_user"], failed["of_document"]

    def _platform(self, name: str) -> FacePlatform:
        if name not in self._platforms:
            raise Conflict("face_not_offered")
        return self._platforms[name]


def _checked(person: FacePerson) -> tuple[str, str]:
    """Name and number in one spelling. Only resident ID cards have a face in the authority's records."""
    if person.id_type is not IdType.RESIDENT_ID_CARD:
        raise Conflict("face_needs_resident_id_card")
    name, faults = spelt_name(person.name), []
    if not is_name(name):
        faults.append(Fault("name", "name_form"))
    try:
        number = check(person.id_type, person.id_number, today=day_of(real_now())).number
    except BadDocumentNumber as error:
        raise Faulty("request_faulty", faults=[*faults, Fault("id_number", error.code)]) from error
    if faults:
        raise Faulty("request_faulty", faults=faults)
    return name, number


def _require_open(row: FaceLogin) -> None:
    if row.state is not FaceState.BEGUN:
        raise Conflict("face_login_used")
    if row.expires_at <= real_now():
        raise Conflict("face_login_expired")


def _refusal(outcome: FaceOutcome) -> Refusal:
    if outcome is FaceOutcome.NO_MATCH:
        return Conflict("face_no_match")
    if outcome is FaceOutcome.NOT_IN_RECORDS:
        return Conflict("face_not_in_records")
    return Conflict("face_login_expired" if outcome is FaceOutcome.EXPIRED else "face_not_completed")
