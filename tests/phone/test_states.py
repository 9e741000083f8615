"""Loading, failing, offline, signed out: designed, and nothing is lost."""

import asyncio

import pytest
from playwright.async_api import Page, Route, expect

from tests.phone.hand import Hand
from tests.phone.stack import Stack
from tests.phone.watch import Watch

pytestmark = pytest.mark.browser

REGISTRATIONS = "**/api/v1/registrations"


async def test_a_slow_answer_shows_a_skeleton_and_then_the_screen(hand: Hand) -> None:
    await hand.arrive()
    may_answer = asyncio.Event()

    async def slow(route: Route) -> None:
        await may_answer.wait()
        await route.continue_()

    await hand.page.route(REGISTRATIONS, slow)
    await hand.link("我的").click()
    await hand.link("办理进度").click()
    await expect(hand.page.locator(".skeleton")).to_be_visible()
    may_answer.set()
    await expect(hand.link("选择考试")).to_be_visible()
    await expect(hand.page.locator(".skeleton")).to_have_count(0)


async def test_a_failing_service_says_what_happened_whether_anything_is_lost_and_what_now(hand: Hand) -> None:
    await hand.arrive()

    async def fail(route: Route) -> None:
        problem = (
            '{"title":"Service Unavailable","status":503,"code":"try_later","detail":"","errors":[],"trace_id":"4f2c"}'
        )
        await route.fulfill(status=503, content_type="application/problem+json", body=problem)

    await hand.page.route(REGISTRATIONS, fail)
    await hand.link("我的").click()
    await hand.link("办理进度").click()
    await hand.sees("服务出了问题")
    await hand.sees("没有丢失")
    await hand.sees("请报编号 4f2c")
    await hand.page.unroute(REGISTRATIONS)
    await hand.button("再试一次").click()
    await expect(hand.link("选择考试")).to_be_visible()


async def test_offline_keeps_what_was_typed_and_saves_it_once_there_is_a_network(hand: Hand) -> None:
    await hand.arrive()
    await hand.enter_exam()
    await hand.part("工作情况").click()
    await hand.page.get_by_label("单位名称").fill("示例县中医医院")
    await hand.page.context.set_offline(True)
    await hand.button("保存").click()
    await hand.sees("手机没有连上网络")
    await expect(hand.page.locator(".status")).to_contain_text("没有网络")
    await expect(hand.page.get_by_label("单位名称")).to_have_value("示例县中医医院")
    await hand.page.context.set_offline(False)
    await hand.save()


async def test_an_access_token_that_has_ended_is_renewed_without_a_word(hand: Hand, watch: Watch) -> None:
    await hand.arrive()
    await spoil_tokens(hand.page, "access")
    await hand.link("我的").click()
    await hand.sees("姓名、证件类型和证件号码不能自行修改")
    renewals = [sent for sent in watch.sent if sent.path.endswith("/sessions/refresh")]
    assert len(renewals) == 1


async def test_a_session_that_has_ended_leads_to_signing_in_and_says_so(hand: Hand) -> None:
    await hand.arrive()
    await spoil_tokens(hand.page, "access", "refresh")
    await hand.link("我的").click()
    await hand.sees("登录已经过期")
    await hand.sign_in()
    await expect(hand.link("选择考试")).to_be_visible()


async def test_a_binding_that_took_too_long_begins_again_and_keeps_what_was_typed(hand: Hand) -> None:
    await hand.become_someone_new()
    await hand.sign_in()
    await hand.link("注册新账号").click()
    await hand.page.get_by_label("姓名").fill("测试甲")

    async def expired(route: Route) -> None:
        problem = {"status": 401, "code": "binding_token_expired", "detail": "绑定凭证已过期", "errors": []}
        await route.fulfill(status=401, json=problem)

    await hand.page.route("**/api/v1/accounts", expired)
    await hand.button("注册并绑定").click()
    await hand.sees("绑定凭证已过期")
    await hand.sign_in()
    await hand.link("注册新账号").click()
    await expect(hand.page.get_by_label("姓名")).to_have_value("测试甲")


async def test_handing_the_phone_to_another_closes_what_was_asked_of_the_first(desk: Page, stack: Stack) -> None:
    hand = Hand(desk, stack)
    await hand.open()
    await hand.button("新建一位测试人物").click()
    await hand.button("登录（沙箱）").click()
    await expect(desk.get_by_role("dialog")).to_be_visible()
    await hand.button("新建一位测试人物").click()
    await expect(desk.get_by_role("dialog")).to_have_count(0)
    await expect(hand.button("登录（沙箱）")).to_be_enabled()


async def test_refusing_the_platforms_consent_signs_nobody_in(hand: Hand, watch: Watch) -> None:
    await hand.become_someone_new()
    await hand.button("登录（沙箱）").click()
    await hand.button("不允许").click()
    await hand.sees("还没有登录")
    assert not [sent for sent in watch.sent if sent.path == "/api/v1/sessions"]


async def test_the_sandbox_forgetting_a_person_offers_to_make_them_again(hand: Hand) -> None:
    await hand.become_someone_new()

    async def forgotten(route: Route) -> None:
        await route.fulfill(status=404, json={"detail": "There is no such person."})

    await hand.page.route("**/sandbox/users/*/codes", forgotten)
    await hand.button("登录（沙箱）").click()
    await hand.button("允许").click()
    await hand.sees("沙箱已经重新启动")
    await hand.page.unroute("**/sandbox/users/*/codes")
    await hand.button("重新建立").click()
    await hand.sign_in()
    await hand.sees("这个微信账号还没有绑定考生")


async def test_signing_in_works_from_the_keyboard_alone(hand: Hand) -> None:
    await hand.become_someone_new()
    page = hand.page
    await tab_to(page, "登录（沙箱）")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(hand.button("登录（沙箱）")).to_be_focused()
    await page.keyboard.press("Enter")
    await tab_to(page, "允许")
    await page.keyboard.press("Enter")
    await hand.sees("这个微信账号还没有绑定考生")
    await expect(page.locator("h1")).to_be_focused()


async def tab_to(page: Page, name: str) -> None:
    """Press Tab until the button is reached; a dozen is more than any screen needs."""
    for _ in range(12):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.textContent") == name:
            return
    raise AssertionError(f"{name} is not reached by Tab")


async def spoil_tokens(page: Page, *names: str) -> None:
    """As if they had ended: the service no longer knows them."""
    await page.evaluate(
        """(names) => {
          const key = Object.keys(localStorage).find((key) => key.startsWith("phone.tokens."));
          const tokens = JSON.parse(localStorage.getItem(key));
          for (const name of names) tokens[name] = "x".repeat(40);
          localStorage.setItem(key, JSON.stringify(tokens));
        }""",
        list(names),
    )
