"""WeChat Pay's refusals: an HTTP status and `{code, message, detail}`."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.faults import Fault, FaultKind
from sandbox.wechatpay.answers import answer

STATUS = {
    "PARAM_ERROR": 400,
    "INVALID_REQUEST": 400,
    "APPID_MCHID_NOT_MATCH": 400,
    "MCH_NOT_EXISTS": 400,
    "ORDER_CLOSED": 400,
    "ORDERPAID": 400,
    "SIGN_ERROR": 401,
    "NO_AUTH": 403,
    "OUT_TRADE_NO_USED": 403,
    "RULE_LIMIT": 403,
    "TRADE_ERROR": 403,
    "ACCOUNT_ERROR": 403,
    "NOT_ENOUGH": 403,
    "USER_ACCOUNT_ABNORMAL": 403,
    "ORDER_NOT_EXIST": 404,
    "RESOURCE_NOT_EXISTS": 404,
    "FREQUENCY_LIMITED": 429,
    "SYSTEM_ERROR": 500,
    "BANK_ERROR": 500,
    "OPENID_MISMATCH": 500,
    "INVALID_TRANSACTIONID": 500,
}


class PayError(Exception):
    """Refused; `detail` names what was wrong and where."""

    def __init__(
        self, code: str, message: str, detail: Mapping[str, Any] | None = None, *, status: int | None = None
    ) -> None:
        super().__init__(code)
        self.code, self.message, self.detail = code, message, detail
        self.status = status or STATUS.get(code, 400)

    def response(self) -> web.Response:
        body: dict[str, Any] = {"code": self.code, "message": self.message}
        if self.detail:
            body["detail"] = self.detail
        return answer(body, status=self.status)


def wrong_parameter(field: str, issue: str, value: object = None, *, location: str = "body") -> PayError:
    """400 PARAM_ERROR; the field is a JSON pointer into the body, or a parameter's name."""
    detail = {"location": location, "field": field, "value": value, "issue": issue}
    return PayError("PARAM_ERROR", "参数错误", detail)


def spoilt(fault: Fault, path: str) -> web.Response:
    """A fault in WeChat Pay's form."""
    if fault.kind is FaultKind.ERROR_CODE:
        return PayError(str(fault.error_code), "沙箱按要求返回的错误", status=fault.status).response()
    return PayError("SYSTEM_ERROR", "系统异常,请稍后重试", status=fault.status or 503).response()


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turns refusals into answers; an unknown path or method is one of them."""
    try:
        return await handler(request)
    except PayError as error:
        return error.response()
    except (web.HTTPNotFound, web.HTTPMethodNotAllowed) as error:
        return PayError("RESOURCE_NOT_EXISTS", "请求的接口不存在", status=error.status).response()
