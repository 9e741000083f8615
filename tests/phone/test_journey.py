"""The whole way of one candidate, by tapping, in a window as wide as a phone."""

import pytest
from playwright.async_api import expect

from tests.phone.hand import Hand
from tests.phone.watch import Watch

pytestmark = pytest.mark.browser


async def test_a_candidate_goes_from_sign_in_to_the_admit_card_by_tapping(hand: Hand, watch: Watch) -> None:
    await hand.arrive()
    await hand.enter_exam()
    await hand.fill_in_everything()
    await hand.submit()
    await hand.numbers()
    await expect(hand.page.locator('[data-outcome="not_applicable"]')).to_be_visible()
    await hand.link("查看办理进度").click()
    await expect(hand.step("confirmation")).to_contain_text("示例市卫生健康委人事科")

    await hand.is_approved()
    await hand.button("去缴费").click()
    await hand.button("去支付").click()
    await hand.button("支付 ¥260.00").click()
    await expect(hand.page.get_by_role("dialog")).to_contain_text("不会动用真实的钱")
    await hand.button("支付 ¥260.00").click()
    await hand.sees("缴费成功")

    await hand.come_back_at("2024-03-01T10:00:00+08:00")
    await expect(hand.step("seating")).to_contain_text("考点正在编排考场和座位")
    await hand.has_office("编排座位")
    await hand.come_back_at("2024-04-02T10:00:00+08:00")
    await hand.button("查看准考证").click()
    await expect(hand.page.locator(".admit")).to_contain_text("准考证号")
    await hand.button("下载准考证 PDF").click()
    await expect(hand.page.get_by_role("dialog")).to_contain_text("准考证.pdf")

    assert watch.errors == []
    assert watch.refused == []


async def test_a_payment_that_was_not_made_says_so_and_can_be_made_again(hand: Hand) -> None:
    await hand.arrive()
    await hand.enter_exam()
    await hand.fill_in_everything()
    await hand.submit()
    await hand.link("查看办理进度").click()
    await hand.step("confirmation").wait_for()
    await hand.is_approved()

    await hand.button("去缴费").click()
    await hand.button("去支付").click()
    await hand.button("支付 ¥260.00").click()
    await hand.button("演示：余额不足").click()
    await hand.sees("余额不足，没有支付")
    await hand.button("去支付").click()
    await hand.button("支付 ¥260.00").click()
    await hand.button("取消支付").click()
    await hand.sees("没有扣款")
    await hand.button("去支付").click()
    await hand.button("先不支付").click()
    await expect(hand.button("去支付")).to_be_visible()


async def test_an_office_that_acts_too_early_is_refused_in_words(hand: Hand) -> None:
    await hand.arrive()
    await hand.enter_exam()
    await hand.link("返回").click()
    await hand.step("form").wait_for()
    await hand.page.get_by_role("button", name="演示控制").click()
    await hand.button("考区审核通过").click()
    told = hand.page.locator(".desk-told")
    await expect(told).not_to_be_empty()
    await expect(told).not_to_contain_text("已办理")


async def test_withdrawing_asks_once_more_and_gives_a_new_code_afterwards(hand: Hand) -> None:
    await hand.arrive()
    await hand.enter_exam()
    await hand.fill_in_everything()
    await hand.submit()
    number, code = await hand.numbers()
    await hand.link("查看办理进度").click()

    await hand.button("撤回修改").click()
    await expect(hand.page.get_by_role("dialog")).to_contain_text(f"验证码 {code} 立即作废")
    await hand.button("不撤回").click()
    await hand.button("撤回修改").click()
    await hand.button("撤回并修改").click()
    await hand.submit()

    again, new_code = await hand.numbers()
    assert again == number
    assert new_code != code


async def test_unbinding_asks_once_more_and_leads_to_binding_again(hand: Hand) -> None:
    await hand.arrive()
    await hand.enter_exam()
    await hand.link("返回").click()
    await hand.link("我的").click()
    username = await hand.page.locator(".row", has_text="用户名").locator("dd").text_content()

    await hand.button("解除绑定").click()
    await expect(hand.page.get_by_role("dialog")).to_contain_text("没有绑定微信，就不能继续网上报名")
    await hand.button("保留绑定").click()
    await hand.button("解除绑定").click()
    await hand.page.get_by_role("dialog").get_by_role("button", name="解除绑定").click()
    await hand.sees("还没有绑定任何应用")

    await hand.link("办理进度").click()
    await hand.button("重新绑定微信").click()
    await hand.button("允许").click()
    await hand.page.get_by_label("用户名或证件号码").fill(username or "")
    await hand.page.get_by_label("密码", exact=True).fill("shiyan-2024")
    await hand.button("绑定").click()
    await expect(hand.button("继续填写")).to_be_visible()
