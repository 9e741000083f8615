"""The trade bill of a day: an address that lives thirty seconds, and behind it a zip of GBK texts."""

import io
import secrets
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from aiohttp import web

from sandbox.alipay.gateway import Parameters, biz_content, business_error, success
from sandbox.alipay.records import Trade
from sandbox.alipay.trades import Trades
from sandbox.faults import FaultKind
from sandbox.ground import Ground
from sandbox.settings import AlipayApp
from sandbox.spoiling import spoil

FILE = "/downloadBillFile.resource"
READY_AFTER = timedelta(days=1, hours=9)
ADDRESS_LIFETIME = 30.0
HEADER = (
    "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,"
    "集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注"
)
RULE = "#-----------------------------------------业务明细列表{}----------------------------------------"


class Bills:
    """Bills of trades and refunds by exam time. Where the file lies is real time's matter."""

    def __init__(self, ground: Ground, app: AlipayApp, trades: Trades, prefix: str) -> None:
        self._ground, self._app, self._trades, self._prefix = ground, app, trades, prefix
        self._addresses: dict[str, tuple[date, float]] = {}

    def routes(self) -> list[web.RouteDef]:
        """Another host's, there."""
        return [web.get(FILE, self._download)]

    def address(self, parameters: Parameters) -> dict[str, Any]:
        """alipay.data.dataservice.bill.downloadurl.query. A day without trades has no bill, as one not made yet."""
        content = biz_content(parameters)
        try:
            day = date.fromisoformat(str(content.get("bill_date")))
        except ValueError:
            raise business_error("INVAILID_ARGUMENTS", "入参不合法") from None
        if content.get("bill_type") != "trade":
            raise business_error("INVAILID_ARGUMENTS", "入参不合法")
        ready = (
            self._ground.clock.now().replace(tzinfo=None) >= datetime.combine(day, datetime.min.time()) + READY_AFTER
        )
        if not ready or not list(self._rows(day)):
            raise business_error("isp.bill_not_exist", "账单不存在")
        code = secrets.token_hex(16)
        self._addresses[code] = (day, self._ground.clock.real() + ADDRESS_LIFETIME)
        url = f"http://{self._ground.settings.host}:{self._ground.settings.port}{self._prefix}{FILE}?fileCode={code}"
        return success(bill_download_url=url)

    async def _download(self, request: web.Request) -> web.Response:
        day, until = self._addresses.get(request.query.get("fileCode", ""), (date.min, 0.0))
        if until < self._ground.clock.real():
            raise web.HTTPForbidden(text="<html>地址已失效</html>")
        fault = self._ground.faults.take("alipay", FILE, FaultKind.ALTERED_FILE, FaultKind.CUT_FILE, FaultKind.HTML)
        lines = self._lines(day)
        if fault is not None and fault.kind is FaultKind.ALTERED_FILE:
            del lines[5]  # the first row: the closing lines still count it
        return spoil(fault, self._packed(day, lines), content_type="application/zip")

    def _packed(self, day: date, lines: list[str]) -> bytes:
        packed, name = io.BytesIO(), f"{self._app.seller_id}0156_{day:%Y%m%d}_业务明细"
        summary = ["#支付宝业务汇总查询", "门店编号,门店名称,交易订单总笔数", "合计,,"]
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for member, content in ((f"{name}.csv", lines), (f"{name}(汇总).csv", summary)):
                archive.writestr(gbk_name(member), "\r\n".join([*content, ""]).encode("gb18030"))
        return packed.getvalue()

    def _lines(self, day: date) -> list[str]:
        rows = list(self._rows(day))
        paid = [row for row in rows if row[2] == "交易"]
        back = [row for row in rows if row[2] == "退款"]
        return [
            "#支付宝业务明细查询",
            f"#账号：[{self._app.seller_id}0156]",
            f"#起始日期：[{day:%Y年%m月%d日} 00:00:00]   终止日期：[{day + timedelta(days=1):%Y年%m月%d日} 00:00:00]",
            RULE.format(""),
            HEADER,
            *(",".join(row) for row in rows),
            RULE.format("结束"),
            f"#交易合计：{len(paid)}笔，商家实收共{total(paid)}元，商家优惠共0.00元",
            f"#退款合计：{len(back)}笔，商家实收退款共{total(back)}元，商家优惠退款共0.00元",
            f"#导出时间：[{self._ground.clock.now():%Y年%m月%d日 %H:%M:%S}]",
        ]

    def _rows(self, day: date) -> Iterator[list[str]]:
        for trade in self._trades.records.trades.values():
            if trade.paid_at and trade.paid_at.startswith(str(day)):
                yield row(trade, "交易", trade.paid_at, trade.amount, "")
        for refund in self._trades.records.refunds:
            trade_of = self._trades.with_trade_no(refund.trade_no)
            if trade_of is not None and refund.paid_at.startswith(str(day)):
                yield row(trade_of, "退款", refund.paid_at, f"-{refund.amount}", refund.number)


def row(trade: Trade, kind: str, at: str, amount: str, refund_number: str) -> list[str]:
    """Long numbers have a tab behind them, so that a spreadsheet leaves them alone."""
    nothing = "0.00"
    who = [str(trade.content["subject"]), trade.created_at, at, "", "", "", "", "139******00"]
    discounts = [nothing] * 5 + [""] + [nothing] * 2
    number = f"{refund_number}\t" if refund_number else ""
    return [
        f"{trade.trade_no}\t",
        f"{trade.number}\t",
        kind,
        *who,
        amount,
        amount,
        *discounts,
        number,
        nothing,
        nothing,
        "",
    ]


def total(rows: list[list[str]]) -> str:
    return f"{sum(float(one[12]) for one in rows):.2f}"


def gbk_name(name: str) -> zipfile.ZipInfo:
    """A member whose name is written in GBK without the flag that says UTF-8, as Alipay's are."""
    return GbkInfo(name)


class GbkInfo(zipfile.ZipInfo):
    """zipfile would write a Chinese name as UTF-8 and say so."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode("gbk"), self.flag_bits & ~0x800
