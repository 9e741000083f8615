"""What WeChat Pay posts to us, whatever it is about: verified, unsealed, answered in its words."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from backend.payments.platforms import BadNotification, CallbackReply, Receipt
from miniprogram_api.platforms.wechat.pay_crypto import BadSignature, decrypt, verify

SIGNATURE_HEADERS: Final = frozenset(
    f"wechatpay-{name}" for name in ("timestamp", "nonce", "signature", "serial", "signature-type")
)
UNREADABLE: Final = (ValueError, KeyError, TypeError, AttributeError)
"""What reading JSON of another shape than the documented one comes to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merchant:
    """Who we are to WeChat Pay, and whom we believe. `platform_keys`: by serial or PUB_KEY_ID_…, several at once."""

    app_id: str
    mchid: str
    serial: str
    key: RSAPrivateKey
    api_v3_key: str
    platform_keys: Mapping[str, RSAPublicKey]
    notify_url: str
    refund_notify_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A notification that is the platform's: its id, its event, and what was sealed in it."""

    id: str
    kind: str
    plain: Mapping[str, Any]


def opened(merchant: Merchant, headers: Mapping[str, str], body: bytes, *, fresh: bool) -> Opened:
    """Raises BadNotification."""
    try:
        verify(merchant.platform_keys, headers, body, now=time.time() if fresh else None)
        envelope = json.loads(body)
        resource = envelope["resource"]
        plain = decrypt(
            merchant.api_v3_key,
            nonce=resource["nonce"],
            associated_data=resource.get("associated_data") or "",
            ciphertext=resource["ciphertext"],
        )
        return Opened(id=str(envelope["id"]), kind=str(envelope["event_type"]), plain=json.loads(plain))
    except BadSignature as error:
        raise BadNotification(error.code) from error
    except UNREADABLE as error:
        raise BadNotification("not_readable") from error


def reply(receipt: Receipt) -> CallbackReply:
    """2xx stops the repeats; the code and message beside it are what WeChat Pay documents."""
    refused = receipt == "refused"
    words = {"code": "FAIL", "message": "not accepted"} if refused else {"code": "SUCCESS", "message": "received"}
    return CallbackReply(
        status=400 if refused else 200, content_type="application/json", body=json.dumps(words).encode()
    )


def moment(text: str | None) -> datetime | None:
    """RFC 3339. Raises ValueError for a time without its offset: it names no moment."""
    at = datetime.fromisoformat(text) if text else None
    if at is not None and at.tzinfo is None:
        raise ValueError("a time without its offset names no moment")
    return at
