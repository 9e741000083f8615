"""Refunds, whole and in parts."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.sandbox.actors import Merchant, Phone, Service

PATH = "/v3/refund/domestic/refunds"


@pytest.fixture
async def paid(phone: Phone, merchant: Merchant, service: Service) -> dict[str, Any]:
    """A paid order of 6100 fen, its notification already received."""
    await phone.set_clock("2025-01-14T10:00:00+08:00")
    person = await phone.person()
    prepay_id = (await merchant.place(merchant.order(person)))["prepay_id"]
    await phone.pay(person, merchant.client(prepay_id))
    await service.next()
    return await merchant.query()


def refund(number: str = "REFUND-1", amount: int = 6100, total: int = 6100, **changed: Any) -> dict[str, Any]:
    return {
        "out_trade_no": "ORDER-0001",
        "out_refund_no": number,
        "reason": "资格审核未通过",
        "amount": {"refund": amount, "total": total, "currency": "CNY"},
    } | changed


async def ask(merchant: Merchant, body: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
    return await merchant.call("POST", PATH, body)


@pytest.mark.usefixtures("paid")
async def test_a_refund_is_accepted_first_and_done_a_moment_later(merchant: Merchant) -> None:
    status, accepted = await ask(merchant, refund())
    assert (status, accepted["status"]) == (200, "PROCESSING")
    status, done = await merchant.call("GET", f"{PATH}/REFUND-1")
    assert (status, done["status"]) == (200, "SUCCESS")
    assert done["success_time"].startswith("2025-01-14T10:00")
    assert done["amount"]["refund"] == 6100
    assert (await merchant.query())["trade_state"] == "REFUND"


async def test_it_is_notified(merchant: Merchant, service: Service, paid: dict[str, Any]) -> None:
    url = f"{service.url}callbacks/wechat/refunds"
    _, accepted = await ask(merchant, refund(notify_url=url))
    received = await service.next()
    notification = merchant.open(received)
    plain = notification["plain"]
    assert received.path == "/callbacks/wechat/refunds"
    assert notification["event_type"] == "REFUND.SUCCESS"
    assert notification["resource"]["original_type"] == "refund"
    assert plain["refund_status"] == "SUCCESS"
    assert plain["refund_id"] == accepted["refund_id"]
    assert plain["transaction_id"] == paid["transaction_id"]
    assert plain["amount"] == {"total": 6100, "refund": 6100, "payer_total": 6100, "payer_refund": 6100}


@pytest.mark.usefixtures("paid")
async def test_the_same_refund_asked_for_again_is_the_same_refund(merchant: Merchant) -> None:
    _, first = await ask(merchant, refund())
    status, second = await ask(merchant, refund())
    assert (status, second["refund_id"]) == (200, first["refund_id"])
    status, refusal = await ask(merchant, refund(amount=1))
    assert (status, refusal["code"]) == (400, "INVALID_REQUEST")


@pytest.mark.usefixtures("paid")
async def test_parts_a_minute_apart_add_up_to_the_whole_and_no_further(phone: Phone, merchant: Merchant) -> None:
    assert (await ask(merchant, refund("REFUND-1", 6000)))[0] == 200
    status, refusal = await ask(merchant, refund("REFUND-2", 100))
    assert (status, refusal["code"]) == (429, "FREQUENCY_LIMITED")
    await phone.set_clock("2025-01-14T10:05:00+08:00")
    status, refusal = await ask(merchant, refund("REFUND-2", 101))
    assert (status, refusal["code"]) == (400, "INVALID_REQUEST")
    assert (await ask(merchant, refund("REFUND-2", 100)))[0] == 200


async def test_an_order_is_also_found_by_its_transaction(merchant: Merchant, paid: dict[str, Any]) -> None:
    body = refund(transaction_id=paid["transaction_id"])
    del body["out_trade_no"]
    assert (await ask(merchant, body))[0] == 200


@pytest.mark.usefixtures("paid")
async def test_more_than_a_year_later_it_is_too_late(phone: Phone, merchant: Merchant) -> None:
    await phone.set_clock("2026-01-15T10:00:00+08:00")
    status, refusal = await ask(merchant, refund())
    assert (status, refusal["code"]) == (403, "RULE_LIMIT")


@pytest.mark.usefixtures("paid")
@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (refund(out_trade_no="ORDER-9999"), 404, "ORDER_NOT_EXIST"),
        (refund(out_trade_no=None), 400, "PARAM_ERROR"),
        (refund(total=1), 400, "INVALID_REQUEST"),
        (refund(amount=6101), 400, "INVALID_REQUEST"),
        (refund(amount=0), 400, "PARAM_ERROR"),
        (refund(out_refund_no="REFUND 1"), 400, "PARAM_ERROR"),
        (refund(reason="x" * 81), 400, "PARAM_ERROR"),
    ],
)
async def test_a_faulty_refund_is_refused(merchant: Merchant, body: dict[str, Any], status: int, code: str) -> None:
    answer, refusal = await ask(merchant, body)
    assert (answer, refusal["code"]) == (status, code)


async def test_an_unpaid_order_has_nothing_to_refund(phone: Phone, merchant: Merchant) -> None:
    await merchant.place(merchant.order(await phone.person()))
    status, refusal = await ask(merchant, refund())
    assert (status, refusal["code"]) == (400, "INVALID_REQUEST")


async def test_a_refund_nobody_asked_for_does_not_exist(merchant: Merchant) -> None:
    status, refusal = await merchant.call("GET", f"{PATH}/REFUND-1")
    assert (status, refusal["code"]) == (404, "RESOURCE_NOT_EXISTS")
