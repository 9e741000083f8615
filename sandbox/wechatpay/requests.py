"""The bodies WeChat Pay takes, field by field as its documents list them; unknown fields pass, as they do there."""

import json
import re
from datetime import datetime
from ipaddress import ip_address
from typing import Annotated, Any, Literal, TypeVar

from aiohttp import web
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from yarl import URL

from sandbox.wechatpay.errors import wrong_parameter

RFC_3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")

Taken = TypeVar("Taken", bound=BaseModel)


def short(longest: int) -> Any:
    """A text that isn't empty, with its longest length in characters."""
    return Field(min_length=1, max_length=longest)


def rfc_3339(text: str) -> str:
    """With seconds and offset."""
    if not RFC_3339.fullmatch(text):
        raise ValueError("must be an RFC 3339 time with its offset")
    datetime.fromisoformat(text)
    return text


def callback(text: str) -> str:
    """HTTPS without a query. Plain HTTP to this machine is let through, as nobody has a certificate for it."""
    url = URL(text)
    if url.scheme != "https" and not (url.scheme == "http" and is_this_machine(url.host or "")):
        raise ValueError("must be https")
    if url.query_string or "?" in text:
        raise ValueError("must have no query string")
    return text


def is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Part(BaseModel):
    """No conversions: a number in quotes is refused."""

    model_config = ConfigDict(strict=True, extra="ignore")


class Amount(Part):
    total: Annotated[int, Field(ge=1)]
    currency: Literal["CNY"] = "CNY"


class Payer(Part):
    openid: Annotated[str, short(128)]


class Scene(Part):
    payer_client_ip: Annotated[str, short(45)]
    device_id: Annotated[str, short(32)] | None = None


class NewOrder(Part):
    """POST /v3/pay/transactions/jsapi."""

    appid: Annotated[str, short(32)]
    mchid: Annotated[str, short(32)]
    description: Annotated[str, short(127)]
    out_trade_no: Annotated[str, Field(pattern=r"^[0-9A-Za-z_\-|*]{6,32}$")]
    time_expire: Annotated[str, AfterValidator(rfc_3339)] | None = None
    attach: Annotated[str, short(128)] | None = None
    notify_url: Annotated[str, short(255), AfterValidator(callback)]
    goods_tag: Annotated[str, short(32)] | None = None
    support_fapiao: bool | None = None
    limit_pay: list[str] | None = None
    amount: Amount
    payer: Payer
    scene_info: Scene | None = None


class Closing(Part):
    """POST /v3/pay/transactions/out-trade-no/{out_trade_no}/close."""

    mchid: Annotated[str, short(32)]


class RefundAmount(Part):
    refund: Annotated[int, Field(ge=1)]
    total: Annotated[int, Field(ge=1)]
    currency: Literal["CNY"]


class NewRefund(Part):
    """POST /v3/refund/domestic/refunds."""

    transaction_id: Annotated[str, short(32)] | None = None
    out_trade_no: Annotated[str, short(32)] | None = None
    out_refund_no: Annotated[str, Field(pattern=r"^[0-9A-Za-z_\-|*@]{1,64}$")]
    reason: Annotated[str, short(80)] | None = None
    notify_url: Annotated[str, short(256), AfterValidator(callback)] | None = None
    funds_account: Literal["AVAILABLE", "UNSETTLED"] | None = None
    amount: RefundAmount


async def read(request: web.Request, model: type[Taken]) -> tuple[Taken, dict[str, Any]]:
    """The body, checked, and the object as it came. PARAM_ERROR names the first wrong field."""
    try:
        raw = json.loads(await request.read())
    except ValueError:
        raise wrong_parameter("", "the body is not JSON") from None
    try:
        return model.model_validate(raw), raw
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False)[0]
        field = "/" + "/".join(map(str, first["loc"]))
        value = None if first["type"] == "missing" else first["input"]
        raise wrong_parameter(field, first["msg"], value) from None
