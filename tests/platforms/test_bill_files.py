"""The platforms' bill files, read to the letter; what isn't whole, isn't one, or would never end is refused."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import aiohttp
import pytest

from backend.errors import Unavailable
from backend.payments.bills import BadBill, BillLine
from miniprogram_api.platforms.alipay import bills as alipay
from miniprogram_api.platforms.baidu import bills as baidu
from miniprogram_api.platforms.bill_files import fen, gunzip, in_a_thread, unzip
from miniprogram_api.platforms.downloads import Downloads
from miniprogram_api.platforms.wechat import bills as wechat
from tests.platforms import bill_texts as texts
from tests.platforms.scripted import Scripted, answer, chunks

Read = Callable[[Path], Iterator[BillLine]]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "bill"


def lines_of(read: Read, file: Path, content: bytes) -> list[tuple[str, str, int, str | None]]:
    file.write_bytes(content)
    return [(line.kind, line.order_number, line.amount_fen, line.refund_number) for line in read(file)]


def refusal(read: Read, file: Path, content: bytes) -> str:
    with pytest.raises(BadBill) as refused:
        lines_of(read, file, content)
    return refused.value.code


def test_wechat_s_payments_and_refunds_are_read_and_what_failed_is_no_money(file: Path) -> None:
    rows = [
        texts.wechat_paid(name="考试费,含税"),
        texts.wechat_refunded(yuan="0.01"),
        texts.wechat_refunded(refund="R2", yuan="1.00", state="FAIL"),
    ]
    assert lines_of(wechat.read, file, texts.wechat(rows, count="3.0", paid="260.0", back="1.01")) == [
        ("payment", "ZK1", 26000, None),
        ("refund", "ZK1", 1, "R1"),
    ]


def test_alipay_s_payments_and_refunds_are_read_and_a_refund_has_no_sign(file: Path) -> None:
    rows = [texts.alipay_row(), texts.alipay_row("退款", yuan="-260.00", refund="R1\t")]
    assert lines_of(alipay.read, file, texts.alipay(rows, paid=1, back=1)) == [
        ("payment", "ZK1", 26000, None),
        ("refund", "ZK1", 26000, "R1"),
    ]


def test_baidu_s_payments_and_refunds_are_read(file: Path) -> None:
    rows = ["2024-01-29 09:10:00,ZK1,7,支付,260.00,", "2024-01-29 10:10:00,ZK1,7,退款,260.00,R1"]
    assert lines_of(baidu.read, file, texts.baidu(rows, count=2)) == [
        ("payment", "ZK1", 26000, None),
        ("refund", "ZK1", 26000, "R1"),
    ]


ONE = texts.wechat_paid()
WHOLE = texts.wechat([ONE], count="1.0", paid="260.0")
BAD_WECHAT = {
    "nothing": (b"", "not_a_bill"),
    "a page": (b"<html></html>", "not_a_bill"),
    "no end": (WHOLE[: WHOLE.index(texts.WECHAT_SUMMARY.encode())], "truncated"),
    "half an end": (WHOLE[: -len("`1.0,`260.0,`0.0,`0.0,`0.0,`260.0,`0.0\r\n")], "truncated"),
    "a line too few": (texts.wechat([ONE], count="2.0", paid="260.0"), "sums_differ"),
    "another sum": (texts.wechat([ONE], count="1.0", paid="260.01"), "sums_differ"),
    "another sum of refunds": (texts.wechat([ONE], count="1.0", paid="260.0", back="0.01"), "sums_differ"),
    "no number": (WHOLE.replace(b"`1.0,", b"`one,"), "truncated"),
    "a column too few": (texts.wechat([ONE.rpartition(",")[0]], count="1.0", paid="260.0"), "line_not_readable"),
    "a part of a fen": (texts.wechat([texts.wechat_paid(yuan="260.001")], count="1.0"), "line_not_readable"),
    "a power": (texts.wechat([texts.wechat_paid(yuan="1e9")], count="1.0"), "line_not_readable"),
    "no order": (texts.wechat([texts.wechat_paid("")], count="1.0", paid="260.0"), "line_not_readable"),
    "no time": (WHOLE.replace(b"2024-01-29 09:10:00", b"yesterday"), "line_not_readable"),
    "other letters": ("\ufeff考".encode("utf-16"), "not_readable"),
    "an endless line": (b"x" * 20000, "not_readable"),
}
TWO_ROWS = texts.alipay([texts.alipay_row()] * 2, paid=2, back=0)
BAD_ALIPAY = {
    "nothing": (b"", "not_a_bill"),
    "a page": (b"<html></html>", "not_a_bill"),
    "no end": (TWO_ROWS[: TWO_ROWS.index("#-----------业务明细列表结束".encode("gbk"))], "truncated"),
    "half an end": (TWO_ROWS[: TWO_ROWS.index("#退款合计".encode("gbk"))], "truncated"),
    "a line too few": (texts.alipay([texts.alipay_row()], paid=2, back=0), "sums_differ"),
    "a word we don't know": (texts.alipay([texts.alipay_row("转账")], paid=1, back=0), "line_not_readable"),
    "a column too few": (texts.alipay([texts.alipay_row()[:-1]], paid=1, back=0), "line_not_readable"),
    "no amount": (texts.alipay([texts.alipay_row(yuan="")], paid=1, back=0), "line_not_readable"),
}
BAD_BAIDU = {
    "nothing": (b"", "not_a_bill"),
    "another layout": ("订单号,金额\r\n1,2\r\n".encode(), "not_a_bill"),
    "no end": ("\r\n".join([texts.BAIDU_HEADER, ""]).encode(), "truncated"),
    "half an end": ("\r\n".join([texts.BAIDU_HEADER, "合计"]).encode(), "truncated"),
    "a line too few": (texts.baidu([], count=1), "sums_differ"),
    "a word we don't know": (texts.baidu(["2024-01-29 09:10:00,ZK1,7,转账,1.00,"], count=1), "line_not_readable"),
    "a column too few": (texts.baidu(["2024-01-29 09:10:00,ZK1"], count=1), "line_not_readable"),
}


@pytest.mark.parametrize("case", BAD_WECHAT)
def test_what_is_no_whole_bill_of_wechat_s_is_refused(file: Path, case: str) -> None:
    content, code = BAD_WECHAT[case]
    assert refusal(wechat.read, file, content) == code


@pytest.mark.parametrize("case", BAD_ALIPAY)
def test_what_is_no_whole_bill_of_alipay_s_is_refused(file: Path, case: str) -> None:
    content, code = BAD_ALIPAY[case]
    assert refusal(alipay.read, file, content) == code


@pytest.mark.parametrize("case", BAD_BAIDU)
def test_what_is_no_whole_bill_of_baidu_s_is_refused(file: Path, case: str) -> None:
    content, code = BAD_BAIDU[case]
    assert refusal(baidu.read, file, content) == code


def test_a_gzip_that_unpacks_to_more_than_allowed_is_not_unpacked_to_its_end(file: Path) -> None:
    file.write_bytes(texts.gzipped(bytes(10_000_000)))
    with pytest.raises(BadBill, match="bill_too_large"):
        gunzip(file, largest=1_000_000)
    assert sum(one.stat().st_size for one in file.parent.iterdir()) < 1_100_000


def test_a_zip_that_unpacks_to_more_than_allowed_is_not_unpacked_to_its_end(file: Path) -> None:
    file.write_bytes(texts.zipped([("业务明细.csv", bytes(10_000_000))]))
    with pytest.raises(BadBill, match="bill_too_large"):
        unzip(file, alipay.is_detail, largest=1_000_000)
    assert sum(one.stat().st_size for one in file.parent.iterdir()) < 1_100_000


@pytest.mark.parametrize(
    "members",
    [[], [("汇总.csv", b"")], [("one.csv", b""), ("two.csv", b"")]],
    ids=["nothing", "the summary alone", "two"],
)
def test_a_zip_without_exactly_one_list_of_trades_is_refused(file: Path, members: list[tuple[str, bytes]]) -> None:
    file.write_bytes(texts.zipped(members))
    with pytest.raises(BadBill, match="not_zip"):
        unzip(file, alipay.is_detail, largest=1_000_000)


def test_a_member_that_would_be_written_elsewhere_stays_beside_the_archive(file: Path) -> None:
    file.write_bytes(texts.zipped([("../../elsewhere.csv", b"content")]))
    assert unzip(file, alipay.is_detail, largest=1_000_000) == file.with_suffix(".csv")
    assert sorted(one.name for one in file.parent.iterdir()) == ["bill", "bill.csv"]


def test_amounts_are_exact() -> None:
    assert [fen(yuan) for yuan in ("0.01", "260", " 260.0 ", "0.00000", "-1.10", "99999999.99")] == [
        *(1, 26000, 26000, 0, -110, 9999999999)
    ]


async def test_while_a_file_is_read_the_loop_goes_on(file: Path) -> None:
    """The reader waits for the loop: were it on the loop, neither would ever go on."""
    loop, went_on = asyncio.get_running_loop(), asyncio.Event()

    async def go_on() -> None:
        went_on.set()

    def slowly() -> Iterator[BillLine]:
        asyncio.run_coroutine_threadsafe(go_on(), loop).result(10)
        yield from ()

    assert [line async for line in in_a_thread(slowly())] == []
    assert went_on.is_set()


async def fetched(http: aiohttp.ClientSession, url: str, largest: int = 1000) -> bytes:
    downloads = Downloads(http, timeout=aiohttp.ClientTimeout(total=5, sock_read=0.5), largest=largest)
    async with downloads.fetched(url) as file:
        content = await asyncio.to_thread(file.read_bytes)
    assert not file.parent.exists()
    return content


async def test_a_file_is_fetched_as_it_is_and_gone_afterwards(http: aiohttp.ClientSession, scripted: Scripted) -> None:
    packed = texts.gzipped(b"content")
    scripted.plays(answer(packed, kind="application/x-gzip"))
    assert await fetched(http, scripted.url) == packed


async def test_a_file_larger_than_allowed_is_not_fetched_to_its_end(
    http: aiohttp.ClientSession, scripted: Scripted
) -> None:
    scripted.plays(chunks(*[b"x" * 600] * 3))
    with pytest.raises(BadBill, match="bill_too_large"):
        await fetched(http, scripted.url)


@pytest.mark.parametrize(
    "script",
    [
        [answer(b"half", length=1000), None],
        [answer(b"", status="500 Internal Server Error")],
        [answer(b"", status="302 Found")],
        [answer(b"and nothing more", length=1000), 5.0],
        [None],
    ],
    ids=["half", "500", "elsewhere", "silence", "cut"],
)
async def test_a_file_that_does_not_come_is_unavailable(
    http: aiohttp.ClientSession, scripted: Scripted, script: list[bytes | float | None]
) -> None:
    scripted.plays(script)
    with pytest.raises(Unavailable):
        await fetched(http, scripted.url)
    assert len(scripted.requests) == 1


@pytest.mark.parametrize("url", ["", "file:///etc/passwd", "http://"])
async def test_what_is_no_address_is_unavailable(http: aiohttp.ClientSession, url: str) -> None:
    with pytest.raises(Unavailable):
        await fetched(http, url)
