"""The service's calls to Alipay and Baidu, signed by these tests' own hand, and what they send it."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from sandbox.keys import AlipayKeys, BaiduKeys
from tests.sandbox.actors import Client, Received


def text_of(fields: Mapping[str, str], *unsigned: str) -> bytes:
    return "&".join(f"{name}={value}" for name, value in sorted(fields.items()) if name not in unsigned).encode()


def signature(pem: str, text: bytes, algorithm: hashes.HashAlgorithm) -> str:
    key = load_pem_private_key(pem.encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return base64.b64encode(key.sign(text, padding.PKCS1v15(), algorithm)).decode()


def verify(pem: str, text: bytes, signed: str, algorithm: hashes.HashAlgorithm) -> None:
    """InvalidSignature."""
    key = load_pem_public_key(pem.encode())
    assert isinstance(key, rsa.RSAPublicKey)
    key.verify(base64.b64decode(signed, validate=True), text, padding.PKCS1v15(), algorithm)


def fields_of(received: Received) -> dict[str, str]:
    return dict(parse_qsl(received.body.decode(), keep_blank_values=True, strict_parsing=True))


@dataclass(frozen=True, slots=True)
class AlipayMerchant:
    """The service at Alipay's gateway."""

    sandbox: Client
    keys: AlipayKeys
    notify_url: str

    def parameters(self, method: str, content: object = None, **changed: str) -> dict[str, str]:
        """A whole request but for its signature."""
        given = {"biz_content": json.dumps(content, ensure_ascii=False)} if content is not None else {}
        return {
            "app_id": self.keys.app_id,
            "method": method,
            "format": "JSON",
            "charset": "utf-8",
            "sign_type": "RSA2",
            "timestamp": "2024-01-29 09:00:00",
            "version": "1.0",
            **given,
            **changed,
        }

    def signed(self, parameters: Mapping[str, str]) -> dict[str, str]:
        return {**parameters, "sign": signature(self.keys.app_private_key_pem, text_of(parameters), hashes.SHA256())}

    async def call(self, method: str, content: object = None, **changed: str) -> dict[str, Any]:
        """The node, its signature checked where there is one; an unsigned one has `signed` false."""
        return await self.send(self.signed(self.parameters(method, content, **changed)))

    async def send(self, parameters: Mapping[str, str]) -> dict[str, Any]:
        async with self.sandbox.post("/alipay/gateway.do", data=parameters) as response:
            assert response.status == 200
            text = await response.text()
        whole = json.loads(text)
        (root,) = (name for name in whole if name != "sign")
        if "sign" in whole:
            node = text.removeprefix(f'{{"{root}":').rpartition(',"sign":')[0]
            verify(self.keys.alipay_public_key_pem, node.encode(), whole["sign"], hashes.SHA256())
        return {"root": root, "signed": "sign" in whole, **whole[root]}

    def order(self, person: Mapping[str, Any], **changed: Any) -> dict[str, Any]:
        return {
            "out_trade_no": "ORDER0001",
            "total_amount": "61.00",
            "subject": "考试费",
            "product_code": "JSAPI_PAY",
            "op_app_id": self.keys.app_id,
            "buyer_open_id": person["open_id"],
        } | changed

    async def create(self, person: Mapping[str, Any], **changed: Any) -> dict[str, Any]:
        return await self.call("alipay.trade.create", self.order(person, **changed), notify_url=self.notify_url)

    def open(self, received: Received) -> dict[str, str]:
        """The verified notification."""
        fields = fields_of(received)
        text = text_of(fields, "sign", "sign_type")
        verify(self.keys.alipay_public_key_pem, text, fields["sign"], hashes.SHA256())
        return fields


@dataclass(frozen=True, slots=True)
class BaiduMerchant:
    """The service at Baidu."""

    sandbox: Client
    keys: BaiduKeys

    def client(self, number: str = "ORDER0001", **changed: str) -> dict[str, Any]:
        """What the service hands to `swan.requestPolymerPayment`."""
        signed = {
            "appKey": self.keys.pay_app_key,
            "dealId": self.keys.deal_id,
            "totalAmount": "6100",
            "tpOrderId": number,
        }
        rest = {"dealTitle": "考试费", "signFieldsRange": "1", "bizInfo": "{}"}
        sign = signature(self.keys.merchant_private_key_pem, text_of(signed), hashes.SHA1())
        return {"orderInfo": {**signed, **rest, "rsaSign": sign, **changed}}

    async def token(self, **changed: str) -> dict[str, Any]:
        asked = {
            "grant_type": "client_credentials",
            "client_id": self.keys.app_key,
            "client_secret": self.keys.secret,
            "scope": "smartapp_snsapi_base",
        }
        async with self.sandbox.post("/baidu/oauth/2.0/token", data=asked | changed) as response:
            return dict(await response.json())

    async def get(self, path: str, *, token: str | None = None, **parameters: str) -> dict[str, Any]:
        given = token if token is not None else (await self.token())["access_token"]
        query = {"access_token": given, **parameters}
        async with self.sandbox.get(f"/baidu/rest/2.0/smartapp/{path}", params=query) as response:
            return dict(await response.json())

    async def post(self, path: str, form: Mapping[str, str]) -> dict[str, Any]:
        """A call of the payment service."""
        query = {"access_token": (await self.token())["access_token"]}
        url = f"/baidu/rest/2.0/smartapp/pay/paymentservice/{path}"
        async with self.sandbox.post(url, params=query, data=form) as response:
            return dict(await response.json())

    async def unconsume(self, order: Mapping[str, Any], **changed: str) -> int:
        """The older host's call, signed; its errno."""
        fields = {
            "orderId": str(order["orderId"]),
            "userId": str(order["userId"]),
            "type": "3",
            "appKey": self.keys.pay_app_key,
        } | changed
        sign = signature(self.keys.merchant_private_key_pem, text_of(fields), hashes.SHA1())
        async with self.sandbox.post("/baidu/cashier/syncOrderStatus", data={**fields, "rsaSign": sign}) as response:
            return int((await response.json())["errno"])

    async def found(self, number: str = "ORDER0001") -> dict[str, Any]:
        return await self.get("pay/paymentservice/findByTpOrderId", tpOrderId=number, pmAppKey=self.keys.pay_app_key)

    def open(self, received: Received) -> dict[str, str]:
        """The verified notification."""
        fields = fields_of(received)
        verify(self.keys.baidu_public_key_pem, text_of(fields, "rsaSign"), fields["rsaSign"], hashes.SHA1())
        return fields
