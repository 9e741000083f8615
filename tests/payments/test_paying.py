"""Paying, from the tap to the registration that is paid: and what comes of it when it isn't."""

import pytest

from tests.api.world import Phone, World
from tests.payments.books import CALLBACK, Books


async def test_a_payment_makes_the_registration_paid_once_and_says_so(phone: Phone, books: Books) -> None:
    order = (await phone.order()).json
    assert (await phone.pay(order["client"]))["errMsg"] == "requestPayment:ok"
    await phone.paid()
    number = order["order_number"]
    assert (await books.orders(), await books.payments()) == ([(number, "paid")], [(number, 26000, True)])
    assert await books.events() == ["order:opened", "payment:received"]
    assert (await books.acts(), await books.outcomes()) == (["ordered", "paid"], ["paid"])
    assert (await phone.step("payment"))["state"] == "done"
    shown = (await phone.mine("GET", "/payment")).json
    assert (shown["state"], shown["client"]) == ("paid", None)


async def test_what_was_paid_is_dated_by_the_platform(world: World, phone: Phone) -> None:
    order = (await phone.order()).json
    await phone.pay(order["client"])
    await phone.paid()
    (row,) = await world.built.database.rows(
        "SELECT r.paid_at = p.paid_at AS same, p.paid_at < now() AS past FROM registration r, payment p"
    )
    assert row == {"same": True, "past": True}


async def test_a_paid_registration_takes_no_further_order(phone: Phone, books: Books) -> None:
    order = (await phone.order("first-intention")).json
    await phone.pay(order["client"])
    await phone.paid()
    for key in ("first-intention", "second-intention"):
        refused = await phone.order(key)
        assert (refused.status, refused.code) == (409, "already_paid")
    assert len(await books.orders()) == 1


@pytest.mark.parametrize(
    ("outcome", "told"),
    [("cancelled", "requestPayment:fail cancel"), ("insufficient", "requestPayment:fail 余额不足")],
)
async def test_a_payment_that_was_not_finished_leaves_the_order_to_be_paid(
    phone: Phone, books: Books, outcome: str, told: str
) -> None:
    order = (await phone.order()).json
    assert (await phone.pay(order["client"], outcome))["errMsg"] == told
    again = (await phone.order("another-intention")).json
    assert again["order_number"] == order["order_number"]
    assert await books.untouched()
    await phone.pay(again["client"])
    await phone.paid()
    assert await books.payments() == [(order["order_number"], 26000, True)]


@pytest.mark.parametrize("kind", ["duplicate_notification", "late_notification", "bad_signature"])
async def test_a_notification_that_comes_twice_late_or_after_a_probe_is_one_payment(
    world: World, phone: Phone, books: Books, kind: str
) -> None:
    fault = {"platform": "wechat", "path": CALLBACK, "kind": kind, "seconds": 0.2}
    await world.sandbox("POST", "/sandbox/faults", fault)
    order = (await phone.order()).json
    await phone.pay(order["client"])
    await phone.paid()
    assert await books.payments() == [(order["order_number"], 26000, True)]
    assert await books.outcomes() == ["paid"]
