"""Baidu's tokens, codes, cashier and notifications, as the service meets them."""

from dataclasses import replace
from typing import Any

import pytest

from sandbox.keys import SandboxKeys
from tests.sandbox.actors import Client, MovableTime, Phone, Service
from tests.sandbox.forms import BaiduMerchant


@pytest.fixture
def merchant(sandbox: Client, keys: SandboxKeys) -> BaiduMerchant:
    return BaiduMerchant(sandbox, keys.baidu)


@pytest.fixture
async def person(phone: Phone) -> dict[str, Any]:
    return await phone.person(platform="baidu", name="测试甲")


async def pay(sandbox: Client, person: dict[str, Any], client: dict[str, Any], outcome: str = "paid") -> int:
    body = {"client": client, "outcome": outcome}
    async with sandbox.post(f"/sandbox/users/{person['user_id']}/pay", json=body) as answer:
        return int((await answer.json())["errCode"])


async def test_a_token_is_given_to_the_program_and_dies_after_a_month(
    merchant: BaiduMerchant, real_time: MovableTime
) -> None:
    token = await merchant.token()
    assert token["expires_in"] == 2592000
    assert (await merchant.get("getsessionkey", token="none", code="x"))["error_code"] == 110
    real_time.move(2592001)
    assert (await merchant.get("getsessionkey", token=token["access_token"], code="x"))["error_code"] == 111
    assert (await merchant.token(client_secret="wrong"))["error"] == "invalid_client"
    assert (await merchant.token(scope=""))["error"] == "invalid_request"


async def test_a_code_is_exchanged_once_within_ten_minutes(
    phone: Phone, merchant: BaiduMerchant, person: dict[str, Any], real_time: MovableTime
) -> None:
    code = await phone.code(person)
    said = await merchant.get("getsessionkey", code=code)
    assert (said["errno"], said["data"]["open_id"]) == (0, person["open_id"])
    assert len(said["data"]["session_key"]) == 32
    assert (await merchant.get("getsessionkey", code=code))["errno"] == 10010100
    late = await phone.code(person)
    real_time.move(601)
    assert (await merchant.get("getsessionkey", code=late))["errno"] == 10010100


async def test_there_is_no_order_before_the_cashier_opens(
    sandbox: Client, merchant: BaiduMerchant, person: dict[str, Any]
) -> None:
    assert (await merchant.found())["errno"] == 10002
    assert await pay(sandbox, person, merchant.client(), "cancelled") == 2
    order = (await merchant.found())["data"]
    assert (order["status"], order["totalMoney"], order["openId"]) == (1, 6100, person["open_id"])
    assert order["orderId"] > 2**31


async def test_the_cashier_opens_only_for_the_merchants_own_signature(
    sandbox: Client, merchant: BaiduMerchant, person: dict[str, Any]
) -> None:
    for changed in ({"totalAmount": "1"}, {"signFieldsRange": "0"}, {"rsaSign": "AAAA"}, {"appKey": "MMM0"}):
        assert await pay(sandbox, person, merchant.client(**changed)) == 6
    assert (await merchant.found())["errno"] == 10002


async def test_a_payment_is_notified_with_its_empty_fields_signed_until_answered_in_json(
    sandbox: Client, merchant: BaiduMerchant, service: Service, person: dict[str, Any]
) -> None:
    """The service of these tests answers 200 with an empty body, which is no answer."""
    assert await pay(sandbox, person, merchant.client()) == 0
    first, second = merchant.open(await service.next()), merchant.open(await service.next())
    assert first == second
    assert (first["status"], first["totalMoney"], first["promoDetail"]) == ("2", "6100", "")


async def test_a_cancelled_order_is_not_paid_and_a_paid_one_not_cancelled(
    sandbox: Client, merchant: BaiduMerchant, person: dict[str, Any]
) -> None:
    answers = []
    for number, outcome in (("ORDER0001", "cancelled"), ("ORDER0002", "paid")):
        await pay(sandbox, person, merchant.client(number), outcome)
        order_id = str((await merchant.found(number))["data"]["orderId"])
        cancel = {"orderId": order_id, "pmAppKey": merchant.keys.pay_app_key}
        answers.append((await merchant.get("pay/paymentservice/cancelOrder", **cancel))["data"])
    assert answers == [True, False]
    assert await pay(sandbox, person, merchant.client()) == 1
    assert [(await merchant.found(number))["data"]["status"] for number in ("ORDER0001", "ORDER0002")] == [-1, 2]


async def test_an_order_belongs_to_who_opened_its_cashier_first(
    sandbox: Client, phone: Phone, merchant: BaiduMerchant, person: dict[str, Any]
) -> None:
    await pay(sandbox, person, merchant.client(), "cancelled")
    assert await pay(sandbox, await phone.person(platform="baidu"), merchant.client()) == 1


async def test_another_cashier_app_finds_nothing(merchant: BaiduMerchant) -> None:
    other = replace(merchant, keys=replace(merchant.keys, pay_app_key="MMM0"))
    assert (await other.found())["errno"] == 10001
