"""Checks the merchant's Authorization header against the request as it came over the wire."""

import re

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.ground import Ground
from sandbox.wechatpay.errors import PayError, wrong_parameter
from sandbox.wechatpay.signing import SCHEME, MerchantKey

SKEW = 300.0
PART = r'[a-z_]+="[^"]*"'
HEADER = re.compile(rf"{SCHEME} (?P<parts>{PART}(?:,{PART}){{4}})")
NAMES = {"mchid", "nonce_str", "signature", "timestamp", "serial_no"}


class Authorization:
    """A middleware that lets only the merchant's own signed requests through."""

    def __init__(self, ground: Ground) -> None:
        self._clock = ground.clock
        self._merchant = ground.settings.wechatpay
        self._key = MerchantKey(self._merchant)

    @web.middleware
    async def check(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """401 SIGN_ERROR, or 400 PARAM_ERROR for the other headers WeChat Pay insists on."""
        check_headers(request)
        parts = parse(request.headers.get("Authorization", ""))
        self._check_claims(parts)
        lines = signed_lines(request, parts, await request.read())
        if not self._key.verifies(lines, parts["signature"]):
            raise sign_error("signature", "sign not match", lines)
        return await handler(request)

    def _check_claims(self, parts: dict[str, str]) -> None:
        if parts["mchid"] != self._merchant.mchid:
            raise sign_error("mchid", "no such merchant")
        if parts["serial_no"].upper() != self._merchant.merchant_serial.upper():
            raise sign_error("serial_no", "the merchant has no certificate of this serial number")
        if not re.fullmatch(r"[!-~]{1,32}", parts["nonce_str"]):
            raise sign_error("nonce_str", "must be 1 to 32 characters")
        if not re.fullmatch(r"\d{1,12}", parts["timestamp"]):
            raise sign_error("timestamp", "must be Unix seconds")
        if abs(self._clock.real() - int(parts["timestamp"])) > SKEW:
            raise sign_error("timestamp", "more than five minutes off")


def check_headers(request: web.Request) -> None:
    """WeChat Pay refuses requests that don't say what they accept, who they are, and that their body is JSON."""
    accept = request.headers.get("Accept", "")
    if not any(kind in accept for kind in ("application/json", "*/*")):
        raise wrong_parameter("Accept", "must be application/json", accept, location="header")
    if not request.headers.get("User-Agent"):
        raise wrong_parameter("User-Agent", "must not be missing", location="header")
    if request.method == "POST" and request.content_type != "application/json":
        raise wrong_parameter("Content-Type", "must be application/json", request.content_type, location="header")


def parse(header: str) -> dict[str, str]:
    """The header's five values, in whatever order."""
    match = HEADER.fullmatch(header)
    parts = dict(re.findall(r'([a-z_]+)="([^"]*)"', match["parts"])) if match else {}
    if set(parts) != NAMES:
        raise sign_error("authorization", f"must be {SCHEME} with {', '.join(sorted(NAMES))}")
    return parts


def signed_lines(request: web.Request, parts: dict[str, str], body: bytes) -> bytes:
    """Method, path and query as sent, time, nonce, body: five lines, each with its line feed."""
    head = "\n".join([request.method, request.raw_path, parts["timestamp"], parts["nonce_str"]])
    return head.encode() + b"\n" + body + b"\n"


def sign_error(field: str, issue: str, lines: bytes | None = None) -> PayError:
    """401; for a signature that doesn't match, with the text it should have been made over."""
    detail = {"location": "authorization", "field": field, "issue": issue}
    told = {"sign_information": {"sign_message": lines.decode(errors="replace")}} if lines else {}
    return PayError("SIGN_ERROR", "错误的签名,验签失败", {**detail, **told})
