"""Baidu's customer-service chat: pushes in, message/custom/send out, pictures from Baidu's own media host.

Where the signature's parameters stand, query or body, the documentation doesn't say: both are read.
"""

import json
from collections.abc import Mapping
from typing import Any, Final, Literal
from urllib.parse import parse_qsl, urlsplit

import structlog

from backend.errors import TooMany, Unavailable
from backend.inquiries.platforms import BadPush, Limits, NoPicture, Pushed, SendOutcome, UrlCheck
from miniprogram_api.platforms.baidu.api import BaiduApi, BaiduError
from miniprogram_api.platforms.outbound import NotSent, Outbound
from miniprogram_api.platforms.pushes import Envelope, field, parsed, pushed, require_fresh, require_signature

log = structlog.get_logger(__name__)

Mode = Literal["safe", "plain"]
SEND: Final = "/rest/2.0/smartapp/message/custom/send"
SIGNED_IN: Final = "2"
"""`user_type` of somebody with a Baidu account, as everybody who can sign in here; unconfirmed for guests (1)."""
REASONS: Final = {90001: "over_limit"}


class BaiduMessages:
    """`mode`: as chosen on Baidu's page. `media`: Baidu's host for pictures; None fetches none."""

    name = "baidu"
    limits = Limits()

    def __init__(
        self,
        api: BaiduApi,
        media: Outbound | None,
        *,
        app_key: str,
        app_id: str,
        media_url: str,
        token: str,
        aes_key: str,
        mode: Mode,
    ) -> None:
        """`app_key`: as bindings name the program; `app_id`: its number, which stands in encrypted pushes."""
        self.app_id = app_key
        self._api, self._media, self._media_url, self._token = api, media, media_url, token
        self._envelope = Envelope(token=token, aes_key=aes_key, app_id=app_id) if mode == "safe" else None

    def read(self, query: Mapping[str, str], body: bytes) -> Pushed | UrlCheck:
        """Raises BadPush."""
        message = _fields(body)
        given = {_plain(name): value for name, value in {**message, **query}.items()}
        timestamp, nonce = field(given, "timestamp"), field(given, "nonce")
        if echo := field(given, "echostr"):
            require_signature(field(given, "signature"), self._token, timestamp, nonce)
            require_fresh(timestamp)
            return UrlCheck(echo=echo)
        if self._envelope is not None:
            return self._opened(message, query)
        seal = field(given, "signature")
        require_signature(seal, self._token, timestamp, nonce)
        require_fresh(timestamp)
        return pushed(message, picture="PicUrl", seal=seal)

    def _opened(self, message: Mapping[str, Any], query: Mapping[str, str]) -> Pushed:
        """In secure mode what is signed stands beside what is encrypted; in the query, where the body leaves it out."""
        assert self._envelope is not None
        given = {_plain(name): value for name, value in {**query, **message}.items()}
        timestamp, signature = field(given, "timestamp"), field(given, "msgsignature")
        opened = self._envelope.open(
            field(message, "Encrypt"), signature=signature, timestamp=timestamp, nonce=field(given, "nonce")
        )
        require_fresh(timestamp)
        return pushed(opened, picture="PicUrl", seal=None)

    async def send(self, open_id: str, text: str) -> SendOutcome:
        """As ChatPlatform.send says."""
        form = {"user_type": SIGNED_IN, "open_id": open_id, "msg_type": "text", "content": text}
        try:
            await self._api.post(SEND, form, retry=False)
        except BaiduError as error:
            log.warning("baidu_message_refused", errno=error.errno)
            return SendOutcome(standing="refused", reason=REASONS.get(error.errno, f"errno_{error.errno}"[:32]))
        except (TooMany, NotSent) as error:
            return SendOutcome(standing="not_taken", reason=error.code)
        except Unavailable:
            return SendOutcome(standing="unknown", reason="no_answer")
        return SendOutcome(standing="sent")

    async def picture(self, reference: str) -> bytes:
        """By its address, if that is on Baidu's own media host: no other is asked, and no redirect followed."""
        path = _path_on(self._media_url, reference)
        if self._media is None or path is None:
            raise NoPicture("not on the platform's host")
        answer = await self._media.call("GET", path, retry=True)
        if answer.status >= 500:
            raise Unavailable("platform_unavailable")
        if answer.status != 200:
            raise NoPicture(f"status {answer.status}")
        return answer.body


def _fields(body: bytes) -> dict[str, Any]:
    """Of XML, JSON or a form. Raises BadPush `not_readable`."""
    if not body.strip():
        return {}
    if body.lstrip()[:1] in (b"{", b"<"):
        return parsed(body)
    try:
        form = dict(parse_qsl(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=50))
    except ValueError as error:
        raise BadPush("not_readable") from error
    return parsed(json.dumps(form).encode())


def _plain(name: str) -> str:
    """`TimeStamp`, `timestamp`; `MsgSignature`, `msg_signature`."""
    return name.lower().replace("_", "")


def _path_on(base_url: str, address: str) -> str | None:
    """What follows the base in an address on the same host; None for any other."""
    try:
        base, asked = urlsplit(base_url), urlsplit(address)
        same = (base.scheme, base.hostname, base.port) == (asked.scheme, asked.hostname, asked.port)
    except ValueError:
        return None
    root = base.path.rstrip("/") + "/"
    if not base_url or not same or asked.username is not None or not asked.path.startswith(root) or ".." in asked.path:
        return None
    path = asked.path[len(root) - 1 :]
    return f"{path}?{asked.query}" if asked.query else path
