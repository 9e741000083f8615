"""Inquiries: what a candidate asks a test site, what is answered, pictures; and waiting for the next message."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from backend.candidates.models import IdType
from backend.inquiries.following import Following, Heard
from backend.inquiries.models import AccountChange, Author, ChangeState, InquiryKind, InquiryMessage, InquiryState
from backend.inquiries.questions import MOST_MESSAGES, InquiryView, Question, Questions
from backend.inquiries.wanted_change import WantedChange
from backend.inquiries.writing import TEXT_LONGEST
from backend.server_sent import ALIVE, CONTENT_TYPE, event
from backend.wording import Language, say, sentence
from miniprogram_api.accounts import Line
from miniprogram_api.exams import Name
from miniprogram_api.pacing import SENT
from miniprogram_api.requests import Caller, LastEvent, Upload
from miniprogram_api.shapes import In, Moment, Page
from miniprogram_api.typed_routes import Reply, Routes, Stream, Urgency

routes = Routes()
LONGEST_WAIT = 25
LARGEST_ID = 2**63 - 1

Words = Annotated[
    str, StringConstraints(min_length=1, max_length=TEXT_LONGEST, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$")
]
"""What people write, in several lines if they like."""
ClientId = Annotated[str, StringConstraints(pattern=r"^[!-~]{8,64}$")]
"""Chosen by the client, the same for every repeat of one message."""
MessageId = Annotated[int, Field(ge=0, le=LARGEST_ID)]


class QuestionIn(In):
    """Without a place it goes to the registration's site, without that to the newest registration's.

    `name`, `id_type`, `id_number`: what the account is to say after an account change, where the person knows it.
    """

    kind: Literal["question", "account_change"]
    area: Name | None = None
    site: Name | None = None
    registration: UUID | None = None
    text: Words
    name: Line | None = None
    id_type: IdType | None = None
    id_number: Line | None = None
    client_message_id: ClientId | None = None


class MessageIn(In):
    text: Words
    client_message_id: ClientId | None = None


class PictureQuery(In):
    client_message_id: ClientId | None = None


class InquiriesQuery(In):
    """`after`: the `next` of the page before."""

    after: UUID | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50


class MessagesQuery(In):
    """`after`: the last message known. `wait`: seconds to wait for the next one, where there is none yet."""

    after: MessageId = 0
    wait: Annotated[int, Field(ge=0, le=LONGEST_WAIT)] = 0


class EventsQuery(In):
    """`after`: the last message known; `Last-Event-ID` says it better."""

    after: MessageId = 0


class AccountChangeOut(BaseModel):
    """How far a change of name or document is; `reason`: why the area declined it."""

    state: ChangeState
    message: str
    reason: str | None
    forwarded_at: Moment | None
    decided_at: Moment | None

    @classmethod
    def of(cls, row: AccountChange, language: Language) -> "AccountChangeOut":
        return cls(
            state=row.state,
            message=sentence(say("inquiries", f"change_{row.state}", language)),
            reason=row.reason,
            forwarded_at=row.forwarded_at,
            decided_at=row.decided_at,
        )


class InquiryOut(BaseModel):
    """`area` and `site`: whom it went to; none while a chat has not chosen."""

    id: UUID
    kind: InquiryKind
    state: InquiryState
    area: str | None
    site: str | None
    registration: UUID | None
    opened_at: Moment
    closed_at: Moment | None

    @classmethod
    def of(cls, view: InquiryView) -> "InquiryOut":
        row, site = view.row, view.site
        return cls(
            id=row.id,
            kind=row.kind,
            state=row.state,
            area=site.area if site else None,
            site=site.name if site else None,
            registration=row.registration_id,
            opened_at=row.opened_at,
            closed_at=row.closed_at,
        )


class OneInquiryOut(InquiryOut):
    """With how far the change of the account is that it asks for."""

    account_change: AccountChangeOut | None


class MessageOut(BaseModel):
    """`picture`: whether there is one to be had under the message's id. `system` and `automatic` are no person; what is
    `automatic` answers from the candidate's own records."""

    id: int
    author: Author
    text: str
    picture: bool
    client_message_id: str | None
    written_at: Moment

    @classmethod
    def of(cls, row: InquiryMessage | Heard) -> "MessageOut":
        mine = row.author is Author.CANDIDATE
        return cls(
            id=row.id,
            author=row.author,
            text=row.text,
            picture=row.picture is not None,
            client_message_id=row.client_message_id if mine else None,
            written_at=row.written_at,
        )


@routes.add("POST", "/inquiries", status=201, refusals=(404, 409))
async def ask(body: QuestionIn, caller: Caller, questions: Questions, language: Language) -> InquiryOut:
    """Ask a test site; where the records say it surely, the answer is there at once."""
    question = Question(
        kind=body.kind,
        text=body.text,
        area=body.area,
        site=body.site,
        registration=body.registration,
        key=body.client_message_id,
        change=WantedChange(name=body.name, id_type=body.id_type, id_number=body.id_number),
        language=language,
    )
    return InquiryOut.of(await questions.open(caller.candidate_id, question, actor=caller.actor))


@routes.add("GET", "/inquiries", refusals=(404,))
async def list_inquiries(query: InquiriesQuery, caller: Caller, questions: Questions) -> Page[InquiryOut]:
    """One's own inquiries, the newest first."""
    found, following = await questions.all(caller.candidate_id, after=query.after, limit=query.limit)
    return Page(items=[InquiryOut.of(view) for view in found], next=following)


@routes.add("GET", "/inquiries/{inquiry_id}")
async def show_inquiry(inquiry_id: UUID, caller: Caller, questions: Questions, language: Language) -> OneInquiryOut:
    """One inquiry."""
    view = await questions.one(caller.candidate_id, inquiry_id)
    change = AccountChangeOut.of(view.change, language) if view.change else None
    return OneInquiryOut(**InquiryOut.of(view).model_dump(), account_change=change)


@routes.add("POST", "/inquiries/{inquiry_id}/messages", status=201, refusals=(409,))
async def write_message(
    inquiry_id: UUID, body: MessageIn, caller: Caller, questions: Questions, language: Language
) -> MessageOut:
    """Write one more message."""
    message = await questions.write(
        caller.candidate_id, inquiry_id, text=body.text, client_message_id=body.client_message_id, language=language
    )
    return MessageOut.of(message)


@routes.add("POST", "/inquiries/{inquiry_id}/ask-person", refusals=(409,))
async def ask_for_person(inquiry_id: UUID, caller: Caller, questions: Questions, language: Language) -> InquiryOut:
    """Have a person answer: from now on nothing is answered automatically."""
    return InquiryOut.of(await questions.ask_person(caller.candidate_id, inquiry_id, language=language))


@routes.add("POST", "/inquiries/{inquiry_id}/pictures", status=201, refusals=(409,), pace=SENT)
async def show_picture(
    inquiry_id: UUID, query: PictureQuery, caller: Caller, file: Upload, questions: Questions
) -> MessageOut:
    """Show a picture, a JPEG or PNG."""
    message = await questions.show(caller.candidate_id, inquiry_id, file, client_message_id=query.client_message_id)
    return MessageOut.of(message)


@routes.add("GET", "/inquiries/{inquiry_id}/pictures/{message_id}", produces="image/jpeg")
async def fetch_picture(inquiry_id: UUID, message_id: MessageId, caller: Caller, questions: Questions) -> Reply:
    """A message's picture."""
    content = await questions.picture(caller.candidate_id, inquiry_id, message_id)
    return Reply(body=content, headers={"Cache-Control": "private, no-store"}, content_type="image/jpeg")


@routes.add("GET", "/inquiries/{inquiry_id}/messages", urgency=Urgency.APART)
async def read_messages(
    inquiry_id: UUID, query: MessagesQuery, caller: Caller, questions: Questions
) -> Page[MessageOut]:
    """The messages after one; where there is none, the next one as soon as it comes."""
    found = await questions.messages(caller.candidate_id, inquiry_id, after=query.after, wait=query.wait)
    items = [MessageOut.of(message) for message in found]
    return Page(items=items, next=str(items[-1].id) if len(items) == MOST_MESSAGES else None)


@routes.add("GET", "/inquiries/{inquiry_id}/events", produces=CONTENT_TYPE, urgency=Urgency.APART)
async def follow_messages(
    inquiry_id: UUID, query: EventsQuery, last: LastEvent, caller: Caller, following: Following
) -> Stream:
    """The messages after one as server-sent events, each under its id; it ends with the session."""
    found = following.messages(caller.claims, inquiry_id, after=max(last, query.after))
    return Stream(events=_events(found))


async def _events(found: AsyncGenerator[Sequence[Heard], None]) -> AsyncGenerator[bytes, None]:
    async with aclosing(found):
        async for messages in found:
            told = [event(MessageOut.of(one).model_dump_json(), number=one.id) for one in messages]
            yield b"".join(told) or ALIVE
