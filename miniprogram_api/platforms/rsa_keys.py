"""RSA keys as the platforms' consoles hand them out; each is read, and proved sound, once a process."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import AsymmetricPadding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import HashAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from cryptography.x509 import load_pem_x509_certificate

PEM: Final = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----.*?-----END \1-----", re.DOTALL)


class Verifier(Protocol):
    """A public key, or several of which each will do."""

    def verify(self, signature: bytes, data: bytes, padding: AsymmetricPadding, algorithm: HashAlgorithm) -> None:
        """Raises InvalidSignature."""


class AnyOf:
    """The keys of a platform that doesn't say which it signed with: while it changes there are two."""

    def __init__(self, keys: Sequence[RSAPublicKey]) -> None:
        self._keys = keys

    def verify(self, signature: bytes, data: bytes, padding: AsymmetricPadding, algorithm: HashAlgorithm) -> None:
        """Raises InvalidSignature where it is none of theirs."""
        for key in self._keys[:-1]:
            try:
                return key.verify(signature, data, padding, algorithm)
            except InvalidSignature:
                continue
        return self._keys[-1].verify(signature, data, padding, algorithm)


def pems(text: str) -> list[str]:
    """The PEM texts of a file that holds one after the other."""
    return [found[0] for found in PEM.finditer(text)]


def any_public_key(text: str) -> Verifier:
    """Of one PEM text or several. Raises ValueError where one of them is no RSA key, or there is none."""
    keys = [public_key(pem) for pem in pems(text) or [text]]
    return keys[0] if len(keys) == 1 else AnyOf(keys)


@lru_cache(maxsize=8)
def private_key(pem: str) -> RSAPrivateKey:
    """From PEM, PKCS#1 or PKCS#8. Raises ValueError where it is no RSA private key."""
    key = load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("our key is not an RSA key")
    return key


def public_key(pem: str) -> RSAPublicKey:
    """From a public key's or a certificate's PEM. Raises ValueError where it is no RSA key."""
    certificate = pem.lstrip().startswith("-----BEGIN CERTIFICATE")
    key = load_pem_x509_certificate(pem.encode()).public_key() if certificate else load_pem_public_key(pem.encode())
    if not isinstance(key, RSAPublicKey):
        raise ValueError("the platform's key is not an RSA key")
    return key
