"""Baidu asked over HTTP. Tried against our own sandbox only: nothing nobody here wrote plays Baidu."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import pytest

from backend.cache import Cache
from backend.clock import EXAM_ZONE
from backend.errors import Conflict, Faulty, Refusal, TooMany, Unavailable
from backend.payments.platforms import BadNotification, NewOrder, PlatformOrder
from miniprogram_api.platforms.baidu.configured import configured_baidu
from miniprogram_api.platforms.baidu.platform import Baidu
from miniprogram_api.platforms.downloads import Downloads
from miniprogram_api.platforms.outbound import Outbound
from sandbox.keys import BaiduKeys, SandboxKeys
from tests.platforms.cashiers import BaiduCashier
from tests.platforms.playing import Playing
from tests.platforms.scripted import Scripted, answer

ORDER = "ZK202401290000000001"
TOKEN, SESSION = "/oauth/2.0/token", "/rest/2.0/smartapp/getsessionkey"
FIND, CANCEL = (f"/rest/2.0/smartapp/pay/paymentservice/{name}" for name in ("findByTpOrderId", "cancelOrder"))
HAVE_A_TOKEN = answer(b'{"access_token":"24.sample","expires_in":2592000}')


def baidu_of(keys: BaiduKeys, http: aiohttp.ClientSession, url: str, cache: Cache) -> Baidu:
    return configured_baidu(
        downloads=Downloads(http),
        outbound=Outbound(http, url, timeout=aiohttp.ClientTimeout(total=3)),
        cashier=Outbound(http, url, timeout=aiohttp.ClientTimeout(total=3)),
        cache=cache,
        app_key=keys.app_key,
        secret=keys.secret,
        pay_app_key=keys.pay_app_key,
        deal_id=keys.deal_id,
        merchant_private_key=keys.merchant_private_key_pem,
        platform_public_key=keys.baidu_public_key_pem,
        faces=None,
        push=None,
        reminders=Outbound(http, url, timeout=aiohttp.ClientTimeout(total=3)),
    )


@pytest.fixture
def playing(playing: Playing) -> Playing:
    """The sandbox, for people with Baidu."""
    return Playing(http=playing.http, url=playing.url, platform="baidu")


@pytest.fixture
def baidu(playing: Playing, keys: SandboxKeys, cache: Cache) -> Baidu:
    return baidu_of(keys.baidu, playing.http, f"{playing.url}/baidu", cache)


@pytest.fixture
def scripted_baidu(http: aiohttp.ClientSession, scripted: Scripted, keys: SandboxKeys, cache: Cache) -> Baidu:
    return baidu_of(keys.baidu, http, scripted.url, cache)


@pytest.fixture
async def order(playing: Playing) -> NewOrder:
    person = await playing.person()
    return NewOrder(
        order_number=ORDER,
        open_id=person["open_id"],
        description="考试费",
        amount_fen=26000,
        expires_at=datetime.now(EXAM_ZONE) + timedelta(hours=1),
    )


async def tap(playing: Playing, order: NewOrder, client: dict[str, Any], outcome: str = "paid") -> int:
    path = f"/sandbox/users/baidu-{order.open_id}/pay"
    return int((await playing.control("POST", path, {"client": client, "outcome": outcome}))["errCode"])


async def test_a_code_names_its_user_once(baidu: Baidu, playing: Playing, keys: SandboxKeys) -> None:
    person = await playing.person()
    code = await playing.code(person)
    user = await baidu.sign_in(code)
    assert (user.platform, user.app_id, user.open_id) == ("baidu", keys.baidu.app_key, person["open_id"])
    for refused in (code, "never-given"):
        with pytest.raises(Faulty, match="login_code_refused"):
            await baidu.sign_in(refused)


@pytest.mark.parametrize(
    ("code", "kind"), [(10010100, Faulty), (18, TooMany), (4, TooMany), (6, Unavailable), (10003, Unavailable)]
)
async def test_each_error_of_the_login_is_its_own_refusal(
    baidu: Baidu, playing: Playing, code: int, kind: type[Refusal]
) -> None:
    login_code = await playing.code(await playing.person())
    await playing.fault(SESSION, "error_code", error_code=code)
    with pytest.raises(kind):
        await baidu.sign_in(login_code)


@pytest.mark.parametrize("stale", [110, 111])
async def test_a_stale_token_is_fetched_anew_once(baidu: Baidu, playing: Playing, stale: int) -> None:
    await playing.fault(SESSION, "error_code", error_code=stale)
    person = await playing.person()
    assert (await baidu.sign_in(await playing.code(person))).open_id == person["open_id"]
    await playing.fault(SESSION, "error_code", error_code=stale, times=2)
    with pytest.raises(Unavailable):
        await baidu.sign_in(await playing.code(person))
    assert await playing.faults_left() == 0


async def test_ten_sign_ins_with_one_code_at_once_are_one_call(baidu: Baidu, playing: Playing) -> None:
    code = await playing.code(await playing.person())
    users = await asyncio.gather(*(baidu.sign_in(code) for _ in range(10)))
    assert len({user.open_id for user in users}) == 1


async def test_an_order_is_there_once_the_cashier_opens_and_not_before(
    baidu: Baidu, playing: Playing, order: NewOrder, keys: SandboxKeys
) -> None:
    pay = baidu.payments
    client = pay.client(order, await pay.open(order))
    assert (await pay.ask(ORDER)).standing == "unknown"
    assert await tap(playing, order, client, "cancelled") == 2
    assert (await pay.ask(ORDER)).standing == "not_paid"
    assert await tap(playing, order, client) == 0
    said = await pay.ask(ORDER)
    assert (said.standing, said.order_number, said.amount_fen, said.currency) == ("paid", ORDER, 26000, "CNY")
    assert (said.app_id, said.merchant_id) == (keys.baidu.pay_app_key, keys.baidu.deal_id)
    assert said.transaction_id and said.paid_at and said.paid_at.tzinfo


async def test_the_cashier_opens_only_for_what_we_signed(baidu: Baidu, playing: Playing, order: NewOrder) -> None:
    client = baidu.payments.client(order, ORDER)
    for changed in ({"totalAmount": "1"}, {"tpOrderId": "ZK1"}, {"dealId": "1"}, {"signFieldsRange": "0"}):
        assert await tap(playing, order, {"orderInfo": {**client["orderInfo"], **changed}}) == 6
    assert await tap(playing, order, {}) == 1


async def test_an_order_is_cancelled_where_it_is_there_and_closed_twice_harmlessly(
    baidu: Baidu, playing: Playing, order: NewOrder
) -> None:
    pay = baidu.payments
    await pay.close(ORDER)
    client = pay.client(order, ORDER)
    await tap(playing, order, client, "insufficient")
    await pay.close(ORDER)
    await pay.close(ORDER)
    assert (await pay.ask(ORDER)).standing == "closed"
    assert await tap(playing, order, client) == 1


async def test_a_paid_order_is_not_closed(baidu: Baidu, playing: Playing, order: NewOrder) -> None:
    await tap(playing, order, baidu.payments.client(order, ORDER))
    with pytest.raises(Conflict, match="already_paid"):
        await baidu.payments.close(ORDER)


async def test_an_order_that_baidu_does_not_close_is_not_taken_for_closed(
    baidu: Baidu, playing: Playing, order: NewOrder
) -> None:
    await tap(playing, order, baidu.payments.client(order, ORDER), "cancelled")
    await playing.fault(CANCEL, "error_code", error_code=10003)
    with pytest.raises(Unavailable):
        await baidu.payments.close(ORDER)


@pytest.mark.parametrize(
    "said",
    [
        answer(b"<html>busy</html>", kind="text/html"),
        answer(b"", status="500 Internal Server Error"),
        answer(b"[]"),
        answer(b"{}"),
        answer(b'{"data":{"status":2}}'),
        answer(b'{"errno":"0","data":{"status":2}}'),
        answer(b'{"errno":0,"data":[1]}'),
        answer(b'{"errno":0,"data":{"status":2}}'),
        answer(b'{"errno":0,"error_code":6,"data":{"status":2}}'),
        answer(b"\xff\xfe"),
        [answer(b'{"errno":0,', length=80), None],
        [None],
    ],
    ids=["HTML", "500", "list", "empty", "no errno", "text", "data", "half told", "both", "bytes", "half", "cut"],
)
async def test_what_is_no_answer_says_nothing_of_the_order(
    scripted_baidu: Baidu, scripted: Scripted, said: Any
) -> None:
    scripted.plays(HAVE_A_TOKEN, said)
    with pytest.raises(Unavailable, match="platform_unavailable"):
        await scripted_baidu.payments.ask(ORDER)


@pytest.mark.parametrize("said", [b'{"error":"invalid_client"}', b"[]", b'{"access_token":"x","expires_in":"soon"}'])
async def test_without_a_token_nothing_is_asked(scripted_baidu: Baidu, scripted: Scripted, said: bytes) -> None:
    scripted.plays(answer(said))
    with pytest.raises(Unavailable):
        await scripted_baidu.sign_in("code")
    assert len(scripted.requests) == 1


@pytest.fixture
def cashier(keys: SandboxKeys) -> BaiduCashier:
    return BaiduCashier(keys.baidu)


async def test_a_notification_is_read_with_its_empty_fields(scripted_baidu: Baidu, cashier: BaiduCashier) -> None:
    fields = cashier.paid(ORDER, 26000, 1706490600)
    told = scripted_baidu.payments.read({}, cashier.signed(fields), fresh=True)
    assert (told.event_id, told.kind) == (f"{fields['orderId']}.2", "payment.2")
    assert isinstance(told.about, PlatformOrder)
    assert (told.about.standing, told.about.amount_fen) == ("paid", 26000)
    assert told.about.paid_at == datetime(2024, 1, 29, 9, 10, tzinfo=EXAM_ZONE)


async def test_what_is_not_baidus_is_refused(scripted_baidu: Baidu, cashier: BaiduCashier) -> None:
    genuine = cashier.signed(cashier.paid(ORDER, 26000, 1706490600))
    wrong = {
        "another amount": genuine.replace(b"totalMoney=26000", b"totalMoney=1"),
        "an empty field left out": genuine.replace(b"&returnData=", b""),
        "no signature": genuine.replace(b"rsaSign", b"noSign"),
        "cut off": genuine[:-30],
        "a field twice": genuine + b"&status=2",
        "nothing": b"",
        "bytes": b"\xff\xfe",
        "an amount that is none": cashier.signed(cashier.paid(ORDER, 26000, 0, totalMoney="much")),
        "a time that is none": cashier.signed(cashier.paid(ORDER, 26000, 10**30)),
    }
    for body in wrong.values():
        with pytest.raises(BadNotification):
            scripted_baidu.payments.read({}, body, fresh=True)
