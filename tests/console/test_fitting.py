"""Every page of the staff's in Chromium: each fits both screens in both languages, and axe finds no fault."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

from backend.console.app import pages
from backend.console.pages import Page as Entry
from backend.staff.duties import WHOSE, Duty
from backend.staff.models import Level
from tests.api.test_duties import one_of_everything
from tests.console.conftest import DESK, PHONE, Console
from tests.console.test_bulk import wide
from tests.console.test_scope import NOT_THERE, filled
from tests.phone.watch import Watch

pytestmark = pytest.mark.browser
FILES = (".xlsx", ".csv", "/photo", "/manifest", "/events")
PARTS = ("/lines", "/talk", "/canned")
"""Of a page, fetched anew while it is open."""


def shown(level: Level) -> Iterator[Entry]:
    """The pages that an office of this level opens and reads."""
    for one in pages():
        is_mine = isinstance(one.rule, Duty) and level in WHOSE[one.rule]
        is_page = one.method == "GET" and not one.path.endswith(FILES)
        if is_mine and is_page and not NOT_THERE & set(one.path.split("/")):
            yield one


async def enter(console: Console, page: Page, level: Level, size: object, language: str) -> None:
    session = {"name": "session", "value": await console.at_work(f"test.{level}"), "url": console.url}
    chosen = {"name": "language", "value": language, "url": console.url}
    await page.context.add_cookies([session, chosen])  # type: ignore[list-item]
    await page.set_viewport_size(size)  # type: ignore[arg-type]


async def test_every_page_fits_both_screens_in_both_languages(console: Console, page: Page, watch: Watch) -> None:
    target = await one_of_everything(console.world)
    opened = 0
    for own in await console.world.known_clerks():
        for size, language in ((DESK, "zh-CN"), (PHONE, "zh-CN"), (PHONE, "en")):
            await enter(console, page, own.level, size, language)
            for one in shown(own.level):
                answer = await page.goto(console.url + filled(one, target))
                assert answer is not None and (answer.status == 200 or "{notice}" in one.path), one.path
                assert not await wide(page), (one.path, size, language)
                opened += 1
    assert opened > 120 and watch.errors == []


async def test_no_page_has_a_fault_that_axe_finds(console: Console, page: Page) -> None:
    target, seen, found = await one_of_everything(console.world), set[str](), list[str]()
    for own in await console.world.known_clerks():
        await enter(console, page, own.level, DESK, "zh-CN")
        for one in shown(own.level):
            if one.path in seen or one.path.endswith(PARTS):
                continue
            seen.add(one.path)
            await page.goto(console.url + filled(one, target))
            for fault in (await Axe().run(page)).response["violations"]:
                places = [place["target"] for place in fault["nodes"]]
                found.append(f"{one.path}: {fault['impact']} {fault['id']}: {places}")
    assert (found, len(seen) > 35) == ([], True), "\n".join(found)
