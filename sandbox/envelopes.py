"""Pushed messages on the wire, as WeChat and Baidu do it alike: XML or JSON, signed, encrypted in safe mode."""

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any, Literal

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 32
"""The padding's block: longer than AES's own sixteen."""
CONTENT_TYPES = {"xml": "text/xml", "json": "application/json"}

Mode = Literal["safe", "plain"]
Format = Literal["xml", "json"]
Content = Mapping[str, Any]
"""Tag to text, number, another element, or a list of elements that repeat the tag."""


def written(content: Content, form: Format) -> str:
    """The whole message."""
    return f"<xml>{elements(content)}</xml>" if form == "xml" else json.dumps(content, ensure_ascii=False)


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


def elements(content: Content) -> str:
    """The elements one after the other."""
    return "".join(element(tag, value) for tag, value in content.items())


def element(tag: str, value: Any) -> str:
    if isinstance(value, list):
        return "".join(element(tag, item) for item in value)
    if isinstance(value, Mapping):
        return f"<{tag}>{elements(value)}</{tag}>"
    text = str(value) if isinstance(value, int) else f"<![CDATA[{str(value).replace(']]>', ']]]]><![CDATA[>')}]]>"
    return f"<{tag}>{text}</{tag}>"
