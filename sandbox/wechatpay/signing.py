"""The platform's half of WeChat Pay's signatures: checks the merchant's, makes its own."""

import base64
import binascii
import secrets
import time
from collections.abc import Callable

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from sandbox.rsa_keys import private_key
from sandbox.settings import Merchant

SCHEME = "WECHATPAY2-SHA256-RSA2048"
PROBE = "WECHATPAY/SIGNTEST/"
"""Begins the signatures with which WeChat Pay tries whether anyone checks them."""


class MerchantKey:
    """The merchant's public key, as WeChat Pay has it from the merchant's certificate."""

    def __init__(self, merchant: Merchant) -> None:
        key = load_pem_public_key(merchant.merchant_public_key_pem.encode())
        if not isinstance(key, rsa.RSAPublicKey):
            raise TypeError("The merchant's public key must be RSA.")
        self._key = key

    def verifies(self, lines: bytes, signature: str) -> bool:
        """Whether the base64 signature is the merchant's over exactly these bytes."""
        try:
            self._key.verify(base64.b64decode(signature, validate=True), lines, padding.PKCS1v15(), hashes.SHA256())
        except (InvalidSignature, binascii.Error, ValueError):
            return False
        return True


class PlatformSigner:
    """Signs what WeChat Pay sends. The times signed are real, whatever the exam's clock says."""

    def __init__(self, merchant: Merchant, real_time: Callable[[], float] = time.time) -> None:
        self._key = private_key(merchant.platform_private_key_pem)
        self._key_id = merchant.platform_key_id
        self._real_time = real_time

    def headers(self, body: bytes, *, probe: bool = False) -> dict[str, str]:
        """The five `Wechatpay-*` headers for this body; with `probe`, a signature that must not be believed."""
        timestamp, nonce = str(int(self._real_time())), secrets.token_hex(16)
        lines = f"{timestamp}\n{nonce}\n".encode() + body + b"\n"
        return {
            "Wechatpay-Timestamp": timestamp,
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Signature": PROBE + secrets.token_urlsafe(240) if probe else self._sign(lines),
            "Wechatpay-Serial": self._key_id,
            "Wechatpay-Signature-Type": SCHEME,
        }

    def _sign(self, lines: bytes) -> str:
        return base64.b64encode(self._key.sign(lines, padding.PKCS1v15(), hashes.SHA256())).decode()
