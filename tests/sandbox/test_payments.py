"""The cashier on the phone, and the notification that follows a payment."""

from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature

from tests.sandbox.actors import Merchant, MovableTime, Phone, Service

CALLBACK = "/callbacks/wechat/payments"


@pytest.fixture
async def person(phone: Phone) -> dict[str, Any]:
    return await phone.person(name="测试甲")


@pytest.fixture
async def prepay_id(person: dict[str, Any], merchant: Merchant) -> str:
    return str((await merchant.place(merchant.order(person, attach="附加数据")))["prepay_id"])


async def test_a_payment_is_told_to_the_phone_and_notified_encrypted_and_signed(
    phone: Phone, merchant: Merchant, service: Service, person: dict[str, Any], prepay_id: str
) -> None:
    assert await phone.pay(person, merchant.client(prepay_id)) == "requestPayment:ok"
    received = await service.next()
    notification = merchant.open(received)
    assert received.path == CALLBACK
    assert received.headers["Request-ID"]
    assert notification["event_type"] == "TRANSACTION.SUCCESS"
    assert notification["resource_type"] == "encrypt-resource"
    assert notification["resource"]["original_type"] == "transaction"
    assert notification["plain"] == await merchant.query()


async def test_a_paid_order_tells_who_paid_what_and_when(
    phone: Phone, merchant: Merchant, person: dict[str, Any], prepay_id: str
) -> None:
    await phone.pay(person, merchant.client(prepay_id))
    order = await merchant.query()
    assert order["trade_state"] == "SUCCESS"
    assert order["payer"] == {"openid": person["open_id"]}
    assert order["amount"] == {"total": 6100, "payer_total": 6100, "currency": "CNY", "payer_currency": "CNY"}
    assert order["attach"] == "附加数据"
    path = f"/v3/pay/transactions/id/{order['transaction_id']}?mchid={merchant.keys.mchid}"
    assert await merchant.call("GET", path) == (200, order)


async def test_the_payment_is_dated_in_exam_time_and_signed_in_real_time(
    phone: Phone, merchant: Merchant, service: Service, person: dict[str, Any]
) -> None:
    await phone.set_clock("2025-01-14T23:59:30+08:00")
    prepay_id = (await merchant.place(merchant.order(person, "ORDER-0002")))["prepay_id"]
    await phone.pay(person, merchant.client(prepay_id))
    notification = merchant.open(await service.next())  # Which holds the signed time to five minutes of real time.
    assert notification["plain"]["success_time"].startswith("2025-01-14T23:59:3")
    assert notification["plain"]["success_time"].endswith("+08:00")


@pytest.mark.parametrize(
    ("outcome", "errmsg"),
    [("cancelled", "requestPayment:fail cancel"), ("insufficient", "requestPayment:fail 余额不足")],
)
async def test_an_unfinished_payment_leaves_the_order_unpaid(
    phone: Phone,
    merchant: Merchant,
    service: Service,
    person: dict[str, Any],
    prepay_id: str,
    outcome: str,
    errmsg: str,
) -> None:
    assert await phone.pay(person, merchant.client(prepay_id), outcome) == errmsg
    assert (await merchant.query())["trade_state"] == "NOTPAY"
    assert await phone.pay(person, merchant.client(prepay_id)) == "requestPayment:ok"


@pytest.mark.parametrize(
    "changed",
    [
        {"paySign": "bm90IGEgc2lnbmF0dXJl"},
        {"timeStamp": "1700000000"},
        {"nonceStr": "another"},
        {"package": "prepay_id=another"},
        {"package": "another"},
        {"signType": "MD5"},
        {"timeStamp": 1700000000},
        {"nonceStr": None},
    ],
)
async def test_the_cashier_does_not_open_for_anything_but_what_the_merchant_signed(
    phone: Phone, merchant: Merchant, person: dict[str, Any], prepay_id: str, changed: dict[str, Any]
) -> None:
    answer = await phone.pay(person, merchant.client(prepay_id) | changed)
    assert answer.startswith("requestPayment:fail ")
    assert answer != "requestPayment:fail cancel"
    assert (await merchant.query())["trade_state"] == "NOTPAY"


async def test_nobody_else_can_pay_the_order(
    phone: Phone, merchant: Merchant, person: dict[str, Any], prepay_id: str
) -> None:
    answer = await phone.pay(await phone.person(name="测试乙"), merchant.client(prepay_id))
    assert answer.startswith("requestPayment:fail ")
    assert (await merchant.query())["trade_state"] == "NOTPAY"


async def test_an_order_is_paid_once(
    phone: Phone, merchant: Merchant, service: Service, person: dict[str, Any], prepay_id: str
) -> None:
    await phone.pay(person, merchant.client(prepay_id))
    assert (await phone.pay(person, merchant.client(prepay_id))).startswith("requestPayment:fail ")
    await service.next()
    assert service.received.empty()


async def test_an_order_past_its_expiry_cannot_be_paid(
    phone: Phone, merchant: Merchant, person: dict[str, Any]
) -> None:
    await phone.set_clock("2025-01-15T09:00:00+08:00")
    order = merchant.order(person, "ORDER-0002", time_expire="2025-01-15T09:30:00+08:00")
    prepay_id = (await merchant.place(order))["prepay_id"]
    await phone.set_clock("2025-01-15T09:30:00+08:00")
    assert (await phone.pay(person, merchant.client(prepay_id))).startswith("requestPayment:fail ")


async def test_a_notification_that_is_not_accepted_comes_again_under_its_id_with_a_fresh_signature(
    phone: Phone, merchant: Merchant, service: Service, person: dict[str, Any], prepay_id: str
) -> None:
    service.statuses = [500, 404, 204]
    await phone.pay(person, merchant.client(prepay_id))
    attempts = [await service.next() for _ in range(3)]
    assert len({merchant.open(attempt)["id"] for attempt in attempts}) == 1
    assert len({attempt.headers["Wechatpay-Nonce"] for attempt in attempts}) == 3


async def test_after_the_last_resend_the_platform_gives_up(
    phone: Phone, merchant: Merchant, service: Service, person: dict[str, Any], prepay_id: str
) -> None:
    service.statuses = [500, 500, 500, 500]
    await phone.pay(person, merchant.client(prepay_id))
    first = {merchant.open(await service.next())["id"] for _ in range(4)}
    other = (await merchant.place(merchant.order(person, "ORDER-0002")))["prepay_id"]
    await phone.pay(person, merchant.client(other))
    assert merchant.open(await service.next())["id"] not in first


async def test_a_duplicated_notification_comes_twice_although_accepted(
    phone: Phone, merchant: Merchant, service: Service, person: dict[str, Any], prepay_id: str
) -> None:
    await phone.fault(path=CALLBACK, kind="duplicate_notification")
    await phone.pay(person, merchant.client(prepay_id))
    first, second = merchant.open(await service.next()), merchant.open(await service.next())
    assert first["id"] == second["id"]


async def test_a_dropped_notification_never_comes_and_the_order_is_paid(
    phone: Phone, merchant: Merchant, service: Service, person: dict[str, Any], prepay_id: str
) -> None:
    await phone.fault(path=CALLBACK, kind="drop_notification")
    await phone.pay(person, merchant.client(prepay_id))
    other = (await merchant.place(merchant.order(person, "ORDER-0002")))["prepay_id"]
    await phone.pay(person, merchant.client(other))
    assert merchant.open(await service.next())["plain"]["out_trade_no"] == "ORDER-0002"
    assert (await merchant.query())["trade_state"] == "SUCCESS"


async def test_a_late_notification_is_overtaken_by_the_next_order_s(
    phone: Phone, merchant: Merchant, service: Service, person: dict[str, Any], prepay_id: str
) -> None:
    other = (await merchant.place(merchant.order(person, "ORDER-0002")))["prepay_id"]
    await phone.fault(path=CALLBACK, kind="late_notification", seconds=1)
    await phone.pay(person, merchant.client(prepay_id))
    await phone.pay(person, merchant.client(other))
    arrived = [merchant.open(await service.next())["plain"]["out_trade_no"] for _ in range(2)]
    assert arrived == ["ORDER-0002", "ORDER-0001"]


async def test_a_probing_signature_comes_first_and_the_true_one_after_it_was_refused(
    phone: Phone, merchant: Merchant, service: Service, person: dict[str, Any], prepay_id: str
) -> None:
    await phone.fault(path=CALLBACK, kind="bad_signature")
    service.statuses = [401]
    await phone.pay(person, merchant.client(prepay_id))
    probe = await service.next()
    assert probe.headers["Wechatpay-Signature"].startswith("WECHATPAY/SIGNTEST/")
    with pytest.raises(InvalidSignature):
        merchant.open(probe)
    assert merchant.open(await service.next())["event_type"] == "TRANSACTION.SUCCESS"


async def test_signatures_follow_real_time_when_the_machine_clock_moves(
    phone: Phone, merchant: Merchant, service: Service, real_time: MovableTime, person: dict[str, Any], prepay_id: str
) -> None:
    client = merchant.client(prepay_id)
    real_time.move(1000)
    await phone.pay(person, client)
    received = await service.next()
    assert int(received.headers["Wechatpay-Timestamp"]) >= int(client["timeStamp"]) + 1000
