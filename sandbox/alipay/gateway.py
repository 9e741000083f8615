"""`/gateway.do`: every method at one address. HTTP 200 always; what succeeded or was refused in business is signed."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from sandbox.alipay.signing import Signatures
from sandbox.faults import Fault, FaultKind
from sandbox.ground import Ground

PATH = "/gateway.do"
TIME = "%Y-%m-%d %H:%M:%S"
Parameters = Mapping[str, str]
Method = Callable[[Parameters], dict[str, Any]]
WORDS = {
    "20000": "Service Currently Unavailable",
    "40001": "Missing Required Arguments",
    "40002": "Invalid Arguments",
    "40003": "Insufficient Conditions",
    "40004": "Business Failed",
    "40005": "Call Limited",
    "40006": "Permission Denied",
}


class AlipayError(Exception):
    """Refused. `whole`: under `error_response` instead of the method's own node, as oauth.token does."""

    def __init__(self, code: str, sub_code: str, sub_msg: str = "", *, whole: bool = False) -> None:
        super().__init__(sub_code)
        self.code, self.sub_code, self.sub_msg, self.whole = code, sub_code, sub_msg, whole

    @property
    def node(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "msg": WORDS[self.code],
            "sub_code": self.sub_code,
            "sub_msg": self.sub_msg or self.sub_code,
        }

    @property
    def by_gateway(self) -> bool:
        """The gateway's own refusals are not signed."""
        return self.code != "40004" and not self.whole


def business_error(sub_code: str, sub_msg: str = "") -> AlipayError:
    return AlipayError("40004", sub_code, sub_msg)


def success(**fields: Any) -> dict[str, Any]:
    """A node of business that went well."""
    return {"code": "10000", "msg": "Success", **fields}


class Gateway:
    """Checks who calls, has the method answer, signs the answer."""

    def __init__(self, ground: Ground, signatures: Signatures, methods: Mapping[str, Method], app_id: str) -> None:
        self._ground, self._signatures, self._methods, self._app_id = ground, signatures, methods, app_id

    def routes(self) -> list[web.RouteDef]:
        return [web.post(PATH, self.answer), web.get(PATH, self.answer)]

    async def answer(self, request: web.Request) -> web.Response:
        """A method's answer, or what it refused."""
        parameters = await given(request)
        method = parameters.get("method", "")
        try:
            return self._signed(method, root_of(method), self.node(parameters))
        except AlipayError as error:
            return self.refuse(method, error)

    def node(self, parameters: Parameters) -> dict[str, Any]:
        """What the method answers to a request that is in order. AlipayError."""
        self._check(parameters)
        return self._methods[parameters["method"]](parameters)

    def refuse(self, method: str, error: AlipayError) -> web.Response:
        """The refusal in Alipay's form."""
        root = "error_response" if error.whole or method not in self._methods else root_of(method)
        if not error.by_gateway:
            return self._signed(method, root, error.node)
        # Probed at the real gateway: no signature, and a content type that isn't JSON's.
        text = json.dumps({root: error.node}, ensure_ascii=False)
        return web.Response(text=text, content_type="text/html", charset="utf-8")

    def spoilt(self, method: str, fault: Fault) -> web.Response:
        """A fault in Alipay's form."""
        if fault.kind is FaultKind.ERROR_CODE:
            return self.refuse(method, error_of(str(fault.error_code)))
        return web.Response(status=fault.status or 503, text="<html>busy</html>", content_type="text/html")

    def _check(self, parameters: Parameters) -> None:
        """The app before its signature, as probed; the order of the rest is inferred."""
        require(parameters, "app_id", "isv.missing-app-id")
        if parameters["app_id"] != self._app_id:
            raise AlipayError("40002", "isv.invalid-app-id", "无效的AppID参数")
        require(parameters, "sign_type", "isv.missing-signature-type")
        if parameters["sign_type"] != "RSA2":
            raise AlipayError("40002", "isv.invalid-signature-type", "无效的签名类型")
        require(parameters, "sign", "isv.missing-signature")
        if not self._signatures.verifies(parameters):
            raise AlipayError("40002", "isv.invalid-signature", "验签出错")
        self._check_rest(parameters)

    def _check_rest(self, parameters: Parameters) -> None:
        require(parameters, "method", "isv.missing-method")
        if parameters["method"] not in self._methods:
            raise AlipayError("40002", "isv.invalid-method", "不存在的方法名")
        require(parameters, "timestamp", "isv.missing-timestamp")
        if not re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", parameters["timestamp"]):
            raise AlipayError("40002", "isv.invalid-timestamp", "非法的时间戳参数")
        require(parameters, "version", "isv.missing-version")
        if parameters.get("charset", "").lower() != "utf-8":
            raise AlipayError("40002", "isv.invalid-charset", "字符集错误")

    def _signed(self, method: str, root: str, node: dict[str, Any]) -> web.Response:
        """Exactly the bytes that are written are signed, and `/` is written as Alipay does."""
        bad = self._ground.faults.take("alipay", f"{PATH}/{method}", FaultKind.BAD_SIGNATURE) is not None
        text = json.dumps(node, ensure_ascii=False, separators=(",", ":")).replace("/", "\\/")
        body = f'{{"{root}":{text},"sign":"{self._signatures.sign(text, bad=bad)}"}}'
        return web.Response(text=body, content_type="application/json", charset="utf-8")


async def given(request: web.Request) -> dict[str, str]:
    """The parameters of query and body together."""
    form = await request.post() if request.method == "POST" else {}
    return {**request.query, **{name: value for name, value in form.items() if isinstance(value, str)}}


async def fault_path(request: web.Request) -> str:
    """`/gateway.do/alipay.trade.create`: faults are asked for by method."""
    return f"{PATH}/{(await given(request)).get('method', '')}"


def biz_content(parameters: Parameters) -> dict[str, Any]:
    """The method's own parameters. 40002 isv.illegal-json."""
    try:
        content = json.loads(parameters.get("biz_content") or "{}")
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise AlipayError("40002", "isv.illegal-json", "不合法的JSON")
    return content


def require(parameters: Parameters, name: str, sub_code: str) -> None:
    if not parameters.get(name):
        raise AlipayError("40001", sub_code, f"缺少{name}参数")


def root_of(method: str) -> str:
    return method.replace(".", "_") + "_response"


def error_of(sub_code: str) -> AlipayError:
    """The error that a fault names by its sub_code."""
    if sub_code.isupper():  # ACQ.TRADE_HAS_CLOSE, OPEN_CERTIFY_BILL_NOT_EXIST
        return business_error(sub_code)
    if sub_code.startswith(("isp.", "aop.")):
        return AlipayError("20000", sub_code)
    if sub_code.endswith("-limited"):
        return AlipayError("40005", sub_code)
    return AlipayError("40002", sub_code)
