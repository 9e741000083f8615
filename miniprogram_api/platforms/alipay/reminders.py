"""Alipay's template messages to whoever subscribed: `templatemessage.send`.

Which sub_code tells that nothing is left of somebody's consent isn't published: a business failure that we don't know
as a fault of ours is taken for it. Either is final, and neither has reached anybody.
"""

import json
from typing import Final

import structlog

from backend.errors import TooMany, Unavailable
from backend.reminders.platforms import Answered, ConsentRules, Said, TemplateMessage
from miniprogram_api.platforms.alipay.gateway import AlipayError, Gateway
from miniprogram_api.platforms.alipay.pay import USER_ID
from miniprogram_api.platforms.outbound import NotSent

log = structlog.get_logger(__name__)

SEND: Final = "alipay.open.app.mini.templatemessage.send"
UNKNOWN_RESULT, FAILED = "20000", "40004"
RECEIVER: Final = frozenset({"invalid-openid", "isv.invalid-openid"})
OUR_FAULTS: Final = frozenset(
    {
        "USER_TEMPLATE_ILLEGAL",
        "USER_TEMPLATE_LACK_KEYWORD",
        "USER_KEYWORD_LENGTH_ERROR",
        "FORM_ID_OVER_TIME",
        "FORM_ID_NOT_MATCH_APPID",
        "TRADE_NO_NOT_MATCH_USERID",
    }
)


class AlipayReminders:
    """Alipay tells nobody of consents: what the phone reports is all there is."""

    name = "alipay"
    consents = ConsentRules()

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    @property
    def app_id(self) -> str:
        return self._gateway.app.app_id

    async def send(self, message: TemplateMessage) -> Answered:
        """As ReminderPlatform.send says."""
        data = {name: {"value": value} for name, value in message.fields.items()}
        content = {
            "to_user_id" if USER_ID.fullmatch(message.open_id) else "to_open_id": message.open_id,
            "user_template_id": message.template_id,
            "page": message.page,
            "data": json.dumps(data, ensure_ascii=False, separators=(",", ":")),
        }
        try:
            await self._gateway.business(SEND, content, retry=False)
        except AlipayError as error:
            return _refused(error)
        except TooMany:
            return Answered(said=Said.BUSY, reason="call_limited")
        except NotSent:
            return Answered(said=Said.NOT_REACHED, reason="not_reached")
        except Unavailable:
            return Answered(said=Said.UNANSWERED, reason="no_answer")
        return Answered(said=Said.SENT)


def _refused(error: AlipayError) -> Answered:
    reason = (error.sub_code or error.code)[:32]
    if error.code == UNKNOWN_RESULT:  # "never assume failure"
        return Answered(said=Said.UNANSWERED, reason=reason)
    if error.sub_code in RECEIVER:
        return Answered(said=Said.RECEIVER_UNKNOWN, reason=reason)
    if error.code == FAILED and error.sub_code not in OUR_FAULTS:
        return Answered(said=Said.CONSENT_GONE, reason=reason)
    log.error("alipay_reminder_refused", code=error.code, sub_code=error.sub_code)
    return Answered(said=Said.OUR_FAULT, reason=reason)
