"""WeChat's subscribe messages (订阅消息): `subscribe/send`, and what its codes mean."""

from typing import Any, Final

import structlog
from wechatpy.exceptions import WeChatClientException

from backend.errors import Unavailable
from backend.reminders.platforms import Answered, ConsentRules, Said, TemplateMessage
from miniprogram_api.platforms.access_tokens import TokenStore
from miniprogram_api.platforms.outbound import NotSent
from miniprogram_api.platforms.wechat.api import STALE_TOKEN, WeChatApi

log = structlog.get_logger(__name__)

SEND: Final = "/cgi-bin/message/subscribe/send"
SYSTEM_BUSY, TOO_FREQUENT, ONE_AT_A_TIME = -1, 45011, 43108
MEANINGS: Final = {
    43101: Said.CONSENT_GONE,
    40003: Said.RECEIVER_UNKNOWN,
    45009: Said.TOMORROW,
    SYSTEM_BUSY: Said.BUSY,
    TOO_FREQUENT: Said.BUSY,
    ONE_AT_A_TIME: Said.BUSY,
    # A token that is stale even after it was replaced: nothing was taken.
    **dict.fromkeys(STALE_TOKEN, Said.BUSY),
}
"""Everything else is a fault of ours: data (47003), template (40037), page, words it won't carry, rights we lack."""


class WeChatReminders:
    """`program_state`: which build of the mini-program a message opens."""

    name = "wechat"
    consents = ConsentRules(told=True)

    def __init__(self, api: WeChatApi, tokens: TokenStore, *, app_id: str, program_state: str) -> None:
        self.app_id = app_id
        self._api, self._tokens, self._program_state = api, tokens, program_state

    async def send(self, message: TemplateMessage) -> Answered:
        """As ReminderPlatform.send says."""
        body: dict[str, Any] = {
            "touser": message.open_id,
            "template_id": message.template_id,
            "page": message.page,
            "miniprogram_state": self._program_state,
            "data": {name: {"value": value} for name, value in message.fields.items()},
        }
        try:
            said = await self._api.post_with_token(self._tokens, SEND, body)
        except WeChatClientException as error:
            meaning = MEANINGS.get(error.errcode, Said.OUR_FAULT)
            if meaning is Said.OUR_FAULT:
                log.error("wechat_reminder_refused", errcode=error.errcode, words=error.errmsg)
            return Answered(said=meaning, reason=f"errcode_{error.errcode}"[:32])
        except NotSent:
            return Answered(said=Said.NOT_REACHED, reason="not_reached")
        except Unavailable:
            return Answered(said=Said.UNANSWERED, reason="no_answer")
        if said.get("errcode") != 0:
            return Answered(said=Said.UNANSWERED, reason="no_errcode")
        number = said.get("msgid")
        return Answered(said=Said.SENT, message_id=str(number) if number is not None else None)
