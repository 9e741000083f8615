"""Alipay's gateway (gateway.do): one address, every method a signed form; HTTP 200 with JSON, whatever happened.

A success is believed only under Alipay's signature. A refusal may come without one: it is never taken for data.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from backend.clock import EXAM_ZONE, real_now
from backend.errors import TooMany, Unavailable
from miniprogram_api.platforms.alipay.signing import BadSignature, sign, verified_node
from miniprogram_api.platforms.outbound import Outbound
from miniprogram_api.platforms.rsa_keys import Verifier

log = structlog.get_logger(__name__)

PATH: Final = "/gateway.do"
ERROR: Final = "error_response"
DONE: Final = "10000"
LIMITED: Final = "40005"
HEADERS: Final = {"Content-Type": "application/x-www-form-urlencoded;charset=utf-8"}
TIME: Final = "%Y-%m-%d %H:%M:%S"
"""Times as Alipay writes them, in Beijing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """Who we are to Alipay, and whom we believe. `seller_id`: the account that is paid, 2088…"""

    app_id: str
    seller_id: str
    key: RSAPrivateKey
    alipay_key: Verifier
    notify_url: str


class AlipayError(Exception):
    """The gateway refused. `code` and `sub_code` are Alipay's."""

    def __init__(self, code: str, sub_code: str) -> None:
        super().__init__(code, sub_code)
        self.code, self.sub_code = code, sub_code


class Gateway:
    """Signed calls of the gateway's methods."""

    def __init__(self, outbound: Outbound, app: App) -> None:
        self._outbound, self.app = outbound, app

    async def business(
        self, method: str, content: Mapping[str, Any], *, retry: bool = True, **common: str
    ) -> dict[str, Any]:
        """A method that takes `biz_content`; most of ours name an order, so that a repeat changes nothing.

        Raises AlipayError; TooMany `platform_too_frequent`; Unavailable.
        """
        node = await self.call(method, {"biz_content": _written(content), **common}, retry=retry)
        if str(node.get("code")) != DONE:
            raise _refusal(node)
        return node

    async def call(self, method: str, parameters: Mapping[str, str], *, retry: bool) -> dict[str, Any]:
        """The method's node, believed. Raises as `business`."""
        body = urlencode(self._signed(method, parameters)).encode()
        answer = await self._outbound.call("POST", PATH, body=body, headers=HEADERS, retry=retry)
        try:
            return self._read(answer.body.decode(), method.replace(".", "_") + "_response")
        except (BadSignature, ValueError, TypeError) as error:
            log.error("alipay_answer_not_believed", method=method, reason=str(error))
            raise Unavailable("platform_unavailable") from error

    def page(self, method: str, content: Mapping[str, Any]) -> str:
        """The address of a method that is a page: whoever opens it makes the signed call. Nothing is called here."""
        query = urlencode(self._signed(method, {"biz_content": _written(content)}))
        return f"{self._outbound.base_url}{PATH}?{query}"

    def _signed(self, method: str, parameters: Mapping[str, str]) -> dict[str, str]:
        whole = {
            "app_id": self.app.app_id,
            "method": method,
            "format": "JSON",
            "charset": "utf-8",
            "sign_type": "RSA2",
            "timestamp": real_now().astimezone(EXAM_ZONE).strftime(TIME),
            "version": "1.0",
            **parameters,
        }
        return whole | {"sign": sign(self.app.key, whole)}

    def _read(self, body: str, root: str) -> dict[str, Any]:
        """Raises AlipayError, TooMany; BadSignature; ValueError for what isn't JSON, TypeError for another shape."""
        whole = json.loads(body)
        if not isinstance(whole, dict):
            raise TypeError("not an object")
        name = root if root in whole else ERROR
        if signature := whole.get("sign"):
            node = verified_node(self.app.alipay_key, body, name, str(signature))
            if name == ERROR:
                raise _refusal(node)
            return node
        unsigned = whole.get(name)
        if isinstance(unsigned, dict) and str(unsigned.get("code", DONE)) != DONE:
            raise _refusal(unsigned)
        raise BadSignature("signature_missing")


def _written(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _refusal(node: Mapping[str, Any]) -> Exception:
    code = str(node.get("code", ""))
    if code == LIMITED:
        return TooMany("platform_too_frequent", retry_after=60)
    return AlipayError(code, str(node.get("sub_code", "")))
