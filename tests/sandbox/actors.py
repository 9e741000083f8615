"""Who talks to the sandbox in these tests: the service's server, the merchant, and whoever holds the phone."""

import asyncio
import base64
import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from sandbox.keys import SandboxKeys

Client = TestClient[web.Request, web.Application]


@dataclass(slots=True)
class MovableTime:
    """Real time as the sandbox sees it: a test moves it instead of waiting."""

    ahead: float = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead

    def move(self, seconds: float) -> None:
        self.ahead += seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A request that reached the service."""

    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class Service:
    """The service's server: keeps what it is sent, and answers 200 unless a test lined up other statuses."""

    received: asyncio.Queue[Received] = field(default_factory=asyncio.Queue)
    statuses: list[int] = field(default_factory=list)
    words: dict[str, list[bytes]] = field(default_factory=dict)
    """By the end of a path, the bodies it is answered with, the last one again and again."""
    url: str = ""

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/{path:.*}", self._receive)
        return app

    async def next(self) -> Received:
        """The next request; fails the test when none comes."""
        async with asyncio.timeout(5):
            return await self.received.get()

    async def _receive(self, request: web.Request) -> web.Response:
        body = await request.read()
        await self.received.put(
            Received(path=request.path, query=dict(request.query), headers=request.headers.copy(), body=body)
        )
        words = self.words.get(request.path.rpartition("/")[2], [b""])
        body = words.pop(0) if len(words) > 1 else words[0]
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200, body=body)


@dataclass(frozen=True, slots=True)
class Phone:
    """The control calls."""

    sandbox: Client

    async def person(self, **known: str) -> dict[str, Any]:
        return await self._post("/sandbox/users", {"platform": "wechat"} | known)

    async def code(self, person: Mapping[str, Any]) -> str:
        return str((await self._post(f"/sandbox/users/{person['user_id']}/codes", None))["code"])

    async def tap(self, person: Mapping[str, Any], template_id: str, answer: str = "accept") -> dict[str, Any]:
        body = {"template_id": template_id, "answer": answer}
        return await self._post(f"/sandbox/users/{person['user_id']}/subscribe", body)

    async def pay(self, person: Mapping[str, Any], client: Mapping[str, Any], outcome: str = "paid") -> str:
        body = {"client": client, "outcome": outcome}
        return str((await self._post(f"/sandbox/users/{person['user_id']}/pay", body))["errMsg"])

    async def inbox(self, person: Mapping[str, Any]) -> list[dict[str, Any]]:
        async with self.sandbox.get(f"/sandbox/users/{person['user_id']}/inbox") as response:
            return list((await response.json())["items"])

    async def set_clock(self, now: str) -> None:
        async with self.sandbox.put("/sandbox/clock", json={"now": now}) as response:
            assert response.status == 200, await response.text()

    async def fault(self, **fault: Any) -> None:
        await self._post("/sandbox/faults", {"platform": "wechat", **fault})

    async def _post(self, path: str, body: object) -> dict[str, Any]:
        async with self.sandbox.post(path, json=body) if body is not None else self.sandbox.post(path) as response:
            assert response.status in (200, 201), await response.text()
            return dict(await response.json())


@dataclass(frozen=True, slots=True)
class Server:
    """The service's calls to api.weixin.qq.com."""

    sandbox: Client
    keys: SandboxKeys

    async def exchange(self, code: str, **changed: str) -> dict[str, Any]:
        query = {"appid": self.keys.app_id, "secret": self.keys.app_secret, "js_code": code}
        query |= {"grant_type": "authorization_code", **changed}
        async with self.sandbox.get("/wechat/sns/jscode2session", params=query) as response:
            assert response.status == 200
            assert response.content_type == "text/plain"
            return dict(json.loads(await response.read()))

    async def token(self, **changed: Any) -> dict[str, Any]:
        body = {"grant_type": "client_credential", "appid": self.keys.app_id, "secret": self.keys.app_secret, **changed}
        return await self.post("/cgi-bin/stable_token", body, token=None)

    async def send(self, token: str | None = None, **message: Any) -> dict[str, Any]:
        token = token or str((await self.token())["access_token"])
        return await self.post("/cgi-bin/message/subscribe/send", message, token=token)

    async def post(self, path: str, body: object, *, token: str | None) -> dict[str, Any]:
        query = {"access_token": token} if token else {}
        async with self.sandbox.post(f"/wechat{path}", params=query, json=body) as response:
            assert response.status == 200
            return dict(await response.json())


class Merchant:
    """The service's calls to api.mch.weixin.qq.com, signed by this test's own hand."""

    def __init__(self, sandbox: Client, keys: SandboxKeys, notify_url: str) -> None:
        self.sandbox, self.keys, self.notify_url = sandbox, keys, notify_url
        private = load_pem_private_key(keys.merchant_private_key_pem.encode(), None)
        public = load_pem_public_key(keys.platform_public_key_pem.encode())
        assert isinstance(private, rsa.RSAPrivateKey)
        assert isinstance(public, rsa.RSAPublicKey)
        self._private, self._public = private, public

    def order(self, person: Mapping[str, Any], number: str = "ORDER-0001", **changed: Any) -> dict[str, Any]:
        """A body for the order call."""
        return {
            "appid": self.keys.app_id,
            "mchid": self.keys.mchid,
            "description": "考试费",
            "out_trade_no": number,
            "notify_url": self.notify_url,
            "amount": {"total": 6100, "currency": "CNY"},
            "payer": {"openid": person["open_id"]},
        } | changed

    async def place(self, order: Mapping[str, Any]) -> dict[str, Any]:
        status, body = await self.call("POST", "/v3/pay/transactions/jsapi", order)
        assert status == 200, body
        return body

    async def query(self, number: str = "ORDER-0001") -> dict[str, Any]:
        path = f"/v3/pay/transactions/out-trade-no/{number}?mchid={self.keys.mchid}"
        status, body = await self.call("GET", path)
        assert status == 200, body
        return body

    async def call(self, method: str, path: str, body: object = None) -> tuple[int, dict[str, Any]]:
        """Signed; a 2xx answer's signature is checked."""
        raw = json.dumps(body, ensure_ascii=False).encode() if body is not None else b""
        path = f"/wechatpay{path}"
        headers = self.headers(raw, authorization=self.authorization(method, path, raw))
        async with self.sandbox.request(method, path, data=raw or None, headers=headers) as response:
            content = await response.read()
            if response.status < 300:
                self.verify(response.headers, content)
            return response.status, json.loads(content) if content else {}

    async def send(self, path: str, raw: bytes, headers: Mapping[str, str]) -> ClientResponse:
        """Anything, as it is."""
        response = await self.sandbox.post(f"/wechatpay{path}", data=raw, headers=headers)
        await response.read()
        return response

    def headers(self, raw: bytes, *, authorization: str) -> dict[str, str]:
        kind = {"Content-Type": "application/json"} if raw else {}
        return {"Accept": "application/json", "User-Agent": "tests", "Authorization": authorization, **kind}

    def authorization(self, method: str, path: str, raw: bytes, **changed: str) -> str:
        parts = {
            "mchid": self.keys.mchid,
            "nonce_str": secrets.token_hex(16),
            "timestamp": str(int(time.time())),
            "serial_no": self.keys.merchant_serial,
        } | changed
        lines = f"{method}\n{path}\n{parts['timestamp']}\n{parts['nonce_str']}\n".encode() + raw + b"\n"
        parts = {"signature": self.sign(lines)} | parts
        return "WECHATPAY2-SHA256-RSA2048 " + ",".join(f'{name}="{value}"' for name, value in parts.items())

    def client(self, prepay_id: str, **changed: str) -> dict[str, Any]:
        """What the service hands to `wx.requestPayment`."""
        timestamp, nonce, package = str(int(time.time())), secrets.token_hex(16), f"prepay_id={prepay_id}"
        lines = f"{self.keys.app_id}\n{timestamp}\n{nonce}\n{package}\n".encode()
        return {
            "timeStamp": timestamp,
            "nonceStr": nonce,
            "package": package,
            "signType": "RSA",
            "paySign": self.sign(lines),
        } | changed

    def sign(self, lines: bytes) -> str:
        return base64.b64encode(self._private.sign(lines, padding.PKCS1v15(), hashes.SHA256())).decode()

    def verify(self, headers: Mapping[str, str], body: bytes) -> None:
        """All five headers, and the signature over exactly this body. InvalidSignature."""
        assert headers["Wechatpay-Serial"] == self.keys.platform_key_id
        assert headers["Wechatpay-Signature-Type"] == "WECHATPAY2-SHA256-RSA2048"
        assert abs(int(headers["Wechatpay-Timestamp"]) - time.time()) < 300
        lines = f"{headers['Wechatpay-Timestamp']}\n{headers['Wechatpay-Nonce']}\n".encode() + body + b"\n"
        try:
            signature = base64.b64decode(headers["Wechatpay-Signature"], validate=True)
        except ValueError:
            raise InvalidSignature from None
        self._public.verify(signature, lines, padding.PKCS1v15(), hashes.SHA256())

    def open(self, notification: Received) -> dict[str, Any]:
        """The verified notification, its resource decrypted."""
        self.verify(notification.headers, notification.body)
        envelope = json.loads(notification.body)
        resource = envelope["resource"]
        assert resource["algorithm"] == "AEAD_AES_256_GCM"
        plain = AESGCM(self.keys.api_v3_key.encode()).decrypt(
            resource["nonce"].encode(), base64.b64decode(resource["ciphertext"]), resource["associated_data"].encode()
        )
        return {**envelope, "plain": json.loads(plain)}
