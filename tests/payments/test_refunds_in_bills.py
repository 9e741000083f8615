"""Money that went back, in the same day's bill: as our books have it, or a difference of its own name."""

import pytest

from tests.api.world import Phone, World
from tests.payments.books import Books
from tests.payments.giving_back import PLATFORMS, GivingBack
from tests.payments.ledger import DAY, Ledger


@pytest.fixture(params=PLATFORMS)
async def ledger(request: pytest.FixtureRequest, world: World, phone: Phone, books: Books) -> Ledger:
    """The candidate paid on this platform, and all of it went back on the same day."""
    site, area = await world.known_clerks()
    payer = phone if request.param == "wechat" else await phone.also_on(request.param)
    back = GivingBack(world, books, payer, site, area)
    await back.pay()
    await back.approve(await back.ask())
    assert await back.end() == "succeeded"
    return Ledger(world, books, payer)


async def test_a_refund_of_ours_is_in_the_bill_and_agrees(ledger: Ledger) -> None:
    await ledger.read()
    assert await ledger.days() == [(DAY, "done", None)]
    assert (await ledger.sums(), await ledger.differences()) == ((1, 26000, 1, 26000), [])


async def test_a_refund_of_another_amount_is_a_difference(ledger: Ledger, books: Books) -> None:
    await books.change("UPDATE refund SET amount_fen = 25999")
    await ledger.read()
    assert [kind for kind, *_ in await ledger.differences()] == ["refund_amount_differs"]
