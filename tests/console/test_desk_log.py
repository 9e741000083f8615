"""The desks' log loses what is old, batch by batch, and whoever comes from before what is left is told to look anew."""

import asyncio
import re

import pytest
from playwright.async_api import Browser, expect

from backend.inquiries.desk_log import DeskLog
from backend.inquiries.desk_models import DeskEvent, DeskLogStart
from tests.api.world import Phone
from tests.console.conftest import Console
from tests.console.desk import Sitting, asks, at_desk, sitting, writes
from tests.console.test_desk_pages import screen

OLD = "UPDATE desk_event SET happened_at = happened_at - interval '31 days' WHERE id <= $1"


@pytest.fixture
async def clerk(console: Console) -> Sitting:
    return await sitting(console, "desk.first", "示例甲")


@pytest.fixture
async def phone(console: Console) -> Phone:
    return await console.world.person()


async def aged(console: Console, phone: Phone, count: int) -> list[int]:
    """So many old events of the sample site's desk, and two new ones; their numbers."""
    inquiry = await asks(phone)
    for number in range(count + 1):
        await writes(phone, inquiry, f"第{number}条")
    numbers = [one.id for one in await DeskEvent.all().order_by("id")]
    await console.world.built.database.execute(OLD, numbers[count - 1])
    return numbers


async def test_old_events_go_in_batches_and_the_others_stay(console: Console, phone: Phone) -> None:
    numbers = await aged(console, phone, 7)
    told = await asyncio.gather(*(DeskLog(console.world.built.database, batch=2).prune() for _ in range(3)))
    assert sum(told) == 7
    assert [one.id for one in await DeskEvent.all().order_by("id")] == numbers[7:]
    start = await DeskLogStart.get()
    assert start.pruned_to == numbers[6] and start.office > 0
    assert await console.world.built.desk_log.prune() == 0


async def test_who_comes_from_before_the_log_s_start_is_told_to_look_anew_once(
    console: Console, clerk: Sitting, phone: Phone
) -> None:
    numbers = await aged(console, phone, 3)
    await console.world.built.desk_log.prune()
    for last in (None, numbers[0], numbers[1]):
        async with at_desk(clerk, last=last) as reader:
            reload, *rest = await reader.until(3)
            assert (reload.name, reload.number) == ("reload", numbers[2])
            assert [(one.name, one.number) for one in rest] == [("message", number) for number in numbers[3:]]
    # Whoever has seen the last one that is gone, as the browser has after being told, has missed nothing.
    async with at_desk(clerk, last=numbers[2]) as reader:
        assert [one.name for one in await reader.until(2)] == ["message", "message"]


async def test_a_page_opened_on_a_log_that_is_all_gone_goes_on_from_its_end(
    console: Console, clerk: Sitting, phone: Phone
) -> None:
    numbers = await aged(console, phone, 3)
    await console.world.built.database.execute(OLD, numbers[-1])
    await console.world.built.desk_log.prune()
    assert not await DeskEvent.exists()
    _, body = await clerk.get("/inbox")
    after = re.search(r"/inbox/events\?after=(\d+)", body)
    assert after and int(after[1]) == numbers[-1]
    async with at_desk(clerk, last=int(after[1])) as reader:
        await asks(phone, "另一个问题")
        assert [one.name for one in await reader.until(1)] == ["message"]


@pytest.mark.browser
async def test_a_page_that_slept_for_too_long_shows_what_it_missed_and_keeps_what_was_written(
    console: Console, clerk: Sitting, phone: Phone, browser: Browser
) -> None:
    inquiry = await asks(phone)
    async with screen(browser, clerk) as (page, _):
        await page.goto(f"{console.url}/inbox/{inquiry}")
        await expect(page.locator("#live")).to_have_text("实时更新中")
        await page.get_by_placeholder("写答复…").fill("写到一半")
        await page.context.set_offline(True)
        console.world.built.wakes.let_go()
        await expect(page.locator("#live")).not_to_have_text("实时更新中")
        numbers = await aged(console, phone, 2)
        await console.world.built.database.execute(OLD, numbers[-1])
        await console.world.built.desk_log.prune()
        console.world.built.wakes.over = False
        await page.context.set_offline(False)
        await expect(page.locator("#lines")).to_contain_text("第2条")
        await expect(page.get_by_placeholder("写答复…")).to_have_value("写到一半")
