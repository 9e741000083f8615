"""The clients' half of refunds, in front of servers that say what a test wrote: what is taken for what."""

import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from backend.cache import Cache
from backend.errors import TooMany, Unavailable
from backend.payments.refund_platforms import NewRefund, PlatformRefund, RefundPlatform, RefundRefused
from miniprogram_api.platforms.outbound import Outbound
from miniprogram_api.platforms.wechat.pay import WeChatPay
from miniprogram_api.platforms.wechat.pay_notifications import Merchant
from miniprogram_api.platforms.wechat.refunds import WeChatRefunds
from sandbox.keys import SandboxKeys
from tests.platforms.scripted import Scripted, answer
from tests.platforms.teller import Teller
from tests.platforms.test_baidu import HAVE_A_TOKEN, baidu_of

NEW = NewRefund(
    refund_number="TK202401290000000001",
    refund_id=None,
    order_number="ZK202401290000000001",
    transaction_id="10000000000001",
    amount_fen=26000,
    reason="考试费退回",
)
NOT_THERE = b'{"code":"RESOURCE_NOT_EXISTS","message":"-"}'


async def refusal(port: RefundPlatform) -> tuple[str, bool]:
    with pytest.raises(RefundRefused) as refused:
        await port.send(NEW)
    return refused.value.said, refused.value.final


@pytest.fixture
def wechat(http: aiohttp.ClientSession, scripted: Scripted, merchant: Merchant) -> WeChatRefunds:
    outbound = Outbound(http, scripted.url, timeout=aiohttp.ClientTimeout(total=3))
    return WeChatRefunds(outbound, WeChatPay(outbound, merchant), merchant)


@pytest.fixture
async def cache(redis_url: str) -> AsyncIterator[Cache]:
    cache = Cache(redis_url)
    yield cache
    await cache.close()


@pytest.fixture
def baidu(http: aiohttp.ClientSession, scripted: Scripted, keys: SandboxKeys, cache: Cache) -> RefundPlatform:
    return baidu_of(keys.baidu, http, scripted.url, cache).refunds


def refund(**changed: Any) -> dict[str, Any]:
    """As WeChat Pay shows it."""
    return {
        "refund_id": "50300000000000000001",
        "out_refund_no": NEW.refund_number,
        "transaction_id": NEW.transaction_id,
        "out_trade_no": NEW.order_number,
        "status": "PROCESSING",
        "amount": {"total": 26000, "refund": 26000, "currency": "CNY"},
    } | changed


@pytest.mark.parametrize(
    ("code", "status", "final"),
    [
        ("NOT_ENOUGH", "403 Forbidden", False),
        ("NOTENOUGH", "403 Forbidden", False),
        ("SIGN_ERROR", "401 Unauthorized", False),
        ("SYSTEM_ERROR", "500 Internal Server Error", False),
        ("USER_ACCOUNT_ABNORMAL", "403 Forbidden", True),
        ("INVALID_REQUEST", "400 Bad Request", True),
        ("RESOURCE_NOT_EXISTS", "404 Not Found", True),
    ],
)
async def test_wechat_pays_refusals_are_final_or_tried_again(
    scripted: Scripted, wechat: WeChatRefunds, code: str, status: str, final: bool
) -> None:
    scripted.plays(
        answer(NOT_THERE, status="404 Not Found"), answer(json.dumps({"code": code}).encode(), status=status)
    )
    assert await refusal(wechat) == (code, final)


async def test_wechat_pay_is_asked_before_it_is_told_and_what_it_has_is_not_sent_again(
    scripted: Scripted, wechat: WeChatRefunds, teller: Teller
) -> None:
    scripted.plays(teller.signed(json.dumps(refund(status="ABNORMAL")).encode()).as_answer())
    found = await wechat.send(NEW)
    assert (found.standing, found.refund_id, found.amount_fen) == ("abnormal", "50300000000000000001", 26000)
    assert [request.split(b" ")[0] for request in scripted.requests] == [b"GET"]


@pytest.mark.parametrize(
    "said", [refund(status="UNHEARD_OF"), {}, refund(amount=None), refund(success_time="2024-01-29T10:00:00")]
)
async def test_an_answer_of_another_shape_is_none(
    scripted: Scripted, wechat: WeChatRefunds, teller: Teller, said: dict[str, Any]
) -> None:
    scripted.plays(teller.signed(json.dumps(said).encode()).as_answer())
    with pytest.raises(Unavailable):
        await wechat.ask(NEW)


async def test_an_unsigned_success_is_not_believed_and_patience_is_passed_on(
    scripted: Scripted, wechat: WeChatRefunds
) -> None:
    scripted.plays(answer(json.dumps(refund(status="SUCCESS")).encode()))
    with pytest.raises(Unavailable):
        await wechat.ask(NEW)
    scripted.plays(answer(b'{"code":"FREQUENCY_LIMITED"}', status="429 Too Many Requests"))
    with pytest.raises(TooMany):
        await wechat.ask(NEW)


ORDER = {"errno": 0, "data": {"userId": 3269234686470, "orderId": 10000000000001}}


def business(data: Any, errno: int = 0) -> bytes:
    return answer(json.dumps({"errno": errno, "msg": "-", "data": data}).encode())


def at_baidu(number: str, batch: str, status: int) -> dict[str, Any]:
    return {"bizRefundBatchId": number, "refundBatchId": batch, "refundStatus": status, "orderId": 10000000000001}


@pytest.mark.parametrize(
    ("found", "taken"),
    [
        ([at_baidu(NEW.refund_number, "1", 1)], ("1", "processing")),
        ([at_baidu(NEW.refund_number, "1", 2)], ("1", "succeeded")),
        ([at_baidu(NEW.refund_number, "1", 3)], ("1", "closed")),
        ([at_baidu("", "9", 2)], ("9", "succeeded")),
        ([at_baidu(NEW.refund_number, "1", 3), at_baidu("", "9", 1)], ("9", "processing")),
        ([at_baidu("", "9", 1), at_baidu(NEW.refund_number, "1", 2)], ("1", "succeeded")),
        ([], (None, "unknown")),
        (None, (None, "unknown")),
    ],
)
async def test_what_moves_an_orders_money_at_baidu_is_taken_for_ours(
    scripted: Scripted, baidu: RefundPlatform, found: Any, taken: tuple[str | None, str]
) -> None:
    scripted.plays(HAVE_A_TOKEN, business(ORDER["data"]), business(found))
    said: PlatformRefund = await baidu.ask(NEW)
    assert (said.refund_id, said.standing) == taken


async def test_an_order_that_baidu_counts_as_consumed_is_unconsumed_once_and_asked_for_again(
    scripted: Scripted, baidu: RefundPlatform
) -> None:
    applied = business({"refundBatchId": "1", "refundPayMoney": 25000})
    scripted.plays(HAVE_A_TOKEN, business(ORDER["data"]), business([]), business(None, 10002), business({}), applied)
    said = await baidu.send(NEW)
    assert (said.standing, said.refund_id, said.amount_fen) == ("processing", "1", None)
    paths = [request.split(b" ")[1].partition(b"?")[0].rpartition(b"/")[2] for request in scripted.requests[1:]]
    assert paths == [
        b"findByTpOrderId",
        b"findOrderRefund",
        b"applyOrderRefund",
        b"syncOrderStatus",
        b"applyOrderRefund",
    ]


@pytest.mark.parametrize(
    ("scripts", "refused"),
    [
        ([business(None, 10002)], ("order_not_found", True)),
        ([business(ORDER["data"]), business([]), business(None, 10001)], ("10001", True)),
        ([business(ORDER["data"]), business([]), business(None, 10003)], ("10003", False)),
        (
            [business(ORDER["data"]), business([]), business(None, 10002), business(None, 10003)],
            ("unconsume.10003", False),
        ),
        (
            [business(ORDER["data"]), business([]), business(None, 10002), business(None, 10002)],
            ("unconsume.10002", True),
        ),
    ],
)
async def test_baidus_refusals_are_final_or_tried_again(
    scripted: Scripted, baidu: RefundPlatform, scripts: list[bytes], refused: tuple[str, bool]
) -> None:
    scripted.plays(HAVE_A_TOKEN, *scripts)
    assert await refusal(baidu) == refused


@pytest.mark.parametrize("found", [[{}], [at_baidu("", "1", 7)], "much", [None]])
async def test_a_list_of_another_shape_is_none(scripted: Scripted, baidu: RefundPlatform, found: Any) -> None:
    scripted.plays(HAVE_A_TOKEN, business(ORDER["data"]), business(found))
    with pytest.raises(Unavailable):
        await baidu.ask(NEW)
