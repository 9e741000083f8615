"""Asking the test site: what the records say is answered at once and marked so, a person is had by a tap."""

import pytest
from playwright.async_api import expect

from tests.phone.audit import audit
from tests.phone.hand import Hand

pytestmark = pytest.mark.browser
SEND_PICTURE = """async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 60, height: 40 });
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  const form = new FormData();
  form.append("file", blob, "paper.png");
  const kept = localStorage.getItem(`phone.tokens.${JSON.parse(localStorage.getItem("phone.person"))}`);
  const inquiry = location.hash.split("/").at(-1);
  const headers = { Authorization: `Bearer ${JSON.parse(kept).access}` };
  await fetch(`/api/v1/inquiries/${inquiry}/pictures`, { method: "POST", headers, body: form });
}"""


async def test_a_question_is_answered_automatically_and_then_a_person_is_asked_for(hand: Hand) -> None:
    await hand.arrive()
    await hand.enter_exam()
    await hand.fill_in_everything()
    await hand.submit()
    await hand.numbers()
    await hand.link("查看办理进度").click()
    await hand.link("咨询考点").click()
    await hand.sees("还没有咨询过")
    await hand.link("提出问题").click()
    await hand.button("发送").click()
    await hand.sees("这一项还没有填")
    await hand.page.get_by_label("您想问什么？").fill("我的报名成功了吗")
    assert await audit(hand.page) == []
    await hand.button("发送").click()
    automatic = hand.page.locator('[data-author="automatic"]')
    await expect(automatic).to_contain_text("自动答复")
    await expect(automatic).to_contain_text("到报名点确认")

    await hand.button("转人工").click()
    await expect(hand.page.locator('[data-author="system"]')).to_be_visible()
    await expect(hand.button("转人工")).to_have_count(0)
    await hand.page.get_by_label("再写一条").fill("请问几点上班？")
    await hand.button("发送").click()
    await expect(hand.page.locator('[data-author="candidate"]')).to_have_count(2)
    await expect(automatic).to_have_count(1)
    assert await audit(hand.page) == []

    # A picture among what was said is shown, whoever sent it: asked for with the session, as any other answer.
    await hand.page.evaluate(SEND_PICTURE)
    shown = hand.page.locator(".bubble-picture")
    await expect(shown).to_be_visible()
    await expect(shown).to_have_js_property("naturalWidth", 60)
    assert await audit(hand.page) == []

    await hand.link("返回").click()
    await expect(hand.page.locator(".part")).to_contain_text("等待答复")
