"""Alipay's trade bill: a zip of GBK texts behind an address that lives thirty seconds
(`alipay.data.dataservice.bill.downloadurl.query`, bill_type `trade`).

Of the two members one is a summary by shop. The other begins and ends with lines of `#`; between them stand a header
and one row a trade or refund, some values with a tab behind them; a refund's amounts are negative. The last lines of
`#` tell how many of each there are: without them the file isn't whole.
"""

import asyncio
import csv
import re
from collections.abc import AsyncGenerator, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final

import structlog

from backend.errors import Unavailable
from backend.payments.bills import BadBill, BillKind, BillLine, BillNotReady
from miniprogram_api.platforms.alipay.gateway import AlipayError, Gateway
from miniprogram_api.platforms.bill_files import fen, in_a_thread, moment, number, text_lines, unzip
from miniprogram_api.platforms.downloads import Downloads

log = structlog.get_logger(__name__)

METHOD: Final = "alipay.data.dataservice.bill.downloadurl.query"
# Unconfirmed which of the spellings is sent, with which prefix; compared from the last dot, in capitals.
EMPTY: Final = frozenset({"NO_BILL_DATA"})
LATER: Final = frozenset({"BILL_NOT_EXIST"})
"""Said of a bill that isn't made yet, and by some accounts of a day without trades as well."""
SUMMARY: Final = "汇总"
KINDS: Final[Mapping[str, BillKind]] = {"交易": "payment", "退款": "refund"}
TRANSACTION, ORDER, KIND, AT = "支付宝交易号", "商户订单号", "业务类型", "完成时间"
AMOUNT, REFUND = "订单金额", "退款批次号/请求号"
NEEDED: Final = frozenset({TRANSACTION, ORDER, KIND, AT, AMOUNT, REFUND})
UNIT: Final = re.compile(r"[(（]元[)）]")
TOTAL: Final = re.compile(r"#(交易|退款)合计[：:]\s*(\d+)笔")


class AlipayBills:
    """The bill port over Alipay's data service."""

    name = "alipay"

    def __init__(self, gateway: Gateway, downloads: Downloads) -> None:
        self._gateway, self._downloads = gateway, downloads

    async def bill(self, day: date) -> AsyncGenerator[BillLine, None]:
        """Raises BillNotReady; BadBill `not_zip`, `truncated`, …; TooMany; Unavailable."""
        if (url := await self._address(day)) is None:
            return
        async with self._downloads.fetched(url) as packed:
            largest = self._downloads.largest_unpacked
            plain = await asyncio.to_thread(lambda: unzip(packed, is_detail, largest=largest))
            async for line in in_a_thread(read(plain)):
                yield line

    async def _address(self, day: date) -> str | None:
        """None where the day is said to be empty."""
        try:
            said = await self._gateway.business(METHOD, {"bill_type": "trade", "bill_date": f"{day:%Y-%m-%d}"})
            return str(said["bill_download_url"])
        except AlipayError as error:
            code = error.sub_code.rpartition(".")[2].upper()
            if code in EMPTY:
                return None
            if code in LATER:
                raise BillNotReady(perhaps_empty=True) from error
            log.error("alipay_bill_refused", code=error.code, sub_code=error.sub_code)
            raise Unavailable("platform_unavailable") from error
        except KeyError as error:
            raise Unavailable("platform_unavailable") from error


def is_detail(name: str) -> bool:
    """Whether a member of the zip is the one with a row a trade."""
    return name.endswith(".csv") and SUMMARY not in name


def read(file: Path) -> Iterator[BillLine]:
    """The bill's lines. Raises BadBill, `truncated` and `sums_differ` only after the last of them."""
    counts: dict[str, int] = dict.fromkeys(KINDS, 0)
    told: dict[str, int] = {}
    for values in _rows(text_lines(file, "gb18030"), told):
        counts[values[KIND]] += 1
        yield _line(values)
    if told.keys() != counts.keys():
        raise BadBill("truncated")
    if told != counts:
        raise BadBill("sums_differ")


def _rows(lines: Iterator[str], told: dict[str, int]) -> Iterator[Mapping[str, str]]:
    """Each row by its columns' names; what the closing lines tell is put into `told`."""
    names: list[str] | None = None
    for line in lines:
        if line.startswith("#"):
            if total := TOTAL.match(line):
                told[total[1]] = int(total[2])
        elif names is None:
            names = [UNIT.sub("", value.strip()) for value in next(csv.reader([line]), [])]
            if not set(names) >= NEEDED:
                raise BadBill("not_a_bill")
        elif line:
            values = [value.strip() for value in next(csv.reader([line]))]
            if len(values) != len(names) or values[names.index(KIND)] not in KINDS:
                raise BadBill("line_not_readable")
            yield dict(zip(names, values, strict=True))
    if names is None:
        raise BadBill("not_a_bill")


def _line(values: Mapping[str, str]) -> BillLine:
    kind = KINDS[values[KIND]]
    return BillLine(
        order_number=number(values[ORDER]),
        transaction_id=number(values[TRANSACTION]),
        amount_fen=abs(fen(values[AMOUNT])),
        kind=kind,
        refund_number=values[REFUND] or None if kind == "refund" else None,
        at=moment(values[AT]),
    )
