"""A reminder on its way: agreed to on the phone, pushed by the platform, listed as a to-do, closed by being done."""

import pytest
from playwright.async_api import expect

from tests.phone.audit import audit
from tests.phone.hand import Hand

pytestmark = pytest.mark.browser

THREE_DAYS_LEFT = "2023-12-12T08:00:00+08:00"


async def agree(hand: Hand) -> None:
    """To what the service asks for on this screen; the platform's sheet says what it is."""
    await hand.button("选择提醒").click()
    await expect(hand.page.get_by_role("dialog")).to_contain_text("待办事项提醒")
    await hand.button("允许").click()
    await hand.sees("已记下您的选择")


async def test_a_reminder_is_agreed_to_pushed_and_opens_its_page_and_its_to_do_closes(hand: Hand) -> None:
    await hand.arrive()
    await hand.enter_exam()
    await agree(hand)
    await hand.fill_in_everything()
    await hand.come_back_at(THREE_DAYS_LEFT)
    await hand.page.get_by_role("button", name="演示控制").click()
    message = hand.page.locator(".inbox-message", has_text="报名信息尚未提交")
    await expect(message.first).to_contain_text("待办事项提醒")
    assert await audit(hand.page) == []
    await message.first.click()
    await expect(hand.page.locator("h1")).to_have_text("报名信息")

    await hand.open("/todos")
    todo = hand.page.locator('[data-todo="submit_due"]')
    await expect(todo).to_contain_text("待办")
    await expect(todo).to_contain_text("截止 12月14日 24:00")
    assert await audit(hand.page) == []
    await todo.click()
    await expect(hand.page.locator("h1")).to_have_text("报名信息")
    await hand.submit()
    await hand.numbers()
    await hand.open("/todos")
    await expect(hand.page.locator('[data-todo="confirm_due"]')).to_contain_text("待办")
    await expect(todo).to_contain_text("已办")


async def test_who_refuses_reminders_is_not_asked_again_at_once(hand: Hand) -> None:
    await hand.arrive()
    await hand.enter_exam()
    await hand.button("选择提醒").click()
    await hand.button("暂不接收").click()
    await hand.sees("已记下您的选择")
    await hand.part("基本情况").click()
    await expect(hand.page.locator("h1")).to_have_text("基本情况")
    await hand.back()
    await expect(hand.button("检查并提交")).to_be_visible()
    await expect(hand.button("选择提醒")).to_have_count(0)


@pytest.mark.parametrize("platform", ["alipay", "baidu"])
async def test_the_other_platforms_ask_in_their_own_way(hand: Hand, platform: str) -> None:
    await hand.become_someone_new(platform)
    await hand.sign_in()
    await hand.register()
    await hand.button("选择提醒").click()
    await expect(hand.page.get_by_role("dialog")).to_contain_text("消息通知")
    await hand.button("允许").click()
    await hand.sees("已记下您的选择")
