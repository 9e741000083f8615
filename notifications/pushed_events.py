"""WeChat's events about subscribe messages: what people answered, and what became of a message.

In XML each event's list stands under the event's own name, in JSON at the top; a list of one is that one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import structlog

from backend.reminders.consents import Consents
from backend.reminders.platforms import CONSENT_ANSWERS
from notifications.settling import Settling

log = structlog.get_logger(__name__)

ANSWERED: Final = "subscribe_msg_popup_event"
CHANGED: Final = "subscribe_msg_change_event"
SENT: Final = "subscribe_msg_sent_event"
LISTS: Final = {
    ANSWERED: "SubscribeMsgPopupEvent",
    CHANGED: "SubscribeMsgChangeEvent",
    SENT: "SubscribeMsgSentEvent",
}


@dataclass(frozen=True, slots=True)
class SubscriptionEvents:
    """Acts on what a platform pushes about consents and messages; other events are nothing to it."""

    consents: Consents
    settling: Settling

    async def apply(self, platform: str, open_id: str, event: Mapping[str, Any]) -> None:
        """As PushedEvents.apply says."""
        name = str(event.get("Event", ""))
        for item in _items(name, event):
            template_id, answer = str(item.get("TemplateId", "")), str(item.get("SubscribeStatusString", ""))
            if name == SENT:
                code = str(item.get("ErrorCode", ""))
                await self.settling.told(platform, open_id, template_id, str(item.get("MsgID", "")), code)
            elif template_id and answer in CONSENT_ANSWERS:
                all_gone = name == CHANGED and answer != "accept"
                await self.consents.told(platform, open_id, template_id, answer, all_gone=all_gone)
            else:
                log.warning("subscription_event_unknown", platform=platform, name=name, answer=answer)


def _items(name: str, event: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    if name not in LISTS:
        return
    holder = event.get(LISTS[name])
    found = (holder if isinstance(holder, Mapping) else event).get("List")
    for item in found if isinstance(found, list) else [found]:
        if isinstance(item, Mapping):
            yield item
