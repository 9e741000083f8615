"""WeChat's customer-service chat: message push (消息推送) in, custom/send out, pictures by their media id."""

from collections.abc import Mapping
from typing import Final, Literal

import structlog
from wechatpy.exceptions import WeChatClientException

from backend.errors import Unavailable
from backend.inquiries.platforms import (
    OUTSIDE_WINDOW,
    USED_UP,
    BadPush,
    Limits,
    NoPicture,
    Pushed,
    SendOutcome,
    UrlCheck,
)
from miniprogram_api.platforms.access_tokens import TokenStore
from miniprogram_api.platforms.outbound import NotSent
from miniprogram_api.platforms.pushes import Envelope, field, parsed, pushed, require_fresh, require_signature
from miniprogram_api.platforms.wechat.api import STALE_TOKEN, TOO_FREQUENT, WeChatApi

log = structlog.get_logger(__name__)

Mode = Literal["safe", "plain"]
SEND, MEDIA = "/cgi-bin/message/custom/send", "/cgi-bin/media/get"
BUSY: Final = -1
NOT_TAKEN: Final = STALE_TOKEN | TOO_FREQUENT | {BUSY}
REASONS: Final = {45015: OUTSIDE_WINDOW, 45047: USED_UP}


class WeChatMessages:
    """`mode`: as chosen on WeChat's page; what its compatible mode sends in clear beside is not read."""

    name = "wechat"
    limits = Limits(after_entering=2)

    def __init__(
        self,
        api: WeChatApi,
        media: WeChatApi,
        tokens: TokenStore,
        *,
        app_id: str,
        original_id: str,
        token: str,
        aes_key: str,
        mode: Mode,
    ) -> None:
        self.app_id = app_id
        self._api, self._media, self._tokens = api, media, tokens
        self._original_id, self._token = original_id, token
        self._envelope = Envelope(token=token, aes_key=aes_key, app_id=app_id) if mode == "safe" else None

    def read(self, query: Mapping[str, str], body: bytes) -> Pushed | UrlCheck:
        """Raises BadPush."""
        timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
        if not body:
            require_signature(query.get("signature", ""), self._token, timestamp, nonce)
            require_fresh(timestamp)
            if not (echo := query.get("echostr", "")):
                raise BadPush("not_readable")
            return UrlCheck(echo=echo)
        message, seal = parsed(body), None
        if self._envelope is not None:
            signature = query.get("msg_signature", "")
            message = self._envelope.open(
                field(message, "Encrypt"), signature=signature, timestamp=timestamp, nonce=nonce
            )
        else:
            seal = query.get("signature", "")
            require_signature(seal, self._token, timestamp, nonce)
        require_fresh(timestamp)
        if field(message, "ToUserName") != self._original_id:
            raise BadPush("not_ours")
        return pushed(message, picture="MediaId", seal=seal)

    async def send(self, open_id: str, text: str) -> SendOutcome:
        """As ChatPlatform.send says."""
        body = {"touser": open_id, "msgtype": "text", "text": {"content": text}}
        try:
            said = await self._api.post_with_token(self._tokens, SEND, body)
        except WeChatClientException as error:
            if error.errcode in NOT_TAKEN:
                return SendOutcome(standing="not_taken", reason=f"errcode_{error.errcode}")
            log.warning("wechat_message_refused", errcode=error.errcode)
            return SendOutcome(standing="refused", reason=REASONS.get(error.errcode, f"errcode_{error.errcode}"[:32]))
        except NotSent:
            return SendOutcome(standing="not_taken", reason="not_reached")
        except Unavailable:
            return SendOutcome(standing="unknown", reason="no_answer")
        return SendOutcome(standing="sent") if said.get("errcode") == 0 else SendOutcome(standing="unknown")

    async def picture(self, reference: str) -> bytes:
        """By its media id, from WeChat's own host: an address in a message is never asked."""
        if not reference:
            raise NoPicture("no media id")
        try:
            return await self._media.file_with_token(self._tokens, MEDIA, media_id=reference)
        except WeChatClientException as error:
            if error.errcode in NOT_TAKEN:
                raise Unavailable("platform_unavailable") from error
            raise NoPicture(f"errcode {error.errcode}") from error
