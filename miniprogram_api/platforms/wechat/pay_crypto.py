"""The signatures and ciphers of WeChat Pay v3: pure functions of keys, times and bytes.

Requests and `paySign`: RSA PKCS#1 v1.5 with SHA-256 by the merchant's key. Replies and notifications: the same by the
platform's key, found by serial. Notifications: AES-256-GCM under the APIv3 key.
"""

import base64
from collections.abc import Mapping
from typing import Final

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

SCHEME: Final = "WECHATPAY2-SHA256-RSA2048"
FRESH_SECONDS: Final = 300
PROBE: Final = "WECHATPAY/SIGNTEST/"
"""Signatures that begin so are the platform's probes of whether we check at all: they must fail."""


class BadSignature(Exception):
    """Not signed by the platform, or signed too long ago. `code` says which."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def sign(key: RSAPrivateKey, *lines: str) -> str:
    """Base64 signature over the lines, each ended by a line feed."""
    message = "".join(f"{line}\n" for line in lines).encode()
    return base64.b64encode(key.sign(message, PKCS1v15(), SHA256())).decode()


def authorization(
    key: RSAPrivateKey, *, mchid: str, serial: str, method: str, path: str, body: str, timestamp: int, nonce: str
) -> str:
    """The Authorization header of a request. `path` with its query, exactly as sent; `body` exactly as sent."""
    signature = sign(key, method, path, str(timestamp), nonce, body)
    fields = {
        "mchid": mchid,
        "nonce_str": nonce,
        "signature": signature,
        "timestamp": timestamp,
        "serial_no": serial,
    }
    return f"{SCHEME} " + ",".join(f'{name}="{value}"' for name, value in fields.items())


def pay_sign(key: RSAPrivateKey, *, app_id: str, timestamp: str, nonce: str, package: str) -> str:
    """`paySign` of wx.requestPayment."""
    return sign(key, app_id, timestamp, nonce, package)


def verify(keys: Mapping[str, RSAPublicKey], headers: Mapping[str, str], body: bytes, *, now: float | None) -> None:
    """Check a reply or notification; `headers` with lower-case names; `now` in seconds, None to leave age unchecked.

    Raises BadSignature: `signature_missing`, `signature_probe`, `signature_old`, `serial_unknown`, `signature_wrong`.
    """
    names = ("wechatpay-timestamp", "wechatpay-nonce", "wechatpay-signature", "wechatpay-serial")
    try:
        timestamp, nonce, signature, serial = (headers[name] for name in names)
    except KeyError as error:
        raise BadSignature("signature_missing") from error
    if headers.get("wechatpay-signature-type", SCHEME) != SCHEME or not timestamp.isascii() or not timestamp.isdigit():
        raise BadSignature("signature_missing")
    if signature.startswith(PROBE):
        raise BadSignature("signature_probe")
    if now is not None and abs(now - int(timestamp)) > FRESH_SECONDS:
        raise BadSignature("signature_old")
    if serial not in keys:
        raise BadSignature("serial_unknown")
    message = f"{timestamp}\n{nonce}\n".encode() + body + b"\n"
    try:
        keys[serial].verify(base64.b64decode(signature, validate=True), message, PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError) as error:  # ValueError: not base64
        raise BadSignature("signature_wrong") from error


def decrypt(api_v3_key: str, *, nonce: str, associated_data: str, ciphertext: str) -> bytes:
    """Raises BadSignature `not_decryptable`."""
    try:
        sealed = base64.b64decode(ciphertext, validate=True)
        return AESGCM(api_v3_key.encode()).decrypt(nonce.encode(), sealed, associated_data.encode())
    except (InvalidTag, ValueError) as error:  # ValueError: not base64, or a nonce of another length
        raise BadSignature("not_decryptable") from error
