"""What the staff of a site say to those who ask it. The scope stands in every query: another site's is not found."""

from typing import Final
from uuid import UUID

from backend import audit
from backend.clock import Clock
from backend.database import Database
from backend.errors import Conflict, Fault, Faulty, NotFound
from backend.inquiries.canned import is_filled
from backend.inquiries.claims import require_here, take
from backend.inquiries.deliveries import put_into_chat
from backend.inquiries.desk_models import InquiryDraft
from backend.inquiries.holding import held, inbox_of, require_free
from backend.inquiries.models import AccountChange, Author, Inquiry, InquiryKind, InquiryMessage, InquiryState
from backend.inquiries.wakes import Wakes
from backend.inquiries.writing import tell_answered
from backend.pictures import Pictures
from backend.staff.duties import Duty
from backend.staff.scope import Clerk
from backend.wording import say

LONGEST_ANSWER: Final = 600
"""Characters that every platform's chat takes at once."""


class Answers:
    def __init__(self, *, database: Database, clock: Clock, wakes: Wakes, pictures: Pictures) -> None:
        self._database, self._clock, self._wakes, self._pictures = database, clock, wakes, pictures

    async def answer(
        self,
        clerk: Clerk,
        inquiry_id: UUID,
        text: str,
        *,
        picture: bytes | None = None,
        client_message_id: str | None = None,
    ) -> InquiryMessage:
        """Answer; into the customer-service chat too, if that is where the question came from. Nobody's question is the
        clerk's from now on. The same client's id again is harmless.

        `picture`: a JPEG or PNG beside the text, or instead of it. Chats take none of ours: there the text says that it
        is in the mini-program.

        Raises NotAllowed `not_this_office`, NotFound `inquiry_unknown` outside the clerk's site; Conflict
        `inquiry_closed`, `inquiry_claimed` where it is a colleague's, `you_are_away`; Faulty `inquiry_incomplete` for a
        text that is empty, too long, or has a placeholder left, `picture_too_large`, `picture_unreadable`; Conflict
        `picture_unseen` where whoever asked has nothing but the chat.
        """
        clerk.require(Duty.ANSWER)
        text = _sound(text, needed=picture is None)
        kept = await self._kept(clerk, inquiry_id, picture) if picture is not None else None
        async with self._database.transaction():
            await require_here(clerk)
            inquiry = await _answerable(clerk, inquiry_id)
            mine = InquiryMessage.filter(inquiry_id=inquiry.id, client_message_id=client_message_id)
            if client_message_id and (known := await mine.first()) is not None:
                return known
            if inquiry.state is InquiryState.CLOSED:
                raise Conflict("inquiry_closed")
            await take(self._clock, clerk, inquiry)
            said = _beside_picture(inquiry, text) if kept is not None else text
            message = await self._written(clerk, inquiry, said, kept, client_message_id)
            await InquiryDraft.filter(inquiry_id=inquiry.id, member_id=clerk.member_id).delete()
            if inquiry.chat_id is not None:
                await put_into_chat(self._database, message, inquiry.chat_id)
        await self._wakes.wake(inquiry_id, site_id=inquiry.site_id)
        return message

    async def close(self, clerk: Clerk, inquiry_id: UUID) -> None:
        """Nothing more is to be said, and it is nobody's; again is harmless.

        Raises as `answer` does; Conflict `account_change_waits` while a change of the account is undecided.
        """
        async with self._database.transaction():
            inquiry = await _answerable(clerk, inquiry_id)
            if inquiry.state is InquiryState.CLOSED:
                return
            await require_free(clerk, inquiry)
            if await AccountChange.exists(inquiry_id=inquiry.id, decided_at=None):
                raise Conflict("account_change_waits")
            inquiry.state, inquiry.closed_at, inquiry.waiting_since = InquiryState.CLOSED, self._clock.now(), None
            inquiry.claimed_by_id, inquiry.claimed_at, inquiry.snoozed_until = None, None, None
            await inquiry.save(
                update_fields=["state", "closed_at", "waiting_since", "claimed_by_id", "claimed_at", "snoozed_until"]
            )
            await audit.record(self._clock, clerk.actor, "closed", "inquiry", inquiry.id)
        await self._wakes.wake(inquiry_id, site_id=inquiry.site_id)

    async def _kept(self, clerk: Clerk, inquiry_id: UUID, picture: bytes) -> str:
        """Its key in the store; nothing is unpacked for an inquiry that is none of the clerk's."""
        if not await Inquiry.exists(id=inquiry_id, **inbox_of(clerk, Duty.ANSWER)):
            raise NotFound("inquiry_unknown")
        return await self._pictures.keep(picture)

    async def _written(
        self, clerk: Clerk, inquiry: Inquiry, text: str, picture: str | None, client_message_id: str | None
    ) -> InquiryMessage:
        now = self._clock.now()
        message = await InquiryMessage.create(
            inquiry_id=inquiry.id,
            author=Author.STAFF,
            author_id=str(clerk.member_id),
            text=text,
            picture=picture,
            client_message_id=client_message_id,
            written_at=now,
        )
        inquiry.state, inquiry.waiting_since = InquiryState.ANSWERED, None
        await inquiry.save(update_fields=["state", "waiting_since"])
        await audit.record(self._clock, clerk.actor, "answered", "inquiry", inquiry.id, after={"message": message.id})
        await tell_answered(inquiry, message)
        return message


async def _answerable(clerk: Clerk, inquiry_id: UUID) -> Inquiry:
    inquiry = await held(clerk, inquiry_id)
    if inquiry.kind is InquiryKind.ACCOUNT_RECOVERY and inquiry.candidate_id is None:
        # Somebody who asks for an account is answered by a code: until then nobody could read an answer.
        raise NotFound("inquiry_unknown")
    return inquiry


def _beside_picture(inquiry: Inquiry, text: str) -> str:
    """What is said with a picture: in a chat, which doesn't show it, where it is."""
    if inquiry.chat_id is None:
        return text
    if inquiry.candidate_id is None:
        raise Conflict("picture_unseen")
    return _sound("\n".join(filter(None, (text, say("inquiries", "picture_in_app")))))


def _sound(text: str, *, needed: bool = True) -> str:
    said = text.strip()
    if len(said) > LONGEST_ANSWER or (needed and not said):
        raise Faulty("inquiry_incomplete", faults=[Fault("text", "too_long" if said else "missing")])
    if not is_filled(said):
        raise Faulty("inquiry_incomplete", faults=[Fault("text", "placeholder_left")])
    return said
