"""What a platform tells of a message afterwards settles what nobody knew."""

from typing import Final

import structlog

from backend.clock import real_now
from backend.database import Database
from backend.errors import Unavailable
from backend.reminders.delivery_models import DeliveryState
from notifications.routing import Routing

log = structlog.get_logger(__name__)

KNOWN: Final = "SELECT id, reminder_id, state FROM delivery WHERE message_id = $1 AND platform = $2 FOR UPDATE"
UNSETTLED: Final = """
SELECT id, reminder_id, state FROM delivery
WHERE open_id = $1 AND template_id = $2 AND platform = $3 AND (state IN ('calling', 'unknown') OR uncertain)
AND state <> 'sent' AND message_id IS NULL
ORDER BY state <> 'calling', called_at, id LIMIT 1 FOR UPDATE
"""
"""A call under way first: it may be the one that is told of, and will have its number in a moment."""
SETTLE: Final = """
UPDATE delivery SET state = $2, reason = $3, message_id = $4, settled_at = $5, uncertain = false WHERE id = $1
"""


class Settling:
    """Applies what is told of one message."""

    def __init__(self, database: Database, routing: Routing) -> None:
        self._database, self._routing = database, routing

    async def told(self, platform: str, open_id: str, template_id: str, message_id: str, code: str) -> None:
        """Inside the caller's transaction. `code`: 0 where the person has it; otherwise it reached nobody, and the
        reminder goes to the next platform.

        Raises Unavailable while a call to this person is under way of which we don't know yet what it came to.
        """
        rows = await self._database.rows(KNOWN, message_id, platform) if message_id else []
        if not rows:
            rows = await self._database.rows(UNSETTLED, open_id, template_id, platform)
            if rows and rows[0]["state"] == DeliveryState.CALLING:
                raise Unavailable("try_later")
        if not rows or (code == "0" and rows[0]["state"] == DeliveryState.SENT):
            return
        sent = code == "0"
        state = DeliveryState.SENT if sent else DeliveryState.REFUSED
        reason = None if sent else f"event_{code}"[:32]
        number = message_id[:64] or None
        await self._database.execute(SETTLE, rows[0]["id"], state.value, reason, number, real_now())
        log.info("delivery_settled", delivery_id=rows[0]["id"], state=state.value)
        if not sent:
            await self._routing.route([rows[0]["reminder_id"]])
