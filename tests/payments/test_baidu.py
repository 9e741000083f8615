"""Paying by Baidu through the front door, and orders that were closed here and can still be paid there."""

import json
from datetime import datetime

import pytest

from backend.clock import EXAM_ZONE
from sandbox.keys import SandboxKeys
from tests.api.world import Phone, World
from tests.payments.books import Books
from tests.platforms.cashiers import BaiduCashier
from tests.worker.waiting import until

DOOR = "/callbacks/baidu/payments"
PAID_AT = int(datetime(2024, 1, 29, 9, 10, tzinfo=EXAM_ZONE).timestamp())
CONSUMED = {"errno": 0, "msg": "success", "data": {"isConsumed": 2}}
SENT_BACK = {"errno": 0, "msg": "success", "data": {"isErrorOrder": 1, "isConsumed": 2}}


@pytest.fixture
async def baidu(phone: Phone) -> Phone:
    """The same candidate's phone with Baidu."""
    return await phone.also_on("baidu")


@pytest.fixture
def cashier(sandbox_keys: SandboxKeys) -> BaiduCashier:
    return BaiduCashier(sandbox_keys.baidu)


async def answered(books: Books, body: bytes) -> object:
    status, words = await books.post(DOOR, body)
    assert status == 200
    return json.loads(words)


async def test_a_candidate_signs_in_binds_and_pays(baidu: Phone, books: Books) -> None:
    assert (await baidu.sign_in()).json["status"] == "signed_in"
    order = (await baidu.order()).json
    assert order["client"]["orderInfo"]["totalAmount"] == "26000"
    assert (await baidu.pay(order["client"]))["errCode"] == 0
    await baidu.paid()
    assert await books.payments() == [(order["order_number"], 26000, True)]
    assert await books.outcomes() == ["paid"]


async def test_a_payment_whose_notification_was_lost_is_found(world: World, baidu: Phone, books: Books) -> None:
    fault = {"platform": "baidu", "path": DOOR, "kind": "drop_notification"}
    await world.sandbox("POST", "/sandbox/faults", fault)
    order = (await baidu.order()).json
    await baidu.pay(order["client"])
    assert await world.built.settlement.sweep() == 1
    assert await books.payments() == [(order["order_number"], 26000, True)]


async def test_the_door_answers_every_delivery_alike(
    world: World, baidu: Phone, books: Books, cashier: BaiduCashier
) -> None:
    number = (await baidu.order()).json["order_number"]
    body = cashier.signed(cashier.paid(number, 26000, PAID_AT))
    assert await answered(books, body) == CONSUMED
    await world.run_jobs()
    assert await answered(books, body) == CONSUMED
    status, words = await books.post(DOOR, body.replace(b"totalMoney=26000", b"totalMoney=1"))
    assert (status, json.loads(words)["errno"]) == (400, 10000)
    assert await books.payments() == [(number, 26000, True)]


async def test_a_closed_order_paid_late_is_sent_back_however_often_it_is_told(
    world: World, phone: Phone, baidu: Phone, books: Books, cashier: BaiduCashier
) -> None:
    old = (await baidu.order("first-intention")).json
    new = (await phone.order("second-intention")).json
    assert await books.orders() == [(old["order_number"], "closed"), (new["order_number"], "open")]
    body = cashier.signed(cashier.paid(old["order_number"], 26000, PAID_AT))
    assert await answered(books, body) == SENT_BACK
    await world.run_jobs()
    assert await answered(books, body) == SENT_BACK
    assert await books.payments() == [(old["order_number"], 26000, False)]
    assert (await phone.mine("GET")).json["payment_state"] == "due"


async def test_an_old_order_info_paid_after_moving_to_wechat_comes_back_to_the_phone(
    world: World, phone: Phone, baidu: Phone, books: Books
) -> None:
    """Its cashier had never opened, so there was nothing to cancel, and its signature doesn't expire."""
    old = (await baidu.order("first-intention")).json
    new = (await phone.order("second-intention")).json
    assert (await baidu.pay(old["client"]))["errCode"] == 0
    await phone.pay(new["client"])
    await phone.paid()

    async def refunds() -> list[object]:
        inbox = (await world.sandbox("GET", f"/sandbox/users/{baidu.user_id}/inbox"))["items"]
        return [arrival["content"] for arrival in inbox if arrival["kind"] == "refund"]

    await until(refunds)
    await world.run_jobs()
    assert await refunds() == [{"tpOrderId": old["order_number"], "refundPayMoney": 26000}]
    assert sorted(await books.payments()) == sorted(
        [(old["order_number"], 26000, False), (new["order_number"], 26000, True)]
    )


async def test_an_order_whose_cashier_had_opened_is_cancelled_there(phone: Phone, baidu: Phone, books: Books) -> None:
    old = (await baidu.order("first-intention")).json
    await baidu.pay(old["client"], "cancelled")
    await phone.order("second-intention")
    assert (await baidu.pay(old["client"]))["errCode"] == 1
    assert [state for _, state in await books.orders()] == ["closed", "open"]


async def test_an_expired_order_is_closed_by_the_sweep_though_baidu_has_never_heard_of_it(
    world: World, baidu: Phone, books: Books
) -> None:
    await baidu.order()
    await world.at("2024-01-29 11:10")
    assert await world.built.settlement.sweep() == 1
    assert [state for _, state in await books.orders()] == ["closed"]


async def test_money_for_an_order_that_is_not_ours_is_sent_back(books: Books, cashier: BaiduCashier) -> None:
    body = cashier.signed(cashier.paid("ZK202401290000099999", 26000, PAID_AT))
    assert await answered(books, body) == SENT_BACK


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [({"dealId": "1"}, "merchant_differs"), ({"totalMoney": "1"}, "amount_differs"), ({"status": "1"}, "not_paid")],
)
async def test_a_genuine_notification_of_what_we_did_not_order_pays_nothing(
    world: World, baidu: Phone, books: Books, cashier: BaiduCashier, changed: dict[str, str], outcome: str
) -> None:
    number = (await baidu.order()).json["order_number"]
    await books.post(DOOR, cashier.signed(cashier.paid(number, 26000, PAID_AT) | changed))
    await world.run_jobs()
    assert (await books.outcomes(), await books.payments()) == ([outcome], [])
