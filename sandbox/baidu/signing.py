"""The platform's half of `rsaSign`: RSA PKCS#1 v1.5 with SHA-1 over sorted `k=v`, empty values included."""

import base64
import secrets
from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from sandbox.rsa_keys import private_key
from sandbox.settings import BaiduApp

ORDER_FIELDS = ("appKey", "dealId", "totalAmount", "tpOrderId")
"""What `signFieldsRange` 1 covers."""


class Signatures:
    """Both keys of one merchant."""

    def __init__(self, app: BaiduApp) -> None:
        public = load_pem_public_key(app.merchant_public_key_pem.encode())
        if not isinstance(public, rsa.RSAPublicKey):
            raise TypeError("The merchant's key must be RSA.")
        self._public, self._private = public, private_key(app.baidu_private_key_pem)

    def verifies_order(self, info: Mapping[str, str]) -> bool:
        """Whether the orderInfo's `rsaSign` is the merchant's over its four fields."""
        return self._verifies(joined({name: info[name] for name in ORDER_FIELDS}), info["rsaSign"])

    def verifies_form(self, fields: Mapping[str, str]) -> bool:
        """Whether a call's `rsaSign` is the merchant's over all of its other fields."""
        signed = {name: value for name, value in fields.items() if name != "rsaSign"}
        return self._verifies(joined(signed), fields.get("rsaSign", ""))

    def sign_form(self, fields: Mapping[str, str], *, bad: bool = False) -> dict[str, str]:
        """A notification's fields with their `rsaSign`; a `bad` one is over something else."""
        content = joined(fields) + (secrets.token_bytes(8) if bad else b"")
        signature = self._private.sign(content, padding.PKCS1v15(), hashes.SHA1())
        return {**fields, "rsaSign": base64.b64encode(signature).decode()}

    def _verifies(self, text: bytes, signature: str) -> bool:
        try:
            self._public.verify(base64.b64decode(signature, validate=True), text, padding.PKCS1v15(), hashes.SHA1())
        except (InvalidSignature, ValueError):
            return False
        return True


def joined(fields: Mapping[str, str]) -> bytes:
    return "&".join(f"{name}={fields[name]}" for name in sorted(fields)).encode()
