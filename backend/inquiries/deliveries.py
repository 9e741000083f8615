"""Messages on their way into chats: claimed, counted, sent at most once, in the order in which they were written.

The claim is committed before the platform is called. A worker that dies after it leaves a message of which nobody knows
whether it arrived: `unknown`, and never sent again. It stands in the inquiry either way.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog
from prometheus_client import Counter

from backend.clock import real_now
from backend.database import Database, lock
from backend.inquiries.allowance import Allowance, Pool
from backend.inquiries.bound import bound_to
from backend.inquiries.models import Chat, ChatDelivery, DeliveryState, Inquiry, InquiryMessage
from backend.inquiries.platforms import ChatPlatform, SendOutcome
from backend.jobs import Task, put

log = structlog.get_logger(__name__)
SAID: Final = Counter("zhunkao_chat_answers_total", "What platforms said to our answers", ["platform", "standing"])
GIVEN_UP: Final = Counter("zhunkao_chat_answers_abandoned_total", "Answers over which a worker died")

SEND_SECONDS: Final = 45
"""The longest a call may take, its token included."""
LEASE_SECONDS: Final = 120
MOST_ATTEMPTS: Final = 5
FIRST_WAIT_SECONDS: Final = 5
CHATS_AT_ONCE: Final = 8

ABANDONED: Final = """
UPDATE chat_delivery SET state = 'unknown', settled_at = $1
WHERE state = 'sending' AND claimed_at < $2 RETURNING chat_id
"""
DUE: Final = """
SELECT chat_id FROM chat_delivery WHERE state = 'waiting' GROUP BY chat_id
HAVING min(due_at) <= $1 ORDER BY min(due_at) LIMIT $2
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One message that is ours to send, and what it was counted against."""

    delivery: ChatDelivery
    chat: Chat
    pool: Pool
    text: str


class Deliveries:
    """Sends what waits. `platforms`: by name, those whose chat is offered."""

    def __init__(self, database: Database, platforms: Mapping[str, ChatPlatform]) -> None:
        self._database, self._platforms = database, platforms

    async def send(self, chat_id: int) -> None:
        """Everything that waits for this chat and is due, one after the other; nothing while another worker sends."""
        while (claim := await self._claim(chat_id)) is not None:
            await self._record(claim, await self._said(claim))

    async def sweep(self, *, limit: int = 100) -> int:
        """Give up what a worker died over, and send what is due again; how many chats were looked at."""
        now = real_now()
        left = await self._database.rows(ABANDONED, now, now - timedelta(seconds=LEASE_SECONDS))
        for row in left:
            log.error("answer_unknown", chat_id=row["chat_id"])
            GIVEN_UP.inc()
        due = await self._database.rows(DUE, now, limit)
        gate = asyncio.Semaphore(CHATS_AT_ONCE)

        async def send(chat_id: int) -> None:
            async with gate:
                await self.send(chat_id)

        await asyncio.gather(*(send(chat_id) for chat_id in {row["chat_id"] for row in (*left, *due)}))
        return len(due)

    async def _claim(self, chat_id: int) -> Claim | None:
        """The next one, ours to send now; those that may not be sent are settled on the way."""
        async with self._database.transaction():
            chat = await lock(Chat, id=chat_id)
            if chat is None or await ChatDelivery.exists(chat_id=chat_id, state=DeliveryState.SENDING):
                return None
            waiting = await ChatDelivery.filter(chat_id=chat_id, state=DeliveryState.WAITING).order_by("id")
            for delivery in waiting:
                if delivery.due_at > real_now():
                    return None
                message = await InquiryMessage.get(id=delivery.message_id).select_related("inquiry")
                if (refusal := await self._refusal(chat, message.inquiry)) is None:
                    return await self._taken(chat, delivery, message.text)
                await _settle(delivery, DeliveryState.REFUSED, refusal)
        return None

    async def _refusal(self, chat: Chat, inquiry: Inquiry) -> str | None:
        """Why nothing of this inquiry may be sent into the chat now, if it may not."""
        if (platform := self._platforms.get(chat.platform)) is None:
            return "platform_not_offered"
        if inquiry.candidate_id is not None and await bound_to(chat) != inquiry.candidate_id:
            return "not_their_chat"
        allowance, now = _allowance(chat), real_now()
        return None if allowance.pool(platform.limits, now) else allowance.refusal(platform.limits, now)

    async def _taken(self, chat: Chat, delivery: ChatDelivery, text: str) -> Claim | None:
        """Counted and claimed."""
        now = real_now()
        if (pool := _allowance(chat).pool(self._platforms[chat.platform].limits, now)) is None:
            return None  # over this very moment; the sweep settles it
        await _count(chat, pool, -1)
        delivery.state, delivery.claimed_at, delivery.attempts = DeliveryState.SENDING, now, delivery.attempts + 1
        await delivery.save(update_fields=["state", "claimed_at", "attempts"])
        return Claim(delivery=delivery, chat=chat, pool=pool, text=text)

    async def _said(self, claim: Claim) -> SendOutcome:
        try:
            async with asyncio.timeout(SEND_SECONDS):
                return await self._platforms[claim.chat.platform].send(claim.chat.open_id, claim.text)
        except TimeoutError:
            return SendOutcome(standing="unknown", reason="no_answer")

    async def _record(self, claim: Claim, outcome: SendOutcome) -> None:
        """What became of it. A worker that was given up meanwhile still tells what it knows."""
        log.info("answer_sent", delivery_id=claim.delivery.id, standing=outcome.standing, reason=outcome.reason)
        SAID.labels(claim.chat.platform, outcome.standing).inc()
        async with self._database.transaction():
            chat = await lock(Chat, id=claim.chat.id)
            delivery = await lock(ChatDelivery, id=claim.delivery.id, attempts=claim.delivery.attempts)
            assert chat is not None
            if delivery is None or delivery.state not in (DeliveryState.SENDING, DeliveryState.UNKNOWN):
                return
            if outcome.standing != "not_taken":
                await _settle(delivery, DeliveryState(outcome.standing), outcome.reason)
                return
            if (chat.said_at, chat.entered_at) == (claim.chat.said_at, claim.chat.entered_at):
                await _count(chat, claim.pool, 1)
            await _put_off(delivery, outcome.reason)


async def put_into_chat(database: Database, message: InquiryMessage, chat_id: int) -> None:
    """Have the message sent into the chat, once the caller's transaction has committed."""
    await ChatDelivery.create(message=message, chat_id=chat_id, due_at=real_now())
    await put(database, Task.SEND_TO_CHAT, chat_id=chat_id)


def _allowance(chat: Chat) -> Allowance:
    return Allowance(
        said_at=chat.said_at,
        answers_left=chat.answers_left,
        entered_at=chat.entered_at,
        entry_answers_left=chat.entry_answers_left,
    )


async def _count(chat: Chat, pool: Pool, by: int) -> None:
    name = "answers_left" if pool == "message" else "entry_answers_left"
    setattr(chat, name, getattr(chat, name) + by)
    await chat.save(update_fields=[name])


async def _settle(delivery: ChatDelivery, state: DeliveryState, reason: str | None) -> None:
    delivery.state, delivery.reason, delivery.settled_at = state, reason, real_now()
    await delivery.save(update_fields=["state", "reason", "settled_at"])


async def _put_off(delivery: ChatDelivery, reason: str | None) -> None:
    """It certainly was not taken: again later, but not for ever."""
    if delivery.attempts >= MOST_ATTEMPTS:
        await _settle(delivery, DeliveryState.REFUSED, reason)
        return
    wait = timedelta(seconds=FIRST_WAIT_SECONDS * 3 ** (delivery.attempts - 1))
    delivery.state, delivery.reason, delivery.due_at = DeliveryState.WAITING, reason, real_now() + wait
    delivery.settled_at = None
    await delivery.save(update_fields=["state", "reason", "due_at", "settled_at"])
