"""The phone page in Chromium, the whole service behind it."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect
from pytest_asyncio.plugin import PytestAsyncioFunction

from tests import servers
from tests.phone.hand import Hand
from tests.phone.stack import Stack
from tests.phone.watch import Watch

HERE = Path(__file__).parent
PHONE = (375, 812)
DESK = (1366, 768)
PATIENCE_MS = 45_000
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """One demo for all of these tests: each has people of its own and sets the time it plays at."""
    with servers.fresh_folder() as folder, Stack(folder) as running:
        yield running


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One process and one event loop for these tests: the demo and the browser take seconds to start."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.xdist_group("phone"))
        if item.path.is_relative_to(HERE) and isinstance(item, PytestAsyncioFunction):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium: Path) -> AsyncIterator[Browser]:
    """Chromium, headless; without its own sandbox, which root can't have."""
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--lang=zh-CN"])
        yield running
        await running.close()


@asynccontextmanager
async def opened(browser: Browser, size: tuple[int, int]) -> AsyncIterator[Page]:
    """A page of a browser that remembers nothing."""
    width, height = size
    context = await browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    context.set_default_timeout(PATIENCE_MS)
    yield await context.new_page()
    await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A page as wide as a phone, not yet anywhere."""
    async with opened(browser, PHONE) as page:
        yield page


@pytest_asyncio.fixture(loop_scope="session")
async def desk(browser: Browser) -> AsyncIterator[Page]:
    """A page as wide as a desk's screen, not yet anywhere."""
    async with opened(browser, DESK) as page:
        yield page


@pytest_asyncio.fixture(loop_scope="session")
async def watch(page: Page) -> Watch:
    """Everything the page says on its console and everything it sends."""
    return Watch(page)


@pytest_asyncio.fixture(loop_scope="session")
async def hand(page: Page, watch: Watch, stack: Stack) -> Hand:
    """A person's hand on the phone, on a day when pre-registration and confirmation are open."""
    hand = Hand(page, stack)
    await hand.set_time("2023-12-05T10:00:00+08:00")
    await hand.open()
    return hand
