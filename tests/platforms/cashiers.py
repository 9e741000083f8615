"""Alipay and Baidu by these tests' own hand: notifications as the platform sends them, and as nobody should believe."""

import base64
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from backend.clock import EXAM_ZONE
from sandbox.keys import AlipayKeys, BaiduKeys

Fields = dict[str, str]


def joined(fields: Mapping[str, str], *unsigned: str) -> bytes:
    return "&".join(f"{name}={value}" for name, value in sorted(fields.items()) if name not in unsigned).encode()


@dataclass(frozen=True, slots=True)
class AlipayCashier:
    """Writes and signs with Alipay's key."""

    keys: AlipayKeys

    def paid(self, number: str, amount: str, paid_at: str, *, age: float = 0, **changed: str) -> Fields:
        """A paid trade's notification, unsigned. `paid_at`: as Alipay writes it; `age`: sent so many seconds ago."""
        sent = datetime.fromtimestamp(time.time() - age, EXAM_ZONE).strftime("%Y-%m-%d %H:%M:%S")
        return {
            "notify_type": "trade_status_sync",
            "notify_id": secrets.token_hex(17),
            "notify_time": sent,
            "app_id": self.keys.app_id,
            "seller_id": self.keys.seller_id,
            "charset": "utf-8",
            "version": "1.0",
            "trade_no": f"2024012922001{secrets.randbelow(10**15):015d}",
            "out_trade_no": number,
            "trade_status": "TRADE_SUCCESS",
            "total_amount": amount,
            "subject": "2024年 考试费 1+1",
            "gmt_payment": paid_at,
        } | changed

    def signed(self, fields: Fields) -> bytes:
        """The form to the byte."""
        key = load_pem_private_key(self.keys.alipay_private_key_pem.encode(), None)
        assert isinstance(key, rsa.RSAPrivateKey)
        signature = key.sign(joined(fields, "sign", "sign_type"), padding.PKCS1v15(), SHA256())
        return urlencode({**fields, "sign_type": "RSA2", "sign": base64.b64encode(signature).decode()}).encode()


@dataclass(frozen=True, slots=True)
class BaiduCashier:
    """Writes and signs with Baidu's key."""

    keys: BaiduKeys

    def paid(self, number: str, fen: int, paid_at: int, **changed: str) -> Fields:
        """A paid order's notification, unsigned. `paid_at`: Unix seconds."""
        return {
            "userId": "3269234686470",
            "orderId": str(10**13 + secrets.randbelow(10**13)),
            "tpOrderId": number,
            "unitPrice": str(fen),
            "count": "1",
            "totalMoney": str(fen),
            "payMoney": str(fen),
            "promoMoney": "0",
            "promoDetail": "",
            "returnData": "",
            "dealId": self.keys.deal_id,
            "payType": "9101",
            "payTime": str(paid_at),
            "status": "2",
        } | changed

    def signed(self, fields: Fields) -> bytes:
        """The form to the byte."""
        key = load_pem_private_key(self.keys.baidu_private_key_pem.encode(), None)
        assert isinstance(key, rsa.RSAPrivateKey)
        signature = key.sign(joined(fields), padding.PKCS1v15(), SHA1())
        return urlencode({**fields, "rsaSign": base64.b64encode(signature).decode()}).encode()

    def audit(self, number: str, order_id: str, **changed: str) -> Fields:
        """The question whether an order's money may go back, unsigned."""
        return {
            "orderId": order_id,
            "userId": "3269234686470",
            "tpOrderId": number,
            "refundBatchId": "77000000000001",
            "applyRefundMoney": "26000",
        } | changed

    def refunded(self, number: str, order_id: str, **changed: str) -> Fields:
        """What became of a refund, unsigned."""
        return {
            "orderId": order_id,
            "userId": "3269234686470",
            "tpOrderId": number,
            "refundBatchId": "77000000000001",
            "refundStatus": "1",
        } | changed
