"""An order is moved to another platform while it is being paid at the first: paid once, whoever was faster."""

import asyncio
from itertools import permutations
from typing import Any

import pytest

from tests.api.world import Phone, World
from tests.payments.books import Books
from tests.payments.doors import door_of

PAIRS = list(permutations(("wechat", "alipay", "baidu"), 2))


async def payer_on(phone: Phone, platform: str) -> Phone:
    return phone if platform == "wechat" else await phone.also_on(platform)


def went_through(told: Any) -> bool:
    """In each platform's own words."""
    words = {"errMsg": "requestPayment:ok", "resultCode": "9000", "errCode": 0}
    return any(told.get(name) == word for name, word in words.items())


async def settled(world: World, phone: Phone) -> None:
    """All that is under way has arrived and is acted on, lost or not."""
    await phone.paid()
    await world.built.settlement.sweep()
    await world.run_jobs()


@pytest.mark.parametrize(("first", "second"), PAIRS)
async def test_moved_while_it_is_being_paid_it_is_paid_once_and_no_money_is_lost(
    world: World, phone: Phone, books: Books, first: str, second: str
) -> None:
    one, other = await payer_on(phone, first), await payer_on(phone, second)
    old = (await one.order("first-intention")).json
    told, moved = await asyncio.gather(one.pay(old["client"]), other.order("second-intention"))
    assert moved.status in (200, 409, 503)
    taken = [old["order_number"]] if went_through(told) else []
    if moved.status == 200 and moved.json["client"] and went_through(await other.pay(moved.json["client"])):
        taken.append(moved.json["order_number"])
    assert taken
    await settled(world, phone)
    payments = await books.payments()
    assert sorted(number for number, _, _ in payments) == sorted(taken)
    assert [counts for _, _, counts in payments].count(True) == 1
    assert (await books.events()).count("payment:received") == 1
    assert (await books.events()).count("payment:surplus") == len(taken) - 1


@pytest.mark.parametrize(("first", "second"), PAIRS)
async def test_paid_at_both_at_once_one_counts_and_the_other_is_surplus(
    world: World, phone: Phone, books: Books, first: str, second: str
) -> None:
    """The first platform had confirmed that its order is closed, and takes its word back."""
    one, other = await payer_on(phone, first), await payer_on(phone, second)
    old = (await one.order("first-intention")).json["order_number"]
    new = (await other.order("second-intention")).json["order_number"]
    letters = [(door_of(first, world.keys), old), (door_of(second, world.keys), new)]
    await asyncio.gather(*(door.deliver(books, door.letter(number)) for door, number in letters))
    await asyncio.gather(books.act_on_all_at_once(), world.run_jobs())
    assert sorted(await books.payments()) == sorted([(old, 26000, False), (new, 26000, True)])
    assert sorted((await books.events())[-2:]) == ["payment:received", "payment:surplus"]
