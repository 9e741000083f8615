"""The order bill of a day: a list of exported files, and the file.

Its layout is published nowhere: what is written here is this sandbox's choice.
"""

import csv
import io
import secrets
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from aiohttp import web

from sandbox.baidu.answers import BaiduError, success
from sandbox.baidu.login import Login
from sandbox.baidu.orders import SERVICE, WRONG_PARAMETER
from sandbox.baidu.records import Order, RefundStatus
from sandbox.clock import CHINA
from sandbox.faults import FaultKind
from sandbox.ground import Ground
from sandbox.settings import BaiduApp
from sandbox.spoiling import spoil

FILE = "/bills/order"
READY_AT = time(8)
EXPORTING, EXPORTED = 1, 2
HEADER = ("交易时间", "商户订单号", "百度订单号", "交易类型", "交易金额", "商户退款批次号")


class Bills:
    """Bills of orders and of what was sent back, by exam time."""

    def __init__(self, ground: Ground, app: BaiduApp, login: Login, prefix: str) -> None:
        self._ground, self._app, self._login, self._prefix = ground, app, login, prefix
        self._files: dict[str, date] = {}

    def routes(self) -> list[web.RouteDef]:
        """The file's is another host's, there."""
        return [web.get(f"{SERVICE}/orderBill", self._ask), web.get(f"{FILE}/{{name}}", self._download)]

    async def _ask(self, request: web.Request) -> web.Response:
        self._login.require_token(request)
        if request.query.get("pmAppKey") != self._app.pay_app_key:
            raise BaiduError(WRONG_PARAMETER, "pmAppKey")
        try:
            day = date.fromisoformat(request.query.get("billTime", ""))
        except ValueError:
            raise BaiduError(WRONG_PARAMETER, "billTime") from None
        files = [self._listed(day)] if list(self._rows(day)) else []
        return success({"data": files, "totalCount": len(files)})

    def _listed(self, day: date) -> dict[str, object]:
        now = self._ground.clock.now()
        name = f"{secrets.token_hex(12)}.csv"
        ready = now >= datetime.combine(day + timedelta(days=1), READY_AT, CHINA)
        settings = self._ground.settings
        self._files[name] = day
        return {
            "createTime": f"{now:%Y-%m-%d %H:%M:%S}",
            "downloadName": f"{self._app.pay_app_key}_{day}.csv",
            "exportStatus": EXPORTED if ready else EXPORTING,
            "url": f"http://{settings.host}:{settings.port}{self._prefix}{FILE}/{name}" if ready else "",
        }

    async def _download(self, request: web.Request) -> web.Response:
        day = self._files.get(request.match_info["name"])
        if day is None:
            raise web.HTTPNotFound
        fault = self._ground.faults.take("baidu", FILE, FaultKind.ALTERED_FILE, FaultKind.CUT_FILE, FaultKind.HTML)
        rows = list(self._rows(day))
        shown = rows[1:] if fault is not None and fault.kind is FaultKind.ALTERED_FILE else rows
        text = io.StringIO()
        csv.writer(text).writerows([HEADER, *shown, ("合计", len(rows))])
        return spoil(fault, text.getvalue().encode("utf-8-sig"), content_type="text/csv")

    def _rows(self, day: date) -> Iterator[tuple[str, ...]]:
        records = self._login.records
        for order in records.orders.values():
            if on(day, order.paid_at):
                yield row(order, "支付", order.paid_at, int(order.info["totalAmount"]), "")
        for refund in records.refunds.values():
            if refund.status is RefundStatus.SUCCESS and on(day, refund.ended_at):
                yield row(records.orders[refund.order_number], "退款", refund.ended_at, refund.amount, refund.asked_as)


def on(day: date, at: int | None) -> bool:
    return at is not None and datetime.fromtimestamp(at, CHINA).date() == day


def row(order: Order, kind: str, at: int | None, fen: int, refund_number: str) -> tuple[str, ...]:
    when = f"{datetime.fromtimestamp(at or 0, CHINA):%Y-%m-%d %H:%M:%S}"
    return when, order.number, str(order.order_id), kind, f"{fen // 100}.{fen % 100:02d}", refund_number
