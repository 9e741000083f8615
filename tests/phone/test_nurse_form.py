"""A nurse's form is the nurses': drawn as their exam asks it, filled in by tapping, and handed in."""

import pytest
from playwright.async_api import expect

from tests.phone.audit import audit
from tests.phone.hand import SECTIONS, Hand

pytestmark = pytest.mark.browser


async def test_a_nurse_is_drawn_the_nurses_form_and_hands_it_in(hand: Hand) -> None:
    await hand.come_back_at("2012-02-01T10:00:00+08:00")
    await hand.arrive()
    await hand.enter_exam()
    found = {}
    for section in SECTIONS:
        await hand.part(section).click()
        await expect(hand.button("保存")).to_be_visible()
        await hand.fill_in_samples()
        found[section] = await audit(hand.page)
        labels = await hand.page.locator(".field > label, .field > legend").all_inner_texts()
        asked = {label.removesuffix("选填") for label in labels}
        match section:
            case "基本情况":
                assert "健康状况" in asked
            case "报考信息":
                assert "专业代码" in asked and not {"现有技术资格", "档案号"} & asked
            case "教育情况":
                assert {"专业学习经历", "是否应届毕业生"} <= asked
                await expect(hand.page.get_by_role("group", name="学习经历 2")).to_be_visible()
        await hand.save()
        await expect(hand.part(section)).to_contain_text("已填好")
    assert {section: faults for section, faults in found.items() if faults} == {}
    await hand.give_photo()
    await hand.submit()
    await hand.numbers()


async def test_a_fresh_graduate_needs_no_employer_and_may_leave_lines_of_study_out(hand: Hand) -> None:
    await hand.come_back_at("2012-02-01T10:00:00+08:00")
    await hand.arrive()
    await hand.enter_exam()
    await hand.part("教育情况").click()
    await hand.fill_in_samples()
    await hand.page.get_by_role("group", name="是否应届毕业生").get_by_text("是", exact=True).click()
    for part in ("begun", "ended", "school", "major"):
        await hand.page.locator(f"#field-studies-2-{part}").fill("")
    await hand.save()
    await hand.part("工作情况").click()
    await hand.sees("应届毕业生可以不填")
    await hand.page.get_by_text("学校", exact=True).click()
    await hand.save()
    await expect(hand.part("工作情况")).to_contain_text("已填好")
    await hand.part("教育情况").click()
    await expect(hand.page.get_by_role("group", name="学习经历 1")).to_be_visible()
    await expect(hand.page.get_by_role("group", name="学习经历 2")).to_have_count(0)
