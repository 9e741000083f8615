"""Baidu's ways to answer: `errno` for business, `error_code` for the gateway, `error` for OAuth."""

import secrets
import time
from collections.abc import Mapping
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.faults import Fault, FaultKind

TOKEN_INVALID, TOKEN_EXPIRED = 110, 111
PARAMETER_INVALID = 10010100
GATEWAY_WORDS = {
    4: "Open api request limit reached",
    18: "Open api qps request limit reached",
    100: "Invalid parameter",
    TOKEN_INVALID: "Access token invalid or no longer valid",
    TOKEN_EXPIRED: "Access token expired",
}


class BaiduError(Exception):
    """Refused in business, by errno."""

    def __init__(self, errno: int, msg: str) -> None:
        super().__init__(errno)
        self.errno, self.msg = errno, msg


class CloudError(Exception):
    """Refused by the AI cloud, by error_code."""

    def __init__(self, code: int, msg: str) -> None:
        super().__init__(code)
        self.code, self.msg = code, msg


class GatewayError(Exception):
    """Refused before the business was reached, by error_code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def success(data: object) -> web.Response:
    return web.json_response({**marks(), "errno": 0, "msg": "success", "data": data})


def refusal(error: BaiduError) -> web.Response:
    return web.json_response({**marks(), "errno": error.errno, "msg": error.msg, "data": None})


def gateway_refusal(error: GatewayError) -> web.Response:
    return web.json_response({"error_code": error.code, "error_msg": GATEWAY_WORDS.get(error.code, "error")})


def cloud_refusal(error: CloudError) -> web.Response:
    return web.json_response({"error_code": error.code, "error_msg": error.msg, "log_id": log_id()})


def log_id() -> str:
    return str(secrets.randbelow(10**10))


def marks() -> dict[str, Any]:
    return {"request_id": secrets.token_hex(8), "timestamp": int(time.time())}


def spoilt(fault: Fault, path: str) -> web.Response:
    """A fault in Baidu's form: codes below a thousand are the gateway's."""
    if fault.kind is FaultKind.ERROR_CODE:
        code = int(fault.error_code or 0)
        if code < 1000:
            return gateway_refusal(GatewayError(code))
        return (
            cloud_refusal(CloudError(code, "error")) if path.startswith("/rpc/") else refusal(BaiduError(code, "error"))
        )
    return web.Response(status=fault.status or 503, text="<html>busy</html>", content_type="text/html")


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turns refusals into answers."""
    try:
        return await handler(request)
    except BaiduError as error:
        return refusal(error)
    except CloudError as error:
        return cloud_refusal(error)
    except GatewayError as error:
        return gateway_refusal(error)


async def given(request: web.Request) -> Mapping[str, str]:
    """The parameters of query and body together: Baidu's calls take both."""
    form = await request.post() if request.method == "POST" else {}
    return {**request.query, **{name: value for name, value in form.items() if isinstance(value, str)}}
