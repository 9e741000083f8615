"""`rsaSign`: RSA PKCS#1 v1.5 with SHA-1, which Baidu prescribes, over sorted `k=v`; empty values are signed too."""

import base64
from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA1

from miniprogram_api.platforms.rsa_keys import Verifier

SIGNATURE = "rsaSign"


class BadSignature(Exception):
    """Not signed by the platform."""


def joined(fields: Mapping[str, str]) -> bytes:
    """What is signed of these fields: all but the signature, raw."""
    return "&".join(f"{name}={fields[name]}" for name in sorted(fields) if name != SIGNATURE).encode()


def sign(key: RSAPrivateKey, fields: Mapping[str, str]) -> str:
    """The `rsaSign` of these fields."""
    return base64.b64encode(key.sign(joined(fields), PKCS1v15(), SHA1())).decode()


def verify(key: Verifier, fields: Mapping[str, str]) -> None:
    """Raises BadSignature where `rsaSign` isn't the platform's over all other fields."""
    try:
        signature = base64.b64decode(fields[SIGNATURE], validate=True)
        key.verify(signature, joined(fields), PKCS1v15(), SHA1())
    except (KeyError, InvalidSignature, ValueError) as error:
        raise BadSignature from error
