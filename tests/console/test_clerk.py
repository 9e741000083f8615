"""A clerk in Chromium, with a security key: invited, signed in, a scanned form confirmed; without one console error."""

import re

import pytest
from playwright.async_api import Page, expect

from backend.documents.application_form import scanned_text
from backend.registrations.models import Registration, State
from tests.console.conftest import PHONE, Console
from tests.phone.watch import Watch

pytestmark = pytest.mark.browser
PASSWORD = "a long sample phrase"
PAGES = (
    *("/registrations", "/account", "/members", "/calendar", "/seating", "/printing", "/custody", "/exam-day"),
    *("/figures", "/figures/money", "/figures/reminders", "/figures/questions"),
)


async def with_a_key(console: Console, page: Page) -> None:
    """The site's clerk takes the invitation up, sets up the key, signs out, and signs in with it."""
    invitation = await console.world.built.appointments.invite_by_operator("test.site")
    await page.goto(console.url + "/")
    await page.get_by_role("link", name="使用邀请码").click()
    await page.get_by_label("用户名").fill("test.site")
    await page.get_by_label("邀请码").fill(invitation.code)
    await page.get_by_label("新密码").fill(PASSWORD)
    await page.get_by_role("button", name="设置密码").click()
    await page.get_by_label("密钥名称").fill("办公室的密钥")
    await page.get_by_role("button", name="登记安全密钥").click()
    await expect(page.get_by_text("办公室的密钥")).to_be_visible()
    await page.get_by_role("button", name="退出").click()
    await page.get_by_label("用户名").fill("test.site")
    await page.get_by_label("密码").fill(PASSWORD)
    await page.get_by_role("button", name="下一步").click()
    await page.get_by_role("button", name="使用安全密钥").click()
    await expect(page.get_by_role("heading", name="待办")).to_be_visible()


async def test_a_clerk_signs_in_with_a_security_key_and_confirms_a_scanned_form(
    console: Console, page: Page, watch: Watch
) -> None:
    world = console.world
    await world.clerks()
    phone = await world.person()
    handed_in = await phone.submitted()
    await world.at("2023-12-05 10:00")
    await with_a_key(console, page)
    await page.get_by_role("link", name="待确认报名").click()
    await expect(page.get_by_role("cell", name="测试甲")).to_be_visible()
    # A barcode reader types what it read, and Enter.
    scan = page.get_by_placeholder(re.compile("扫描"))
    await expect(scan).to_be_focused()
    await page.keyboard.type(scanned_text(handed_in["registration_number"], "AAAAAA"))
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("不是当前版本")).to_be_visible()
    await expect(page.get_by_role("button", name="确认", exact=True)).to_have_count(0)
    await scan.fill(scanned_text(handed_in["registration_number"], handed_in["verification_code"]))
    await scan.press("Enter")
    await page.get_by_role("button", name="确认", exact=True).click()
    await expect(page.get_by_text("已完成报名确认")).to_be_visible()
    assert (await Registration.get(id=phone.registration)).state is State.CONFIRMED
    assert watch.errors == []


async def test_the_pages_fit_a_phone_and_an_old_screen_in_both_languages(
    console: Console, page: Page, watch: Watch
) -> None:
    await console.world.clerks()
    phone = await console.world.person()
    await phone.submitted()
    await with_a_key(console, page)
    for size in (PHONE, {"width": 1366, "height": 768}):
        await page.set_viewport_size(size)  # type: ignore[arg-type]
        for path in (*PAGES, f"/registrations/{phone.registration}"):
            await page.goto(console.url + path)
            wide = await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
            assert not wide, (path, size)
    await page.get_by_role("button", name="English").click()
    await expect(page.get_by_role("heading", name="To do")).to_be_visible()
    assert watch.errors == []
