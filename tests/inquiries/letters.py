"""Pushes written by hand, with wechatpy instead of the sandbox: genuine ones, and whatever a forger would send."""

import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import xmltodict
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import WeChatSigner

from sandbox.keys import SandboxKeys

OPEN_ID = "oWRITTENBYHAND"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One POST to a platform's door."""

    platform: str
    query: Mapping[str, str]
    body: bytes
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "text/xml"})

    @property
    def path(self) -> str:
        return f"/callbacks/{self.platform}/messages"

    def but(self, *, body: bytes | None = None, **query: str) -> "Letter":
        return replace(self, body=self.body if body is None else body, query={**self.query, **query})


class Letters:
    """What the platforms of these keys would send."""

    def __init__(self, keys: SandboxKeys) -> None:
        self.keys = keys

    def message(self, **changed: Any) -> dict[str, Any]:
        """A text to WeChat's account; None leaves a field out."""
        plain = {
            "ToUserName": self.keys.original_id,
            "FromUserName": OPEN_ID,
            "CreateTime": int(time.time()),
            "MsgType": "text",
            "Content": "什么时候缴费？",
            "MsgId": 23_000_000_000_000_001,
        }
        return {name: value for name, value in {**plain, **changed}.items() if value is not None}

    def wechat(self, plain: str, *, age: int = 0, app_id: str | None = None, token: str | None = None) -> Letter:
        """In safe mode."""
        token = token or self.keys.push_token
        crypto = WeChatCrypto(token, self.keys.encoding_aes_key, app_id or self.keys.app_id)
        timestamp, nonce = str(int(time.time()) - age), secrets.token_hex(5)
        sealed = xmltodict.parse(crypto.encrypt_message(plain, nonce, timestamp))["xml"]
        query = {
            "signature": signed(token, timestamp, nonce),
            "timestamp": timestamp,
            "nonce": nonce,
            "encrypt_type": "aes",
            "msg_signature": sealed["MsgSignature"],
        }
        body = xml({"ToUserName": self.keys.original_id, "Encrypt": sealed["Encrypt"]})
        return Letter(platform="wechat", query=query, body=body.encode())

    def wechat_plain(self, plain: str, *, age: int = 0) -> Letter:
        return Letter(platform="wechat", query=self._signature(self.keys.push_token, age), body=plain.encode())

    def baidu(self, plain: str, *, age: int = 0, app_id: str | None = None) -> Letter:
        """In secure mode, everything in the body."""
        keys = self.keys.baidu
        crypto = WeChatCrypto(keys.push_token, keys.encoding_aes_key, app_id or keys.app_id)
        nonce, timestamp = secrets.token_hex(5), str(int(time.time()) - age)
        return Letter(platform="baidu", query={}, body=crypto.encrypt_message(plain, nonce, timestamp).encode())

    def baidu_plain(self, content: Mapping[str, Any], *, age: int = 0, in_body: bool = True) -> Letter:
        """As JSON, the signature beside the message or in the query."""
        signature = self._signature(self.keys.baidu.push_token, age)
        body = {**content, **signature} if in_body else content
        headers = {"Content-Type": "application/json"}
        return Letter(
            platform="baidu",
            query={} if in_body else signature,
            body=json.dumps(body, ensure_ascii=False).encode(),
            headers=headers,
        )

    def _signature(self, token: str, age: int) -> dict[str, str]:
        timestamp, nonce = str(int(time.time()) - age), secrets.token_hex(5)
        return {"signature": signed(token, timestamp, nonce), "timestamp": timestamp, "nonce": nonce}


def signed(*parts: str) -> str:
    signer = WeChatSigner()
    signer.add_data(*parts)
    return str(signer.signature)


def xml(content: Mapping[str, Any]) -> str:
    return str(xmltodict.unparse({"xml": content}, full_document=False))
