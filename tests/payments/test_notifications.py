"""Notifications at the callbacks' door: one registration is paid once, whatever comes, how often and in what order."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from backend.clock import EXAM_ZONE
from sandbox.keys import SandboxKeys
from tests.api.world import Phone, World
from tests.payments.books import CALLBACK, Books
from tests.platforms.forgeries import REFUSED
from tests.platforms.teller import Teller

PAID_AT = "2024-01-29T09:10:00+08:00"
CLOSES = datetime(2024, 2, 9, tzinfo=EXAM_ZONE)


@pytest.fixture
async def number(phone: Phone) -> str:
    """An open order's."""
    return str((await phone.order("first-intention")).json["order_number"])


async def payment_state(phone: Phone) -> str:
    return str((await phone.mine("GET")).json["payment_state"])


async def test_forty_different_notifications_of_one_payment_acted_on_at_once_are_one_payment(
    books: Books, teller: Teller, number: str
) -> None:
    plain = teller.transaction(number, 26000, PAID_AT)
    statuses = await asyncio.gather(*(books.deliver(teller.letter(plain)) for _ in range(40)))
    assert set(statuses) == {200}
    assert sorted(await books.act_on_all_at_once()) == ["known"] * 39 + ["paid"]
    assert await books.payments() == [(number, 26000, True)]
    assert await books.events() == ["order:opened", "payment:received"]


async def test_a_forged_notification_is_refused_and_changes_nothing(
    world: World, phone: Phone, books: Books, teller: Teller, number: str
) -> None:
    genuine = teller.letter(teller.transaction(number, 26000, PAID_AT), event_id="EVENT-1")
    statuses = {name: await books.deliver(forge(genuine)) for name, (forge, _) in REFUSED.items()}
    assert statuses == dict.fromkeys(REFUSED, 400)
    await world.run_jobs()
    assert await books.untouched()
    assert await payment_state(phone) == "due"
    assert await books.deliver(genuine) == 200


async def test_a_notification_signed_by_somebody_else_is_refused(books: Books, teller: Teller, number: str) -> None:
    stranger = Teller(SandboxKeys.generate())
    letter = stranger.letter(teller.transaction(number, 26000, PAID_AT))
    assert await books.deliver(letter) == 400
    assert await books.deliver(letter.but(serial=teller.keys.platform_key_id)) == 400
    assert await books.untouched()


async def test_a_notification_replayed_after_five_minutes_or_ten_days_is_refused(
    books: Books, teller: Teller, number: str
) -> None:
    for age in (301, 10 * 86400, -400):
        assert await books.deliver(teller.letter(teller.transaction(number, 26000, PAID_AT), age=age)) == 400
    assert await books.untouched()


OTHERWISE: dict[str, tuple[dict[str, Any], str]] = {
    "another merchant": ({"mchid": "1900000109"}, "merchant_differs"),
    "another app": ({"appid": "wx0000000000000000"}, "app_differs"),
    "a fen less": ({"amount": {"total": 25999, "currency": "CNY"}}, "amount_differs"),
    "a fen more": ({"amount": {"total": 26001, "currency": "CNY"}}, "amount_differs"),
    "the amount as text": ({"amount": {"total": "26000", "currency": "CNY"}}, "amount_differs"),
    "no amount": ({"amount": None}, "amount_differs"),
    "another currency": ({"amount": {"total": 26000, "currency": "HKD"}}, "currency_differs"),
    "no transaction": ({"transaction_id": None}, "transaction_missing"),
    "no time": ({"success_time": None}, "time_missing"),
    "an order we never made": ({"out_trade_no": "ZK202401290000099999"}, "order_unknown"),
    "not paid": ({"trade_state": "NOTPAY"}, "not_paid"),
    "a word we don't know": ({"trade_state": "ACCEPT"}, "unknown"),
}


async def test_a_genuine_notification_of_what_we_did_not_order_is_kept_and_pays_nothing(
    world: World, phone: Phone, books: Books, teller: Teller, number: str
) -> None:
    outcomes = {}
    for name, (changed, _) in OTHERWISE.items():
        assert await books.deliver(teller.letter(teller.transaction(number, 26000, PAID_AT) | changed)) == 200
        await world.run_jobs()
        outcomes[name] = (await books.outcomes())[-1]
    assert outcomes == {name: outcome for name, (_, outcome) in OTHERWISE.items()}
    assert (await books.payments(), await books.orders()) == ([], [(number, "open")])
    assert await payment_state(phone) == "due"


async def test_what_is_not_about_an_order_is_kept_and_does_nothing(
    world: World, books: Books, teller: Teller, number: str
) -> None:
    letter = teller.letter({"refund_status": "SUCCESS"}, event_type="REFUND.SUCCESS")
    assert await books.deliver(letter) == 200
    await world.run_jobs()
    assert (await books.outcomes(), await books.payments()) == (["not_about_an_order"], [])


async def test_a_notification_larger_than_any_is_not_read_to_its_end(books: Books, teller: Teller) -> None:
    assert await books.deliver(teller.signed(b"x" * (1 << 20))) == 413
    assert await books.outcomes() == []


async def test_the_sender_is_told_nothing_of_why(world: World, books: Books, teller: Teller, number: str) -> None:
    letter = teller.letter(teller.transaction(number, 26000, PAID_AT)).but(signature="WECHATPAY/SIGNTEST/abcd")
    url = world.api_url + CALLBACK
    async with world.http.post(url, data=letter.body, headers=letter.headers) as answer:
        assert (answer.status, await answer.json()) == (400, {"code": "FAIL", "message": "not accepted"})


async def test_a_payment_made_before_the_close_and_notified_after_it_counts(
    world: World, phone: Phone, books: Books, teller: Teller, number: str
) -> None:
    await world.at("2024-02-10 10:00")
    paid_at = (CLOSES - timedelta(seconds=1)).isoformat()
    assert await books.deliver(teller.letter(teller.transaction(number, 26000, paid_at))) == 200
    await world.run_jobs()
    assert await books.payments() == [(number, 26000, True)]
    assert await payment_state(phone) == "paid"


async def test_it_undoes_that_the_registration_was_forfeited_for_it(
    world: World, phone: Phone, books: Books, teller: Teller, number: str
) -> None:
    await world.at("2024-02-10 10:00")
    await books.change("UPDATE registration SET state = 'forfeited', forfeited_reason = 'not_paid'")
    paid_at = (CLOSES - timedelta(seconds=1)).isoformat()
    await books.deliver(teller.letter(teller.transaction(number, 26000, paid_at)))
    await world.run_jobs()
    registration = (await phone.mine("GET")).json
    assert (registration["state"], registration["payment_state"]) == ("approved", "paid")
    assert registration.get("forfeited_reason") is None


async def test_a_payment_made_after_the_close_does_not_count_and_is_kept_to_be_paid_back(
    world: World, phone: Phone, books: Books, teller: Teller, number: str
) -> None:
    await world.at("2024-02-10 10:00")
    assert await books.deliver(teller.letter(teller.transaction(number, 26000, CLOSES.isoformat()))) == 200
    await world.run_jobs()
    assert (await books.payments(), await books.outcomes()) == ([(number, 26000, False)], ["surplus"])
    assert await books.events() == ["order:opened", "payment:surplus"]
    assert await payment_state(phone) == "due"


async def test_a_second_payment_is_kept_as_surplus_and_told_of(
    world: World, phone: Phone, books: Books, teller: Teller, number: str
) -> None:
    """Two transactions of one order: no platform does so, and if one did, the money would not be lost."""
    for _ in range(2):
        await books.deliver(teller.letter(teller.transaction(number, 26000, PAID_AT)))
    await world.run_jobs()
    assert await books.payments() == [(number, 26000, True), (number, 26000, False)]
    assert await books.events() == ["order:opened", "payment:received", "payment:surplus"]
    assert await payment_state(phone) == "paid"


async def test_notifications_of_two_orders_in_either_order_are_one_payment_and_one_surplus(
    world: World, phone: Phone, books: Books, teller: Teller, number: str
) -> None:
    """The first order was closed unpaid, as far as we heard; its payment comes to light after the second one's."""
    await world.at("2024-01-29 11:00:01")
    second = (await phone.order("second-intention")).json["order_number"]
    for paid in (second, number):
        await books.deliver(teller.letter(teller.transaction(paid, 26000, PAID_AT)))
        await world.run_jobs()
    assert await books.payments() == [(second, 26000, True), (number, 26000, False)]
    assert [state for _, state in await books.orders()] == ["paid", "paid"]
    assert (await books.events())[-2:] == ["payment:received", "payment:surplus"]
    assert await payment_state(phone) == "paid"


async def test_payments_of_two_orders_acted_on_at_once_are_one_that_counts(
    world: World, phone: Phone, books: Books, teller: Teller, number: str
) -> None:
    await world.at("2024-01-29 11:00:01")
    second = (await phone.order("second-intention")).json["order_number"]
    for paid in (second, number) * 8:
        await books.deliver(teller.letter(teller.transaction(paid, 26000, PAID_AT)))
    assert sorted(await books.act_on_all_at_once()) == ["paid"] + ["surplus"] * 15
    assert sorted(counts for _, _, counts in await books.payments()) == [False] * 15 + [True]
    assert sorted((await books.events())[-16:]) == ["payment:received"] + ["payment:surplus"] * 15


async def test_after_the_money_was_received_an_older_word_of_not_being_paid_changes_nothing(
    world: World, phone: Phone, books: Books, teller: Teller, number: str
) -> None:
    paid = teller.transaction(number, 26000, PAID_AT)
    for plain in (paid, paid | {"trade_state": "NOTPAY"}, paid | {"trade_state": "CLOSED"}):
        await books.deliver(teller.letter(plain))
        await world.run_jobs()
    assert await books.orders() == [(number, "paid")]
    assert await payment_state(phone) == "paid"


async def test_a_notification_that_was_kept_and_not_acted_on_is_acted_on_once_when_it_is_taken_up_twice(
    world: World, books: Books, teller: Teller, number: str
) -> None:
    await books.deliver(teller.letter(teller.transaction(number, 26000, PAID_AT)))
    (row,) = await world.built.database.rows("SELECT id FROM callback")
    settle = world.built.callbacks.process
    outcomes = await asyncio.gather(*(settle(row["id"]) for _ in range(8)))
    assert sorted(set(outcomes)) in (["paid"], ["paid", "processed_already"])
    await world.run_jobs()
    assert await books.payments() == [(number, 26000, True)]
    assert await books.events() == ["order:opened", "payment:received"]
