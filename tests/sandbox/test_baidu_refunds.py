"""Refunds at Baidu's cashier, as the service meets them."""

import json
from typing import Any

import pytest

from sandbox.keys import SandboxKeys
from tests.sandbox.actors import Client, Phone, Received, Service
from tests.sandbox.forms import BaiduMerchant

CONSUMED = b'{"errno": 0, "msg": "success", "data": {"isConsumed": 2}}'
IN_ERROR = b'{"errno": 0, "msg": "success", "data": {"isErrorOrder": 1, "isConsumed": 2}}'
HEARD = b'{"errno": 0, "msg": "success", "data": {}}'


def verdict(status: int, fen: int = 6100) -> bytes:
    data = {"auditStatus": status, "calculateRes": {"refundPayMoney": fen}}
    return json.dumps({"errno": 0, "msg": "success", "data": data}).encode()


@pytest.fixture
def merchant(sandbox: Client, keys: SandboxKeys) -> BaiduMerchant:
    return BaiduMerchant(sandbox, keys.baidu)


@pytest.fixture
async def person(phone: Phone) -> dict[str, Any]:
    return await phone.person(platform="baidu", name="测试甲")


async def paid(
    sandbox: Client, merchant: BaiduMerchant, service: Service, person: dict[str, Any], words: bytes = CONSUMED
) -> dict[str, Any]:
    """A paid order of 6100 fen whose notification was answered so."""
    service.words |= {"payments": [words], "refund-audits": [verdict(1)], "refunds": [HEARD]}
    body = {"client": merchant.client(), "outcome": "paid"}
    async with sandbox.post(f"/sandbox/users/{person['user_id']}/pay", json=body) as answer:
        assert (await answer.json())["errCode"] == 0
    assert (await service.next()).path.endswith("/payments")
    return dict((await merchant.found())["data"])


def wanted(order: dict[str, Any], merchant: BaiduMerchant, **changed: str) -> dict[str, str]:
    return {
        "applyRefundMoney": "6100",
        "bizRefundBatchId": "REFUND1",
        "isSkipAudit": "0",
        "orderId": str(order["orderId"]),
        "refundReason": "退费",
        "refundType": "2",
        "tpOrderId": "ORDER0001",
        "userId": str(order["userId"]),
        "pmAppKey": merchant.keys.pay_app_key,
    } | changed


async def apply(merchant: BaiduMerchant, order: dict[str, Any], **changed: str) -> dict[str, Any]:
    return await merchant.post("applyOrderRefund", wanted(order, merchant, **changed))


async def statuses(merchant: BaiduMerchant, order: dict[str, Any]) -> list[tuple[str, int]]:
    asked = {"tpOrderId": "ORDER0001", "userId": str(order["userId"]), "pmAppKey": merchant.keys.pay_app_key}
    found = (await merchant.get("pay/paymentservice/findOrderRefund", **asked))["data"]
    return [(one["bizRefundBatchId"], one["refundStatus"]) for one in found]


async def unconsumed(
    sandbox: Client, merchant: BaiduMerchant, service: Service, person: dict[str, Any]
) -> dict[str, Any]:
    order = await paid(sandbox, merchant, service, person)
    assert await merchant.unconsume(order) == 0
    return order


async def test_all_of_a_consumed_order_goes_back_only_after_it_was_unconsumed(
    sandbox: Client, merchant: BaiduMerchant, service: Service, person: dict[str, Any]
) -> None:
    order = await paid(sandbox, merchant, service, person)
    assert (await apply(merchant, order))["errno"] == 10002
    assert await merchant.unconsume(order, userId="1") == 10002
    assert await merchant.unconsume(order, type="2") == 10001
    assert await merchant.unconsume(order) == 0
    assert (await apply(merchant, order))["data"]["refundPayMoney"] == 6100


async def test_it_is_asked_about_then_done_then_told_in_numbers_of_its_own(
    sandbox: Client, merchant: BaiduMerchant, service: Service, person: dict[str, Any]
) -> None:
    order = await unconsumed(sandbox, merchant, service, person)
    service.words["refund-audits"] = [verdict(3), verdict(1)]
    batch = (await apply(merchant, order))["data"]["refundBatchId"]
    undecided, allowed, told = [await service.next() for _ in range(3)]
    assert [one.path.rpartition("/")[2] for one in (undecided, allowed, told)] == ["refund-audits"] * 2 + ["refunds"]
    assert merchant.open(undecided) == merchant.open(allowed)
    assert (merchant.open(allowed)["refundBatchId"], merchant.open(allowed)["applyRefundMoney"]) == (batch, "6100")
    assert (merchant.open(told)["refundBatchId"], merchant.open(told)["refundStatus"]) == (batch, "1")
    assert await statuses(merchant, order) == [("REFUND1", 2)]
    assert (await apply(merchant, order))["data"]["refundBatchId"] == batch


async def test_one_that_the_service_refuses_fails(
    sandbox: Client, merchant: BaiduMerchant, service: Service, person: dict[str, Any]
) -> None:
    order = await unconsumed(sandbox, merchant, service, person)
    service.words["refund-audits"] = [verdict(2)]
    await apply(merchant, order)
    await service.next()
    assert merchant.open(await service.next())["refundStatus"] == "2"
    assert await statuses(merchant, order) == [("REFUND1", 3)]
    assert (await apply(merchant, order, bizRefundBatchId="REFUND2", isSkipAudit="1"))["errno"] == 0
    assert await statuses(merchant, order) == [("REFUND1", 3), ("REFUND2", 2)]


async def test_an_order_in_error_goes_back_by_itself_under_no_number_of_the_merchants(
    sandbox: Client, merchant: BaiduMerchant, service: Service, person: dict[str, Any]
) -> None:
    order = await paid(sandbox, merchant, service, person, IN_ERROR)
    told: Received = await service.next()
    assert (told.path.rpartition("/")[2], merchant.open(told)["refundStatus"]) == ("refunds", "1")
    assert await statuses(merchant, order) == [("", 2)]
    assert (await apply(merchant, order))["errno"] == 10001


async def test_who_is_not_the_merchant_gets_nothing(
    sandbox: Client, merchant: BaiduMerchant, service: Service, person: dict[str, Any]
) -> None:
    order = await unconsumed(sandbox, merchant, service, person)
    assert (await apply(merchant, order, pmAppKey="MMM0"))["errno"] == 10001
    assert (await apply(merchant, order, userId="1"))["errno"] == 10002
    unsigned = {"orderId": str(order["orderId"]), "userId": str(order["userId"]), "type": "3", "rsaSign": "AAAA"}
    async with sandbox.post("/baidu/cashier/syncOrderStatus", data=unsigned) as answer:
        assert (await answer.json())["errno"] == 10000
