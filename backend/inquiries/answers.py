"""What the staff of a site say to those who ask it. The scope stands in every query: another site's is not found."""

from typing import Any, Final
from uuid import UUID

from backend import audit
from backend.clock import Clock
from backend.database import Database, lock
from backend.errors import Conflict, Fault, Faulty, NotFound
from backend.inquiries.deliveries import put_into_chat
from backend.inquiries.models import AccountChange, Author, Chat, Inquiry, InquiryKind, InquiryMessage, InquiryState
from backend.inquiries.wakes import Wakes
from backend.inquiries.writing import tell_answered
from backend.staff.duties import Duty
from backend.staff.models import Level
from backend.staff.scope import Clerk

LONGEST_ANSWER: Final = 600
"""Characters that every platform's chat takes at once."""


class Answers:
    def __init__(self, *, database: Database, clock: Clock, wakes: Wakes) -> None:
        self._database, self._clock, self._wakes = database, clock, wakes

    async def answer(
        self, clerk: Clerk, inquiry_id: UUID, text: str, *, client_message_id: str | None = None
    ) -> InquiryMessage:
        """Answer; into the customer-service chat too, if that is where the question came from. The same client's id
        again is harmless.

        Raises NotAllowed `not_this_office`, NotFound `inquiry_unknown` outside the clerk's site; Conflict
        `inquiry_closed`; Faulty `inquiry_incomplete` for a text that is empty or too long.
        """
        text = text.strip()
        if not 0 < len(text) <= LONGEST_ANSWER:
            raise Faulty("inquiry_incomplete", faults=[Fault("text", "too_long" if text else "missing")])
        async with self._database.transaction():
            inquiry = await self._held(clerk, inquiry_id)
            mine = InquiryMessage.filter(inquiry_id=inquiry.id, client_message_id=client_message_id)
            if client_message_id and (known := await mine.first()) is not None:
                return known
            if inquiry.state is InquiryState.CLOSED:
                raise Conflict("inquiry_closed")
            message = await self._written(clerk, inquiry, text, client_message_id)
            if inquiry.chat_id is not None:
                await put_into_chat(self._database, message, inquiry.chat_id)
        await self._wakes.wake(inquiry_id)
        return message

    async def close(self, clerk: Clerk, inquiry_id: UUID) -> None:
        """Nothing more is to be said; again is harmless.

        Raises as `answer` does; Conflict `account_change_waits` while a change of the account is undecided.
        """
        async with self._database.transaction():
            inquiry = await self._held(clerk, inquiry_id)
            if inquiry.state is InquiryState.CLOSED:
                return
            if await AccountChange.exists(inquiry_id=inquiry.id, decided_at=None):
                raise Conflict("account_change_waits")
            inquiry.state, inquiry.closed_at, inquiry.waiting_since = InquiryState.CLOSED, self._clock.now(), None
            await inquiry.save(update_fields=["state", "closed_at", "waiting_since"])
            await audit.record(self._clock, clerk.actor, "closed", "inquiry", inquiry.id)

    async def _held(self, clerk: Clerk, inquiry_id: UUID) -> Inquiry:
        """The chat is held before its inquiry, as by those who write from it: two who cross don't block each other."""
        mine = {"id": inquiry_id, **_scope(clerk)}
        found = await Inquiry.get_or_none(**mine)
        if found is not None and found.chat_id is not None:
            await lock(Chat, id=found.chat_id)
        held = await lock(Inquiry, **mine) if found is not None else None
        if held is None or (held.kind is InquiryKind.ACCOUNT_RECOVERY and held.candidate_id is None):
            # Somebody who asks for an account is answered by a code: until then nobody could read an answer.
            raise NotFound("inquiry_unknown")
        return held

    async def _written(
        self, clerk: Clerk, inquiry: Inquiry, text: str, client_message_id: str | None
    ) -> InquiryMessage:
        now = self._clock.now()
        message = await InquiryMessage.create(
            inquiry_id=inquiry.id,
            author=Author.STAFF,
            author_id=str(clerk.member_id),
            text=text,
            client_message_id=client_message_id,
            written_at=now,
        )
        inquiry.state, inquiry.waiting_since = InquiryState.ANSWERED, None
        await inquiry.save(update_fields=["state", "waiting_since"])
        await audit.record(self._clock, clerk.actor, "answered", "inquiry", inquiry.id, after={"message": message.id})
        await tell_answered(inquiry, message)
        return message


def _scope(clerk: Clerk) -> dict[str, Any]:
    """A site's staff answer what came to it, the centre's what has no site yet. Raises NotAllowed `not_this_office`."""
    clerk.require(Duty.ANSWER)
    return {"site_id": clerk.site_id} if clerk.level is Level.SITE else {"site_id__isnull": True}
