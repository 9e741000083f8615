"""What people write in a platform's customer-service chat, as messages of an inquiry.

A chat is one platform user's. Bound, its inquiry is the candidate's and goes to the site of their latest registration;
otherwise the chat is asked for a site, and until it has chosen one the inquiry is the centre's.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from tortoise.exceptions import IntegrityError

from backend.audit import Actor
from backend.clock import Clock, real_now
from backend.database import Database, lock, violated
from backend.errors import Faulty, Unavailable
from backend.exams.catalogue import Exams
from backend.inquiries.answers import LONGEST_ANSWER
from backend.inquiries.bound import bound_to
from backend.inquiries.deliveries import put_into_chat
from backend.inquiries.first_answers import FirstAnswers
from backend.inquiries.intents import wants_person
from backend.inquiries.menu import Place, turn
from backend.inquiries.models import Author, Chat, Inquiry, InquiryKind, InquiryMessage, InquiryState, PushedMessage
from backend.inquiries.places import Home, home_of
from backend.inquiries.platforms import ChatPlatform, NoPicture, PushedEvents
from backend.inquiries.wakes import Wakes
from backend.inquiries.writing import (
    TEXT_LONGEST,
    answer_at_once,
    ask_person,
    may_answer_at_once,
    move,
    open_inquiry,
    write,
)
from backend.pictures import Pictures
from backend.wording import say

log = structlog.get_logger(__name__)
PICTURE_PATIENCE: Final = timedelta(hours=1)
"""How long a picture is asked for; then the message stands without it."""


class Chats:
    """Acts on pushes. `platforms`: by name, those whose chat is offered."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        exams: Exams,
        pictures: Pictures,
        wakes: Wakes,
        platforms: Mapping[str, ChatPlatform],
        events: PushedEvents,
        first_answers: FirstAnswers,
    ) -> None:
        self._database, self._clock, self._exams = database, clock, exams
        self._pictures, self._wakes, self._platforms = pictures, wakes, platforms
        self._events, self._first_answers = events, first_answers

    async def process(self, push_id: int) -> str:
        """Act on one push, once; what came of it. Raises Unavailable while a picture can't be had yet."""
        push = await PushedMessage.get(id=push_id)
        if push.processed_at is not None:
            return push.outcome or ""
        picture = await self._picture(push) if push.kind == "picture" else None
        async with self._database.transaction():
            held = await lock(PushedMessage, id=push_id, processed_at=None)
            if held is None:
                return "processed_already"
            inquiry = await self._apply(held, picture)
            held.outcome = "written" if inquiry else "kept"
            held.content = {} if inquiry else held.content
            held.processed_at = real_now()
            await held.save(update_fields=["processed_at", "outcome", "content"])
        if inquiry is not None:
            await self._wakes.wake(inquiry.id, site_id=inquiry.site_id)
        return held.outcome

    async def _apply(self, push: PushedMessage, picture: str | None) -> Inquiry | None:
        """Inside a transaction: the inquiry in which it is written now; None for what is no person's message."""
        if push.kind == "event":
            await self._events.apply(push.platform, push.open_id, push.content)
            return None
        chat = await self._chat(push)
        if push.kind == "entered":
            chat.entered_at, chat.entry_answers_left = (
                push.sent_at,
                self._platforms[push.platform].limits.after_entering,
            )
            await chat.save(update_fields=["entered_at", "entry_answers_left"])
            return None
        return await self._written(chat, push, picture)

    async def _written(self, chat: Chat, push: PushedMessage, picture: str | None) -> Inquiry:
        limits = self._platforms[chat.platform].limits
        if chat.said_at is None or push.sent_at >= chat.said_at:
            chat.said_at, chat.answers_left = push.sent_at, limits.after_message
        text = str(push.content.get("text", ""))[:TEXT_LONGEST]
        if push.kind == "picture" and picture is None:
            text = say("inquiries", "picture_lost")
        candidate_id = await bound_to(chat)
        home = await home_of(self._exams, candidate_id) if candidate_id is not None else None
        inquiry, new = await self._inquiry(chat, candidate_id, home)
        await write(self._clock, inquiry, text=text, author_id=chat.open_id[:64], picture=picture)
        if home is None:
            await self._turn(chat, inquiry, text, new=new)
        elif candidate_id is not None and picture is None:
            await self._answer(chat, inquiry, text, candidate_id)
        await chat.save()
        return inquiry

    async def _chat(self, push: PushedMessage) -> Chat:
        """The user's chat, held."""
        user: dict[str, Any] = {"platform": push.platform, "app_id": push.app_id, "open_id": push.open_id}
        if (chat := await lock(Chat, **user)) is not None:
            return chat
        try:
            async with self._database.transaction():
                return await Chat.create(**user)
        except IntegrityError as error:
            if not violated(error, "chat_user"):
                raise
        found = await lock(Chat, **user)
        assert found is not None
        return found

    async def _inquiry(self, chat: Chat, candidate_id: UUID | None, home: Home | None) -> tuple[Inquiry, bool]:
        """The chat's inquiry that isn't closed, held, and brought to where the chat stands now; or a new one."""
        site_id = home.site.id if home else chat.site_id
        registration_id = home.registration_id if home else None
        inquiry = await _standing(chat, candidate_id)
        if inquiry is None:
            actor = Actor(kind="platform", id=chat.open_id[:64])
            inquiry = await open_inquiry(
                self._clock,
                actor,
                kind=InquiryKind.QUESTION,
                candidate_id=candidate_id,
                site_id=site_id,
                registration_id=registration_id,
                chat_id=chat.id,
            )
            return inquiry, True
        if inquiry.site_id is None and site_id is not None:
            await move(inquiry, site_id)
            inquiry.registration_id = registration_id
        inquiry.candidate_id = candidate_id
        await inquiry.save(update_fields=["candidate_id", "registration_id"])
        return inquiry, False

    async def _turn(self, chat: Chat, inquiry: Inquiry, text: str, *, new: bool) -> None:
        """Ask for the site, or take what was chosen."""
        areas, sites = await self._exams.places_by_code()
        place = Place(
            asked=chat.asked,
            area=next((area for area in areas if area.id == chat.area_id), None),
            site=next((site for site in sites if site.id == chat.site_id), None),
        )
        found = turn(place, text, areas, sites)
        if new and found.told is None and place.site is None:
            found = turn(Place(asked=None), text, areas, sites)
        chat.asked, chat.area_id = found.place.asked, found.place.area.id if found.place.area else None
        chat.site_id = found.place.site.id if found.place.site else None
        if chat.site_id is not None and chat.site_id != inquiry.site_id:
            await move(inquiry, chat.site_id)
        if found.told is not None:
            await self._tell(chat, inquiry, found.told)

    async def _answer(self, chat: Chat, inquiry: Inquiry, text: str, candidate_id: UUID) -> None:
        """Say at once what is certain, or have a person do it where that is asked for."""
        if not await may_answer_at_once(inquiry):
            return
        if wants_person(text):
            message = await ask_person(self._clock, inquiry, say("first_answers", "person_asked"))
            await put_into_chat(self._database, message, chat.id)
            return
        answer = await self._first_answers.to(
            text, candidate_id, site_id=inquiry.site_id, registration_id=inquiry.registration_id
        )
        if answer is not None and len(answer) <= LONGEST_ANSWER:
            await put_into_chat(self._database, await answer_at_once(self._clock, inquiry, answer), chat.id)

    async def _tell(self, chat: Chat, inquiry: Inquiry, text: str) -> None:
        message = await InquiryMessage.create(
            inquiry=inquiry, author=Author.SYSTEM, text=text, written_at=self._clock.now()
        )
        await put_into_chat(self._database, message, chat.id)

    async def _picture(self, push: PushedMessage) -> str | None:
        """Its key in the store; None where there is none to be had. Raises Unavailable where it may come yet."""
        try:
            came = await self._platforms[push.platform].picture(str(push.content.get("picture", "")))
            return await self._pictures.keep(came)
        except (NoPicture, Faulty) as error:
            log.warning("picture_lost", platform=push.platform, reason=str(error))
        except Unavailable:
            if real_now() < push.received_at + PICTURE_PATIENCE:
                raise
            log.warning("picture_lost", platform=push.platform, reason="unavailable")
        return None


async def _standing(chat: Chat, candidate_id: UUID | None) -> Inquiry | None:
    """What the chat is about, held. A matter of somebody to whom the chat isn't bound any more goes on without it."""
    found = await Inquiry.filter(chat_id=chat.id).exclude(state=InquiryState.CLOSED).select_for_update().first()
    if found is not None and found.candidate_id not in (None, candidate_id):
        found.chat_id = None
        await found.save(update_fields=["chat_id"])
        return None
    return found
