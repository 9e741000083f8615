"""What every way into an inquiry does in its transaction: open one, write, answer at once, ask for a person."""

from typing import Final
from uuid import UUID, uuid4

from backend import audit
from backend.audit import Actor
from backend.clock import Clock
from backend.events import EventName, tell
from backend.inquiries.models import Author, Inquiry, InquiryKind, InquiryMessage, InquiryState

TEXT_LONGEST: Final = 2000
"""Characters a person may write at once."""


async def open_inquiry(
    clock: Clock,
    actor: Actor,
    *,
    kind: InquiryKind,
    candidate_id: UUID | None,
    site_id: int | None,
    registration_id: UUID | None,
    chat_id: int | None = None,
    opening_key: str | None = None,
) -> Inquiry:
    """A new one, still empty: whoever opens it writes its first message in the same transaction."""
    now = clock.now()
    inquiry = await Inquiry.create(
        id=uuid4(),
        kind=kind,
        candidate_id=candidate_id,
        site_id=site_id,
        registration_id=registration_id,
        chat_id=chat_id,
        opening_key=opening_key,
        opened_at=now,
    )
    await audit.record(clock, actor, "opened", "inquiry", inquiry.id, after={"kind": kind, "site": site_id})
    await tell(
        EventName.INQUIRY_OPENED, subject_id=inquiry.id, candidate_id=candidate_id, at=now, kind=kind, site=site_id
    )
    return inquiry


async def write(
    clock: Clock,
    inquiry: Inquiry,
    *,
    text: str,
    author_id: str | None,
    picture: str | None = None,
    client_message_id: str | None = None,
) -> InquiryMessage:
    """A message of the person who asks, in an inquiry held by the caller: from now on it waits for an answer, and is
    put aside no longer."""
    now = clock.now()
    message = await InquiryMessage.create(
        inquiry_id=inquiry.id,
        author=Author.CANDIDATE,
        author_id=author_id,
        text=text,
        picture=picture,
        client_message_id=client_message_id,
        written_at=now,
    )
    inquiry.state, inquiry.waiting_since = InquiryState.OPEN, inquiry.waiting_since or now
    inquiry.snoozed_until = None
    await inquiry.save(update_fields=["state", "waiting_since", "snoozed_until"])
    await tell(EventName.INQUIRY_ASKED, subject_id=inquiry.id, candidate_id=inquiry.candidate_id, at=now)
    return message


async def move(inquiry: Inquiry, site_id: int | None) -> None:
    """Into the inbox of this site, in an inquiry held by the caller: it is none of the former office's any more."""
    inquiry.site_id, inquiry.claimed_by_id, inquiry.claimed_at, inquiry.snoozed_until = site_id, None, None, None
    await inquiry.save(update_fields=["site_id", "claimed_by_id", "claimed_at", "snoozed_until"])


async def reopen(clock: Clock, inquiry: Inquiry, actor: Actor) -> None:
    """A closed inquiry, held by the caller, is nobody's and open again. A chat that has gone on with another matter
    stays with that one."""
    if inquiry.chat_id is not None:
        others = Inquiry.filter(chat_id=inquiry.chat_id).exclude(state=InquiryState.CLOSED)
        inquiry.chat_id = None if await others.exists() else inquiry.chat_id
    inquiry.state, inquiry.closed_at, inquiry.waiting_since = InquiryState.OPEN, None, clock.now()
    await inquiry.save(update_fields=["state", "closed_at", "waiting_since", "chat_id"])
    await audit.record(clock, actor, "reopened", "inquiry", inquiry.id)


async def may_answer_at_once(inquiry: Inquiry) -> bool:
    """Whether a question is still without a person: none was asked for, and none has said anything."""
    if inquiry.kind is not InquiryKind.QUESTION or inquiry.person_asked_at is not None:
        return False
    return not await InquiryMessage.exists(inquiry_id=inquiry.id, author=Author.STAFF)


async def answer_at_once(clock: Clock, inquiry: Inquiry, text: str) -> InquiryMessage:
    """The automatic answer to what was just written, in an inquiry held by the caller: it waits for nobody now."""
    message = await InquiryMessage.create(
        inquiry_id=inquiry.id, author=Author.AUTOMATIC, text=text, written_at=clock.now()
    )
    inquiry.state, inquiry.waiting_since = InquiryState.ANSWERED, None
    await inquiry.save(update_fields=["state", "waiting_since"])
    return message


async def ask_person(clock: Clock, inquiry: Inquiry, text: str) -> InquiryMessage:
    """It waits for a person, in an inquiry held by the caller; `text` is what the candidate is told."""
    now = clock.now()
    inquiry.state, inquiry.person_asked_at = InquiryState.OPEN, now
    inquiry.waiting_since = inquiry.waiting_since or now
    await inquiry.save(update_fields=["state", "person_asked_at", "waiting_since"])
    return await InquiryMessage.create(inquiry_id=inquiry.id, author=Author.SYSTEM, text=text, written_at=now)


async def tell_answered(inquiry: Inquiry, message: InquiryMessage) -> None:
    """Into the outbox: this message is the office's answer."""
    await tell(
        EventName.INQUIRY_ANSWERED,
        subject_id=inquiry.id,
        candidate_id=inquiry.candidate_id,
        at=message.written_at,
        message=message.id,
    )
