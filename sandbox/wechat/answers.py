"""WeChat's way to answer: HTTP 200 whatever happened, an errcode in the body, a request id in errmsg."""

import json
import secrets
import time
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.faults import Fault, FaultKind

ERRORS = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    40002: "invalid grant_type",
    40003: "invalid openid",
    40007: "invalid media_id",
    40013: "invalid appid",
    40029: "invalid code",
    40037: "invalid template_id",
    40066: "invalid url",
    40125: "invalid appsecret",
    40163: "code been used",
    40226: "code blocked",
    41001: "access_token missing",
    41002: "appid missing",
    41004: "appsecret missing",
    41008: "missing code",
    42001: "access_token expired",
    43002: "require POST method",
    43101: "user refuse to accept the msg",
    44002: "empty post data",
    45009: "reach max api daily quota limit",
    45015: "response out of time limit or subscription is canceled",
    45047: "out of response count limit",
    45011: "api minute-quota reach limit, must slower, retry next minute",
    47001: "data format error",
    47003: "argument invalid!",
    84010: "out_seq_no missing",
    84011: "out_seq_no invalid",
    84012: "cert_info missing",
    84013: "cert_type invalid",
    84014: "cert_name invalid",
    84015: "cert_no invalid",
    84016: "openid missing",
    84017: "openid mismatch",
    84018: "cert_hash mismatch",
    84019: "out_seq_no exists",
    84020: "out_seq_no mismatch",
    84021: "verify_id missing",
    84022: "verify_id expired",
}


class WeChatError(Exception):
    """Refused with an errcode; `errmsg` stands in for the usual text where WeChat says more."""

    def __init__(self, errcode: int, errmsg: str | None = None) -> None:
        super().__init__(errcode)
        self.errcode = errcode
        self.errmsg = errmsg or ERRORS.get(errcode, "error")


def answer(body: dict[str, Any]) -> web.Response:
    """The JSON body as WeChat sends it: raw UTF-8."""
    return web.Response(text=json.dumps(body, ensure_ascii=False), content_type="application/json")


def refusal(error: WeChatError) -> web.Response:
    """HTTP 200 with errcode and errmsg."""
    return answer({"errcode": error.errcode, "errmsg": f"{error.errmsg}, rid: {rid()}"})


def rid() -> str:
    """A request id: three groups of eight hexadecimal digits, the first of them the time."""
    return f"{int(time.time()):08x}-{secrets.token_hex(4)}-{secrets.token_hex(4)}"


def spoilt(fault: Fault, path: str) -> web.Response:
    """A fault in WeChat's form."""
    if fault.kind is FaultKind.ERROR_CODE:
        return refusal(WeChatError(int(fault.error_code or -1)))
    return web.Response(status=fault.status or 503, text="<html>busy</html>", content_type="text/html")


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turns refusals into answers; an unknown path or method is one of them."""
    try:
        return await handler(request)
    except WeChatError as error:
        return refusal(error)
    except web.HTTPMethodNotAllowed as error:
        return refusal(WeChatError(43002 if "POST" in error.allowed_methods else 40066))
    except web.HTTPNotFound:
        return refusal(WeChatError(40066))


async def read_object(request: web.Request) -> dict[str, Any]:
    """The JSON object in the body: 44002 when there is none, 47001 when it isn't one."""
    raw = await request.read()
    if not raw:
        raise WeChatError(44002)
    try:
        body = json.loads(raw)
    except ValueError:
        raise WeChatError(47001) from None
    if not isinstance(body, dict):
        raise WeChatError(47001)
    return body
