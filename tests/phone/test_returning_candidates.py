"""Last year's candidates: confirmed by the system, or told what differs."""

from dataclasses import dataclass

import pytest
from playwright.async_api import expect

from tests.phone.hand import SECTIONS, Hand
from zhunkao.journey.people import MOVED, RETURNING, Person

pytestmark = pytest.mark.browser


@dataclass(frozen=True, slots=True, kw_only=True)
class Returning:
    """Somebody of last year's file, with a phone."""

    person: Person
    hand: Hand

    async def hand_in(self) -> None:
        """Everything as the sample answers have it, but for their own school and archive number."""
        hand = self.hand
        typed = {
            "报考信息": {"archive_number": self.person.archive_number or ""},
            "教育情况": {"school": self.person.school},
        }
        for section in SECTIONS:
            await hand.fill_in(section, **typed.get(section, {}))
        await hand.give_photo()
        await hand.submit()
        await hand.sees("报名信息已提交")


async def arrived(hand: Hand, person: Person) -> Returning:
    new = {"platform": "wechat", "name": person.name, "id_number": person.id_number, "phone": "19900000000"}
    user = await hand.sandbox("POST", "/sandbox/users", new)
    await hand.page.reload()
    await hand.page.get_by_role("button", name="演示控制").click()
    await hand.page.get_by_label("人物（均为虚构）").select_option(user["user_id"])
    await hand.sign_in()
    await hand.register()
    await hand.sees("已通过")
    await hand.enter_exam()
    return Returning(person=person, hand=hand)


async def test_a_returning_candidate_without_changes_is_confirmed_at_once(hand: Hand) -> None:
    returning = await arrived(hand, RETURNING)
    await returning.hand_in()
    outcome = hand.page.locator('[data-outcome="confirmed"]')
    await expect(outcome).to_contain_text("您已完成报名确认")
    await expect(outcome).to_contain_text("去年的成绩可以滚动合并")
    await hand.link("查看办理进度").click()
    await expect(hand.step("confirmation")).to_have_class("step done")


async def test_a_returning_candidate_is_told_what_differs_from_last_year(hand: Hand) -> None:
    returning = await arrived(hand, MOVED)
    await returning.hand_in()
    outcome = hand.page.locator('[data-outcome="failed"]')
    await expect(outcome).to_contain_text("没有自动确认")
    assert await outcome.locator("tbody tr").all_inner_texts() == [f"毕业学校\t示例医学院（护理学院）\t{MOVED.school}"]
