"""The phone can be any of the three platforms': the person who holds it says which."""

from typing import Any

import pytest
from playwright.async_api import expect

from tests.phone.hand import Hand

pytestmark = pytest.mark.browser

PAY = """async ([platform, answer]) => {
  const { createRuntime } = await import("./runtime.js");
  const person = () => ({ userId: "a", platform });
  const sheets = { payment: async () => "paid" }, sandbox = { pay: async () => answer };
  const runtime = createRuntime({ person, sheets, sandbox, onCall: () => {} });
  return runtime.requestPayment({}, {}).then(() => "paid", (error) => `${error.constructor.name}: ${error.message}`);
}"""
ANSWERS: list[tuple[str, dict[str, Any], str]] = [
    ("wechat", {"errMsg": "requestPayment:ok"}, "paid"),
    ("wechat", {"errMsg": "requestPayment:fail 该订单已关闭"}, "PaymentRefused: 该订单已关闭"),
    ("alipay", {"resultCode": "9000", "memo": ""}, "paid"),
    ("alipay", {"resultCode": "4000", "memo": "交易已支付或已关闭"}, "PaymentRefused: 交易已支付或已关闭"),
    ("baidu", {"errCode": 0, "errMsg": "success"}, "paid"),
    ("baidu", {"errCode": 6, "errMsg": "签名错误"}, "PaymentRefused: 签名错误"),
]


async def test_each_platforms_payment_call_is_read_in_its_own_words(hand: Hand) -> None:
    read = [await hand.page.evaluate(PAY, [platform, answer]) for platform, answer, _ in ANSWERS]
    assert read == [expected for _, _, expected in ANSWERS]


@pytest.mark.parametrize(("platform", "name"), [("alipay", "支付宝"), ("baidu", "百度")])
async def test_a_person_with_another_platforms_app_signs_in_and_opens_an_account(
    hand: Hand, platform: str, name: str
) -> None:
    await hand.become_someone_new(platform)
    await hand.sign_in()
    await hand.sees(f"这个{name}账号还没有绑定考生")
    await hand.link("注册新账号").click()
    await hand.fill_in_samples()
    await hand.button("注册并绑定").click()
    await expect(hand.link("选择考试")).to_be_visible()
    await hand.open("/account")
    await expect(hand.page.locator(".binding")).to_contain_text(name)
