"""Each platform's daily bill beside our books, through the front door: read whole, once, and no money lost."""

import asyncio

import pytest

from tests.api.world import Phone, World
from tests.payments.books import Books
from tests.payments.ledger import DAY, NEXT_MORNING, Ledger

ASKS = {
    "wechat": "/v3/bill/tradebill",
    "alipay": "/gateway.do/alipay.data.dataservice.bill.downloadurl.query",
    "baidu": "/rest/2.0/smartapp/pay/paymentservice/orderBill",
}
FILES = {"wechat": "/v3/billdownload/file", "alipay": "/downloadBillFile.resource", "baidu": "/bills/order"}
SPOILT = {
    "wechat": {"cut_file": "not_gzip", "html": "not_gzip", "altered_file": "hash_differs"},
    "alipay": {"cut_file": "not_zip", "html": "not_zip", "altered_file": "sums_differ"},
    "baidu": {"cut_file": "not_a_bill", "html": "not_a_bill", "altered_file": "sums_differ"},
}


@pytest.fixture(params=["wechat", "alipay", "baidu"])
async def ledger(request: pytest.FixtureRequest, world: World, phone: Phone, books: Books) -> Ledger:
    """The candidate pays on this platform."""
    payer = phone if request.param == "wechat" else await phone.also_on(request.param)
    return Ledger(world, books, payer)


async def test_a_day_on_which_all_was_heard_of_agrees(ledger: Ledger) -> None:
    await ledger.paid()
    await ledger.read()
    assert await ledger.days() == [(DAY, "done", None)]
    assert (await ledger.sums(), await ledger.differences()) == ((1, 26000, 0, 0), [])
    assert await ledger.told() == (0, 1)


async def test_a_payment_that_nobody_told_us_of_is_found_in_the_bill_and_settled(
    ledger: Ledger, books: Books, phone: Phone
) -> None:
    number = await ledger.unheard()
    await ledger.read()
    assert await ledger.differences() == [("missing_here", number, "paid", True)]
    assert await books.payments() == [(number, 26000, True)]
    assert (await phone.mine("GET")).json["payment_state"] == "paid"
    assert await ledger.told() == (1, 1)


async def test_before_ten_o_clock_nobody_asks_for_a_bill(ledger: Ledger, world: World) -> None:
    await ledger.unheard()
    await world.at("2024-01-30 09:59")
    assert await ledger.sweep() == 0
    assert await ledger.days() == []


async def test_another_amount_than_the_recorded_one_is_a_difference(ledger: Ledger, books: Books) -> None:
    number = await ledger.paid()
    await books.change("UPDATE payment SET amount_fen = 25999")
    await ledger.read()
    assert await ledger.differences() == [("amount_differs", number, None, False)]


async def test_another_amount_than_the_ordered_one_is_asked_about_and_pays_nothing(
    ledger: Ledger, books: Books
) -> None:
    number = await ledger.unheard()
    await books.change("UPDATE payment_order SET amount_fen = 25999")
    await ledger.read()
    assert await ledger.differences() == [("amount_differs", number, "amount_differs", False)]
    assert await books.payments() == []


async def test_money_for_an_order_that_nobody_knows_is_a_difference(ledger: Ledger, books: Books) -> None:
    number = await ledger.unheard()
    await books.change("UPDATE payment_order SET order_number = 'ZK0'")
    await ledger.read()
    assert await ledger.differences() == [("unknown_order", number, None, False)]
    assert await books.payments() == []


async def test_what_our_books_have_and_the_bill_has_not_is_a_difference(ledger: Ledger, books: Books) -> None:
    """Two at once: what the bill has is missing here, and what came of asking is surplus beside what stood here."""
    number = await ledger.paid()
    await books.change("UPDATE payment SET transaction_id = 'made up'")
    await ledger.read()
    assert await ledger.differences() == [
        ("missing_here", number, "surplus", True),
        ("missing_there", number, None, False),
    ]


async def test_reading_again_changes_nothing(ledger: Ledger, books: Books) -> None:
    await ledger.unheard()
    await ledger.read()
    before = await ledger.differences(), await ledger.told(), await books.payments()
    await ledger.time_passes()
    await ledger.sweep()
    service = ledger.world.built.reconciliations
    await service.reconcile(ledger.platform, service.newest_day())
    assert (await ledger.differences(), await ledger.told(), await books.payments()) == before


async def test_four_workers_at_once_and_two_operators_find_it_once(ledger: Ledger, books: Books) -> None:
    number = await ledger.unheard()
    await ledger.world.at(NEXT_MORNING)
    service = ledger.world.built.reconciliations
    day = service.newest_day()
    works = [*(service.sweep() for _ in range(4)), *(service.reconcile(ledger.platform, day) for _ in range(2))]
    await asyncio.gather(*works)
    assert await ledger.days() == [(DAY, "done", None)]
    assert [kind for kind, *_ in await ledger.differences()] == ["missing_here"]
    assert (await ledger.told(), await books.payments()) == ((1, 1), [(number, 26000, True)])


@pytest.mark.parametrize("kind", ["cut_file", "html", "altered_file"])
async def test_from_a_file_that_is_not_whole_nothing_is_concluded_and_the_next_one_is_read(
    ledger: Ledger, books: Books, kind: str
) -> None:
    number = await ledger.unheard()
    await ledger.fault(FILES[ledger.platform], kind)
    await ledger.read()
    assert await ledger.days() == [(DAY, "waiting", SPOILT[ledger.platform][kind])]
    assert (await ledger.differences(), await books.payments()) == ([], [])
    assert await ledger.sweep() == 0
    await ledger.time_passes()
    await ledger.sweep()
    assert await ledger.days() == [(DAY, "done", None)]
    assert await books.payments() == [(number, 26000, True)]


@pytest.mark.parametrize("kind", ["status", "timeout"])
async def test_a_platform_that_does_not_answer_is_asked_again_later(ledger: Ledger, kind: str) -> None:
    await ledger.paid()
    await ledger.fault(ASKS[ledger.platform], kind, times=2, seconds=0)
    await ledger.read()
    assert await ledger.days() == [(DAY, "waiting", "platform_unavailable")]
    await ledger.time_passes()
    await ledger.sweep()
    assert (await ledger.days(), await ledger.differences()) == ([(DAY, "done", None)], [])


async def test_days_that_were_missed_are_made_up_for(ledger: Ledger, world: World) -> None:
    await ledger.paid()
    await world.at("2024-02-06 10:00")
    await ledger.sweep()
    found = await ledger.days()
    assert [day for day, *_ in found] == [DAY, "2024-01-30", "2024-01-31", *(f"2024-02-0{n}" for n in range(1, 6))]
    assert found[0] == (DAY, "done", None)
    await world.at("2024-02-12 10:00")
    await ledger.time_passes()
    await ledger.sweep()
    assert {state for _, state, _ in (await ledger.days())[:8]} == {"done"}


async def test_a_platform_silent_about_the_order_is_asked_again(ledger: Ledger, books: Books) -> None:
    number = await ledger.unheard()
    order_calls = {
        "wechat": "/v3/pay/transactions/out-trade-no/*",
        "alipay": "/gateway.do/alipay.trade.query",
        "baidu": "*/findByTpOrderId",
    }
    await ledger.fault(order_calls[ledger.platform], "status", status=503, times=2)
    await ledger.read()
    assert await ledger.differences() == [("missing_here", number, None, False)]
    await ledger.time_passes()
    await ledger.sweep()
    assert await ledger.differences() == [("missing_here", number, "paid", True)]
