"""WeChat Pay asked over HTTP: orders placed, asked about and closed, and every answer it can give to that."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from backend.clock import EXAM_ZONE
from backend.errors import Conflict, Refusal, TooMany, Unavailable
from backend.payments.platforms import NewOrder
from miniprogram_api.platforms.outbound import Outbound
from miniprogram_api.platforms.wechat.pay import WeChatPay
from miniprogram_api.platforms.wechat.pay_notifications import Merchant
from sandbox.keys import SandboxKeys
from tests.platforms.playing import Playing
from tests.platforms.scripted import Scripted, answer
from tests.platforms.teller import Teller

ORDER, PLACE = "ZK202401290000000001", "/v3/pay/transactions/jsapi"
CLOSE = f"/v3/pay/transactions/out-trade-no/{ORDER}/close"
IN_AN_HOUR = datetime.now(EXAM_ZONE) + timedelta(hours=1)


def new_order(open_id: str, **changed: Any) -> NewOrder:
    given: dict[str, Any] = {"amount_fen": 26000, "description": "考试费", "expires_at": IN_AN_HOUR, **changed}
    return NewOrder(order_number=ORDER, open_id=open_id, **given)


@pytest.fixture
async def person(playing: Playing) -> dict[str, Any]:
    return await playing.person()


@pytest.fixture
def scripted_pay(http: aiohttp.ClientSession, scripted: Scripted, merchant: Merchant) -> WeChatPay:
    return WeChatPay(Outbound(http, scripted.url), merchant)


async def paid(playing: Playing, pay: WeChatPay, person: dict[str, Any]) -> None:
    order = new_order(person["open_id"])
    client = pay.client(order, await pay.open(order))
    told = await playing.control("POST", f"/sandbox/users/{person['user_id']}/pay", {"client": client})
    assert told == {"errMsg": "requestPayment:ok"}


async def test_an_order_is_placed_and_its_client_data_open_the_cashier(
    playing: Playing, pay: WeChatPay, person: dict[str, Any], keys: SandboxKeys
) -> None:
    await paid(playing, pay, person)
    order = await pay.ask(ORDER)
    assert (order.standing, order.order_number, order.amount_fen, order.currency) == ("paid", ORDER, 26000, "CNY")
    assert (order.app_id, order.merchant_id) == (keys.app_id, keys.mchid)
    assert order.transaction_id and order.paid_at and order.paid_at.tzinfo


async def test_the_same_order_may_be_placed_again_whatever_zone_its_time_was_read_in(
    pay: WeChatPay, person: dict[str, Any]
) -> None:
    in_utc = new_order(person["open_id"], expires_at=IN_AN_HOUR.astimezone(UTC))
    assert await pay.open(new_order(person["open_id"])) == await pay.open(in_utc)


async def test_an_order_never_placed_is_unknown_and_as_good_as_closed(pay: WeChatPay) -> None:
    assert (await pay.ask(ORDER)).standing == "unknown"
    await pay.close(ORDER)


async def test_an_order_is_closed_once_and_again_and_cannot_be_opened_then(
    pay: WeChatPay, person: dict[str, Any]
) -> None:
    await pay.open(new_order(person["open_id"]))
    assert (await pay.ask(ORDER)).standing == "not_paid"
    await pay.close(ORDER)
    await pay.close(ORDER)
    assert (await pay.ask(ORDER)).standing == "closed"
    with pytest.raises(Conflict, match="order_closed"):
        await pay.open(new_order(person["open_id"]))


async def test_a_paid_order_is_neither_closed_nor_opened(
    playing: Playing, pay: WeChatPay, person: dict[str, Any]
) -> None:
    await paid(playing, pay, person)
    with pytest.raises(Conflict, match="already_paid"):
        await pay.close(ORDER)
    with pytest.raises(Conflict, match="already_paid"):
        await pay.open(new_order(person["open_id"]))


async def test_an_order_whose_answer_was_lost_is_placed_again_by_itself(
    playing: Playing, pay: WeChatPay, person: dict[str, Any]
) -> None:
    await playing.fault(PLACE, "timeout", seconds=0, lands=True)
    prepay_id = await pay.open(new_order(person["open_id"]))
    assert prepay_id and await playing.faults_left() == 0
    assert prepay_id == await pay.open(new_order(person["open_id"]))


@pytest.mark.parametrize(("path", "act"), [(PLACE, "open"), (CLOSE, "close")])
async def test_an_answer_under_a_probing_signature_is_not_believed(
    playing: Playing, pay: WeChatPay, person: dict[str, Any], path: str, act: str
) -> None:
    await pay.open(new_order(person["open_id"]))
    await playing.fault(path, "bad_signature")
    with pytest.raises(Unavailable, match="platform_unavailable"):
        await (pay.open(new_order(person["open_id"])) if act == "open" else pay.close(ORDER))


@pytest.mark.parametrize(
    ("status", "code", "kind", "said"),
    [
        ("400 Bad Request", "ORDERPAID", Conflict, "already_paid"),
        ("400 Bad Request", "ORDER_PAID", Conflict, "already_paid"),
        ("400 Bad Request", "ORDER_CLOSED", Conflict, "order_closed"),
        ("400 Bad Request", "ORDERCLOSED", Conflict, "order_closed"),
        ("400 Bad Request", "PARAM_ERROR", Unavailable, "platform_unavailable"),
        ("401 Unauthorized", "SIGN_ERROR", Unavailable, "platform_unavailable"),
        ("403 Forbidden", "NO_AUTH", Unavailable, "platform_unavailable"),
        ("404 Not Found", "MCH_NOT_EXISTS", Unavailable, "platform_unavailable"),
        ("404 Not Found", "ORDER_NOT_EXIST", Unavailable, "platform_unavailable"),
        ("429 Too Many Requests", "FREQUENCY_LIMITED", TooMany, "platform_too_frequent"),
        ("500 Internal Server Error", "SYSTEM_ERROR", Unavailable, "platform_unavailable"),
    ],
)
async def test_each_refusal_of_an_order_is_its_own(
    scripted_pay: WeChatPay, scripted: Scripted, status: str, code: str, kind: type[Refusal], said: str
) -> None:
    scripted.plays(answer(json.dumps({"code": code, "message": "文字"}).encode(), status=status))
    with pytest.raises(kind, match=said):
        await scripted_pay.open(new_order("oSAMPLE"))


@pytest.mark.parametrize("code", ["ORDER_NOT_EXIST", "ORDERNOTEXIST"])
async def test_an_order_that_does_not_exist_is_unknown_by_either_spelling(
    scripted_pay: WeChatPay, scripted: Scripted, code: str
) -> None:
    scripted.plays(answer(json.dumps({"code": code}).encode(), status="404 Not Found"))
    assert (await scripted_pay.ask(ORDER)).standing == "unknown"


@pytest.mark.parametrize(
    ("state", "standing"),
    [
        ("SUCCESS", "paid"),
        ("REFUND", "refunded"),
        ("NOTPAY", "not_paid"),
        ("USERPAYING", "not_paid"),
        ("PAYERROR", "not_paid"),
        ("CLOSED", "closed"),
        ("REVOKED", "closed"),
        ("ACCEPT", "unknown"),
    ],
)
async def test_each_state_of_an_order_is_read(
    scripted_pay: WeChatPay, scripted: Scripted, teller: Teller, state: str, standing: str
) -> None:
    said = teller.transaction(ORDER, 26000, "2024-01-29T10:00:00+08:00", trade_state=state)
    scripted.plays(teller.signed(json.dumps(said).encode()).as_answer())
    assert (await scripted_pay.ask(ORDER)).standing == standing


@pytest.mark.parametrize("body", [b"[]", b"{}", b"text", b'{"trade_state":"SUCCESS"}', b'{"prepay_id"'])
async def test_a_signed_answer_of_another_shape_is_no_answer(
    scripted_pay: WeChatPay, scripted: Scripted, teller: Teller, body: bytes
) -> None:
    scripted.plays(teller.signed(body).as_answer())
    with pytest.raises(Unavailable, match="platform_unavailable"):
        await scripted_pay.ask(ORDER)
    with pytest.raises(Unavailable, match="platform_unavailable"):
        await scripted_pay.open(new_order("oSAMPLE"))


@pytest.mark.parametrize("status", ["200 OK", "502 Bad Gateway"])
async def test_a_page_in_html_is_no_answer(scripted_pay: WeChatPay, scripted: Scripted, status: str) -> None:
    scripted.plays(answer(b"<html>busy</html>", status=status, kind="text/html"))
    with pytest.raises(Unavailable, match="platform_unavailable"):
        await scripted_pay.open(new_order("oSAMPLE"))


async def test_a_platform_that_hangs_is_given_up(
    http: aiohttp.ClientSession, scripted: Scripted, merchant: Merchant
) -> None:
    scripted.plays([60.0])
    hurried = WeChatPay(Outbound(http, scripted.url, timeout=aiohttp.ClientTimeout(total=0.2)), merchant)
    async with asyncio.timeout(20):
        with pytest.raises(Unavailable, match="platform_unavailable"):
            await hurried.ask(ORDER)
