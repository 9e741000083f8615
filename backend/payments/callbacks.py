"""Platforms' notifications: verified, kept under their unique id, answered; acted on by a job put beside."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

import structlog
from tortoise.exceptions import IntegrityError

from backend.clock import real_now
from backend.database import Database, lock, violated
from backend.errors import NotFound
from backend.jobs import Task, put
from backend.payments.models import Callback
from backend.payments.platforms import BadNotification, CallbackDoor, CallbackReply, Notification

log = structlog.get_logger(__name__)

PAYMENTS: Final = "payments"
REFUNDS: Final = "refunds"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Who acts on notifications about one kind of thing. Both take the platform's name and what was said.

    `act`: inside a transaction; what came of it. `unwanted`: whether the platform is to be told that we don't want it.
    """

    act: Callable[[str, object], Awaitable[str]]
    unwanted: Callable[[str, object], Awaitable[bool]] | None = None


class Callbacks:
    """Receives, and acts later. The second delivery of one event finds the first and changes nothing.

    `doors`: by platform and the door's name. `receivers`: by the type of what a notification is about.
    """

    def __init__(
        self,
        database: Database,
        doors: Mapping[tuple[str, str], CallbackDoor],
        receivers: Mapping[type, Receiver],
    ) -> None:
        self._database, self._doors, self._receivers = database, doors, receivers

    async def receive(self, platform: str, door: str, headers: Mapping[str, str], body: bytes) -> CallbackReply:
        """Keep a notification; what the platform is answered, also where it isn't believed.

        Raises NotFound `path_unknown` for a door that there isn't.
        """
        if (sender := self._doors.get((platform, door))) is None:
            raise NotFound("path_unknown")
        kept = {low: value for name, value in headers.items() if (low := name.lower()) in sender.signature_headers}
        try:
            notification = sender.read(kept, body, fresh=True)
        except BadNotification as error:
            log.warning("callback_refused", platform=platform, door=door, reason=error.code)
            return sender.reply("refused")
        new = await self._keep(platform, door, notification, kept, body)
        log.info("callback_received", platform=platform, door=door, new=new)
        return sender.reply("unwanted" if await self._unwanted(platform, notification) else "kept")

    async def process(self, callback_id: int) -> str:
        """Act on one stored callback, once; what came of it."""
        callback = await Callback.get(id=callback_id)
        if callback.processed_at is not None:
            return callback.outcome or ""
        sender = self._doors[callback.platform, callback.door]
        notification = sender.read(callback.headers, bytes(callback.body), fresh=False)
        async with self._database.transaction():
            held = await lock(Callback, id=callback_id, processed_at=None)
            if held is None:
                return "processed_already"
            held.outcome = await self._act(callback.platform, notification)
            held.processed_at = real_now()
            await held.save(update_fields=["processed_at", "outcome"])
        return held.outcome

    async def _act(self, platform: str, notification: Notification) -> str:
        receiver = self._receivers.get(type(notification.about))
        return await receiver.act(platform, notification.about) if receiver else "not_about_an_order"

    async def _unwanted(self, platform: str, notification: Notification) -> bool:
        receiver = self._receivers.get(type(notification.about))
        if receiver is None or receiver.unwanted is None:
            return False
        return await receiver.unwanted(platform, notification.about)

    async def _keep(
        self, platform: str, door: str, notification: Notification, headers: Mapping[str, str], body: bytes
    ) -> bool:
        """Whether it is new."""
        try:
            async with self._database.transaction():
                callback = await Callback.create(
                    platform=platform,
                    door=door,
                    event_id=notification.event_id,
                    kind=notification.kind,
                    body=body,
                    headers=headers,
                )
                await put(self._database, Task.PROCESS_CALLBACK, callback_id=callback.id)
        except IntegrityError as error:
            if not violated(error, "callback_event"):
                raise
            return False
        return True
