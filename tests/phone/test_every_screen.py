"""Every screen, in both languages, in a window as wide as a phone: named, labelled, readable, never too wide."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.phone.audit import audit
from tests.phone.hand import Hand
from tests.phone.test_words import words

pytestmark = pytest.mark.browser

FORGOTTEN = {
    "/password": "password.title",
    "/forgotten": "forgotten.title",
    "/forgotten/question": "forgotten.way.question",
    "/forgotten/code": "forgotten.way.code",
    "/forgotten/site": "forgotten.way.site",
    "/forgotten/face": "forgotten.way.face",
}
"""Where a forgotten password leads through, and the words above each screen."""
LONGEST_NAME = "测试阿卜杜热西提·买买提吐尔逊·测试阿卜杜热西提·买买提吐尔逊·测试阿卜杜热西提·买买"


@pytest_asyncio.fixture(loop_scope="session")
async def candidate(hand: Hand) -> Hand:
    """Signed in, with the longest name there can be."""
    await hand.become_someone_new()
    await hand.sign_in()
    await hand.link("注册新账号").click()
    await expect(hand.page.get_by_label("手机号")).to_be_visible()
    await hand.fill_in_samples()
    await hand.page.get_by_label("姓名").fill(LONGEST_NAME)
    await hand.button("注册并绑定").click()
    await hand.sees("已通过")
    return hand


async def screens_before_registering(hand: Hand) -> AsyncIterator[str]:
    await hand.button("选择人物").wait_for()
    yield "nobody's phone"
    await hand.page.get_by_role("button", name="演示控制").click()
    yield "the controls"
    await hand.button("新建一位测试人物").click()
    yield "sign in"
    await hand.button("登录（沙箱）").click()
    yield "the platform's consent"
    await hand.button("允许").click()
    await hand.sees("这个微信账号还没有绑定考生")
    yield "not bound"
    await hand.link("绑定已有账号").click()
    await hand.page.get_by_label("用户名或证件号码").wait_for()
    yield "bind"
    await hand.link("返回").click()
    await hand.link("注册新账号").click()
    await hand.page.get_by_label("手机号").wait_for()
    await hand.button("注册并绑定").click()
    await expect(hand.page.locator(".faulty").first).to_be_visible()
    yield "register, with its faults"


async def screens_of_a_candidate(hand: Hand) -> AsyncIterator[str]:
    yield "home, nothing yet"
    await hand.link("选择考试").click()
    await hand.button("进入报名").wait_for()
    yield "the exams"
    await hand.button("进入报名").click()
    await hand.submit()
    await hand.page.locator(".fault-list").wait_for()
    yield "the form's faults"
    for section in ("基本情况", "报考信息", "教育情况", "工作情况", "照片"):
        await hand.part(section).click()
        await expect(hand.page.locator("h1")).to_have_text(section)
        yield section
        await hand.link("返回").click()
    await hand.fill_in("报考信息")
    await hand.part("报考信息").click()
    await hand.page.locator("#field-speciality").click()
    await hand.page.locator(".option").first.wait_for()
    yield "choosing a speciality"
    await hand.button("取消").click()
    await hand.link("返回").click()
    await hand.link("返回").click()
    await hand.step("form").wait_for()
    yield "home, a draft"
    await hand.link("我的").click()
    await hand.button("解除绑定").click()
    yield "account, unbinding"


async def screens_after_submitting(hand: Hand) -> AsyncIterator[str]:
    await hand.enter_exam()
    await hand.fill_in_everything()
    await hand.submit()
    await hand.numbers()
    yield "the outcome"
    await hand.button("下载申报表").click()
    await hand.link("打开").wait_for()
    yield "the paper"
    await hand.button("关闭").click()
    await hand.link("查看办理进度").click()
    await hand.step("confirmation").wait_for()
    yield "home, to be confirmed"
    await hand.is_approved()
    yield "home, to be paid"
    await hand.page.get_by_role("button", name="演示控制").click()
    yield "the controls, with the offices"
    await hand.button("关闭").click()
    await hand.button("去缴费").click()
    await hand.button("去支付").click()
    await hand.page.get_by_role("dialog").wait_for()
    yield "paying, asked once more"
    await hand.button("支付 ¥260.00").click()
    yield "the platform's payment"
    await hand.button("演示：余额不足").click()
    await hand.sees("没有扣款")
    yield "not paid"


async def screens_of_a_forgotten_password(hand: Hand, say: dict[str, str]) -> AsyncIterator[str]:
    """Ends where the face has passed."""
    title, send = hand.page.locator("h1"), hand.page.locator(".foot button")
    for address, words_above in FORGOTTEN.items():
        await hand.open(address)
        await expect(title).to_have_text(say[words_above])
        yield address
        if address != "/forgotten":
            await send.click()
            await hand.page.locator(".faulty").first.wait_for()
            yield f"{address}, with its faults"
    await hand.fill_in_samples()
    for outcome in ("sheet.face_no_match", "sheet.face_cancel"):
        await send.click()
        await hand.page.get_by_role("dialog").wait_for()
        yield "the platform's face check"
        await hand.button(say[outcome]).click()
        await hand.page.locator(".notice").wait_for()
        yield f"the face, {outcome}"
    await send.click()
    await hand.button(say["sheet.face_pass"]).click()
    await expect(title).to_have_text(say["reset.title"])
    yield "the new password"


async def screens_after_asking(hand: Hand, say: dict[str, str]) -> AsyncIterator[str]:
    """The question of a login, and what a site is asked for."""
    for address, then in (("/forgotten/question", "#field-answer"), ("/forgotten/site", ".state-mark")):
        await hand.open(address)
        await expect(hand.page.locator("h1")).to_have_text(say[FORGOTTEN[address]])
        await hand.fill_in_samples()
        await hand.page.locator(".foot button").click()
        await hand.page.locator(then).wait_for()
        yield f"{address}, then"


async def faults_of(screens: AsyncIterator[str], hand: Hand) -> dict[str, list[str]]:
    """What is wrong on each of the screens; those without a fault are left out."""
    found = {name: await audit(hand.page) async for name in screens}
    assert found
    return {name: faults for name, faults in found.items() if faults}


async def test_the_screens_before_registering_are_named_readable_and_fit(hand: Hand) -> None:
    assert await faults_of(screens_before_registering(hand), hand) == {}


async def test_a_candidates_screens_are_named_readable_and_fit_with_the_longest_name(candidate: Hand) -> None:
    assert await faults_of(screens_of_a_candidate(candidate), candidate) == {}


async def test_the_screens_after_submitting_are_named_readable_and_fit(candidate: Hand) -> None:
    assert await faults_of(screens_after_submitting(candidate), candidate) == {}


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_the_screens_of_a_forgotten_password_are_named_readable_and_fit(candidate: Hand, language: str) -> None:
    say = words(language)
    await candidate.page.evaluate("(language) => localStorage.setItem('phone.language', language)", language)
    await candidate.page.reload()
    assert await faults_of(screens_of_a_forgotten_password(candidate, say), candidate) == {}
    assert await faults_of(screens_after_asking(candidate, say), candidate) == {}


async def test_the_english_screens_fit_too(candidate: Hand) -> None:
    page = candidate.page
    await candidate.enter_exam()
    await page.get_by_role("link", name="返回").click()
    await candidate.link("我的").click()
    await candidate.button("English").first.click()
    await expect(page.locator("h1")).to_have_text("Account")
    found = {"account": await audit(page)}
    await page.get_by_role("link", name="Progress").click()
    await expect(page.get_by_role("button", name="Go on filling in")).to_be_visible()
    found["home"] = await audit(page)
    await page.get_by_role("button", name="Go on filling in").click()
    await page.get_by_role("button", name="Check and submit").click()
    await page.get_by_role("dialog").wait_for()
    found["submitting"] = await audit(page)
    await page.get_by_role("button", name="Submit", exact=True).click()
    await page.locator(".fault-list").wait_for()
    found["faults"] = await audit(page)
    await page.get_by_role("button", name="Demo controls").click()
    found["controls"] = await audit(page)
    assert {name: faults for name, faults in found.items() if faults} == {}
    assert await page.locator("html").get_attribute("lang") == "en"


async def test_the_audit_finds_what_is_wrong(hand: Hand) -> None:
    """The audit is worth something: it names each fault that is put in its way."""
    await hand.button("选择人物").wait_for()
    await hand.page.evaluate(
        """() => {
          const bad = document.createElement("section");
          const add = (tag, more) => bad.append(Object.assign(document.createElement(tag), more));
          add("button", {});
          add("input", {});
          add("h1", { textContent: "twice" });
          add("p", { textContent: "pale" });
          add("p", { textContent: "wide" });
          bad.children[3].style.color = "#bbb";
          Object.assign(bad.children[4].style, { position: "fixed", left: "0", width: "800px" });
          // Beside the screen, which is drawn anew whenever an answer comes.
          document.getElementById("screen").after(bad);
        }"""
    )
    found = "\n".join(await audit(hand.page))
    for kind in ("no name: button", "no name: input", "2 h1", "contrast", "sticks out"):
        assert kind in found
