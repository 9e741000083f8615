"""`zhunkao reconcile`, as an operator runs it: a report on standard output, status 1 where somebody must look."""

import asyncio
from pathlib import Path

import pytest

from tests.api.world import Phone, World
from tests.foundation.other_processes import end_of, python
from tests.payments.books import Books
from tests.payments.ledger import DAY, NEXT_MORNING, Ledger
from zhunkao.settings import as_environment


@pytest.fixture
def ledger(world: World, phone: Phone, books: Books) -> Ledger:
    return Ledger(world, books, phone)


async def reconciled(world: World, folder: Path, *options: str) -> tuple[int, list[str], str]:
    with python("-m", "zhunkao", "reconcile", *options, folder=folder, **as_environment(world.settings)) as command:
        status, out, err = await asyncio.to_thread(end_of, command)
    return status, out.splitlines(), err


async def test_a_clean_day_is_one_line_and_status_0(world: World, ledger: Ledger, tmp_path: Path) -> None:
    await ledger.paid()
    await world.at(NEXT_MORNING)
    status, lines, _ = await reconciled(world, tmp_path, "--day", DAY, "--platform", "wechat")
    assert lines == [f"wechat {DAY}: 1 payments, 260.00 yuan; 0 refunds, 0.00 yuan; as our books have it"]
    assert status == 0


async def test_what_differed_is_named_and_status_1_however_often_it_is_asked(
    world: World, ledger: Ledger, books: Books, tmp_path: Path
) -> None:
    number = await ledger.unheard()
    await world.at(NEXT_MORNING)
    first = await reconciled(world, tmp_path, "--day", DAY, "--platform", "wechat")
    assert first[0] == 1
    assert first[1][0].endswith("; 1 difference")
    assert first[1][1].startswith("  missing_here: paid according to the bill, not in our books (order ")
    assert first[1][1].endswith("bill 260.00 yuan, settled: paid)")
    assert await books.payments() == [(number, 26000, True)]
    assert (await reconciled(world, tmp_path, "--day", DAY, "--platform", "wechat"))[:2] == first[:2]


async def test_left_alone_it_takes_the_newest_day_of_every_platform(
    world: World, ledger: Ledger, tmp_path: Path
) -> None:
    await ledger.paid()
    await world.at(NEXT_MORNING)
    status, lines, _ = await reconciled(world, tmp_path)
    assert [line.partition(":")[0] for line in lines] == [f"{name} {DAY}" for name in ("wechat", "alipay", "baidu")]
    assert "not read yet (bill_not_ready); tried again at" in lines[1]
    assert status == 1


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--day", "2024-01-30"), "Error: The bill of 2024-01-30 can be had from 10:00 of the next day on.\n"),
        (("--platform", "telegram"), "Error: "),
    ],
)
async def test_what_can_not_be_had_is_told_in_words(
    world: World, ledger: Ledger, tmp_path: Path, options: tuple[str, ...], words: str
) -> None:
    await ledger.payer.order()
    await world.at(NEXT_MORNING)
    status, lines, err = await reconciled(world, tmp_path, *options)
    assert (status, lines) == (1, [])
    assert err.startswith(words)
