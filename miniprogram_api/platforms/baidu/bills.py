"""Baidu's order bill (`paymentservice/orderBill`): a list of exported files, each behind an address.

The call is documented, the file isn't: no published document, library or account of it was found. The choice made here
is all in `Layout` and `EXPORTED`, so that a first real bill corrects one place: a bill of another layout is refused as
`not_a_bill`, and nothing is concluded from it.
"""

import csv
from collections.abc import AsyncGenerator, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

import structlog

from backend.errors import Unavailable
from backend.payments.bills import BadBill, BillKind, BillLine, BillNotReady
from miniprogram_api.platforms.baidu.api import BaiduApi, BaiduError
from miniprogram_api.platforms.baidu.pay import SERVICE, BaiduPay
from miniprogram_api.platforms.bill_files import fen, in_a_thread, moment, number, text_lines
from miniprogram_api.platforms.downloads import Downloads

log = structlog.get_logger(__name__)

EXPORTED: Final = 2
"""`exportStatus` of a file that is there. Unconfirmed."""


class Layout:
    """The file as we take it to be: UTF-8 (a BOM may stand before it), a header, one row a movement, and a closing row
    with how many there are. Amounts in yuan, a refund's as positive as a payment's. Unconfirmed, all of it.
    """

    ENCODING: Final = "utf-8-sig"
    AT, ORDER, TRANSACTION, KIND = "交易时间", "商户订单号", "百度订单号", "交易类型"
    AMOUNT, REFUND = "交易金额", "商户退款批次号"
    NAMES: Final = (AT, ORDER, TRANSACTION, KIND, AMOUNT, REFUND)
    KINDS: Final[Mapping[str, BillKind]] = {"支付": "payment", "退款": "refund"}
    TOTAL: Final = "合计"


class BaiduBills:
    """The bill port over Baidu's payment service."""

    name = "baidu"

    def __init__(self, api: BaiduApi, pay: BaiduPay, downloads: Downloads) -> None:
        self._api, self._pay, self._downloads = api, pay, downloads

    async def bill(self, day: date) -> AsyncGenerator[BillLine, None]:
        """Raises BillNotReady, also on a day that may have been empty; BadBill `truncated`, …; TooMany; Unavailable."""
        for url in await self._addresses(day):
            async with self._downloads.fetched(url) as file:
                async for line in in_a_thread(read(file)):
                    yield line

    async def _addresses(self, day: date) -> list[str]:
        try:
            said = await self._api.get(
                f"{SERVICE}/orderBill", retry=True, billTime=f"{day:%Y-%m-%d}", pmAppKey=self._pay.app_id
            )
        except BaiduError as error:
            log.error("baidu_bill_refused", errno=error.errno)
            raise Unavailable("platform_unavailable") from error
        return _addresses(said)


def read(file: Path) -> Iterator[BillLine]:
    """The bill's lines. Raises BadBill, `truncated` and `sums_differ` only after the last of them."""
    rows = csv.reader(text_lines(file, Layout.ENCODING))
    try:
        if tuple(next(rows, ())) != Layout.NAMES:
            raise BadBill("not_a_bill")
        for count, row in enumerate(rows):
            if row and row[0] == Layout.TOTAL:
                return _check(row, count)
            yield _line(row)
    except csv.Error as error:
        raise BadBill("line_not_readable") from error
    raise BadBill("truncated")


def _line(row: list[str]) -> BillLine:
    if len(row) != len(Layout.NAMES):
        raise BadBill("line_not_readable")
    values = dict(zip(Layout.NAMES, row, strict=True))
    if (kind := Layout.KINDS.get(values[Layout.KIND])) is None:
        raise BadBill("line_not_readable")
    return BillLine(
        order_number=number(values[Layout.ORDER]),
        transaction_id=number(values[Layout.TRANSACTION]),
        amount_fen=abs(fen(values[Layout.AMOUNT])),
        kind=kind,
        refund_number=values[Layout.REFUND].strip() or None if kind == "refund" else None,
        at=moment(values[Layout.AT]),
    )


def _check(row: list[str], count: int) -> None:
    if len(row) < 2 or not row[1].isdecimal():
        raise BadBill("truncated")
    if int(row[1]) != count:
        raise BadBill("sums_differ")


def _addresses(said: Any) -> list[str]:
    """Of all files, once every one of them is exported."""
    try:
        files = said["data"]
        if not files:
            raise BillNotReady(perhaps_empty=True)
        if any(int(file["exportStatus"]) != EXPORTED for file in files):
            raise BillNotReady
        return [str(file["url"]) for file in files]
    except (KeyError, TypeError, ValueError) as error:
        raise Unavailable("platform_unavailable") from error
