"""Refunds at Alipay's gateway, as the service meets them."""

from typing import Any

import pytest

from sandbox.keys import SandboxKeys
from tests.sandbox.actors import Client, Phone, Service
from tests.sandbox.forms import AlipayMerchant

REFUND, QUERY = "alipay.trade.refund", "alipay.trade.fastpay.refund.query"


@pytest.fixture
def merchant(sandbox: Client, keys: SandboxKeys, service: Service) -> AlipayMerchant:
    return AlipayMerchant(sandbox, keys.alipay, f"{service.url}callbacks/alipay/payments")


@pytest.fixture
async def trade(phone: Phone, merchant: AlipayMerchant, service: Service) -> dict[str, Any]:
    """A paid trade of 61 yuan, its notification already received."""
    await phone.set_clock("2024-01-29T10:00:00+08:00")
    service.words["payments"] = [b"success"]
    person = await phone.person(platform="alipay", name="测试甲")
    created = await merchant.create(person)
    body = {"client": {"tradeNO": created["trade_no"]}, "outcome": "paid"}
    async with phone.sandbox.post(f"/sandbox/users/{person['user_id']}/pay", json=body) as answer:
        assert (await answer.json())["resultCode"] == "9000"
    await service.next()
    return created


def wanted(amount: str = "61.00", number: str = "REFUND1") -> dict[str, Any]:
    return {"out_trade_no": "ORDER0001", "refund_amount": amount, "out_request_no": number, "refund_reason": "退费"}


async def query(merchant: AlipayMerchant, number: str = "REFUND1") -> dict[str, Any]:
    asked = {"out_trade_no": "ORDER0001", "out_request_no": number, "query_options": ["gmt_refund_pay"]}
    return await merchant.call(QUERY, asked)


@pytest.mark.usefixtures("trade")
async def test_a_refund_moves_money_once_and_its_repeat_says_so(merchant: AlipayMerchant) -> None:
    first, again = [await merchant.call(REFUND, wanted()) for _ in range(2)]
    assert (first["code"], first["fund_change"], first["refund_fee"]) == ("10000", "Y", "61.00")
    assert (again["code"], again["fund_change"], again["refund_fee"]) == ("10000", "N", "61.00")
    found = await query(merchant)
    assert (found["refund_status"], found["refund_amount"]) == ("REFUND_SUCCESS", "61.00")
    assert found["gmt_refund_pay"].startswith("2024-01-29 10:00")
    assert (await merchant.call("alipay.trade.query", {"out_trade_no": "ORDER0001"}))["trade_status"] == "TRADE_CLOSED"


@pytest.mark.usefixtures("trade")
async def test_a_number_it_has_never_heard_of_is_a_success_without_a_word_of_a_refund(merchant: AlipayMerchant) -> None:
    found = await query(merchant)
    assert found["code"] == "10000"
    assert not {name for name in found if name.startswith("refund")}


async def test_it_is_notified_as_the_trade_with_what_went_back_of_it(
    merchant: AlipayMerchant, service: Service, trade: dict[str, Any]
) -> None:
    await merchant.call(REFUND, wanted("20.00"))
    fields = merchant.open(await service.next())
    assert (fields["trade_status"], fields["refund_fee"], fields["out_biz_no"]) == ("TRADE_SUCCESS", "20.00", "REFUND1")
    await merchant.call(REFUND, wanted("41.00", "REFUND2"))
    fields = merchant.open(await service.next())
    assert (fields["trade_status"], fields["refund_fee"], fields["trade_no"]) == (
        "TRADE_CLOSED",
        "61.00",
        trade["trade_no"],
    )


@pytest.mark.usefixtures("trade")
async def test_what_cannot_go_back_is_refused(merchant: AlipayMerchant) -> None:
    refusals = {
        "ACQ.INVALID_PARAMETER": wanted("0.00"),
        "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL": wanted("61.01"),
        "ACQ.TRADE_NOT_EXIST": wanted() | {"out_trade_no": "ORDER0002"},
    }
    for code, content in refusals.items():
        assert (await merchant.call(REFUND, content))["sub_code"] == code
    await merchant.call(REFUND, wanted())
    assert (await merchant.call(REFUND, wanted("20.00")))["sub_code"] == "ACQ.DISCORDANT_REPEAT_REQUEST"
    assert (await merchant.call(REFUND, wanted("20.00", "REFUND2")))["sub_code"] == "ACQ.TRADE_HAS_CLOSE"
