"""Daily bills: true to each platform's form, from the sandbox's own trades, by exam time."""

import gzip
import hashlib
import io
import time
import zipfile
from typing import Any
from urllib.parse import urlsplit

import pytest

from sandbox.keys import SandboxKeys
from tests.sandbox.actors import Client, Merchant, MovableTime, Phone, Service
from tests.sandbox.forms import AlipayMerchant, BaiduMerchant

ASK = "/v3/bill/tradebill?bill_date=2025-01-14&bill_type=ALL&tar_type=GZIP"
DOWNLOAD_URL = "alipay.data.dataservice.bill.downloadurl.query"
MORNING, NEXT_MORNING = "2025-01-14T10:00:00+08:00", "2025-01-15T10:00:00+08:00"


@pytest.fixture
async def paid(phone: Phone, merchant: Merchant, service: Service) -> None:
    """A WeChat order with a comma in its name, paid and paid back."""
    await phone.set_clock(MORNING)
    person = await phone.person()
    order = merchant.order(person, description="考试费,含税")
    await phone.pay(person, merchant.client((await merchant.place(order))["prepay_id"]))
    await service.next()
    refund = {"out_trade_no": "ORDER-0001", "out_refund_no": "REFUND-1", "reason": "x"}
    body = {**refund, "amount": {"refund": 100, "total": 6100, "currency": "CNY"}}
    assert (await merchant.call("POST", "/v3/refund/domestic/refunds", body))[0] == 200


async def downloaded(merchant: Merchant, url: str, *, ahead: float = 0) -> tuple[int, bytes]:
    """Signed, as every call is, `ahead` of the time; the answer isn't."""
    parts = urlsplit(url)
    path = f"{parts.path}?{parts.query}"
    headers = merchant.headers(
        b"", authorization=merchant.authorization("GET", path, b"", timestamp=str(int(time.time() + ahead)))
    )
    async with merchant.sandbox.get(path, headers=headers) as response:
        assert "Wechatpay-Signature" not in response.headers
        return response.status, await response.read()


@pytest.mark.usefixtures("paid")
async def test_wechat_s_bill_has_its_mark_backticks_sums_and_hash(phone: Phone, merchant: Merchant) -> None:
    await phone.set_clock(NEXT_MORNING)
    status, said = await merchant.call("GET", ASK)
    assert (status, said["hash_type"]) == (200, "SHA1")
    status, packed = await downloaded(merchant, said["download_url"])
    content = gzip.decompress(packed)
    assert (status, hashlib.sha1(content).hexdigest()) == (200, said["hash_value"])
    header, paid, back, summary, sums, rest = content.decode().split("\r\n")
    assert (header[0], len(header.split(",")), rest) == ("\ufeff", 27, "")
    first, second = (row.removeprefix("`").split(",`") for row in (paid, back))
    assert (first[6], first[9], first[20], first[24], len(first)) == (
        "ORDER-0001",
        "SUCCESS",
        "考试费,含税",
        "61.00",
        27,
    )
    assert (second[9], second[15], second[19], second[25]) == ("REFUND", "REFUND-1", "SUCCESS", "1.00")
    assert summary.split(",")[0] == "总交易单数"
    assert sums == "`2.0,`61.0,`1.0,`0.0,`0.0,`61.0,`1.0"


@pytest.mark.usefixtures("paid")
async def test_wechat_s_bill_is_made_in_the_morning_and_its_address_lives_five_minutes(
    phone: Phone, merchant: Merchant, real_time: MovableTime
) -> None:
    await phone.set_clock("2025-01-15T08:00:00+08:00")
    status, said = await merchant.call("GET", ASK)
    assert (status, said["code"]) == (400, "STATEMENT_CREATING")
    await phone.set_clock(NEXT_MORNING)
    url = (await merchant.call("GET", ASK))[1]["download_url"]
    status, said = await merchant.call("GET", ASK.replace("01-14", "01-13"))
    assert (status, said["code"]) == (400, "NO_STATEMENT_EXIST")
    assert (await merchant.call("GET", ASK.replace("01-14", "01-15")))[1]["code"] == "INVALID_REQUEST"
    assert (await downloaded(merchant, url))[0] == 200
    real_time.move(290)
    assert (await downloaded(merchant, url))[0] == 200
    real_time.move(11)
    assert (await downloaded(merchant, url, ahead=301))[0] == 400


async def file_of(sandbox: Client, url: str) -> tuple[int, bytes]:
    parts = urlsplit(url)
    async with sandbox.get(f"{parts.path}?{parts.query}") as response:
        return response.status, await response.read()


async def test_alipay_s_bill_is_a_zip_of_two_in_gbk_behind_an_address_of_thirty_seconds(
    phone: Phone, sandbox: Client, keys: SandboxKeys, service: Service, real_time: MovableTime
) -> None:
    merchant = AlipayMerchant(sandbox, keys.alipay, f"{service.url}callbacks/alipay/payments")
    await phone.set_clock(MORNING)
    person = await phone.person(platform="alipay")
    order = merchant.order(person)
    trade = await merchant.call("alipay.trade.create", order, notify_url=merchant.notify_url)
    await tap(sandbox, person, {"tradeNO": trade["trade_no"]})
    asked = {"bill_type": "trade", "bill_date": "2025-01-14"}
    await phone.set_clock("2025-01-15T08:00:00+08:00")
    assert (await merchant.call(DOWNLOAD_URL, asked))["sub_code"] == "isp.bill_not_exist"
    await phone.set_clock(NEXT_MORNING)
    assert (await merchant.call(DOWNLOAD_URL, asked | {"bill_date": "2025-01-13"}))["sub_code"] == "isp.bill_not_exist"
    assert (await merchant.call(DOWNLOAD_URL, asked | {"bill_type": "all"}))["sub_code"] == "INVAILID_ARGUMENTS"
    url = (await merchant.call(DOWNLOAD_URL, asked))["bill_download_url"]
    with zipfile.ZipFile(io.BytesIO((await file_of(sandbox, url))[1]), metadata_encoding="gbk") as archive:
        names = [one.filename.rpartition("_")[2] for one in archive.infolist()]
        lines = archive.read(archive.infolist()[0]).decode("gbk").split("\r\n")
    assert names == ["业务明细.csv", "业务明细(汇总).csv"]
    row = lines[5].split(",")
    assert (len(lines[4].split(",")), len(row)) == (25, 25)
    assert row[:3] == [f"{trade['trade_no']}\t", f"{order['out_trade_no']}\t", "交易"]
    assert lines[7].startswith("#交易合计：1笔")
    real_time.move(31)
    assert (await file_of(sandbox, url))[0] == 403


async def test_baidu_s_bill_is_a_file_in_a_list_once_it_is_exported(
    phone: Phone, sandbox: Client, keys: SandboxKeys
) -> None:
    merchant = BaiduMerchant(sandbox, keys.baidu)
    await phone.set_clock(MORNING)
    await tap(sandbox, await phone.person(platform="baidu"), merchant.client("ORDER1"))
    asked = {"pmAppKey": keys.baidu.pay_app_key, "billTime": "2025-01-14"}
    call = "pay/paymentservice/orderBill"
    await phone.set_clock("2025-01-15T07:00:00+08:00")
    (waiting,) = (await merchant.get(call, **asked))["data"]["data"]
    assert (waiting["exportStatus"], waiting["url"]) == (1, "")
    await phone.set_clock(NEXT_MORNING)
    assert (await merchant.get(call, **asked | {"billTime": "2025-01-13"}))["data"] == {"data": [], "totalCount": 0}
    (ready,) = (await merchant.get(call, **asked))["data"]["data"]
    assert ready["exportStatus"] == 2
    status, content = await file_of(sandbox, ready["url"])
    header, row, total, rest = content.decode("utf-8-sig").split("\r\n")
    assert (status, header.split(",")[1], row.split(",")[1], row.split(",")[4]) == (
        *(200, "商户订单号", "ORDER1"),
        "61.00",
    )
    assert (total, rest) == ("合计,1", "")


async def tap(sandbox: Client, person: dict[str, Any], client: object) -> None:
    async with sandbox.post(f"/sandbox/users/{person['user_id']}/pay", json={"client": client, "outcome": "paid"}) as a:
        assert a.status == 200
