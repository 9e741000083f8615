"""Two clerks at one desk in Chromium: what one does the other sees, at both sizes, without one console error."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Page, expect

from tests.console.conftest import DESK, PATIENCE_MS, PHONE, Console
from tests.console.desk import Sitting, asks, sitting, writes
from tests.phone.watch import Watch

pytestmark = pytest.mark.browser
WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


@asynccontextmanager
async def screen(browser: Browser, clerk: Sitting) -> AsyncIterator[tuple[Page, Watch]]:
    """A clerk's own browser, signed in."""
    context = await browser.new_context(viewport=DESK, locale="zh-CN")  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE_MS)
    await context.add_cookies([{"name": "session", "value": clerk.token, "url": clerk.console.url}])
    page = await context.new_page()
    yield page, Watch(page)
    await context.close()


async def test_two_clerks_answer_one_candidate_aware_of_each_other(console: Console, browser: Browser) -> None:
    first, second = await sitting(console, "desk.first", "示例甲"), await sitting(console, "desk.second", "示例乙")
    phone = await console.world.person()
    await phone.submitted()
    async with screen(browser, first) as (one, watch), screen(browser, second) as (other, others):
        for page in (one, other):
            await page.goto(f"{console.url}/inbox")
            await expect(page.locator("#live")).to_have_text("实时更新中")
        await expect(one.get_by_text("新的咨询会自动出现")).to_be_visible()
        # It comes by itself, and is opened by keys alone.
        inquiry = await asks(phone, "毕业证丢了怎么办？")
        await expect(one.locator("#lines")).to_contain_text("毕业证丢了怎么办？")
        await one.keyboard.press("j")
        await one.keyboard.press("Enter")
        await expect(one.get_by_role("heading", name="测试甲")).to_be_visible()
        await expect(one.locator(".beside")).to_contain_text("报名确认")
        await other.goto(f"{console.url}/inbox/{inquiry}")
        await one.get_by_role("button", name="我来处理").click()
        await expect(other.locator("#held")).to_have_text("负责人 示例甲")
        # What is being written is kept, and seen by the colleague; what the candidate adds comes between.
        await expect(one.locator("#live")).to_have_text("实时更新中")
        await one.keyboard.press("r")
        await one.keyboard.type("请到发证机关")
        await expect(other.locator("#marks")).to_contain_text("示例甲正在输入")
        await writes(phone, inquiry, "还来得及吗？")
        await expect(one.locator("#talk")).to_contain_text("还来得及吗？")
        await expect(one.get_by_placeholder("写答复…")).to_have_value("请到发证机关")
        await other.get_by_placeholder("写答复…").fill("我也来答")
        await other.keyboard.press("Control+Enter")
        await expect(other.get_by_role("alert")).to_contain_text("示例甲正在处理这条咨询")
        await expect(other.get_by_placeholder("写答复…")).to_have_value("我也来答")
        await one.get_by_placeholder("写答复…").press("End")
        await one.keyboard.type("办理证明。")
        await one.keyboard.press("Control+Enter")
        await expect(other.locator("#talk")).to_contain_text("请到发证机关办理证明。")
        said = (await phone.call("GET", f"/inquiries/{inquiry}/messages")).json["items"]
        assert [message["text"] for message in said if message["author"] == "staff"] == ["请到发证机关办理证明。"]
        assert (watch.errors, others.errors) == ([], [])


async def test_the_list_and_the_talk_stand_beside_each_other_or_one_above_the_other(
    console: Console, browser: Browser
) -> None:
    clerk = await sitting(console, "desk.first", "示例甲")
    phone = await console.world.person()
    await phone.submitted()
    inquiry = await asks(phone, "很长的一句话" * 60)
    async with screen(browser, clerk) as (page, watch):
        for size, beside in ((DESK, True), (PHONE, False)):
            await page.set_viewport_size(size)  # type: ignore[arg-type]
            for path in ("/inbox", f"/inbox/{inquiry}", "/canned-answers", "/inbox/counts"):
                await page.goto(console.url + path)
                assert not await page.evaluate(WIDE), (path, size)
            await page.goto(f"{console.url}/inbox/{inquiry}")
            inbox, talk = await page.locator(".inbox").bounding_box(), await page.locator(".case").bounding_box()
            assert inbox and talk
            assert (abs(inbox["y"] - talk["y"]) < 1) is beside
            assert (talk["y"] >= inbox["y"] + inbox["height"]) is not beside
        await page.get_by_role("button", name="English").click()
        await page.goto(f"{console.url}/inbox/{inquiry}")
        await expect(page.get_by_role("heading", name=re.compile("Inquiries"))).to_be_visible()
        assert watch.errors == []


async def test_a_ready_answer_is_put_into_the_box_with_what_the_records_say(console: Console, browser: Browser) -> None:
    clerk = await sitting(console, "desk.first", "示例甲")
    phone = await console.world.person()
    await phone.submitted()
    inquiry = await asks(phone)
    async with screen(browser, clerk) as (page, watch):
        await page.goto(f"{console.url}/inbox/{inquiry}")
        await page.locator("#canned").select_option(label="05 谨防诈骗")
        await expect(page.get_by_placeholder("写答复…")).to_have_value(
            re.compile("^测试甲，您好。考试信息以官方发布为准")
        )
        await page.get_by_role("button", name="答复", exact=True).click()
        await expect(page.locator("#talk .staff")).to_contain_text("考试信息以官方发布为准")
        assert watch.errors == []
