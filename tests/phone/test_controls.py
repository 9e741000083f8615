"""Beside the phone: whose it is, what time it is, what it asked for."""

import re

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from tests.phone.audit import audit
from tests.phone.hand import Hand
from tests.phone.stack import Stack
from tests.phone.watch import Watch

JUMPED_TO = {"payment": "2024-01-29T10:00", "admit_card": "2024-04-01T10:00", "pre_registration": "2023-12-01T10:00"}


@pytest_asyncio.fixture(loop_scope="session")
async def at_desk(desk: Page, stack: Stack) -> Hand:
    hand = Hand(desk, stack)
    await hand.set_time("2023-12-05T10:00:00+08:00")
    await hand.open()
    return hand


async def exam_time(page: Page) -> str:
    """`2024-01-29T10:00`, as the sandbox says."""
    now = await page.evaluate("fetch('/sandbox/clock').then((answer) => answer.json()).then(({ now }) => now)")
    return str(now)[:16]


@pytest.mark.browser
async def test_a_tap_on_a_stage_jumps_to_its_first_morning(at_desk: Hand) -> None:
    for stage, when in JUMPED_TO.items():
        await at_desk.page.locator(f'[data-stage="{stage}"]').first.click()
        await expect(at_desk.page.locator(f'.now-open[data-stage="{stage}"]').first).to_be_visible()
        assert await exam_time(at_desk.page) == when


@pytest.mark.browser
async def test_the_slider_moves_exam_time_by_the_keyboard_too(at_desk: Hand) -> None:
    slider = at_desk.page.get_by_label("把时间拨到")
    await slider.focus()
    await slider.press("ArrowRight")
    await expect(at_desk.page.locator(".now")).not_to_contain_text("10:00")
    await at_desk.button("+ 1 天").click()
    await expect(at_desk.page.locator(".now")).to_contain_text("12月6日")


@pytest.mark.browser
async def test_the_phone_shows_another_day_as_soon_as_the_clock_has_jumped(at_desk: Hand) -> None:
    await at_desk.arrive()
    await at_desk.enter_exam()
    await at_desk.link("返回").click()
    await expect(at_desk.step("form")).to_contain_text("继续填写")
    await at_desk.page.locator('[data-stage="admit_card"]').click()
    await expect(at_desk.step("form")).not_to_contain_text("继续填写")


@pytest.mark.browser
async def test_every_call_is_listed_with_its_answer(at_desk: Hand) -> None:
    await at_desk.arrive()
    log = at_desk.page.locator(".calls")
    await expect(log).to_contain_text("/accounts")
    listed = await log.locator(".call", has_text="/accounts").first.inner_text()
    assert re.match(r"POST\s+/accounts\s+201\s+\d+ ms", listed)


@pytest.mark.browser
async def test_each_person_keeps_a_session_of_their_own(at_desk: Hand) -> None:
    await at_desk.arrive()
    first = await at_desk.page.locator(".hero-title").inner_text()
    await at_desk.button("新建一位测试人物").click()
    await expect(at_desk.button("登录（沙箱）")).to_be_visible()
    people = at_desk.page.get_by_label("人物（均为虚构）")
    await people.select_option(label=first.removesuffix("，您好"))
    await expect(at_desk.page.locator(".hero-title")).to_have_text(first)


@pytest.mark.browser
async def test_the_whole_page_is_named_readable_and_fits_a_desk(at_desk: Hand) -> None:
    await at_desk.arrive()
    assert await audit(at_desk.page) == []


@pytest.mark.browser
async def test_the_offices_stand_apart_from_the_phone_and_wait_for_a_registration(at_desk: Hand) -> None:
    await expect(at_desk.button("现场确认")).to_be_disabled()
    await expect(at_desk.page.locator("#staff-note")).to_contain_text("手机上出现报名以后可用")
    assert await at_desk.page.locator("#phone #staff-panel, #phone #staff-note").count() == 0


@pytest.mark.browser
async def test_a_page_without_the_service_says_so_and_recovers(desk: Page, stack: Stack) -> None:
    watch = Watch(desk)
    await desk.route("**/api/v1/**", lambda route: route.abort())
    await desk.route("**/desk", lambda route: route.fulfill(status=404, json={"detail": "There is no desk."}))
    hand = Hand(desk, stack)
    await hand.open()
    await hand.sees("还读不到考试日程")
    await expect(desk.locator("#staff-panel")).to_be_empty()
    await expect(desk.locator("#staff-note")).to_contain_text("不在手机里")
    assert watch.errors == []
