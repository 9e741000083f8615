"""Platforms' notifications: verified, kept under their unique id, answered; acted on by a job put beside."""

from collections.abc import Mapping

import structlog
from tortoise.exceptions import IntegrityError

from backend.database import Database, violated
from backend.errors import NotFound
from backend.jobs import Task, put
from backend.payments.models import Callback, Order, OrderState, Payment
from backend.payments.platforms import BadNotification, CallbackReply, Notification, PaymentPlatform, PlatformOrder
from backend.registrations.deadlines import Forfeiture
from backend.registrations.models import Registration

log = structlog.get_logger(__name__)


class Callbacks:
    """Receives. The second delivery of one event finds the first and changes nothing."""

    def __init__(self, database: Database, platforms: Mapping[str, PaymentPlatform]) -> None:
        self._database, self._platforms = database, platforms

    async def receive(self, platform: str, headers: Mapping[str, str], body: bytes) -> CallbackReply:
        """Keep a notification; what the platform is answered, also where it isn't believed.

        Raises NotFound `path_unknown` for a platform that isn't offered.
        """
        if (sender := self._platforms.get(platform)) is None:
            raise NotFound("path_unknown")
        kept = {low: value for name, value in headers.items() if (low := name.lower()) in sender.signature_headers}
        try:
            notification = sender.read(kept, body, fresh=True)
        except BadNotification as error:
            log.warning("callback_refused", platform=platform, reason=error.code)
            return sender.reply("refused")
        new = await self._keep(platform, notification, kept, body)
        log.info("callback_received", platform=platform, new=new)
        said = notification.order
        return sender.reply("unwanted" if said is not None and await self._unwanted(platform, said) else "kept")

    async def _keep(self, platform: str, notification: Notification, headers: Mapping[str, str], body: bytes) -> bool:
        """Whether it is new."""
        try:
            async with self._database.transaction():
                callback = await Callback.create(
                    platform=platform,
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

    async def _unwanted(self, platform: str, said: PlatformOrder) -> bool:
        """Whether money came for an order that was closed, or that never was ours.

        A repeat is answered as the first delivery was: a closed order never opens again, and once its money has been
        recorded it is known as surplus.
        """
        if said.standing != "paid":
            return False
        order = await Order.get_or_none(platform=platform, order_number=said.order_number)
        if order is None:
            return True
        if order.state is OrderState.CLOSED:
            # Closed by the clock: money that was in time undoes the forfeiture, so it is looked at first.
            return not await Registration.exists(id=order.registration_id, forfeited_reason=Forfeiture.NOT_PAID)
        return await Payment.exists(order=order, transaction_id=said.transaction_id, counts=False)
