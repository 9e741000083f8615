"""WeChat Pay by these tests' own hand: notifications as the platform sends them, and as nobody should believe."""

import base64
import json
import secrets
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from sandbox.keys import SandboxKeys


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A notification on its way: headers and the exact bytes."""

    headers: Mapping[str, str]
    body: bytes

    def but(self, **headers: str | None) -> Self:
        """The same with these headers instead (`serial` is Wechatpay-Serial); None leaves one out."""
        changed = {f"Wechatpay-{name.replace('_', '-').title()}": value for name, value in headers.items()}
        kept = {name: value for name, value in {**self.headers, **changed}.items() if value is not None}
        return replace(self, headers=kept)

    def as_answer(self) -> bytes:
        """The same as an answer to one of our calls: WeChat Pay signs both alike."""
        lines = {**self.headers, "Content-Length": str(len(self.body))}
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        return b"HTTP/1.1 200 OK\r\n" + head.encode() + b"\r\n" + self.body


class Teller:
    """Signs and seals with the platform's keys."""

    def __init__(self, keys: SandboxKeys) -> None:
        self.keys = keys
        private = load_pem_private_key(keys.platform_private_key_pem.encode(), None)
        assert isinstance(private, rsa.RSAPrivateKey)
        self._private = private

    def transaction(self, order_number: str, amount_fen: int, paid_at: str, **changed: Any) -> dict[str, Any]:
        """A paid order as a notification's plaintext has it. `paid_at`: RFC 3339."""
        return {
            "appid": self.keys.app_id,
            "mchid": self.keys.mchid,
            "out_trade_no": order_number,
            "transaction_id": f"4200000{secrets.randbelow(10**21):021d}",
            "trade_type": "JSAPI",
            "trade_state": "SUCCESS",
            "success_time": paid_at,
            "amount": {"total": amount_fen, "payer_total": amount_fen, "currency": "CNY", "payer_currency": "CNY"},
        } | changed

    def letter(self, plain: Mapping[str, Any], *, event_id: str = "", age: int = 0, **changed: Any) -> Letter:
        """The notification, signed `age` seconds ago. `changed`: other fields of its envelope."""
        envelope = {
            "id": event_id or str(uuid.uuid4()),
            "create_time": plain.get("success_time"),
            "resource_type": "encrypt-resource",
            "event_type": "TRANSACTION.SUCCESS",
            "summary": "支付成功",
            "resource": self.sealed(json.dumps(plain, ensure_ascii=False).encode()),
        } | changed
        return self.signed(json.dumps(envelope, ensure_ascii=False).encode(), age=age)

    def sealed(self, plain: bytes) -> dict[str, str]:
        nonce = secrets.token_hex(6)
        content = AESGCM(self.keys.api_v3_key.encode()).encrypt(nonce.encode(), plain, b"transaction")
        return {
            "original_type": "transaction",
            "algorithm": "AEAD_AES_256_GCM",
            "ciphertext": base64.b64encode(content).decode(),
            "associated_data": "transaction",
            "nonce": nonce,
        }

    def signed(self, body: bytes, *, age: int = 0) -> Letter:
        """Any bytes under the platform's signature."""
        timestamp, nonce = str(int(time.time()) - age), secrets.token_hex(16)
        lines = f"{timestamp}\n{nonce}\n".encode() + body + b"\n"
        signature = base64.b64encode(self._private.sign(lines, padding.PKCS1v15(), hashes.SHA256())).decode()
        headers = {
            "Content-Type": "application/json",
            "Wechatpay-Timestamp": timestamp,
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Signature": signature,
            "Wechatpay-Serial": self.keys.platform_key_id,
            "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
        }
        return Letter(headers=headers, body=body)
