"""Alipay asked over HTTP, in front of the sandbox and of answers nobody should believe."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from backend.clock import EXAM_ZONE
from backend.errors import Conflict, Faulty, Refusal, TooMany, Unavailable
from backend.payments.platforms import BadNotification, NewOrder, PlatformOrder
from miniprogram_api.platforms.alipay.configured import configured_alipay
from miniprogram_api.platforms.alipay.pay import AlipayPay
from miniprogram_api.platforms.alipay.platform import Alipay
from miniprogram_api.platforms.downloads import Downloads
from miniprogram_api.platforms.outbound import Outbound
from sandbox.keys import AlipayKeys, SandboxKeys
from tests.platforms.cashiers import AlipayCashier
from tests.platforms.playing import Playing
from tests.platforms.scripted import Scripted, answer

ORDER = "ZK202401290000000001"
CREATE, QUERY, CLOSE = (f"/gateway.do/alipay.trade.{name}" for name in ("create", "query", "close"))
TOKEN = "/gateway.do/alipay.system.oauth.token"
IN_AN_HOUR = datetime.now(EXAM_ZONE) + timedelta(hours=1)
PAID_AT = "2024-01-29 09:10:00"


def alipay_of(keys: AlipayKeys, http: aiohttp.ClientSession, url: str) -> Alipay:
    return configured_alipay(
        downloads=Downloads(http),
        outbound=Outbound(http, url, timeout=aiohttp.ClientTimeout(total=3)),
        app_id=keys.app_id,
        seller_id=keys.seller_id,
        app_private_key=keys.app_private_key_pem,
        alipay_public_key=keys.alipay_public_key_pem,
        notify_url="http://127.0.0.1:1/callbacks/alipay/payments",
        reminders=Outbound(http, url, timeout=aiohttp.ClientTimeout(total=3)),
    )


@pytest.fixture
def playing(playing: Playing) -> Playing:
    """The sandbox, for people with Alipay."""
    return Playing(http=playing.http, url=playing.url, platform="alipay")


@pytest.fixture
def alipay(playing: Playing, keys: SandboxKeys) -> Alipay:
    return alipay_of(keys.alipay, playing.http, f"{playing.url}/alipay")


@pytest.fixture
def pay(alipay: Alipay) -> AlipayPay:
    return alipay.payments


@pytest.fixture
def scripted_alipay(http: aiohttp.ClientSession, scripted: Scripted, keys: SandboxKeys) -> Alipay:
    return alipay_of(keys.alipay, http, scripted.url)


@pytest.fixture
async def order(playing: Playing) -> NewOrder:
    person = await playing.person()
    return NewOrder(
        order_number=ORDER,
        open_id=person["open_id"],
        description="2024年度 A/B=C&D 考试费",
        amount_fen=26000,
        expires_at=IN_AN_HOUR,
    )


async def tap(playing: Playing, order: NewOrder, client: dict[str, Any], outcome: str = "paid") -> str:
    path = f"/sandbox/users/alipay-{order.open_id}/pay"
    return str((await playing.control("POST", path, {"client": client, "outcome": outcome}))["resultCode"])


async def test_a_code_names_its_user(alipay: Alipay, playing: Playing, keys: SandboxKeys) -> None:
    person = await playing.person()
    user = await alipay.sign_in(await playing.code(person))
    assert (user.platform, user.app_id, user.open_id) == ("alipay", keys.alipay.app_id, person["open_id"])


async def test_a_used_code_and_one_never_given_are_refused(alipay: Alipay, playing: Playing) -> None:
    code = await playing.code(await playing.person())
    await alipay.sign_in(code)
    for refused in (code, "never-given"):
        with pytest.raises(Faulty, match="login_code_refused") as error:
            await alipay.sign_in(refused)
        assert [(fault.field, fault.code) for fault in error.value.faults] == [("code", "login_code_refused")]


@pytest.mark.parametrize(
    ("sub_code", "kind"),
    [
        ("isv.code-invalid", Faulty),
        ("isv.app-call-limited", TooMany),
        ("isp.unknow-error", Unavailable),
        ("isv.invalid-signature", Unavailable),
    ],
)
async def test_each_error_of_the_login_is_its_own_refusal(
    alipay: Alipay, playing: Playing, sub_code: str, kind: type[Refusal]
) -> None:
    code = await playing.code(await playing.person())
    await playing.fault(TOKEN, "error_code", error_code=sub_code)
    with pytest.raises(kind):
        await alipay.sign_in(code)


async def test_ten_sign_ins_with_one_code_at_once_are_one_call(alipay: Alipay, playing: Playing) -> None:
    code = await playing.code(await playing.person())
    users = await asyncio.gather(*(alipay.sign_in(code) for _ in range(10)))
    assert len({user.open_id for user in users}) == 1


async def test_an_order_exists_at_once_and_its_client_data_open_the_cashier(
    playing: Playing, pay: AlipayPay, order: NewOrder, keys: SandboxKeys
) -> None:
    client = pay.client(order, await pay.open(order))
    assert (await pay.ask(ORDER)).standing == "not_paid"
    assert await tap(playing, order, client) == "9000"
    said = await pay.ask(ORDER)
    assert (said.standing, said.order_number, said.amount_fen, said.currency) == ("paid", ORDER, 26000, "CNY")
    assert (said.app_id, said.merchant_id) == (keys.alipay.app_id, keys.alipay.seller_id)
    assert said.transaction_id and said.paid_at and said.paid_at.tzinfo


async def test_the_same_order_may_be_placed_again_whatever_zone_its_time_was_read_in(
    pay: AlipayPay, order: NewOrder
) -> None:
    again = NewOrder(
        order_number=ORDER,
        open_id=order.open_id,
        description=order.description,
        amount_fen=26000,
        expires_at=IN_AN_HOUR.astimezone(UTC),
    )
    assert await pay.open(order) == await pay.open(again)


async def test_an_answer_that_was_lost_is_made_up_for_by_the_repeat(
    playing: Playing, pay: AlipayPay, order: NewOrder
) -> None:
    await playing.fault(CREATE, "status", status=502, lands=True)
    assert await pay.open(order)
    assert await playing.faults_left() == 0


async def test_an_order_never_made_is_unknown_and_as_good_as_closed(pay: AlipayPay) -> None:
    assert (await pay.ask(ORDER)).standing == "unknown"
    await pay.close(ORDER)


async def test_a_closed_order_is_closed_twice_and_not_opened_or_paid(
    playing: Playing, pay: AlipayPay, order: NewOrder
) -> None:
    client = pay.client(order, await pay.open(order))
    await pay.close(ORDER)
    await pay.close(ORDER)
    assert (await pay.ask(ORDER)).standing == "closed"
    assert await tap(playing, order, client) == "4000"
    with pytest.raises(Conflict, match="order_closed"):
        await pay.open(order)


async def test_a_paid_order_is_neither_closed_nor_opened(playing: Playing, pay: AlipayPay, order: NewOrder) -> None:
    await tap(playing, order, pay.client(order, await pay.open(order)))
    for act in (pay.close(ORDER), pay.open(order)):
        with pytest.raises(Conflict, match="already_paid"):
            await act


async def test_an_answer_under_a_false_signature_is_not_believed(
    playing: Playing, pay: AlipayPay, order: NewOrder
) -> None:
    await pay.open(order)
    await playing.fault(QUERY, "bad_signature")
    with pytest.raises(Unavailable):
        await pay.ask(ORDER)
    assert (await pay.ask(ORDER)).standing == "not_paid"


@pytest.mark.parametrize(
    ("sub_code", "kind"),
    [
        ("ACQ.SYSTEM_ERROR", Unavailable),
        ("isp.unknow-error", Unavailable),
        ("isv.method-call-limited", TooMany),
        ("ACQ.CONTEXT_INCONSISTENT", Unavailable),
        ("ACQ.TRADE_HAS_SUCCESS", Conflict),
    ],
)
async def test_each_error_of_an_order_is_its_own_refusal(
    playing: Playing, pay: AlipayPay, order: NewOrder, sub_code: str, kind: type[Refusal]
) -> None:
    await playing.fault(CREATE, "error_code", error_code=sub_code)
    with pytest.raises(kind):
        await pay.open(order)


UNSIGNED = json.dumps({"alipay_trade_query_response": {"code": "10000", "trade_status": "TRADE_SUCCESS"}}).encode()


@pytest.mark.parametrize(
    "said",
    [
        answer(UNSIGNED),
        answer(UNSIGNED.replace(b"10000", b"")),
        answer(b'{"alipay_trade_query_response":{"trade_status":"TRADE_SUCCESS"}}'),
        answer(b"<html>busy</html>", kind="text/html"),
        answer(b"", status="500 Internal Server Error"),
        answer(b"[]"),
        answer(b"{}"),
        answer(b'{"sign":"x"}'),
        answer(b'{"error_response":7,"sign":"x"}'),
        answer(b"\xff\xfe"),
        [answer(b'{"alipay_trade_query_response":{', length=400), None],
        [None],
    ],
    ids=["unsigned", "no code", "bare", "HTML", "500", "list", "empty", "sign", "number", "bytes", "half", "cut"],
)
async def test_what_is_no_answer_says_nothing_of_the_order(
    scripted_alipay: Alipay, scripted: Scripted, said: Any
) -> None:
    scripted.plays(said)
    with pytest.raises(Unavailable, match="platform_unavailable"):
        await scripted_alipay.payments.ask(ORDER)


@pytest.fixture
def cashier(keys: SandboxKeys) -> AlipayCashier:
    return AlipayCashier(keys.alipay)


def refused(pay: AlipayPay, body: bytes, code: str, *, fresh: bool = True) -> None:
    with pytest.raises(BadNotification) as error:
        pay.read({}, body, fresh=fresh)
    assert error.value.code == code


@pytest.mark.parametrize("lost", [False, True], ids=["whole", "a plus lost on the way"])
async def test_a_notification_is_read(scripted_alipay: Alipay, cashier: AlipayCashier, lost: bool) -> None:
    fields = cashier.paid(ORDER, "260.00", PAID_AT, body="", subject="考试费" if lost else "考试费 1+1")
    body = cashier.signed(fields)
    told = scripted_alipay.payments.read({}, body.replace(b"%2B", b"+") if lost else body, fresh=True)
    assert (told.event_id, told.kind) == (fields["notify_id"], "trade_status_sync.TRADE_SUCCESS")
    assert isinstance(told.about, PlatformOrder)
    assert (told.about.standing, told.about.amount_fen) == ("paid", 26000)


async def test_a_success_told_again_for_a_refund_is_no_payment(scripted_alipay: Alipay, cashier: AlipayCashier) -> None:
    body = cashier.signed(cashier.paid(ORDER, "260.00", PAID_AT, refund_fee="10.00"))
    assert scripted_alipay.payments.read({}, body, fresh=True).about is None


async def test_what_is_not_alipays_or_too_old_is_refused(scripted_alipay: Alipay, cashier: AlipayCashier) -> None:
    pay, fields = scripted_alipay.payments, cashier.paid(ORDER, "260.00", PAID_AT)
    genuine = cashier.signed(fields)
    refused(pay, genuine.replace(b"260.00", b"260.01"), "signature_wrong")
    refused(pay, genuine.replace(b"sign=", b"nosign="), "signature_missing")
    refused(pay, genuine[:-40], "signature_wrong")
    refused(pay, genuine + b"&total_amount=1.00", "not_readable")
    refused(pay, genuine + b"&broken", "not_readable")
    refused(pay, b"\xff\xfe", "not_readable")
    refused(pay, b"", "signature_missing")
    old = cashier.signed(cashier.paid(ORDER, "260.00", PAID_AT, age=10 * 86400))
    refused(pay, old, "signature_old")
    assert pay.read({}, old, fresh=False).about is not None
    refused(pay, cashier.signed(cashier.paid(ORDER, "260.001", PAID_AT)), "not_readable")
    refused(pay, cashier.signed(cashier.paid(ORDER, "Infinity", PAID_AT)), "not_readable")
    refused(pay, cashier.signed({**fields, "notify_time": "yesterday"}), "not_readable")
