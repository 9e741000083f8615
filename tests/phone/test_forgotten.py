"""A forgotten password is replaced by tapping: by the question, by the face on any platform, by the site's code."""

from dataclasses import dataclass

import pytest
from playwright.async_api import Route, expect

from tests.phone.hand import Hand
from tests.phone.watch import Watch

pytestmark = pytest.mark.browser

OLD, NEW = "shiyan-2024", "another-2024"
ITSELF, NOT_ME, NOT_THERE, CANCEL = "演示：本人面对手机", "演示：不是本人", "演示：库中无此人", "取消识别"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What its owner knows, but for the password."""

    username: str
    id_number: str


async def account(hand: Hand, platform: str = "wechat") -> Account:
    """Somebody new with an account, whose phone has been signed out."""
    await hand.become_someone_new(platform)
    await hand.sign_in()
    await hand.link("注册新账号").click()
    await expect(hand.page.get_by_label("手机号")).to_be_visible()
    await hand.fill_in_samples()
    username = await hand.page.get_by_label("用户名").input_value()
    id_number = await hand.page.get_by_label("证件号码").input_value()
    await hand.button("注册并绑定").click()
    await hand.sees("已通过")
    await hand.link("我的").click()
    await hand.button("退出登录").click()
    return Account(username=username, id_number=id_number)


async def forgets(hand: Hand, way: str) -> None:
    await hand.link("用密码登录").click()
    await hand.link("忘记密码").click()
    await hand.way(way).click()


async def shows_face(hand: Hand, outcome: str) -> None:
    await hand.button("开始人脸识别").click()
    await hand.button(outcome).click()


async def sets_password(hand: Hand, password: str = NEW) -> None:
    await hand.page.get_by_label("新密码", exact=True).fill(password)
    await hand.page.get_by_label("再输一次新密码").fill(password)
    await hand.button("保存新密码").click()


async def signs_in(hand: Hand, password: str, login: str | None = None) -> None:
    """Where the password is asked for; the login stands there already unless it is given."""
    await expect(hand.page.locator("h1")).to_have_text("用密码登录")
    if login is not None:
        await hand.page.get_by_label("用户名或证件号码").fill(login)
    await hand.page.get_by_label("密码", exact=True).fill(password)
    await hand.button("登录").click()


async def test_a_password_signs_in_and_a_wrong_one_is_refused_in_words(hand: Hand) -> None:
    owner = await account(hand)
    await hand.link("用密码登录").click()
    await hand.button("登录").click()
    await expect(hand.page.locator(".fault", has_text="还没有填")).to_have_count(2)
    await signs_in(hand, "wrong-2024", owner.username)
    await hand.sees("与密码不符")
    await signs_in(hand, OLD)
    await expect(hand.link("选择考试")).to_be_visible()


async def test_the_right_answer_to_the_question_gives_a_new_password(hand: Hand) -> None:
    owner = await account(hand)
    await forgets(hand, "回答找回问题")
    await hand.page.get_by_label("用户名或证件号码").fill(owner.username)
    await hand.button("下一步").click()
    answer = hand.page.get_by_label("您就读的第一所小学叫什么名字？")
    await answer.fill("记错的小学")
    await hand.button("下一步").click()
    await hand.sees("与答案不符")
    await answer.fill("示例 小学")
    await hand.button("下一步").click()
    await sets_password(hand)
    await signs_in(hand, OLD)
    await hand.sees("与密码不符")
    await signs_in(hand, NEW)
    await expect(hand.link("选择考试")).to_be_visible()


@pytest.mark.parametrize("platform", ["wechat", "alipay", "baidu"])
async def test_the_own_face_gives_a_new_password_and_no_other_does(hand: Hand, platform: str) -> None:
    owner = await account(hand, platform)
    await forgets(hand, "人脸识别")
    await hand.fill_in_samples()
    await shows_face(hand, NOT_ME)
    await hand.sees("人脸与证件信息不一致")
    await shows_face(hand, ITSELF)
    await sets_password(hand)
    await expect(hand.page.get_by_label("用户名或证件号码")).to_have_value(owner.id_number)
    await signs_in(hand, NEW)
    await expect(hand.link("选择考试")).to_be_visible()


@pytest.mark.parametrize("platform", ["wechat", "alipay", "baidu"])
async def test_a_cancelled_face_is_shown_again_without_a_second_check(hand: Hand, watch: Watch, platform: str) -> None:
    await account(hand, platform)
    await forgets(hand, "人脸识别")
    await hand.fill_in_samples()
    await shows_face(hand, CANCEL)
    await hand.sees("您没有完成人脸识别")
    await shows_face(hand, ITSELF)
    await expect(hand.page.locator("h1")).to_have_text("设新密码")
    assert [sent.path for sent in watch.sent].count("/api/v1/face-logins") == 1


async def test_a_proven_person_without_an_account_is_led_to_opening_one(hand: Hand) -> None:
    await hand.become_someone_new()
    await forgets(hand, "人脸识别")
    await hand.fill_in_samples()
    await shows_face(hand, ITSELF)
    await hand.sees("您还没有账号")
    await hand.link("去登录、注册").click()
    await hand.sign_in()
    await expect(hand.link("注册新账号")).to_be_visible()


async def test_a_face_on_an_app_that_is_not_bound_leads_to_binding_it(hand: Hand) -> None:
    owner = await account(hand)
    await hand.sign_in()
    await hand.link("我的").click()
    await hand.button("解除绑定").click()
    await hand.page.get_by_role("dialog").get_by_role("button", name="解除绑定").click()
    await hand.sees("还没有绑定任何应用")
    await hand.button("退出登录").click()
    await forgets(hand, "人脸识别")
    await hand.fill_in_samples()
    await shows_face(hand, ITSELF)
    await sets_password(hand)
    await expect(hand.page.locator("h1")).to_have_text("绑定已有账号")
    await expect(hand.page.get_by_label("用户名或证件号码")).to_have_value(owner.id_number)
    await hand.page.get_by_label("密码", exact=True).fill(NEW)
    await hand.button("绑定").click()
    await hand.link("我的").click()
    await expect(hand.page.locator(".binding")).to_contain_text("微信")


async def test_a_face_the_records_do_not_know_leads_to_the_site_whose_code_gives_a_new_password(hand: Hand) -> None:
    owner = await account(hand)
    await forgets(hand, "人脸识别")
    await hand.fill_in_samples()
    await shows_face(hand, NOT_THERE)
    await hand.sees("权威数据中没有可比对的信息")
    await hand.link("向考点申请找回账号").click()
    await expect(hand.page.get_by_label("证件号码")).to_have_value(owner.id_number)
    await hand.page.get_by_label("考区", exact=True).select_option(label="河北")
    await hand.page.get_by_label("考点", exact=True).select_option(label="示例市（示例）")
    await hand.page.get_by_label("手机号").fill("123")
    await hand.button("提交申请").click()
    await hand.sees("请填写11位手机号码")
    await hand.page.get_by_label("手机号").fill("13800000000")
    await hand.button("提交申请").click()
    await hand.sees("申请已转给示例市考点")

    code = await hand.is_given_a_code()
    await hand.link("输入考点的找回码").click()
    await hand.page.get_by_label("用户名或证件号码").fill(owner.username)
    await hand.page.get_by_label("找回码", exact=True).fill("00000-00000")
    await hand.button("下一步").click()
    await hand.sees("找回码不对，或已使用、已过期")
    await hand.page.get_by_label("找回码", exact=True).fill(code.lower().replace("-", " "))
    await hand.button("下一步").click()
    await sets_password(hand)
    await signs_in(hand, NEW)
    await expect(hand.link("选择考试")).to_be_visible()


async def test_a_second_request_to_a_site_on_one_day_says_to_wait(hand: Hand) -> None:
    await account(hand)
    await forgets(hand, "向考点申请找回账号")
    for answer in ("申请已提交", "您今天已申请过找回账号"):
        await hand.page.get_by_label("手机号").wait_for()
        await hand.fill_in_samples()
        await hand.button("提交申请").click()
        await hand.sees(answer)
        await hand.open("/forgotten/site")


async def test_two_new_passwords_that_differ_and_one_too_short_are_told_beneath_their_lines(hand: Hand) -> None:
    await account(hand)
    await forgets(hand, "人脸识别")
    await hand.fill_in_samples()
    await shows_face(hand, ITSELF)
    await hand.page.get_by_label("新密码", exact=True).fill(NEW)
    await hand.page.get_by_label("再输一次新密码").fill(OLD)
    await hand.button("保存新密码").click()
    await expect(hand.page.locator("#field-again-fault")).to_contain_text("两次输入的密码不一样")
    await sets_password(hand, "short")
    await expect(hand.page.locator("#field-new_password-fault")).to_contain_text("8至64位")


async def test_a_right_that_has_ended_leads_back_to_the_ways_and_says_why(hand: Hand) -> None:
    await account(hand)
    await forgets(hand, "人脸识别")
    await hand.fill_in_samples()
    await shows_face(hand, ITSELF)
    await expect(hand.page.locator("h1")).to_have_text("设新密码")

    async def expired(route: Route) -> None:
        problem = {"status": 401, "code": "reset_token_expired", "detail": "重设密码的时间已过", "errors": []}
        await route.fulfill(status=401, json=problem)

    await hand.page.route("**/api/v1/password-resets", expired)
    await sets_password(hand)
    await hand.sees("重设密码的时间已过")
    await expect(hand.way("人脸识别")).to_be_visible()
