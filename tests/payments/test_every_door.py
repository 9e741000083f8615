"""What must hold at every platform's door alike: forged, foreign, repeated, out of order, and all at once."""

import asyncio
from dataclasses import replace

import pytest

from sandbox.keys import SandboxKeys
from tests.api.world import Phone, World
from tests.payments.books import Books
from tests.payments.doors import Door, door_of
from tests.platforms.teller import Letter

ONE = "42000001"
FORM_ONLY = ("alipay", "baidu")


@pytest.fixture(params=["wechat", "alipay", "baidu"])
def door(request: pytest.FixtureRequest, sandbox_keys: SandboxKeys) -> Door:
    return door_of(request.param, sandbox_keys)


@pytest.fixture
async def number(door: Door, phone: Phone) -> str:
    """An open order's, at the door's platform."""
    payer = phone if door.platform == "wechat" else await phone.also_on(door.platform)
    return str((await payer.order("first-intention")).json["order_number"])


async def test_two_hundred_deliveries_of_one_notification_at_once_are_one_payment(
    world: World, books: Books, door: Door, number: str
) -> None:
    letter = door.letter(number)
    answers = await asyncio.gather(*(door.deliver(books, letter) for _ in range(200)))
    assert {status for status, _ in answers} == {200}
    assert len({words for _, words in answers}) == 1
    await world.run_jobs()
    assert (await books.payments(), await books.outcomes()) == ([(number, 26000, True)], ["paid"])
    assert await books.events() == ["order:opened", "payment:received"]


async def test_what_was_cut_changed_or_signed_by_somebody_else_is_refused_and_changes_nothing(
    world: World, books: Books, door: Door, number: str
) -> None:
    genuine = door.letter(number, transaction=ONE)
    stranger = door_of(door.platform, SandboxKeys.generate())
    forged = {
        "cut": replace(genuine, body=genuine.body[: len(genuine.body) // 2]),
        "its last bytes lost": replace(genuine, body=genuine.body[:-5]),
        "nothing": replace(genuine, body=b""),
        "another number": replace(genuine, body=_changed(genuine.body)),
        "somebody else's": stranger.letter(number, transaction=ONE),
        "a page": replace(genuine, body=b"<html>busy</html>"),
    }
    answers = {name: (await door.deliver(books, letter))[0] for name, letter in forged.items()}
    assert answers == dict.fromkeys(forged, 400)
    await world.run_jobs()
    assert await books.untouched()
    assert (await door.deliver(books, genuine))[0] == 200


async def test_a_genuine_one_about_another_merchant_or_amount_pays_nothing(
    world: World, books: Books, door: Door, number: str
) -> None:
    wrong = {
        "merchant_differs": door.letter(number, transaction="42000001", merchant="1900000109"),
        "amount_differs": door.letter(number, 25999, transaction="42000002"),
        "order_unknown": door.letter("ZK202401290000099999", transaction="42000003"),
        "not_paid": door.letter(number, transaction="42000004", state="not paid"),
    }
    for letter in wrong.values():
        assert (await door.deliver(books, letter))[0] == 200
        await world.run_jobs()
    assert (await books.outcomes(), await books.payments()) == (list(wrong), [])
    assert await books.orders() == [(number, "open")]


async def test_words_that_come_in_another_order_than_they_were_said_are_one_payment(
    world: World, books: Books, door: Door, number: str
) -> None:
    for state in ("paid", "not paid", "closed", "paid"):
        assert (await door.deliver(books, door.letter(number, state=state, transaction=ONE)))[0] == 200
        await world.run_jobs()
    assert (await books.payments(), await books.orders()) == ([(number, 26000, True)], [(number, "paid")])


async def test_a_payment_told_after_the_order_was_heard_to_be_closed_is_surplus_and_not_lost(
    world: World, books: Books, door: Door, number: str
) -> None:
    for state in ("closed", "paid"):
        await door.deliver(books, door.letter(number, state=state, transaction=ONE))
        await world.run_jobs()
    assert await books.payments() == [(number, 26000, False)]


@pytest.mark.parametrize("door", ["wechat", "alipay"], indirect=True)
async def test_one_signed_ten_days_ago_is_a_replay(books: Books, door: Door, number: str) -> None:
    assert (await door.deliver(books, door.letter(number, age=10 * 86400)))[0] == 400
    assert await books.untouched()


@pytest.mark.parametrize("door", FORM_ONLY, indirect=True)
async def test_a_plus_of_the_signature_that_came_as_a_space_is_still_that_signature(
    books: Books, door: Door, number: str
) -> None:
    """Base64 has no spaces, so nothing else can be meant."""
    letters = (door.letter(number, transaction=f"4200{n}") for n in range(50))
    letter = next(one for one in letters if b"%2B" in _signature(one))
    body = letter.body.replace(_signature(letter), _signature(letter).replace(b"%2B", b"+"))
    assert (await door.deliver(books, replace(letter, body=body)))[0] == 200
    assert len(await books.outcomes()) == 1


def _changed(body: bytes) -> bytes:
    """One letter of it: of the order number where it can be read, else of the middle, which is all signed there."""
    named = body.find(b"out_trade_no=")
    at = named + len(b"out_trade_no=") if named >= 0 else len(body) // 2
    return body[:at] + (b"1" if body[at : at + 1] != b"1" else b"2") + body[at + 1 :]


def _signature(letter: Letter) -> bytes:
    name = b"rsaSign=" if b"rsaSign=" in letter.body else b"sign="
    return letter.body.rpartition(name)[2]
