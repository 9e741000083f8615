"""What a candidate asks inside the mini-program: their own inquiries, and nobody else's."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal
from uuid import UUID

from tortoise.exceptions import IntegrityError
from tortoise.expressions import Q

from backend.audit import Actor
from backend.cache import Cache
from backend.clock import Clock
from backend.database import Database, lock, violated
from backend.errors import Conflict, Fault, Faulty, NotFound, TooMany
from backend.exams.catalogue import Exams, SiteFacts
from backend.inquiries.first_answers import FirstAnswers
from backend.inquiries.models import AccountChange, Inquiry, InquiryKind, InquiryMessage, InquiryState
from backend.inquiries.places import home_of
from backend.inquiries.wakes import Wakes
from backend.inquiries.wanted_change import WantedChange, WantedChanges
from backend.inquiries.writing import answer_at_once, ask_person, may_answer_at_once, open_inquiry, reopen, write
from backend.pictures import Pictures
from backend.wording import Language, say

MOST_MESSAGES: Final = 100
"""A page of an inquiry's log."""
WRITES, WRITES_SECONDS = 60, 600
"""How much one candidate may write, in so many seconds."""
LOOK_AGAIN_SECONDS: Final = 5.0
"""Whoever waits looks by themselves so often, for when nobody could be woken."""
NOTHING: Final = WantedChange()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """As asked. Without a place it goes to the registration's site, without that to the latest registration's.

    `change`: what of the account is to become what, where that is what is asked for. `language`: of an answer at once.
    """

    kind: Literal["question", "account_change"]
    text: str
    area: str | None = None
    site: str | None = None
    registration: UUID | None = None
    key: str | None = None
    change: WantedChange = NOTHING
    language: Language = "zh-CN"


@dataclass(frozen=True, slots=True, kw_only=True)
class InquiryView:
    """An inquiry and the place it went to; none while it is the centre's. `change`: how far the change of the account
    is that it asks for, where one is looked at by itself."""

    row: Inquiry
    site: SiteFacts | None
    change: AccountChange | None = None


class Questions:
    """`candidate_id` is part of every query."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        cache: Cache,
        exams: Exams,
        pictures: Pictures,
        wakes: Wakes,
        changes: WantedChanges,
        first_answers: FirstAnswers,
    ) -> None:
        self._database, self._clock, self._cache = database, clock, cache
        self._exams, self._pictures, self._wakes, self._changes = exams, pictures, wakes, changes
        self._first_answers = first_answers

    async def open(self, candidate_id: UUID, question: Question, *, actor: Actor) -> InquiryView:
        """A new inquiry; the same one again for the same key.

        Raises NotFound `registration_unknown`, `area_unknown`, `site_unknown`; Faulty `inquiry_incomplete` where no
        site is known or the change can't be; Conflict `account_change_pending`; TooMany `inquiries_too_often`.
        """
        if question.key and (known := await self._opened_before(candidate_id, question.key)):
            return known
        await self._limit(candidate_id)
        site, registration_id = await self._place(candidate_id, question)
        change = await self._change(candidate_id, question)
        answer = await self._answer(candidate_id, question, site)
        try:
            async with self._database.transaction():
                inquiry = await open_inquiry(
                    self._clock,
                    actor,
                    kind=InquiryKind(question.kind),
                    candidate_id=candidate_id,
                    site_id=site.id,
                    registration_id=registration_id,
                    opening_key=question.key,
                )
                await write(self._clock, inquiry, text=question.text, author_id=str(candidate_id))
                if answer is not None:
                    await answer_at_once(self._clock, inquiry, answer)
                if change is not None:
                    await self._changes.keep(inquiry, candidate_id, change)
        except IntegrityError as error:
            if not violated(error, "inquiry_opened_once") or question.key is None:
                raise
            known = await self._opened_before(candidate_id, question.key)
            assert known is not None
            return known
        await self._wakes.wake(inquiry.id, site_id=site.id)
        return InquiryView(row=inquiry, site=site)

    async def all(
        self, candidate_id: UUID, *, after: UUID | None, limit: int
    ) -> tuple[Sequence[InquiryView], str | None]:
        """The newest first, and what to go on after. Raises NotFound `inquiry_unknown` for an `after` not theirs."""
        mine = Inquiry.filter(candidate_id=candidate_id)
        if after is not None:
            last = await self._own(candidate_id, after)
            mine = mine.filter(Q(opened_at__lt=last.opened_at) | Q(opened_at=last.opened_at, id__lt=last.id))
        rows = await mine.order_by("-opened_at", "-id").limit(limit + 1)
        views = [await self._view(row) for row in rows[:limit]]
        return views, str(rows[limit - 1].id) if len(rows) > limit else None

    async def one(self, candidate_id: UUID, inquiry_id: UUID) -> InquiryView:
        """Raises NotFound `inquiry_unknown`, also for somebody else's, as does everything below."""
        view = await self._view(await self._own(candidate_id, inquiry_id))
        return replace(view, change=await AccountChange.get_or_none(inquiry_id=inquiry_id))

    async def write(
        self,
        candidate_id: UUID,
        inquiry_id: UUID,
        *,
        text: str,
        client_message_id: str | None,
        picture: str | None = None,
        language: Language = "zh-CN",
    ) -> InquiryMessage:
        """One more message, answered at once where that is certain; for a client's id that was used in this inquiry,
        the message it was used for. A closed inquiry is open again.

        Raises TooMany `inquiries_too_often`.
        """
        async with self._database.transaction():
            inquiry = await lock(Inquiry, id=inquiry_id, candidate_id=candidate_id)
            if inquiry is None:
                raise NotFound("inquiry_unknown")
            if client_message_id and (known := await _written_before(inquiry_id, client_message_id)):
                return known
            await self._limit(candidate_id)
            if inquiry.state is InquiryState.CLOSED:
                await reopen(self._clock, inquiry, Actor(kind="candidate", id=str(candidate_id)))
            message = await write(
                self._clock,
                inquiry,
                text=text,
                author_id=str(candidate_id),
                picture=picture,
                client_message_id=client_message_id,
            )
            if await may_answer_at_once(inquiry):
                answer = await self._first_answers.to(
                    text,
                    candidate_id,
                    site_id=inquiry.site_id,
                    registration_id=inquiry.registration_id,
                    language=language,
                )
                if answer is not None:
                    await answer_at_once(self._clock, inquiry, answer)
        await self._wakes.wake(inquiry_id, site_id=inquiry.site_id)
        return message

    async def ask_person(self, candidate_id: UUID, inquiry_id: UUID, *, language: Language) -> InquiryView:
        """From now on nothing but a person answers; again is harmless. Raises Conflict `inquiry_closed`."""
        async with self._database.transaction():
            inquiry = await lock(Inquiry, id=inquiry_id, candidate_id=candidate_id)
            if inquiry is None:
                raise NotFound("inquiry_unknown")
            if inquiry.state is InquiryState.CLOSED:
                raise Conflict("inquiry_closed")
            if inquiry.person_asked_at is None:
                await ask_person(self._clock, inquiry, say("first_answers", "person_asked", language))
        await self._wakes.wake(inquiry_id, site_id=inquiry.site_id)
        return await self._view(inquiry)

    async def show(
        self, candidate_id: UUID, inquiry_id: UUID, data: bytes, *, client_message_id: str | None
    ) -> InquiryMessage:
        """A picture as a message. Raises as `write` does; Faulty `picture_too_large`, `picture_unreadable`."""
        await self._own(candidate_id, inquiry_id)
        if client_message_id and (known := await _written_before(inquiry_id, client_message_id)):
            return known
        kept = await self._pictures.keep(data)
        return await self.write(candidate_id, inquiry_id, text="", picture=kept, client_message_id=client_message_id)

    async def picture(self, candidate_id: UUID, inquiry_id: UUID, message_id: int) -> bytes:
        """A message's picture, a JPEG. Raises NotFound also `picture_unknown`."""
        await self._own(candidate_id, inquiry_id)
        message = await InquiryMessage.get_or_none(id=message_id, inquiry_id=inquiry_id)
        if message is None or message.picture is None:
            raise NotFound("picture_unknown")
        return await self._pictures.get(message.picture)

    async def messages(
        self, candidate_id: UUID, inquiry_id: UUID, *, after: int, wait: float
    ) -> Sequence[InquiryMessage]:
        """The messages after this one, a page at most; where there is none, the next one within `wait` seconds."""
        await self._own(candidate_id, inquiry_id)
        ends_at = asyncio.get_running_loop().time() + wait
        with self._wakes.awaited(inquiry_id) as woken:
            while True:
                found = (
                    await InquiryMessage.filter(inquiry_id=inquiry_id, id__gt=after).order_by("id").limit(MOST_MESSAGES)
                )
                left = ends_at - asyncio.get_running_loop().time()
                if found or left <= 0 or self._wakes.over:
                    return found
                await _first(woken, min(left, LOOK_AGAIN_SECONDS))

    async def _own(self, candidate_id: UUID, inquiry_id: UUID) -> Inquiry:
        inquiry = await Inquiry.get_or_none(id=inquiry_id, candidate_id=candidate_id)
        if inquiry is None:
            raise NotFound("inquiry_unknown")
        return inquiry

    async def _opened_before(self, candidate_id: UUID, key: str) -> InquiryView | None:
        row = await Inquiry.get_or_none(candidate_id=candidate_id, opening_key=key)
        return await self._view(row) if row is not None else None

    async def _view(self, row: Inquiry) -> InquiryView:
        return InquiryView(row=row, site=await self._exams.site_by_id(row.site_id) if row.site_id else None)

    async def _answer(self, candidate_id: UUID, question: Question, site: SiteFacts) -> str | None:
        """What can be said at once."""
        if question.kind != "question":
            return None
        return await self._first_answers.to(
            question.text,
            candidate_id,
            site_id=site.id,
            registration_id=question.registration,
            language=question.language,
        )

    async def _place(self, candidate_id: UUID, question: Question) -> tuple[SiteFacts, UUID | None]:
        """Where it goes, and the registration that the site may see with it: one of its own candidates'."""
        home = await home_of(self._exams, candidate_id, registration_id=question.registration)
        if question.area is None and question.site is None:
            if home is None:
                raise Faulty("inquiry_incomplete", faults=[Fault("site", "missing")])
            return home.site, home.registration_id
        if question.area is None or question.site is None:
            name = "area" if question.area is None else "site"
            raise Faulty("inquiry_incomplete", faults=[Fault(name, "missing")])
        site = await self._exams.site(question.area, question.site)
        return site, home.registration_id if home is not None and home.site.id == site.id else None

    async def _change(self, candidate_id: UUID, question: Question) -> WantedChange | None:
        wanted = question.change
        if question.kind != "account_change" and wanted.fields:
            faults = [Fault(name, "only_account_change") for name in wanted.fields]
            raise Faulty("inquiry_incomplete", faults=faults)
        return await self._changes.check(candidate_id, wanted) if wanted.fields else None

    async def _limit(self, candidate_id: UUID) -> None:
        count = await self._cache.count(f"inquiries:{candidate_id}", seconds=WRITES_SECONDS, purpose="limit")
        if count > WRITES:
            raise TooMany("inquiries_too_often", retry_after=WRITES_SECONDS)


async def _written_before(inquiry_id: UUID, client_message_id: str) -> InquiryMessage | None:
    return await InquiryMessage.get_or_none(inquiry_id=inquiry_id, client_message_id=client_message_id)


async def _first(woken: asyncio.Event, seconds: float) -> None:
    """Until it is set, but not for longer."""
    try:
        async with asyncio.timeout(seconds):
            await woken.wait()
    except TimeoutError:
        return
    woken.clear()
