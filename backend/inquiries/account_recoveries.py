"""The last way back: the site sees the documents. Whoever asks gets one answer, whether or not the account exists."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from tortoise.exceptions import IntegrityError
from tortoise.queryset import QuerySet

from backend import audit
from backend.audit import Actor
from backend.candidates.document_numbers import BadDocumentNumber, check
from backend.candidates.logins import ABOUT_ID_NUMBER
from backend.candidates.models import Candidate, IdType
from backend.candidates.particulars import PHONE, is_name, spelt_name, spelt_phone
from backend.candidates.recovery import Recovery
from backend.candidates.tokens import PlatformUser
from backend.clock import Clock, day_of, real_now, seconds_to_tomorrow
from backend.database import Database, lock, violated
from backend.errors import Conflict, Fault, Faulty, NotFound, TooMany
from backend.events import EventName, tell
from backend.exams.catalogue import Exams
from backend.inquiries.models import (
    AccountRecovery,
    Author,
    DocumentsSeen,
    Inquiry,
    InquiryKind,
    InquiryMessage,
    InquiryState,
)
from backend.personal_data import PersonalData
from backend.staff.duties import Duty
from backend.staff.scope import Clerk
from backend.wording import say

ABOUT_NUMBER: Final = "account_recovery.id_number"
ABOUT_PHONE: Final = "account_recovery.phone"
SEEN_BY: Final = 2
"""Two members of the site, so that nobody alone can hand an account to somebody."""
TRAIL_DAYS: Final = 30
COUNTED: Final = 10_000

TRAIL: Final = """
SELECT way, outcome, count(*) AS times, max(at) AS last_at FROM (
    SELECT way, 'failed' AS outcome, at FROM recovery_attempt
    WHERE at >= $2 AND (login_index = $1 OR candidate_id IN
        (SELECT id FROM candidate WHERE id_type = $3 AND id_number_index = $1))
    UNION ALL
    SELECT 'face', coalesce(outcome, 'not_completed'), begun_at FROM face_login
    WHERE begun_at >= $2 AND id_number_index = $1
) AS tried GROUP BY way, outcome ORDER BY way, outcome
"""
"""What was tried before, for a document number: by its own login, by the account's user name, by face."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """As typed."""

    name: str
    id_type: IdType
    id_number: str
    area: str
    site: str
    phone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryView:
    """What the site's staff see: the document number and the phone whole, since they compare them with the paper."""

    inquiry_id: UUID
    state: InquiryState
    name: str
    id_type: IdType
    id_number: str
    phone: str
    trail: list[dict[str, Any]]
    seen_by: list[UUID]


class AccountRecoveries:
    """Takes requests to the site that was named, and lets two of its staff give out a one-time code."""

    def __init__(
        self, *, database: Database, clock: Clock, exams: Exams, personal_data: PersonalData, recovery: Recovery
    ) -> None:
        self._database, self._clock, self._exams = database, clock, exams
        self._personal_data, self._recovery = personal_data, recovery

    async def ask(self, user: PlatformUser, asker: Asker, *, address: str | None) -> None:
        """An inquiry in the site's inbox, with the trail of what was tried.

        Raises Faulty naming the fields; NotFound `area_unknown`, `site_unknown`; TooMany `account_recovery_today` for
        a platform user's second on one day.
        """
        name, number, phone = _checked(asker)
        site = await self._exams.site(asker.area, asker.site)
        index = self._personal_data.index(number, about=ABOUT_ID_NUMBER)
        trail = await self._trail(index, asker.id_type)
        async with self._database.transaction():
            inquiry = await self._opened(site.id, trail)
            await self._keep(inquiry, user, name=name, id_type=asker.id_type, number=number, phone=phone, trail=trail)
            actor = Actor(kind="platform", id=user.open_id[:64], address=address)
            await audit.record(
                self._clock, actor, "asked_for_account", "inquiry", inquiry.id, after={"site": site.name}
            )
            await tell(
                EventName.INQUIRY_OPENED,
                subject_id=inquiry.id,
                candidate_id=None,
                at=self._clock.now(),
                kind=inquiry.kind,
                site=site.id,
            )

    async def waiting(self, clerk: Clerk, *, after: int = 0, limit: int = 50) -> list[AccountRecovery]:
        """Those of the clerk's site that nobody has got a code for, the oldest first, after the one with this id; each
        with its inquiry."""
        found = self._open(clerk).filter(id__gt=after)
        return await found.order_by("id").limit(limit).select_related("inquiry")

    async def how_many(self, clerk: Clerk) -> int:
        """How many wait; of more than COUNTED no more than that is said."""
        return await self._database.count(self._open(clerk), at_most=COUNTED)

    def _open(self, clerk: Clerk) -> QuerySet[AccountRecovery]:
        clerk.require(Duty.GIVE_ACCOUNT_BACK)
        return AccountRecovery.filter(inquiry__site_id=clerk.site_id, inquiry__state=InquiryState.OPEN)

    async def view(self, clerk: Clerk, inquiry_id: UUID) -> RecoveryView:
        """Raises NotAllowed `not_this_office`, NotFound `inquiry_unknown` outside the clerk's site."""
        inquiry, kept = await self._in_scope(clerk, inquiry_id)
        seen = await DocumentsSeen.filter(inquiry_id=inquiry.id).order_by("id").values_list("member_id", flat=True)
        await audit.record(self._clock, clerk.actor, "read", "inquiry", inquiry.id)
        return RecoveryView(
            inquiry_id=inquiry.id,
            state=inquiry.state,
            name=kept.name,
            id_type=kept.id_type,
            id_number=self._personal_data.decrypt(bytes(kept.id_number), about=ABOUT_NUMBER),
            phone=self._personal_data.decrypt(bytes(kept.phone), about=ABOUT_PHONE),
            trail=kept.trail,
            seen_by=[UUID(str(member)) for member in seen],
        )

    async def documents_seen(self, clerk: Clerk, inquiry_id: UUID) -> int:
        """This clerk has seen the documents; how many of the site have by now. Again is harmless.

        Raises NotAllowed `not_this_office`, NotFound `inquiry_unknown`.
        """
        async with self._database.transaction():
            inquiry, _ = await self._in_scope(clerk, inquiry_id)
            await lock(Inquiry, id=inquiry.id)
            if not await DocumentsSeen.exists(inquiry_id=inquiry.id, member_id=clerk.member_id):
                await DocumentsSeen.create(inquiry_id=inquiry.id, member_id=clerk.member_id, seen_at=self._clock.now())
                await audit.record(self._clock, clerk.actor, "saw_documents", "inquiry", inquiry.id)
            return await DocumentsSeen.filter(inquiry_id=inquiry.id).count()

    async def issue_code(self, clerk: Clerk, inquiry_id: UUID) -> str:
        """The one-time recovery code, told here and nowhere again; another one ends the one before.

        Raises NotAllowed `not_this_office`, NotFound `inquiry_unknown`, `no_account`; Conflict `documents_not_seen`
        before two members of the site have seen the documents.
        """
        async with self._database.transaction():
            inquiry, kept = await self._in_scope(clerk, inquiry_id)
            locked = await lock(Inquiry, id=inquiry.id)
            assert locked is not None
            seen = await DocumentsSeen.filter(inquiry_id=inquiry.id)
            if len(seen) < SEEN_BY:
                raise Conflict("documents_not_seen")
            candidate = await Candidate.get_or_none(
                id_type=kept.id_type, id_number_index=bytes(kept.id_number_index), unclaimed_since=None
            )
            if candidate is None:
                raise NotFound("no_account")
            code, issued = await self._recovery.issue_in_transaction(candidate)
            await self._answered(clerk, locked, candidate)
            after = {
                "candidate": str(candidate.id),
                "code": str(issued.id),
                "expires_at": issued.expires_at.isoformat(),
            }
            await audit.record(self._clock, clerk.actor, "issued_recovery_code", "inquiry", inquiry.id, after=after)
            return code

    async def _opened(self, site_id: int, trail: list[dict[str, Any]]) -> Inquiry:
        now = self._clock.now()
        inquiry = await Inquiry.create(
            id=uuid4(), kind=InquiryKind.ACCOUNT_RECOVERY, site_id=site_id, opened_at=now, waiting_since=now
        )
        await InquiryMessage.create(inquiry=inquiry, author=Author.SYSTEM, text=told(trail), written_at=now)
        return inquiry

    async def _keep(
        self,
        inquiry: Inquiry,
        user: PlatformUser,
        *,
        name: str,
        id_type: IdType,
        number: str,
        phone: str,
        trail: list[dict[str, Any]],
    ) -> None:
        """Two who ask at once are decided by the database."""
        try:
            async with self._database.transaction():
                await AccountRecovery.create(
                    inquiry=inquiry,
                    name=name,
                    id_type=id_type,
                    id_number=self._personal_data.encrypt(number, about=ABOUT_NUMBER),
                    id_number_index=self._personal_data.index(number, about=ABOUT_ID_NUMBER),
                    phone=self._personal_data.encrypt(phone, about=ABOUT_PHONE),
                    platform=user.platform,
                    app_id=user.app_id,
                    open_id=user.open_id,
                    asked_on=day_of(real_now()),
                    trail=trail,
                )
        except IntegrityError as error:
            if not violated(error, "account_recovery_one_a_day"):
                raise
            raise TooMany("account_recovery_today", retry_after=seconds_to_tomorrow(real_now())) from error

    async def _trail(self, index: bytes, id_type: IdType) -> list[dict[str, Any]]:
        rows = await self._database.rows(TRAIL, index, real_now() - timedelta(days=TRAIL_DAYS), id_type.value)
        return [{**row, "last_at": row["last_at"].isoformat(timespec="seconds")} for row in rows]

    async def _in_scope(self, clerk: Clerk, inquiry_id: UUID) -> tuple[Inquiry, AccountRecovery]:
        clerk.require(Duty.GIVE_ACCOUNT_BACK)
        kept = await AccountRecovery.get_or_none(inquiry_id=inquiry_id, inquiry__site_id=clerk.site_id).select_related(
            "inquiry"
        )
        if kept is None:
            raise NotFound("inquiry_unknown")
        return kept.inquiry, kept

    async def _answered(self, clerk: Clerk, inquiry: Inquiry, candidate: Candidate) -> None:
        """The inquiry is the candidate's from here on: two of the staff have seen who they are."""
        now = self._clock.now()
        inquiry.candidate_id, inquiry.state, inquiry.waiting_since = candidate.id, InquiryState.ANSWERED, None
        await inquiry.save(update_fields=["candidate_id", "state", "waiting_since"])
        await InquiryMessage.create(
            inquiry=inquiry,
            author=Author.STAFF,
            author_id=str(clerk.member_id),
            text=say("inquiries", "code_issued"),
            written_at=now,
        )
        # The owner hears of it before anybody can use it.
        await tell(
            EventName.ACCOUNT_CHANGED,
            subject_id=candidate.id,
            candidate_id=candidate.id,
            at=now,
            changed="recovery_code_issued",
        )


def told(trail: list[dict[str, Any]]) -> str:
    """The trail in words, for the inbox."""
    if not trail:
        return say("inquiries", "nothing_tried")
    lines = [say("inquiries", f"tried_{row['way']}_{row['outcome']}", times=row["times"]) for row in trail]
    return "\n".join([say("inquiries", "tried"), *lines])


def _checked(asker: Asker) -> tuple[str, str, str]:
    """Name, document number and phone in one spelling. Raises Faulty with every fault."""
    name, phone, number = spelt_name(asker.name), spelt_phone(asker.phone), ""
    faults = [] if is_name(name) else [Fault("name", "name_form")]
    try:
        number = check(asker.id_type, asker.id_number, today=day_of(real_now())).number
    except BadDocumentNumber as error:
        faults.append(Fault("id_number", error.code))
    if not PHONE.fullmatch(phone):
        faults.append(Fault("phone", "phone_form"))
    if faults:
        raise Faulty("request_faulty", faults=faults)
    return name, number, phone
