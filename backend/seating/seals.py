"""What a door must trust without the network is sealed (Ed25519): the QR of an admit card, the door's list.

A door's device checks a seal with the public keys that come with its list; it can make none. The keys are derived from
SECRET_KEYS: the newest seals, all of them verify.
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from typing import Final

from cryptography.exceptions import InvalidSignature

from backend.seating.signing_keys import signing_key

ABOUT: Final = b"zhunkao seal"
PREFIX: Final = "ZK2"
SEPARATOR: Final = ":"
KEY_ID_LETTERS: Final = 4


class Forged(Exception):
    """Not what any of our keys has sealed."""


class Seals:
    """Seals and reads. A sealed text is `ZK2:<text>:<key id>:<signature>`; of upper-case letters and digits as a card's
    is, all of it stands in a QR's alphanumeric mode."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise ValueError("at least one secret key is needed")
        self._keys = {_key_id(key): signing_key(key, about=ABOUT) for key in keys}
        self._current = _key_id(keys[0])

    @property
    def public_keys(self) -> Mapping[str, str]:
        """Key id → the 32 bytes of the key, in base64."""
        return {
            name: base64.b64encode(key.public_key().public_bytes_raw()).decode() for name, key in self._keys.items()
        }

    def seal(self, text: str) -> str:
        """The same text gives the same seal. Raises ValueError for a text that isn't one line of ASCII."""
        if not text.isascii() or not text.isprintable():
            raise ValueError("what is sealed is one line of ASCII")
        signed = SEPARATOR.join((PREFIX, text, self._current))
        return f"{signed}{SEPARATOR}{_base32(self._keys[self._current].sign(signed.encode()))}"

    def read(self, sealed: str) -> str:
        """The text that was sealed. Raises Forged."""
        signed, _, signature = sealed.rpartition(SEPARATOR)
        head, _, name = signed.rpartition(SEPARATOR)
        prefix, _, text = head.partition(SEPARATOR)
        key = self._keys.get(name)
        if key is None or prefix != PREFIX:
            raise Forged
        try:
            key.public_key().verify(_from_base32(signature), signed.encode())
        except (InvalidSignature, ValueError) as error:
            raise Forged from error
        return text


def _key_id(key: str) -> str:
    return _base32(hashlib.sha256(b"zhunkao seal id" + key.encode()).digest())[:KEY_ID_LETTERS]


def _base32(data: bytes) -> str:
    return base64.b32encode(data).decode().rstrip("=")


def _from_base32(text: str) -> bytes:
    return base64.b32decode(text + "=" * (-len(text) % 8))
