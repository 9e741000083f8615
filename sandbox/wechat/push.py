"""Message push in safe mode: XML, encrypted with the app's AES key and signed with its token."""

import base64
import hashlib
import secrets
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from yarl import URL

from sandbox.deliveries import Deliveries, Letter
from sandbox.ground import Ground
from sandbox.people import Person

BLOCK = 32
"""The padding's block: longer than AES's own sixteen."""

Xml = Mapping[str, Any]
"""Tag to text, number, another element, or a list of elements that repeat the tag."""


class MessagePush:
    """Posts messages and events to the app's push URL, in the background and again when they were not accepted."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._app = ground.settings.wechat
        self._deliveries = Deliveries(ground, "wechat", is_accepted)
        self._last_created: dict[str, int] = {}

    def event(self, person: Person, event: str, details: Xml) -> None:
        """Push an event about the person."""
        self._push(person, {"MsgType": "event", "Event": event, **details})

    def _push(self, person: Person, content: Xml) -> None:
        if self._app.push_url is None:
            return
        head = {
            "ToUserName": self._app.original_id,
            "FromUserName": person.open_id,
            "CreateTime": self._created(person),
        }
        message = f"<xml>{elements({**head, **content})}</xml>"
        self._ground.start(self._deliver(self._app.push_url, person, message))

    def _created(self, person: Person) -> int:
        """Events are told apart by sender and second. No thumb taps twice in one, so no two of ours share one."""
        created = max(int(self._ground.clock.real()), self._last_created.get(person.open_id, 0) + 1)
        self._last_created[person.open_id] = created
        return created

    async def _deliver(self, url: str, person: Person, message: str) -> None:
        def write(bad_signature: bool) -> Letter:
            return self._letter(URL(url), person, message, bad_signature=bad_signature)

        await self._deliveries.deliver(url, write, self._app.push_resends)

    def _letter(self, url: URL, person: Person, message: str, *, bad_signature: bool) -> Letter:
        encrypted = encrypt(message, aes_key=self._app.encoding_aes_key, app_id=self._app.app_id)
        token = secrets.token_hex(8) if bad_signature else self._app.push_token
        timestamp, nonce = str(int(self._ground.clock.real())), secrets.token_hex(5)
        query = {
            "signature": signature(token, timestamp, nonce),
            "timestamp": timestamp,
            "nonce": nonce,
            "openid": person.open_id,
            "encrypt_type": "aes",
            "msg_signature": signature(token, timestamp, nonce, encrypted),
        }
        body = f"<xml>{elements({'ToUserName': self._app.original_id, 'Encrypt': encrypted})}</xml>"
        headers = {"Content-Type": "text/xml", "User-Agent": "Mozilla/4.0", "Accept-Encoding": "identity"}
        return Letter(url=url.update_query(query), body=body.encode(), headers=headers)


def is_accepted(status: int, body: bytes) -> bool:
    """`success`, nothing, or a reply in XML."""
    return status == 200 and (body.strip() in (b"", b"success") or body.lstrip().startswith(b"<xml"))


def signature(*parts: str) -> str:
    """SHA-1 over the sorted parts."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def encrypt(message: str, *, aes_key: str, app_id: str) -> str:
    """AES-256-CBC over sixteen random bytes, the length, the message and the app id; base64."""
    key, content = base64.b64decode(aes_key + "="), message.encode()
    plain = secrets.token_bytes(16) + len(content).to_bytes(4, "big") + content + app_id.encode()
    missing = BLOCK - len(plain) % BLOCK
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain + bytes([missing]) * missing) + encryptor.finalize()).decode()


def elements(content: Xml) -> str:
    """The elements one after the other."""
    return "".join(element(tag, value) for tag, value in content.items())


def element(tag: str, value: Any) -> str:
    if isinstance(value, list):
        return "".join(element(tag, item) for item in value)
    if isinstance(value, Mapping):
        return f"<{tag}>{elements(value)}</{tag}>"
    text = str(value) if isinstance(value, int) else f"<![CDATA[{str(value).replace(']]>', ']]]]><![CDATA[>')}]]>"
    return f"<{tag}>{text}</{tag}>"
