"""Baidu's subscribe messages: each under the subscribe_id that we gave to one consent, and sent once under it."""

import json
from collections.abc import Mapping
from typing import Final

import structlog

from backend.errors import TooMany, Unavailable
from backend.reminders.platforms import Answered, ConsentRules, Said, TemplateMessage
from miniprogram_api.platforms.baidu.api import BaiduApi, BaiduError
from miniprogram_api.platforms.outbound import NotSent

log = structlog.get_logger(__name__)

SEND: Final = "/rest/2.0/smartapp/template/message/subscribe/send"
MEANINGS: Final = {4007: Said.CONSENT_GONE, 4010: Said.RECEIVER_UNKNOWN}
"""Everything else is a fault of ours: a parameter (2002), the template (4001)."""


class BaiduReminders:
    """`app_key`: as bindings name the program."""

    name = "baidu"
    consents = ConsentRules(named=True)

    def __init__(self, api: BaiduApi, *, app_key: str) -> None:
        self.app_id = app_key
        self._api = api

    async def send(self, message: TemplateMessage) -> Answered:
        """As ReminderPlatform.send says."""
        data = {name: {"value": value} for name, value in message.fields.items()}
        form = {
            "template_id": message.template_id,
            "touser_openId": message.open_id,
            "subscribe_id": message.subscribe_id,
            "data": json.dumps(data, ensure_ascii=False, separators=(",", ":")),
            "page": message.page,
        }
        try:
            said = await self._api.post(SEND, form, retry=False)
        except BaiduError as error:
            meaning = MEANINGS.get(error.errno, Said.OUR_FAULT)
            if meaning is Said.OUR_FAULT:
                log.error("baidu_reminder_refused", errno=error.errno)
            return Answered(said=meaning, reason=f"errno_{error.errno}"[:32])
        except TooMany:
            return Answered(said=Said.BUSY, reason="too_frequent")
        except NotSent:
            return Answered(said=Said.NOT_REACHED, reason="not_reached")
        except Unavailable:
            return Answered(said=Said.UNANSWERED, reason="no_answer")
        number = said.get("msg_key") if isinstance(said, Mapping) else None
        return Answered(said=Said.SENT, message_id=str(number) if number is not None else None)
