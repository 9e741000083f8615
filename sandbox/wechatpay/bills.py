"""The trade bill of a day: asked for, then downloaded, gzipped, with its SHA1 told beforehand."""

import gzip
import hashlib
import re
import secrets
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from aiohttp import web

from sandbox.clock import CHINA
from sandbox.faults import FaultKind
from sandbox.ground import Ground
from sandbox.spoiling import spoil
from sandbox.wechatpay.answers import answer
from sandbox.wechatpay.errors import PayError, wrong_parameter
from sandbox.wechatpay.records import Order, PayRecords, Refund

PATH, FILE = "/v3/bill/tradebill", "/v3/billdownload/file"
READY_AT = time(9)
KEPT = timedelta(days=92)
TOKEN_LIFETIME = 300.0
HEADER = (
    "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,"
    "商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注"
)
SUMMARY = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额"


class Bills:
    """Bills of trades and of refunds that are done, by exam time. Tokens live by real time."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._tokens: dict[str, tuple[date, float]] = {}

    def routes(self) -> list[web.RouteDef]:
        return [web.get(PATH, self._ask), web.get(FILE, self._download)]

    async def _ask(self, request: web.Request) -> web.Response:
        day = self._day(request)
        if not list(self._rows(day)):
            raise PayError("NO_STATEMENT_EXIST", "账单文件不存在", status=400)
        token, content = secrets.token_urlsafe(48), self._file(day)
        self._tokens[token] = (day, self._ground.clock.real() + TOKEN_LIFETIME)
        url = request.url.with_path(request.path.removesuffix(PATH) + FILE).with_query(token=token)
        hashed = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        return answer({"hash_type": "SHA1", "hash_value": hashed, "download_url": str(url)})

    def _day(self, request: web.Request) -> date:
        asked = request.query.get("bill_date", "")
        if not re.fullmatch(r"\d{4}-\d\d-\d\d", asked) or request.query.get("bill_type", "ALL") != "ALL":
            raise wrong_parameter("bill_date", "must be a day, and bill_type ALL", asked, location="query")
        if request.query.get("tar_type") != "GZIP":
            raise wrong_parameter("tar_type", "only GZIP is played", location="query")
        day, now = date.fromisoformat(asked), self._ground.clock.now()
        if day >= now.date() or now.date() - day > KEPT:
            raise PayError("INVALID_REQUEST", "账单日期不在可下载范围内")
        if now < datetime.combine(day + timedelta(days=1), READY_AT, CHINA):
            raise PayError("STATEMENT_CREATING", "账单生成中,请稍后再试", status=400)
        return day

    async def _download(self, request: web.Request) -> web.Response:
        """Unsigned, as WeChat Pay's is."""
        day, until = self._tokens.get(request.query.get("token", ""), (date.min, 0.0))
        if until < self._ground.clock.real():
            raise PayError("PARAM_ERROR", "下载地址已失效")
        content = self._file(day)
        fault = self._ground.faults.take("wechat", FILE, FaultKind.ALTERED_FILE, FaultKind.CUT_FILE, FaultKind.HTML)
        packed = gzip.compress(
            content if fault is None or fault.kind is not FaultKind.ALTERED_FILE else altered(content)
        )
        return spoil(fault, packed, content_type="application/x-gzip")

    def _file(self, day: date) -> bytes:
        rows = list(self._rows(day))
        return "\r\n".join(["\ufeff" + HEADER, *map(joined, rows), SUMMARY, joined(summary(rows)), ""]).encode()

    def _rows(self, day: date) -> Iterator[list[str]]:
        for order in self._records.orders.values():
            if order.success_time and datetime.fromisoformat(order.success_time).date() == day:
                yield self._paid(order, order.success_time)
        for refund in self._records.refunds.values():
            if refund.success_time and datetime.fromisoformat(refund.success_time).date() == day:
                yield self._refunded(refund, refund.success_time)

    def _paid(self, order: Order, at: str) -> list[str]:
        amount = yuan(order.total)
        no_refund = ["0", "0", "0.00", "0.00", "", ""]
        return [*self._head(order, at, "SUCCESS"), amount, "0.00", *no_refund, *self._tail(order), amount, "0.00", ""]

    def _refunded(self, refund: Refund, at: str) -> list[str]:
        order, amount = self._records.orders[refund.order_number], yuan(refund.amount)
        numbers = [refund.refund_id, refund.number, amount, "0.00", "ORIGINAL", "SUCCESS"]
        head = self._head(order, at, "REFUND")
        return [*head, "0.00", "0.00", *numbers, *self._tail(order), "0.00", amount, ""]

    def _head(self, order: Order, at: str, state: str) -> list[str]:
        when = f"{datetime.fromisoformat(at):%Y-%m-%d %H:%M:%S}"
        app_id, mchid = str(order.parameters["appid"]), str(order.parameters["mchid"])
        ids = [app_id, mchid, "0", "", str(order.transaction_id), order.number, order.open_id]
        return [when, *ids, "JSAPI", state, "OTHERS", "CNY"]

    def _tail(self, order: Order) -> list[str]:
        """Names may hold commas: that is what the backticks are for."""
        return [str(order.parameters["description"]), order.parameters.get("attach") or "", "0.00000", "0.00%"]

    @property
    def _records(self) -> PayRecords:
        return self._ground.store.state.wechatpay


def joined(values: list[str]) -> str:
    return "`" + ",`".join(values)


def summary(rows: list[list[str]]) -> list[str]:
    """One decimal where the cents are even tens, as WeChat Pay writes them."""
    sums = [sum((Decimal(row[column]) for row in rows), Decimal(0)) for column in (12, 16, 17, 22, 24, 25)]
    return [f"{len(rows)}.0", *(str(float(total)) for total in sums)]


def yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def altered(content: bytes) -> bytes:
    """A file in which somebody changed an amount."""
    return re.sub(rb"`(\d+)\.(\d\d),", rb"`9\1.\2,", content, count=1)
