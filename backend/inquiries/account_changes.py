"""账号信息变更: what a candidate may not change of their account, the site sees papers for, and the area decides.

The site's desk forwards what was asked with its opinion and a note; the area approves or declines. An approved change
is checked with the state's systems like a new account. Last year's record stays under the document it had: the rule of
merging scores finds that by itself.
"""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from tortoise.exceptions import IntegrityError
from tortoise.queryset import QuerySet

from backend import audit
from backend.candidates.logins import ABOUT_ID_NUMBER
from backend.candidates.models import Candidate, CheckState, IdType
from backend.clock import Clock
from backend.database import Database, lock, violated
from backend.errors import Conflict, Fault, Faulty, NotFound
from backend.events import EventName, tell
from backend.inquiries.models import (
    AccountChange,
    Author,
    ChangeState,
    Inquiry,
    InquiryMessage,
    InquiryState,
)
from backend.inquiries.wakes import Wakes
from backend.inquiries.wanted_change import ABOUT_WANTED, WantedChange
from backend.inquiries.writing import tell_answered
from backend.jobs import Task, put
from backend.personal_data import PersonalData
from backend.pictures import Pictures
from backend.staff.duties import Duty
from backend.staff.models import Level
from backend.staff.scope import Clerk
from backend.wording import say

LONGEST: Final = 500
"""Characters of a note or a reason."""
COUNTED: Final = 10_000
WAITS_FOR: Final = {Level.SITE: ChangeState.ASKED, Level.AREA: ChangeState.FORWARDED}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeView:
    """What is and what is wanted, numbers whole, since they are compared with papers; the messages with pictures."""

    inquiry_id: UUID
    state: ChangeState
    name: str
    id_type: IdType
    id_number: str
    wanted: WantedChange
    evidence: list[int]
    recommended: bool | None
    note: str | None


class AccountChanges:
    """Each act is one transaction. Scope is part of every query."""

    def __init__(
        self, *, database: Database, clock: Clock, personal_data: PersonalData, pictures: Pictures, wakes: Wakes
    ) -> None:
        self._database, self._clock, self._personal_data = database, clock, personal_data
        self._pictures, self._wakes = pictures, wakes

    async def waiting(self, clerk: Clerk, *, after: int = 0, limit: int = 50) -> list[AccountChange]:
        """Those that wait for the clerk's office, the oldest first, after the one with this id; each with its inquiry
        and candidate. Raises NotAllowed."""
        found = self._for(clerk).filter(id__gt=after)
        return await found.order_by("id").limit(limit).select_related("inquiry", "candidate")

    async def how_many(self, clerk: Clerk) -> int:
        """How many wait; of more than COUNTED no more than that is said."""
        return await self._database.count(self._for(clerk), at_most=COUNTED)

    def _for(self, clerk: Clerk) -> QuerySet[AccountChange]:
        clerk.require(Duty.SEE_ACCOUNT_CHANGE)
        return AccountChange.filter(state=WAITS_FOR[clerk.level], **_scope(clerk))

    async def view(self, clerk: Clerk, inquiry_id: UUID) -> ChangeView:
        """Raises NotAllowed; NotFound `inquiry_unknown` outside the scope, as everything below. It is on record."""
        clerk.require(Duty.SEE_ACCOUNT_CHANGE)
        change = await self._in_scope(clerk, inquiry_id)
        candidate = await Candidate.get(id=change.candidate_id)
        evidence = await _evidence(inquiry_id)
        await audit.record(self._clock, clerk.actor, "read", "inquiry", inquiry_id)
        return ChangeView(
            inquiry_id=inquiry_id,
            state=change.state,
            name=candidate.name,
            id_type=candidate.id_type,
            id_number=self._personal_data.decrypt(bytes(candidate.id_number), about=ABOUT_ID_NUMBER),
            wanted=self._wanted(change),
            evidence=evidence,
            recommended=change.recommended,
            note=change.note,
        )

    async def picture(self, clerk: Clerk, inquiry_id: UUID, message_id: int) -> bytes:
        """One picture of the evidence, a JPEG. Raises NotFound also `picture_unknown`."""
        clerk.require(Duty.SEE_ACCOUNT_CHANGE)
        await self._in_scope(clerk, inquiry_id)
        message = await InquiryMessage.get_or_none(id=message_id, inquiry_id=inquiry_id, author=Author.CANDIDATE)
        if message is None or message.picture is None:
            raise NotFound("picture_unknown")
        return await self._pictures.get(message.picture)

    async def forward(self, clerk: Clerk, inquiry_id: UUID, *, recommended: bool, note: str) -> AccountChange:
        """The site's opinion, for the area; none recommends a change without a picture of the papers.

        Raises Faulty naming `note`; Conflict `account_change_without_evidence`, `account_change_forwarded`.
        """
        clerk.require(Duty.FORWARD_ACCOUNT_CHANGE)
        said = _said("note", note)
        async with self._database.transaction():
            inquiry, change = await self._held(clerk, inquiry_id)
            if change.state is not ChangeState.ASKED:
                raise Conflict("account_change_forwarded")
            if recommended:
                await _require_evidence(inquiry_id)
            change.state, change.recommended, change.note = ChangeState.FORWARDED, recommended, said
            change.forwarded_by, change.forwarded_at = clerk.member_id, self._clock.now()
            await change.save()
            after = {"recommended": recommended, "note": said}
            await audit.record(self._clock, clerk.actor, "account_change_forwarded", "inquiry", inquiry_id, after=after)
            await self._say(inquiry, say("inquiries", "account_change_forwarded"))
        await self._wakes.wake(inquiry_id, site_id=inquiry.site_id)
        return change

    async def approve(self, clerk: Clerk, inquiry_id: UUID) -> AccountChange:
        """Carry it out: the account is changed and checked anew. Again is harmless.

        Raises Conflict `account_change_not_forwarded`, `account_change_decided`, `account_change_without_evidence`,
        and `document_taken` where another account has the document.
        """
        clerk.require(Duty.DECIDE_ACCOUNT_CHANGE)
        async with self._database.transaction():
            inquiry, change = await self._held(clerk, inquiry_id)
            if not _to_decide(change, ChangeState.APPROVED):
                return change
            await _require_evidence(inquiry_id)
            await self._carry_out(clerk, change)
            await self._decide(clerk, inquiry, change, ChangeState.APPROVED)
            await self._say(inquiry, say("inquiries", "account_change_approved"))
        await self._wakes.wake(inquiry_id, site_id=inquiry.site_id)
        return change

    async def decline(self, clerk: Clerk, inquiry_id: UUID, *, reason: str) -> AccountChange:
        """Leave the account as it is, and tell the candidate why. Again is harmless.

        Raises Faulty naming `reason`; Conflict `account_change_not_forwarded`, `account_change_decided`.
        """
        clerk.require(Duty.DECIDE_ACCOUNT_CHANGE)
        said = _said("reason", reason)
        async with self._database.transaction():
            inquiry, change = await self._held(clerk, inquiry_id)
            if not _to_decide(change, ChangeState.DECLINED):
                return change
            change.reason = said
            await self._decide(clerk, inquiry, change, ChangeState.DECLINED)
            await self._say(inquiry, say("inquiries", "account_change_declined", reason=said))
        await self._wakes.wake(inquiry_id, site_id=inquiry.site_id)
        return change

    async def _in_scope(self, clerk: Clerk, inquiry_id: UUID) -> AccountChange:
        change = await AccountChange.get_or_none(inquiry_id=inquiry_id, **_scope(clerk))
        if change is None:
            raise NotFound("inquiry_unknown")
        return change

    async def _held(self, clerk: Clerk, inquiry_id: UUID) -> tuple[Inquiry, AccountChange]:
        """The inquiry is taken first, as by everybody who writes into it."""
        await self._in_scope(clerk, inquiry_id)
        inquiry = await lock(Inquiry, id=inquiry_id)
        change = await lock(AccountChange, inquiry_id=inquiry_id)
        assert inquiry is not None and change is not None
        return inquiry, change

    async def _carry_out(self, clerk: Clerk, change: AccountChange) -> None:
        candidate = await lock(Candidate, id=change.candidate_id)
        assert candidate is not None
        wanted = self._wanted(change)
        before = {"name": candidate.name, "id_type": candidate.id_type}
        self._apply(candidate, wanted)
        try:
            async with self._database.transaction():
                await candidate.save()
        except IntegrityError as error:
            if not violated(error, "candidate_document"):
                raise
            raise Conflict("document_taken") from error
        after = {"name": candidate.name, "id_type": candidate.id_type, "changed": wanted.fields}
        await audit.record(self._clock, clerk.actor, "changed", "candidate", candidate.id, before=before, after=after)
        await tell(
            EventName.ACCOUNT_CHANGED,
            subject_id=candidate.id,
            candidate_id=candidate.id,
            at=self._clock.now(),
            changed="particulars",
        )
        await put(self._database, Task.CHECK_CANDIDATE, candidate_id=str(candidate.id))

    def _apply(self, candidate: Candidate, wanted: WantedChange) -> None:
        """Both checks were of somebody else's particulars."""
        candidate.name = wanted.name or candidate.name
        if wanted.id_type is not None and wanted.id_number is not None:
            candidate.id_type = wanted.id_type
            candidate.id_number = self._personal_data.encrypt(wanted.id_number, about=ABOUT_ID_NUMBER)
            candidate.id_number_index = self._personal_data.index(wanted.id_number, about=ABOUT_ID_NUMBER)
        candidate.identity_check = candidate.education_check = CheckState.PENDING

    def _wanted(self, change: AccountChange) -> WantedChange:
        sealed = change.id_number
        number = self._personal_data.decrypt(bytes(sealed), about=ABOUT_WANTED) if sealed else None
        return WantedChange(name=change.name, id_type=change.id_type, id_number=number)

    async def _decide(self, clerk: Clerk, inquiry: Inquiry, change: AccountChange, state: ChangeState) -> None:
        change.state, change.decided_by, change.decided_at = state, clerk.member_id, self._clock.now()
        await change.save()
        after = {"reason": change.reason} if change.reason else None
        await audit.record(self._clock, clerk.actor, f"account_change_{state}", "inquiry", inquiry.id, after=after)

    async def _say(self, inquiry: Inquiry, text: str) -> None:
        """The service's own words, in an inquiry held by the caller: what was asked has an answer."""
        now = self._clock.now()
        message = await InquiryMessage.create(inquiry=inquiry, author=Author.SYSTEM, text=text, written_at=now)
        if inquiry.state is InquiryState.OPEN:
            inquiry.state, inquiry.waiting_since = InquiryState.ANSWERED, None
            await inquiry.save(update_fields=["state", "waiting_since"])
        await tell_answered(inquiry, message)


def _scope(clerk: Clerk) -> dict[str, Any]:
    """What came to the clerk's site, or to a site of the clerk's area."""
    if clerk.level is Level.SITE:
        return {"inquiry__site_id": clerk.site_id}
    return {"inquiry__site__area_id": clerk.area_id}


def _to_decide(change: AccountChange, wanted: ChangeState) -> bool:
    """Whether it waits for the area; not, where it is decided that way already."""
    if change.state is wanted:
        return False
    if change.state is ChangeState.ASKED:
        raise Conflict("account_change_not_forwarded")
    if change.state is not ChangeState.FORWARDED:
        raise Conflict("account_change_decided")
    return True


async def _evidence(inquiry_id: UUID) -> list[int]:
    """The messages of the candidate that show a picture."""
    shown = InquiryMessage.filter(inquiry_id=inquiry_id, author=Author.CANDIDATE, picture__not_isnull=True)
    return [message.id for message in await shown.order_by("id")]


async def _require_evidence(inquiry_id: UUID) -> None:
    if not await _evidence(inquiry_id):
        raise Conflict("account_change_without_evidence")


def _said(field: str, text: str) -> str:
    if not (said := text.strip()):
        raise Faulty("reasons_needed", faults=[Fault(field, "missing")])
    if len(said) > LONGEST:
        raise Faulty("request_faulty", faults=[Fault(field, "too_long")])
    return said
