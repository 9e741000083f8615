"""Placing, asking for and closing orders."""

from typing import Any

import pytest

from tests.sandbox.actors import Merchant, Phone

PATH = "/v3/pay/transactions/jsapi"
CLOSE = "/v3/pay/transactions/out-trade-no/ORDER-0001/close"


async def test_an_order_gives_a_prepay_id_and_is_unpaid(phone: Phone, merchant: Merchant) -> None:
    body = await merchant.place(merchant.order(await phone.person()))
    assert set(body) == {"prepay_id"}
    order = await merchant.query()
    assert order["trade_state"] == "NOTPAY"
    assert order["amount"]["total"] == 6100
    assert "transaction_id" not in order
    assert "success_time" not in order


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"appid": None}, "/appid"),
        ({"description": ""}, "/description"),
        ({"description": "费" * 128}, "/description"),
        ({"out_trade_no": "SHORT"}, "/out_trade_no"),
        ({"out_trade_no": "X" * 33}, "/out_trade_no"),
        ({"out_trade_no": "ORDER 0001"}, "/out_trade_no"),
        ({"out_trade_no": "ORDER-0001\n"}, "/out_trade_no"),
        ({"time_expire": "2099-12-31 00:00:00"}, "/time_expire"),
        ({"time_expire": "2099-12-31T00:00:00"}, "/time_expire"),
        ({"time_expire": "2099-02-30T00:00:00+08:00"}, "/time_expire"),
        ({"time_expire": "2001-01-01T00:00:00+08:00"}, "/time_expire"),
        ({"attach": "x" * 129}, "/attach"),
        ({"notify_url": "http://example.com/notify"}, "/notify_url"),
        ({"notify_url": "https://example.com/notify?order=1"}, "/notify_url"),
        ({"notify_url": "https://example.com/" + "x" * 250}, "/notify_url"),
        ({"amount": {"total": 0, "currency": "CNY"}}, "/amount/total"),
        ({"amount": {"total": "6100", "currency": "CNY"}}, "/amount/total"),
        ({"amount": {"total": 61.5, "currency": "CNY"}}, "/amount/total"),
        ({"amount": {"total": 6100, "currency": "USD"}}, "/amount/currency"),
        ({"payer": {}}, "/payer/openid"),
        ({"payer": {"openid": "oNobodyOfThisApp"}}, "/payer/openid"),
        ({"scene_info": {}}, "/scene_info/payer_client_ip"),
    ],
)
async def test_a_faulty_field_is_refused_by_name(
    phone: Phone, merchant: Merchant, changed: dict[str, Any], field: str
) -> None:
    order = {**merchant.order(await phone.person()), **changed}
    status, body = await merchant.call("POST", PATH, order)
    assert (status, body["code"], body["detail"]["field"]) == (400, "PARAM_ERROR", field)
    assert body["message"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [({"appid": "wx0000000000000000"}, "APPID_MCHID_NOT_MATCH"), ({"mchid": "1000000000"}, "MCH_NOT_EXISTS")],
)
async def test_another_app_or_merchant_is_refused(
    phone: Phone, merchant: Merchant, changed: dict[str, str], code: str
) -> None:
    status, body = await merchant.call("POST", PATH, merchant.order(await phone.person(), **changed))
    assert (status, body["code"]) == (400, code)


async def test_the_same_order_may_be_placed_again(phone: Phone, merchant: Merchant) -> None:
    order = merchant.order(await phone.person())
    assert await merchant.place(order) == await merchant.place(order)


async def test_after_two_hours_it_gets_a_new_prepay_id(phone: Phone, merchant: Merchant) -> None:
    person = await phone.person()
    await phone.set_clock("2025-01-10T09:00:00+08:00")
    old = (await merchant.place(merchant.order(person)))["prepay_id"]
    await phone.set_clock("2025-01-10T11:00:01+08:00")
    new = (await merchant.place(merchant.order(person)))["prepay_id"]
    assert new != old
    assert "fail" in await phone.pay(person, merchant.client(old))
    assert await phone.pay(person, merchant.client(new)) == "requestPayment:ok"


async def test_the_same_number_with_anything_changed_is_refused(phone: Phone, merchant: Merchant) -> None:
    person = await phone.person()
    await merchant.place(merchant.order(person))
    changed = merchant.order(person, amount={"total": 1, "currency": "CNY"})
    status, body = await merchant.call("POST", PATH, changed)
    assert (status, body["code"]) == (400, "INVALID_REQUEST")


async def test_a_closed_order_can_be_neither_placed_again_nor_paid_and_closing_twice_is_fine(
    phone: Phone, merchant: Merchant
) -> None:
    person = await phone.person()
    prepay_id = (await merchant.place(merchant.order(person)))["prepay_id"]
    for _ in range(2):
        assert await merchant.call("POST", CLOSE, {"mchid": merchant.keys.mchid}) == (204, {})
    assert (await merchant.query())["trade_state"] == "CLOSED"
    status, body = await merchant.call("POST", PATH, merchant.order(person))
    assert (status, body["code"]) == (400, "ORDER_CLOSED")
    assert (await phone.pay(person, merchant.client(prepay_id))).startswith("requestPayment:fail ")


async def test_a_paid_order_can_be_neither_closed_nor_placed_again(phone: Phone, merchant: Merchant) -> None:
    person = await phone.person()
    prepay_id = (await merchant.place(merchant.order(person)))["prepay_id"]
    await phone.pay(person, merchant.client(prepay_id))
    for path, body in ((CLOSE, {"mchid": merchant.keys.mchid}), (PATH, merchant.order(person))):
        status, refusal = await merchant.call("POST", path, body)
        assert (status, refusal["code"]) == (400, "ORDERPAID")
    assert (await merchant.query())["trade_state"] == "SUCCESS"


async def test_an_order_nobody_placed_does_not_exist(merchant: Merchant) -> None:
    query = f"?mchid={merchant.keys.mchid}"
    for path in ("out-trade-no/ORDER-0001", "id/4200000000000000000000000000"):
        status, body = await merchant.call("GET", f"/v3/pay/transactions/{path}{query}")
        assert (status, body["code"]) == (404, "ORDER_NOT_EXIST")
    status, body = await merchant.call("POST", CLOSE, {"mchid": merchant.keys.mchid})
    assert (status, body["code"]) == (404, "ORDER_NOT_EXIST")


async def test_asking_needs_the_merchant_number(phone: Phone, merchant: Merchant) -> None:
    await merchant.place(merchant.order(await phone.person()))
    status, body = await merchant.call("GET", "/v3/pay/transactions/out-trade-no/ORDER-0001")
    assert (status, body["code"], body["detail"]["location"]) == (400, "PARAM_ERROR", "query")
