"""The phone page in Chromium, the whole service behind it."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import redis
from playwright.async_api import Browser, Page, async_playwright

from tests import servers
from tests.phone.hand import Hand
from tests.phone.stack import Stack
from tests.phone.watch import Watch
from zhunkao.embedded import EmbeddedValkey

PHONE = (375, 812)
DESK = (1366, 768)


@pytest.fixture(scope="session")
def stack(databases: servers.Databases, valkey: EmbeddedValkey) -> Iterator[Stack]:
    """One service for all of these tests: each has people of its own and sets the time it plays at."""
    with redis.Redis.from_url(valkey.url()) as client:
        client.flushall()
    with (
        servers.fresh_folder() as folder,
        databases.migrated_copy() as database_url,
        Stack(database_url=database_url, redis_url=valkey.url(), folder=folder) as running,
    ):
        yield running


@pytest.fixture
async def browser(chromium: Path) -> AsyncIterator[Browser]:
    """Chromium, headless; without its own sandbox, which root can't have."""
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--lang=zh-CN"])
        yield running
        await running.close()


async def opened(browser: Browser, stack: Stack, size: tuple[int, int]) -> Page:
    width, height = size
    context = await browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    context.set_default_timeout(15_000)
    page = await context.new_page()
    page.set_default_timeout(15_000)
    return page


@pytest.fixture
async def page(browser: Browser, stack: Stack) -> Page:
    """A page as wide as a phone, not yet anywhere."""
    return await opened(browser, stack, PHONE)


@pytest.fixture
async def desk(browser: Browser, stack: Stack) -> Page:
    """A page as wide as a desk's screen, not yet anywhere."""
    return await opened(browser, stack, DESK)


@pytest.fixture
def watch(page: Page) -> Watch:
    """Everything the page says on its console and everything it sends."""
    return Watch(page)


@pytest.fixture
async def hand(page: Page, watch: Watch, stack: Stack) -> Hand:
    """A person's hand on the phone, on a day when pre-registration and confirmation are open."""
    hand = Hand(page, stack)
    await hand.set_time("2023-12-05T10:00:00+08:00")
    await hand.open()
    return hand
