"""The deadline of the payment: nobody forfeits before the platform has answered, and money that was in time counts."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
import structlog

from backend.clock import EXAM_ZONE
from tests.api.world import Phone, World
from tests.payments.books import CALLBACK, Books
from tests.platforms.teller import Teller

ORDERS = "/v3/pay/transactions/out-trade-no/*"
BEFORE, CLOSES, LAST_MINUTES = "2024-02-08 23:59:59.999999", "2024-02-09 00:00:00", "2024-02-08 23:50"
IN_TIME, TOO_LATE = "2024-02-08T23:59:59+08:00", "2024-02-09T00:00:00+08:00"


async def fault(world: World, path: str, kind: str, **fault: Any) -> None:
    await world.sandbox("POST", "/sandbox/faults", {"platform": "wechat", "path": path, "kind": kind, **fault})


async def stands(phone: Phone) -> tuple[str, str, str | None]:
    """State, payment state and why it is forfeited."""
    kept = (await phone.mine("GET")).json
    return kept["state"], kept["payment_state"], kept["forfeited_reason"]


async def a_while_later(books: Books) -> None:
    await books.change("UPDATE payment_order SET asked_at = asked_at - interval '21 seconds'")


FORFEITED = ("forfeited", "due", "not_paid")
DUE = ("approved", "due", None)
PAID = ("approved", "paid", None)


@pytest.mark.parametrize(("now", "expected"), [(BEFORE, DUE), (CLOSES, FORFEITED)])
async def test_who_has_not_paid_forfeits_in_the_second_in_which_payment_is_over(
    world: World, phone: Phone, stop_at: Callable[[str], None], now: str, expected: tuple[str, str, str | None]
) -> None:
    stop_at(now)
    await world.built.unpaid.sweep()
    assert await stands(phone) == expected


async def test_they_are_told_what_to_do_if_they_did_pay(world: World, phone: Phone) -> None:
    await world.at(CLOSES)
    assert await world.built.unpaid.sweep() == 1
    step = await phone.step("payment")
    assert (step["state"], step["until"], step["action"]) == ("failed", "2024-02-09T00:00:00+08:00", None)
    assert step["message"].startswith("网上缴费已于 2月8日 24:00 截止，未查到您的缴费")
    assert "请勿重复付款" in step["message"]
    refused = await phone.order()
    assert (refused.status, refused.code) == (409, "stage_over")


async def test_an_open_order_is_asked_about_and_closed_before_the_exam_is_forfeited(
    world: World, phone: Phone, books: Books
) -> None:
    await world.at(LAST_MINUTES)
    number = (await phone.order()).json["order_number"]
    await world.at(CLOSES)
    assert await world.built.unpaid.sweep() == 1
    assert (await stands(phone), await books.orders()) == (FORFEITED, [(number, "closed")])
    asked = await world.built.platforms.named("wechat").payments.ask(number)
    assert asked.standing == "closed"


async def test_a_payment_of_the_last_minutes_that_was_never_notified_is_found_and_nothing_is_forfeited(
    world: World, phone: Phone, books: Books
) -> None:
    await world.at(LAST_MINUTES)
    await fault(world, CALLBACK, "drop_notification")
    order = (await phone.order()).json
    await phone.pay(order["client"])
    await world.at(CLOSES)
    assert await world.built.unpaid.sweep() == 0
    assert (await stands(phone), await books.payments()) == (PAID, [(order["order_number"], 26000, True)])


async def test_while_the_platform_is_down_at_the_deadline_nobody_forfeits_and_staff_are_alarmed(
    world: World, phone: Phone, books: Books
) -> None:
    await world.at(LAST_MINUTES)
    number = (await phone.order()).json["order_number"]
    await world.at(CLOSES)
    await fault(world, ORDERS, "status", status=503, times=100)
    with structlog.testing.capture_logs() as logged:
        assert await world.built.unpaid.sweep() == 0
    alarms = [
        (entry["log_level"], entry["order"]) for entry in logged if entry["event"] == "deadline_waits_for_platform"
    ]
    assert alarms == [("error", number)]
    assert (await stands(phone), await books.orders()) == (DUE, [(number, "open")])
    await world.http.delete(f"{world.sandbox_url}/sandbox/faults")
    assert await world.built.unpaid.sweep() == 0  # asked a moment ago
    await a_while_later(books)
    assert await world.built.unpaid.sweep() == 1
    assert await stands(phone) == FORFEITED


async def test_a_payment_made_while_the_platform_was_down_counts_once_it_answers(
    world: World, phone: Phone, books: Books
) -> None:
    await world.at(LAST_MINUTES)
    await fault(world, CALLBACK, "drop_notification")
    await phone.pay((await phone.order()).json["client"])
    await world.at(CLOSES)
    await fault(world, ORDERS, "status", status=503, times=2)
    assert await world.built.unpaid.sweep() == 0
    assert await stands(phone) == DUE
    await a_while_later(books)
    assert await world.built.unpaid.sweep() == 0
    assert await stands(phone) == PAID


@pytest.mark.parametrize(
    ("paid_at", "expected", "counts"),
    [(IN_TIME, PAID, True), (TOO_LATE, FORFEITED, False)],
    ids=["in time", "too late"],
)
async def test_money_notified_after_the_forfeiture_undoes_it_where_the_platforms_time_is_before_the_close(
    world: World,
    phone: Phone,
    books: Books,
    teller: Teller,
    paid_at: str,
    expected: tuple[str, str, str | None],
    counts: bool,
) -> None:
    """The platform had said "not paid" at the deadline, and its own notification says otherwise."""
    await world.at(LAST_MINUTES)
    number = (await phone.order()).json["order_number"]
    await world.at(CLOSES)
    await world.built.unpaid.sweep()
    assert await stands(phone) == FORFEITED
    assert await books.deliver(teller.letter(teller.transaction(number, 26000, paid_at))) == 200
    await world.run_jobs()
    assert (await stands(phone), await books.payments()) == (expected, [(number, 26000, counts)])
    assert await world.built.unpaid.sweep() == 0
    assert await stands(phone) == expected


async def test_many_workers_at_once_ask_once_and_forfeit_once(world: World, phone: Phone, books: Books) -> None:
    await world.at(LAST_MINUTES)
    await phone.order()
    await world.at(CLOSES)
    counts = await asyncio.gather(*(world.built.unpaid.sweep() for _ in range(4)))
    assert sum(counts) + await world.built.unpaid.sweep() == 1
    acts = await world.built.database.rows("SELECT act FROM audit_record WHERE act IN ('forfeited', 'order_closed')")
    assert sorted(row["act"] for row in acts) == ["forfeited", "order_closed"]


async def test_where_it_is_paid_at_the_site_nobody_forfeits_for_it(
    world: World, phone: Phone, stop_at: Callable[[str], None]
) -> None:
    await world.built.database.execute(
        "UPDATE registration SET form = jsonb_set(jsonb_set(form, '{registration,area}', '\"贵州\"'), "
        "'{registration,site}', '\"省直\"')"
    )
    stop_at("2024-03-01 00:00:00")
    assert await world.built.unpaid.sweep() == 0
    assert await stands(phone) == DUE


async def test_who_was_approved_after_payment_was_over_does_not_pay_for_the_offices_lateness(
    world: World, phone: Phone, books: Books
) -> None:
    (row,) = await world.built.database.rows("SELECT payment_due_since FROM registration")
    assert row["payment_due_since"].astimezone(EXAM_ZONE).strftime("%Y-%m-%d %H:%M") == "2024-01-20 10:00"
    await books.change("UPDATE registration SET payment_due_since = '2024-02-09T00:00:00+08:00'")
    await world.at("2024-02-10 10:00")
    assert await world.built.unpaid.sweep() == 0
    assert await stands(phone) == DUE
