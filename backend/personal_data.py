"""Document numbers and phones: encrypted at rest, found by a keyed hash, masked wherever they are shown.

A data key is 32 random bytes in base64. The first of the list encrypts; every one of them decrypts, found by its
fingerprint, so that a key can be replaced while the service runs (backend/privacy/rekeying.py). The blind index has its
own key, which stays: the installation keeps it, once derived from its oldest data key (backend/privacy/index_key.py).
"""

import base64
import hashlib
import hmac
import os
import re
import unicodedata
from collections.abc import Sequence
from typing import Final, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

T = TypeVar("T")
FINGERPRINT_BYTES = 4
NONCE_BYTES = 12


class Undecryptable(Exception):
    """What is stored can't be decrypted with the keys configured."""


class PersonalData:
    """Encrypts, decrypts and indexes. `about` binds a ciphertext to the place it is stored in."""

    def __init__(self, keys: Sequence[str], *, index_key: bytes | None = None) -> None:
        """`index_key`: the one the installation keeps; without it the one of its oldest data key, the list's last.

        Raises ValueError where there is no key, or one that is not base64 of 32 bytes.
        """
        secrets = [_secret(key) for key in keys]
        if not secrets:
            raise ValueError("at least one data key is needed")
        self._keys = {fingerprint(secret): secret for secret in secrets}
        self._current = secrets[0]
        self._index_key = index_key or index_key_of(keys[-1])

    @property
    def current(self) -> bytes:
        """The fingerprint of the key that encrypts: what it has encrypted begins with it."""
        return fingerprint(self._current)

    def encrypt(self, text: str, *, about: str) -> bytes:
        """Key fingerprint, nonce, AES-256-GCM ciphertext."""
        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(self._current).encrypt(nonce, text.encode(), about.encode())
        return fingerprint(self._current) + nonce + sealed

    def decrypt(self, stored: bytes, *, about: str) -> str:
        """Raises Undecryptable for an unknown key, another place's ciphertext or a changed one."""
        secret = self._keys.get(stored[:FINGERPRINT_BYTES])
        if secret is None:
            raise Undecryptable("encrypted with a key that is not configured")
        nonce, sealed = stored[FINGERPRINT_BYTES:][:NONCE_BYTES], stored[FINGERPRINT_BYTES + NONCE_BYTES :]
        try:
            return AESGCM(secret).decrypt(nonce, sealed, about.encode()).decode()
        except (InvalidTag, ValueError) as error:  # ValueError: cut so short that no nonce is left
            raise Undecryptable("not what was stored here") from error

    def index(self, text: str, *, about: str) -> bytes:
        """32 bytes by which equal texts are found without being readable. Case and width don't matter."""
        return hmac.digest(self._index_key, f"{about}\0{normal(text)}".encode(), "sha256")

    def pick(self, options: Sequence[T], text: str, *, about: str) -> T:
        """One of the options, for the same text always the same one; without the key nobody can say which."""
        return options[int.from_bytes(self.index(text, about=about)) % len(options)]


def fingerprint(secret: bytes) -> bytes:
    """The short public name of a key."""
    return hashlib.sha256(b"zhunkao data key" + secret).digest()[:FINGERPRINT_BYTES]


def index_key_of(key: str) -> bytes:
    """The key of the blind indexes that belongs to an installation whose oldest data key this is."""
    return hmac.digest(_secret(key), b"zhunkao blind index", "sha256")


def _secret(key: str) -> bytes:
    secret = base64.b64decode(key, validate=True)
    if len(secret) != 32:
        raise ValueError("a data key is base64 of 32 bytes")
    return secret


def normal(text: str) -> str:
    """One spelling for what means the same: NFKC, no surrounding space, upper case."""
    return unicodedata.normalize("NFKC", text).strip().upper()


def mask_document(number: str) -> str:
    """`4331**********123X`: the first and last four of a long number, the first and last of a short one."""
    keep = 4 if len(number) >= 12 else 1
    return (
        number[:keep] + "*" * (len(number) - 2 * keep) + number[-keep:] if len(number) > 2 * keep else "*" * len(number)
    )


DOCUMENT: Final = re.compile(
    r"(?<![0-9A-Za-z])[0-9]{6}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9]{4}[0-9Xx](?![0-9A-Za-z])"
)
PHONE: Final = re.compile(r"(?<![0-9A-Za-z])1[3-9][0-9]{9}(?![0-9A-Za-z])")


def masked(text: str) -> str:
    """The text, its resident document numbers and mobile phones masked: for what others wrote, a driver's error say.

    A net below everything else: nothing of ours writes one where this is needed.
    """
    text = DOCUMENT.sub(lambda found: mask_document(found[0]), text)
    return PHONE.sub(lambda found: mask_phone(found[0]), text)


def mask_phone(phone: str) -> str:
    """`138****0000`."""
    return phone[:3] + "*" * (len(phone) - 7) + phone[-4:] if len(phone) > 7 else "*" * len(phone)
