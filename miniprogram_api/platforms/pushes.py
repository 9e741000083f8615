"""Messages pushed to us, as WeChat and Baidu do it alike: XML or JSON, signed with a token, encrypted in safe mode."""

import hmac
import json
import re
import struct
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final
from xml.parsers import expat

import xmltodict
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidAppIdException
from wechatpy.utils import WeChatSigner

from backend.inquiries.platforms import BadPush, Pushed, PushKind
from backend.wording import say

FRESH_SECONDS: Final = 300
ENTERED: Final = "user_enter_tempsession"
LONGEST_NAME: Final = 128
NUL: Final = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
"""As JSON writes it; an even number of backslashes before it belongs to the text."""
UNREADABLE: Final = (ValueError, KeyError, TypeError, OverflowError, OSError, RecursionError)


class Envelope:
    """Opens what is encrypted in safe mode: for our app, under our token."""

    def __init__(self, *, token: str, aes_key: str, app_id: str) -> None:
        """`aes_key`: 43 characters, as the platform's page shows it. Raises ValueError for another one."""
        if len(aes_key) != 43:
            raise ValueError("an EncodingAESKey has 43 characters")
        self._token, self._crypto = token, WeChatCrypto(token, aes_key, app_id)

    def open(self, encrypted: str, *, signature: str, timestamp: str, nonce: str) -> dict[str, Any]:
        """The message inside. Raises BadPush."""
        require_signature(signature, self._token, timestamp, nonce, encrypted)
        try:
            plain = self._crypto.decrypt_message({"Encrypt": encrypted}, signature, timestamp, nonce)
        except InvalidAppIdException as error:
            raise BadPush("app_differs") from error
        except (*UNREADABLE, IndexError, struct.error) as error:  # it checks neither lengths nor padding
            raise BadPush("not_decryptable") from error
        return parsed(plain.encode())


def require_signature(given: str, *parts: str) -> None:
    """Raises BadPush `signature_wrong` unless it is the SHA-1 over the sorted parts; compared in constant time."""
    signer = WeChatSigner()
    try:
        signer.add_data(*parts)
        right = hmac.compare_digest(signer.signature.encode(), given.encode())
    except UnicodeError as error:
        raise BadPush("signature_wrong") from error
    if not right:
        raise BadPush("signature_wrong")


def require_fresh(timestamp: str) -> None:
    """Raises BadPush `too_old` for a signed time that is more than five minutes from ours, real time."""
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 12):
        raise BadPush("too_old")
    if abs(time.time() - int(timestamp)) > FRESH_SECONDS:
        raise BadPush("too_old")


def parsed(body: bytes) -> dict[str, Any]:
    """The fields of an XML or JSON message. Raises BadPush `not_readable`; entities are never resolved."""
    try:
        found = json.loads(body) if body.lstrip().startswith(b"{") else xmltodict.parse(body)["xml"]
        _require_storable(found)
    except (*UNREADABLE, expat.ExpatError) as error:
        raise BadPush("not_readable") from error
    if not isinstance(found, dict):
        raise BadPush("not_readable")
    return found


def field(message: Mapping[str, Any], name: str) -> str:
    """One field as text, numbers included; empty where there is none. Raises BadPush `not_readable` otherwise."""
    value = message.get(name)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise BadPush("not_readable")
    return str(value)


def pushed(message: Mapping[str, Any], *, picture: str, seal: str | None) -> Pushed:
    """The message as ours. `picture`: the field that names a picture. Raises BadPush `not_readable`."""
    open_id, created = field(message, "FromUserName"), field(message, "CreateTime")
    kind, said = field(message, "MsgType"), ""
    if not 0 < len(open_id) <= LONGEST_NAME:
        raise BadPush("not_readable")
    found: PushKind = "event"
    if kind == "text":
        found, said = "text", field(message, "Content")
    elif kind == "image":
        found = "picture"
    elif kind == "miniprogrampage":
        found, said = "text", say("inquiries", "page_shown", title=field(message, "Title"))
    elif (kind, field(message, "Event")) == ("event", ENTERED):
        found = "entered"
    return Pushed(
        event_id=_event_id(message, kind, open_id, created),
        open_id=open_id,
        kind=found,
        sent_at=_sent_at(created),
        text=said,
        picture=field(message, picture) if found == "picture" else "",
        content=message if found == "event" else None,
        seal=seal,
    )


def _event_id(message: Mapping[str, Any], kind: str, open_id: str, created: str) -> str:
    """A message has a number; an event is known by its person, second and name."""
    event, number = field(message, "Event"), field(message, "MsgId")
    name = f"{open_id}.{created}.{event}" if kind == "event" else number
    if not name or len(name) > 2 * LONGEST_NAME - 16:
        raise BadPush("not_readable")
    return f"event.{name}" if kind == "event" else f"message.{name}"


def _sent_at(created: str) -> datetime:
    """Never later than now: what is counted from it would last too long."""
    try:
        return datetime.fromtimestamp(min(int(created), int(time.time())), UTC)
    except UNREADABLE as error:
        raise BadPush("not_readable") from error


def _require_storable(found: object) -> None:
    """Raises ValueError for characters that no database keeps, RecursionError for what is nested without end."""
    if NUL.search(json.dumps(found, ensure_ascii=False).encode().decode()):
        raise ValueError("a NUL character")
