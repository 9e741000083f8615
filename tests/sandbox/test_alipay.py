"""Alipay's gateway, its cashier and its notifications, as the service meets them."""

from typing import Any

import pytest

from sandbox.keys import SandboxKeys
from tests.sandbox.actors import Client, MovableTime, Phone, Service
from tests.sandbox.forms import AlipayMerchant

TOKEN = "alipay.system.oauth.token"


@pytest.fixture
def merchant(sandbox: Client, keys: SandboxKeys, service: Service) -> AlipayMerchant:
    return AlipayMerchant(sandbox, keys.alipay, f"{service.url}callbacks/alipay/payments")


@pytest.fixture
async def person(phone: Phone) -> dict[str, Any]:
    return await phone.person(platform="alipay", name="测试甲")


async def exchange(merchant: AlipayMerchant, code: str) -> dict[str, Any]:
    return await merchant.call(TOKEN, grant_type="authorization_code", code=code)


async def test_a_code_is_exchanged_once_and_a_success_has_no_code_of_its_own(
    phone: Phone, merchant: AlipayMerchant, person: dict[str, Any]
) -> None:
    code = await phone.code(person)
    said = await exchange(merchant, code)
    assert (said["open_id"], said["signed"], "code" in said) == (person["open_id"], True, False)
    again = await exchange(merchant, code)
    assert (again["root"], again["sub_code"]) == ("error_response", "isv.code-invalid")


async def test_a_code_dies_after_three_minutes(
    phone: Phone, merchant: AlipayMerchant, person: dict[str, Any], real_time: MovableTime
) -> None:
    code = await phone.code(person)
    real_time.move(181)
    assert (await exchange(merchant, code))["sub_code"] == "isv.code-invalid"


@pytest.mark.parametrize(
    ("changed", "sub_code"),
    [
        ({"app_id": ""}, "isv.missing-app-id"),
        ({"app_id": "2021000000000000"}, "isv.invalid-app-id"),
        ({"sign_type": "RSA"}, "isv.invalid-signature-type"),
        ({"method": "alipay.trade.pay"}, "isv.invalid-method"),
        ({"timestamp": "now"}, "isv.invalid-timestamp"),
        ({"version": ""}, "isv.missing-version"),
        ({"charset": "gbk"}, "isv.invalid-charset"),
        ({"biz_content": "{"}, "isv.illegal-json"),
    ],
)
async def test_the_gateway_refuses_without_a_signature(
    merchant: AlipayMerchant, changed: dict[str, str], sub_code: str
) -> None:
    parameters = {**merchant.parameters("alipay.trade.query", {}), **changed}
    said = await merchant.send(merchant.signed({name: value for name, value in parameters.items() if value}))
    assert (said["sub_code"], said["signed"]) == (sub_code, False)


async def test_a_request_signed_for_something_else_is_refused(merchant: AlipayMerchant) -> None:
    signed = merchant.signed(merchant.parameters("alipay.trade.query", {"out_trade_no": "A"}))
    assert (await merchant.send({**signed, "notify_url": "http://elsewhere"}))["sub_code"] == "isv.invalid-signature"


async def test_a_trade_exists_at_once_and_is_the_same_for_a_repeat(
    merchant: AlipayMerchant, person: dict[str, Any]
) -> None:
    trade = await merchant.create(person)
    assert (trade["code"], trade["signed"]) == ("10000", True)
    assert (await merchant.call("alipay.trade.query", {"out_trade_no": "ORDER0001"}))[
        "trade_status"
    ] == "WAIT_BUYER_PAY"
    assert (await merchant.create(person))["trade_no"] == trade["trade_no"]
    assert (await merchant.create(person, total_amount="62.00"))["sub_code"] == "ACQ.CONTEXT_INCONSISTENT"


@pytest.mark.parametrize(
    "changed",
    [
        {"out_trade_no": "A-1"},
        {"total_amount": "61"},
        {"total_amount": 61.0},
        {"subject": "a=b"},
        {"product_code": "FACE_TO_FACE_PAYMENT"},
        {"op_app_id": "2021000000000000"},
        {"buyer_open_id": "nobody"},
        {"time_expire": "tomorrow"},
        {"time_expire": "2001-01-01 00:00:00"},
    ],
)
async def test_a_trade_that_is_wrong_is_refused(
    merchant: AlipayMerchant, person: dict[str, Any], changed: dict[str, Any]
) -> None:
    assert (await merchant.create(person, **changed))["sub_code"] == "ACQ.INVALID_PARAMETER"


async def pay(sandbox: Client, person: dict[str, Any], trade_no: str, outcome: str = "paid") -> str:
    body = {"client": {"tradeNO": trade_no}, "outcome": outcome}
    async with sandbox.post(f"/sandbox/users/{person['user_id']}/pay", json=body) as answer:
        return str((await answer.json())["resultCode"])


async def test_a_payment_is_notified_until_the_answer_is_success(
    sandbox: Client, phone: Phone, merchant: AlipayMerchant, service: Service, person: dict[str, Any]
) -> None:
    """The service of these tests answers 200 with an empty body, which isn't `success`."""
    await phone.set_clock("2025-01-14T23:59:30+08:00")
    trade = await merchant.create(person, subject="考试费 1+1")
    assert await pay(sandbox, person, trade["trade_no"]) == "9000"
    first, second = merchant.open(await service.next()), merchant.open(await service.next())
    assert first["notify_id"] == second["notify_id"]
    assert (first["trade_status"], first["total_amount"], first["subject"]) == ("TRADE_SUCCESS", "61.00", "考试费 1+1")
    assert first["gmt_payment"].startswith("2025-01-14 23:59:3")
    assert not first["notify_time"].startswith("2025-01-14")
    assert "" not in first.values()


async def test_the_cashier_takes_only_an_open_trade_of_the_same_buyer(
    sandbox: Client, phone: Phone, merchant: AlipayMerchant, person: dict[str, Any]
) -> None:
    trade_no = (await merchant.create(person))["trade_no"]
    other = await phone.person(platform="alipay")
    assert await pay(sandbox, other, trade_no) == "4000"
    assert await pay(sandbox, person, trade_no, "cancelled") == "6001"
    assert await pay(sandbox, person, trade_no, "insufficient") == "4000"
    assert (await merchant.call("alipay.trade.close", {"trade_no": trade_no}))["code"] == "10000"
    assert await pay(sandbox, person, trade_no) == "4000"
    assert (await merchant.create(person))["sub_code"] == "ACQ.TRADE_HAS_CLOSE"


async def test_a_trade_that_nobody_paid_in_time_is_closed_by_itself(
    phone: Phone, merchant: AlipayMerchant, person: dict[str, Any]
) -> None:
    await phone.set_clock("2024-01-29T09:00:00+08:00")
    await merchant.create(person, time_expire="2024-01-29 11:00:00")
    await phone.set_clock("2024-01-29T11:00:01+08:00")
    assert (await merchant.call("alipay.trade.query", {"out_trade_no": "ORDER0001"}))["trade_status"] == "TRADE_CLOSED"
    closing = await merchant.call("alipay.trade.close", {"out_trade_no": "ORDER0001"})
    assert closing["sub_code"] == "ACQ.TRADE_STATUS_ERROR"


async def test_what_is_not_there_is_neither_found_nor_closed(merchant: AlipayMerchant) -> None:
    for method in ("alipay.trade.query", "alipay.trade.close"):
        assert (await merchant.call(method, {"out_trade_no": "NONE"}))["sub_code"] == "ACQ.TRADE_NOT_EXIST"
