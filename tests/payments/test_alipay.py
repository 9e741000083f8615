"""Paying by Alipay through the front door, and moving a payment from one platform to another."""

from typing import Any

import pytest

from sandbox.keys import SandboxKeys
from tests.api.world import YI, Phone, World
from tests.payments.books import Books
from tests.platforms.cashiers import AlipayCashier

DOOR = "/callbacks/alipay/payments"
PAID_AT = "2024-01-29 09:10:00"


@pytest.fixture
async def alipay(phone: Phone) -> Phone:
    """The same candidate's phone with Alipay."""
    return await phone.also_on("alipay")


@pytest.fixture
def cashier(sandbox_keys: SandboxKeys) -> AlipayCashier:
    return AlipayCashier(sandbox_keys.alipay)


async def lose(world: World, platform: str, path: str, kind: str, **fault: Any) -> None:
    await world.sandbox("POST", "/sandbox/faults", {"platform": platform, "path": path, "kind": kind, **fault})


async def test_a_candidate_signs_in_binds_and_pays(alipay: Phone, books: Books) -> None:
    assert (await alipay.sign_in()).json["status"] == "signed_in"
    order = (await alipay.order()).json
    assert list(order["client"]) == ["tradeNO"]
    assert (await alipay.pay(order["client"]))["resultCode"] == "9000"
    await alipay.paid()
    number = order["order_number"]
    assert (await books.orders(), await books.payments()) == ([(number, "paid")], [(number, 26000, True)])
    assert await books.outcomes() == ["paid"]


async def test_a_candidate_opens_an_account_from_alipay(world: World) -> None:
    stranger = await world.stranger(YI, platform="alipay")
    assert (await world.call("POST", "/accounts", body=await stranger.account())).status == 201
    used = {"platform": "alipay", "code": await stranger.code()}
    first, second = [await world.call("POST", "/sessions", body=used) for _ in range(2)]
    assert (first.status, first.json["status"]) == (200, "signed_in")
    assert (second.status, second.code) == (422, "login_code_refused")


async def test_both_platforms_stand_in_the_list_of_bindings(alipay: Phone) -> None:
    items = (await alipay.call("GET", "/bindings")).json["items"]
    assert [item["platform"] for item in items] == ["alipay", "wechat"]


@pytest.mark.parametrize("outcome", ["cancelled", "insufficient"])
async def test_a_payment_that_was_not_finished_can_be_tried_again(alipay: Phone, books: Books, outcome: str) -> None:
    order = (await alipay.order()).json
    assert (await alipay.pay(order["client"], outcome))["resultCode"] in ("6001", "4000")
    assert (await alipay.order()).json["client"] == order["client"]
    assert await books.untouched()


@pytest.mark.parametrize("kind", ["duplicate_notification", "late_notification", "bad_signature"])
async def test_a_notification_that_comes_twice_late_or_after_a_false_one_is_one_payment(
    world: World, alipay: Phone, books: Books, kind: str
) -> None:
    await lose(world, "alipay", DOOR, kind, seconds=0.2)
    order = (await alipay.order()).json
    await alipay.pay(order["client"])
    await alipay.paid()
    assert await books.payments() == [(order["order_number"], 26000, True)]


async def test_a_payment_whose_notification_was_lost_is_found(world: World, alipay: Phone, books: Books) -> None:
    await lose(world, "alipay", DOOR, "drop_notification")
    order = (await alipay.order()).json
    await alipay.pay(order["client"])
    assert await world.built.settlement.sweep() == 1
    assert await books.payments() == [(order["order_number"], 26000, True)]


async def test_the_door_answers_in_alipays_words(alipay: Phone, books: Books, cashier: AlipayCashier) -> None:
    number = (await alipay.order()).json["order_number"]
    body = cashier.signed(cashier.paid(number, "260.00", PAID_AT))
    assert await books.post(DOOR, body) == (200, b"success")
    assert await books.post(DOOR, body) == (200, b"success")
    assert await books.post(DOOR, body.replace(b"260.00", b"1.00")) == (400, b"fail")
    assert len(await books.outcomes()) == 1


async def test_an_unknown_platforms_door_is_no_door(books: Books) -> None:
    status, _ = await books.post("/callbacks/telegram/payments", b"x=1")
    assert status == 404


async def test_a_notification_for_another_platforms_order_pays_nothing(
    world: World, phone: Phone, books: Books, cashier: AlipayCashier
) -> None:
    number = (await phone.order()).json["order_number"]
    await books.post(DOOR, cashier.signed(cashier.paid(number, "260.00", PAID_AT)))
    await world.run_jobs()
    assert (await books.outcomes(), await books.payments()) == (["order_unknown"], [])


@pytest.mark.parametrize(
    ("changed", "outcome"),
    [
        ({"app_id": "2021000000000000"}, "app_differs"),
        ({"seller_id": "2088000000000000"}, "merchant_differs"),
        ({"total_amount": "259.99"}, "amount_differs"),
        ({"trade_status": "WAIT_BUYER_PAY"}, "not_paid"),
        ({"trade_status": "TRADE_UNHEARD_OF"}, "unknown"),
    ],
)
async def test_a_genuine_notification_of_what_we_did_not_order_pays_nothing(
    world: World, alipay: Phone, books: Books, cashier: AlipayCashier, changed: dict[str, str], outcome: str
) -> None:
    number = (await alipay.order()).json["order_number"]
    fields = cashier.paid(number, "260.00", PAID_AT) | changed
    assert await books.post(DOOR, cashier.signed(fields)) == (200, b"success")
    await world.run_jobs()
    assert (await books.outcomes(), await books.payments()) == ([outcome], [])


@pytest.mark.parametrize("to_alipay", [True, False], ids=["WeChat to Alipay", "Alipay to WeChat"])
async def test_changing_the_platform_closes_the_other_order_first(
    phone: Phone, alipay: Phone, books: Books, to_alipay: bool
) -> None:
    before, after = (phone, alipay) if to_alipay else (alipay, phone)
    old = (await before.order("first-intention")).json
    new = (await after.order("second-intention")).json
    assert await books.orders() == [(old["order_number"], "closed"), (new["order_number"], "open")]
    told = await before.pay(old["client"])
    assert told.get("resultCode") == "4000" or "fail" in told.get("errMsg", "")
    await after.pay(new["client"])
    await after.paid()
    assert await books.payments() == [(new["order_number"], 26000, True)]


async def test_an_order_paid_over_there_is_found_when_the_platform_is_changed(
    world: World, phone: Phone, alipay: Phone, books: Books
) -> None:
    await lose(world, "wechat", "/callbacks/*", "drop_notification")
    order = (await phone.order("first-intention")).json
    await phone.pay(order["client"])
    refused = await alipay.order("second-intention")
    assert (refused.status, refused.code) == (409, "already_paid")
    assert await books.payments() == [(order["order_number"], 26000, True)]


async def test_while_the_first_platform_is_silent_the_other_takes_no_order(
    world: World, phone: Phone, alipay: Phone, books: Books
) -> None:
    await phone.order("first-intention")
    await lose(world, "wechat", "/v3/pay/transactions/out-trade-no/*", "status", status=500, times=2)
    assert (await alipay.order("second-intention")).status == 503
    assert [state for _, state in await books.orders()] == ["open"]
    assert (await alipay.order("second-intention")).status == 200
