"""WeChat Pay's trade bill: ready about ten o'clock of the next day, kept three months (`GET /v3/bill/tradebill`).

The file is UTF-8 with a BOM, gzipped; each value stands behind a backtick, since names may hold commas; the last two
lines are sums. Its own signature there is none: the SHA1 of the unpacked file comes in a signed answer.
"""

import asyncio
import json
from collections.abc import AsyncGenerator, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import structlog

from backend.errors import Unavailable
from backend.payments.bills import BadBill, BillLine, BillNotReady
from miniprogram_api.platforms.bill_files import fen, gunzip, in_a_thread, moment, number, text_lines
from miniprogram_api.platforms.downloads import Downloads
from miniprogram_api.platforms.outbound import Answer, Outbound
from miniprogram_api.platforms.wechat.pay import WeChatPay

log = structlog.get_logger(__name__)

AT, TRANSACTION, ORDER, STATE = "交易时间", "微信订单号", "商户订单号", "交易状态"
REFUND, REFUND_STATE = "商户退款单号", "退款状态"
ORDERED, ASKED_BACK = "订单金额", "申请退款金额"
NEEDED: Final = frozenset({AT, TRANSACTION, ORDER, STATE, REFUND, REFUND_STATE, ORDERED, ASKED_BACK})
SUMMED: Final = {"订单总金额": ORDERED, "申请退款总金额": ASKED_BACK}
COUNTED: Final = "总交易单数"
NO_MONEY_BACK: Final = frozenset({"FAIL", "CHANGE"})
EMPTY, LATER = "NOSTATEMENTEXIST", "STATEMENTCREATING"


class WeChatBills:
    """The bill port over WeChat Pay. `outbound` is the one that `pay` calls through."""

    name = "wechat"

    def __init__(self, outbound: Outbound, pay: WeChatPay, downloads: Downloads) -> None:
        self._outbound, self._pay, self._downloads = outbound, pay, downloads

    async def bill(self, day: date) -> AsyncGenerator[BillLine, None]:
        """Raises BillNotReady; BadBill `hash_differs`, `truncated`, …; TooMany; Unavailable."""
        path = f"/v3/bill/tradebill?bill_date={day:%Y-%m-%d}&bill_type=ALL&tar_type=GZIP"
        answer = await self._outbound.call("GET", path, headers=self._pay.headers("GET", path, ""), retry=True)
        if answer.status >= 300 and _code(answer) == EMPTY:
            return
        if answer.status >= 300 and _code(answer) == LATER:
            raise BillNotReady
        said = self._pay.believed(answer)
        async for line in self._downloaded(str(said.get("download_url")), str(said.get("hash_value"))):
            yield line

    async def _downloaded(self, url: str, expected: str) -> AsyncGenerator[BillLine, None]:
        """Fetched from the host we call anyway, whatever host the address names: our signature goes nowhere else."""
        parts = urlsplit(url)
        path = f"{parts.path.removeprefix(self._outbound.prefix)}?{parts.query}"
        if not path.startswith("/v3/"):
            log.error("wechatpay_bill_elsewhere", host=parts.hostname)
            raise Unavailable("platform_unavailable")
        headers = self._pay.headers("GET", path, "")
        async with self._downloads.fetched(self._outbound.address(path), headers=headers) as packed:
            largest = self._downloads.largest_unpacked
            plain, found = await asyncio.to_thread(lambda: gunzip(packed, largest=largest))
            if found != expected.lower():
                raise BadBill("hash_differs")
            async for line in in_a_thread(read(plain)):
                yield line


def read(file: Path) -> Iterator[BillLine]:
    """The bill's lines. Raises BadBill, `truncated` and `sums_differ` only after the last of them."""
    rows = text_lines(file, "utf-8-sig")
    names = next(rows, "").split(",")
    if not set(names) >= NEEDED:
        raise BadBill("not_a_bill")
    sums = dict.fromkeys(SUMMED, 0)
    for count, row in enumerate(rows):
        if not row.startswith("`"):
            return _check(row, next(rows, ""), count, sums)
        values = dict(zip(names, split(row, len(names)), strict=True))
        for name, column in SUMMED.items():
            sums[name] += fen(values[column])
        if line := _line(values):
            yield line
    raise BadBill("truncated")


def split(row: str, columns: int) -> list[str]:
    """A row's values. Raises BadBill `line_not_readable` where they are not as many as the columns."""
    values = row.removeprefix("`").split(",`")
    if not row.startswith("`") or len(values) != columns:
        raise BadBill("line_not_readable")
    return values


def _line(values: Mapping[str, str]) -> BillLine | None:
    """Money that came, or that went back; None for a refund that failed and for what only other merchants have."""
    refund = values[STATE] == "REFUND"
    if values[STATE] not in ("SUCCESS", "REFUND") or (refund and values[REFUND_STATE] in NO_MONEY_BACK):
        return None
    return BillLine(
        order_number=number(values[ORDER]),
        transaction_id=number(values[TRANSACTION]),
        amount_fen=fen(values[ASKED_BACK if refund else ORDERED]),
        kind="refund" if refund else "payment",
        refund_number=values[REFUND].strip() or None if refund else None,
        at=moment(values[AT]),
    )


def _check(header: str, row: str, count: int, sums: dict[str, int]) -> None:
    """The sums at the end agree with what was read, or the file isn't whole."""
    names = header.split(",")
    if COUNTED not in names or not row:
        raise BadBill("truncated")
    told = dict(zip(names, split(row, len(names)), strict=True))
    try:
        whole = Decimal(told[COUNTED]) == count and all(fen(told[name]) == sum_ for name, sum_ in sums.items())
    except (InvalidOperation, KeyError) as error:
        raise BadBill("truncated") from error
    if not whole:
        raise BadBill("sums_differ")


def _code(answer: Answer) -> str:
    """An error's code, its underscores left out: WeChat Pay has written some both ways."""
    try:
        return str(json.loads(answer.body)["code"]).replace("_", "")
    except (ValueError, KeyError, TypeError):
        return ""
