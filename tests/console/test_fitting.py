"""Every page of the staff's, opened in Chromium on both screens and in both languages: nothing to scroll sideways."""

import pytest
from playwright.async_api import Page

from backend.console.app import pages
from backend.staff.duties import WHOSE, Duty
from tests.api.test_duties import one_of_everything
from tests.console.conftest import DESK, PHONE, Console
from tests.console.test_bulk import wide
from tests.console.test_scope import NOT_THERE, filled
from tests.phone.watch import Watch

pytestmark = pytest.mark.browser
FILES = (".xlsx", ".csv", "/photo", "/manifest", "/events")


async def test_every_page_fits_both_screens_in_both_languages(console: Console, page: Page, watch: Watch) -> None:
    world = console.world
    target = await one_of_everything(world)
    opened = 0
    for own in await world.known_clerks():
        session = {"name": "session", "value": await console.at_work(f"test.{own.level}"), "url": console.url}
        for size, language in ((DESK, "zh-CN"), (PHONE, "zh-CN"), (PHONE, "en")):
            chosen = {"name": "language", "value": language, "url": console.url}
            await page.context.add_cookies([session, chosen])  # type: ignore[list-item]
            await page.set_viewport_size(size)  # type: ignore[arg-type]
            for one in pages():
                is_mine = isinstance(one.rule, Duty) and own.level in WHOSE[one.rule]
                is_page = one.method == "GET" and not one.path.endswith(FILES)
                if not is_mine or not is_page or NOT_THERE & set(one.path.split("/")):
                    continue
                answer = await page.goto(console.url + filled(one, target))
                assert answer is not None and (answer.status == 200 or "{notice}" in one.path), one.path
                assert not await wide(page), (one.path, size, language)
                opened += 1
    assert opened > 60 and watch.errors == []
