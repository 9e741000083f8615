"""Asking the platform: what was never notified is found, what nobody paid is closed."""

import asyncio
from typing import Any

import pytest

from tests.api.world import Phone, World
from tests.payments.books import CALLBACK, Books
from tests.worker.waiting import until

ORDERS = "/v3/pay/transactions/out-trade-no/*"


async def fault(world: World, path: str, kind: str, **fault: Any) -> None:
    await world.sandbox("POST", "/sandbox/faults", {"platform": "wechat", "path": path, "kind": kind, **fault})


@pytest.fixture
async def unheard(world: World, phone: Phone) -> str:
    """An order that was paid, and whose notification was lost: its number."""
    await fault(world, CALLBACK, "drop_notification")
    order = (await phone.order()).json
    await phone.pay(order["client"])
    return str(order["order_number"])


async def test_a_payment_whose_notification_was_lost_is_found(
    world: World, phone: Phone, books: Books, unheard: str
) -> None:
    assert (await phone.mine("GET")).json["payment_state"] == "due"
    assert await world.built.settlement.sweep() == 1
    assert (await phone.mine("GET")).json["payment_state"] == "paid"
    assert (await books.payments(), await books.orders()) == ([(unheard, 26000, True)], [(unheard, "paid")])
    assert await books.events() == ["order:opened", "payment:received"]
    assert await world.built.settlement.sweep() == 0


async def test_a_notification_that_comes_after_the_sweep_changes_nothing(
    world: World, phone: Phone, books: Books
) -> None:
    await fault(world, CALLBACK, "late_notification", seconds=0.5)
    order = (await phone.order()).json
    await phone.pay(order["client"])
    await world.built.settlement.sweep()
    await until(books.outcomes)
    await world.run_jobs()
    assert await books.outcomes() == ["known"]
    assert await books.payments() == [(order["order_number"], 26000, True)]


async def test_two_workers_sweeping_at_once_ask_once(world: World, books: Books, unheard: str) -> None:
    sweep = world.built.settlement.sweep
    assert sorted(await asyncio.gather(*(sweep() for _ in range(4)))) == [0, 0, 0, 1]
    assert await books.payments() == [(unheard, 26000, True)]


async def test_an_open_order_is_not_asked_about_again_at_once(world: World, phone: Phone, books: Books) -> None:
    await phone.order()
    assert [await world.built.settlement.sweep() for _ in range(2)] == [1, 0]
    await books.change("UPDATE payment_order SET asked_at = asked_at - interval '21 seconds'")
    assert await world.built.settlement.sweep() == 1
    assert [state for _, state in await books.orders()] == ["open"]


async def test_a_platform_that_does_not_answer_is_asked_later(
    world: World, phone: Phone, books: Books, unheard: str
) -> None:
    await fault(world, ORDERS, "status", status=503, times=2)
    assert await world.built.settlement.sweep() == 1
    assert await books.payments() == []
    await books.change("UPDATE payment_order SET asked_at = asked_at - interval '21 seconds'")
    await world.built.settlement.sweep()
    assert await books.payments() == [(unheard, 26000, True)]


async def test_an_answer_under_a_false_signature_is_not_believed(world: World, books: Books, unheard: str) -> None:
    await fault(world, ORDERS, "bad_signature")
    assert await world.built.settlement.sweep() == 1
    assert await books.payments() == []


async def test_an_order_that_nobody_paid_in_time_is_closed_here_and_there(
    world: World, phone: Phone, books: Books
) -> None:
    order = (await phone.order("first-intention")).json
    await world.at("2024-01-29 11:10")
    await world.built.settlement.sweep()
    assert await books.orders() == [(order["order_number"], "closed")]
    assert (await books.events(), await books.acts()) == (["order:opened", "order:closed"], ["ordered", "order_closed"])
    asked = await world.built.platforms.named("wechat").payments.ask(order["order_number"])
    assert asked.standing == "closed"
    assert await world.built.settlement.sweep() == 0
    assert (await phone.order("second-intention")).status == 200


async def test_an_order_that_was_paid_in_its_last_second_is_paid_and_not_closed(
    world: World, phone: Phone, books: Books, unheard: str
) -> None:
    await world.at("2024-01-29 11:10")
    await world.built.settlement.sweep()
    assert (await books.orders(), await books.payments()) == ([(unheard, "paid")], [(unheard, 26000, True)])


async def test_an_order_that_never_reached_the_platform_is_closed_when_its_time_is_over(
    world: World, phone: Phone, books: Books
) -> None:
    await fault(world, "/v3/pay/transactions/jsapi", "status", status=502, times=2)
    assert (await phone.order()).status == 503
    assert await world.built.settlement.sweep() == 0
    await world.at("2024-01-29 11:10")
    assert await world.built.settlement.sweep() == 1
    assert [state for _, state in await books.orders()] == ["closed"]


async def test_an_order_closed_at_the_platform_s_own_console_is_closed_here(
    world: World, phone: Phone, books: Books
) -> None:
    order = (await phone.order()).json
    await world.built.platforms.named("wechat").payments.close(order["order_number"])
    await world.built.settlement.sweep()
    assert await books.orders() == [(order["order_number"], "closed")]
    assert (await books.events(), await books.acts()) == (["order:opened", "order:closed"], ["ordered", "order_closed"])


async def test_a_payment_found_after_the_window_has_closed_counts_by_the_platform_s_date(
    world: World, phone: Phone, books: Books, unheard: str
) -> None:
    await world.at("2024-02-20 10:00")
    await world.built.settlement.sweep()
    assert await books.payments() == [(unheard, 26000, True)]
    assert (await phone.mine("GET")).json["payment_state"] == "paid"
