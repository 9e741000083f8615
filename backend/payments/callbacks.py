"""Platforms' notifications: verified, kept under their unique id, answered; acted on by a job put beside."""

from collections.abc import Mapping

from tortoise.exceptions import IntegrityError

from backend.database import Database, violated
from backend.jobs import Task, put
from backend.payments.models import Callback
from backend.payments.platforms import BadNotification, PaymentPlatform


class Callbacks:
    """Receives. The second delivery of one event finds the first and changes nothing."""

    def __init__(self, database: Database, platforms: Mapping[str, PaymentPlatform]) -> None:
        self._database, self._platforms = database, platforms

    async def receive(self, platform: str, headers: Mapping[str, str], body: bytes) -> bool:
        """Keep a notification; whether it is new. Raises BadNotification for what isn't the platform's or fresh."""
        if (sender := self._platforms.get(platform)) is None:
            raise BadNotification("platform_not_offered")
        kept = {low: value for name, value in headers.items() if (low := name.lower()) in sender.signature_headers}
        notification = sender.read(kept, body, fresh=True)
        try:
            async with self._database.transaction():
                callback = await Callback.create(
                    platform=platform,
                    event_id=notification.event_id,
                    kind=notification.kind,
                    body=body,
                    headers=kept,
                )
                await put(self._database, Task.PROCESS_CALLBACK, callback_id=callback.id)
        except IntegrityError as error:
            if not violated(error, "callback_event"):
                raise
            return False
        return True
