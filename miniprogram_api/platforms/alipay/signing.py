"""The signatures of Alipay's gateway (RSA2: RSA PKCS#1 v1.5 with SHA-256): pure functions of keys and texts.

The hash is fixed here and never taken from a message's own `sign_type`, which anybody may write.
"""

import base64
import json
from collections.abc import Mapping
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

from miniprogram_api.platforms.rsa_keys import Verifier

NOT_SIGNED: Final = frozenset({"sign", "sign_type"})
"""Of a notification; a request signs its sign_type."""


class BadSignature(Exception):
    """Not signed by the platform. `code` says how we know."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def joined(fields: Mapping[str, str], *, empty: bool) -> str:
    """`k=v` sorted and joined with `&`, values raw. `empty`: whether fields without a value are in it."""
    return "&".join(f"{name}={fields[name]}" for name in sorted(fields) if empty or fields[name])


def sign(key: RSAPrivateKey, parameters: Mapping[str, str]) -> str:
    """The `sign` of a request with these parameters, `sign_type` among them."""
    text = joined({name: value for name, value in parameters.items() if name != "sign"}, empty=False)
    return base64.b64encode(key.sign(text.encode(), PKCS1v15(), SHA256())).decode()


def verify(key: Verifier, text: str, signature: str) -> None:
    """Raises BadSignature `signature_wrong`."""
    try:
        key.verify(base64.b64decode(signature, validate=True), text.encode(), PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError) as error:  # ValueError: not base64
        raise BadSignature("signature_wrong") from error


def verify_form(key: Verifier, fields: Mapping[str, str]) -> None:
    """Check a notification's fields. Alipay's own libraries differ in whether empty values are signed: either will do.

    Raises BadSignature `signature_missing`, `signature_wrong`.
    """
    if not (signature := fields.get("sign")):
        raise BadSignature("signature_missing")
    signed = {name: value for name, value in fields.items() if name not in NOT_SIGNED}
    try:
        verify(key, joined(signed, empty=True), signature)
    except BadSignature:
        verify(key, joined(signed, empty=False), signature)


def signed_text(body: str, root: str) -> str:
    """The node named `root`, exactly as it stands in the answer: that, and nothing read and written again, is signed.

    Raises BadSignature `node_missing`, also where the name stands in the answer twice.
    """
    name = json.dumps(root)
    if body.count(name) != 1:
        raise BadSignature("node_missing")
    after = body[body.index(name) + len(name) :].lstrip()
    value = after[1:].lstrip()
    try:
        if not after.startswith(":"):
            raise ValueError("no value follows")
        _, end = json.JSONDecoder().raw_decode(value)
    except ValueError as error:
        raise BadSignature("node_missing") from error
    return value[:end]


def verified_node(key: Verifier, body: str, root: str, signature: str) -> dict[str, Any]:
    """The node's object, read from the text that is signed. Raises BadSignature."""
    text = signed_text(body, root)
    verify(key, text, signature)
    node = json.loads(text)
    if not isinstance(node, dict):
        raise BadSignature("node_missing")
    return node
