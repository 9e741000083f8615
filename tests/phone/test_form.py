"""Filling in: faults lead to their fields, nothing typed is lost, two devices don't overwrite each other unseen."""

import asyncio
import json
from urllib.request import Request, urlopen

import pytest
from playwright.async_api import Page, expect

from tests.phone.hand import Hand
from tests.phone.stack import Stack

pytestmark = pytest.mark.browser


async def test_a_fault_leads_to_its_field(hand: Hand) -> None:
    await hand.arrive()
    await hand.enter_exam()
    await hand.submit()
    await expect(hand.page.locator(".fault-list")).to_be_focused()
    faults = hand.page.locator(".fault-list li")
    assert await faults.count() == await faults.locator("a").count() > 15
    titles = await faults.locator("a .strong").all_text_contents()
    assert not [title for title in titles if title.startswith("field.")]

    await hand.page.locator('[data-fault="education.school"]').click()
    school = hand.page.locator("#field-school")
    await expect(school).to_be_focused()
    await expect(school).to_be_in_viewport()
    await expect(school).to_have_attribute("aria-invalid", "true")
    described = await school.get_attribute("aria-describedby")
    await expect(hand.page.locator(f"#{described}")).to_contain_text("请填写此项")


async def test_a_saved_section_has_no_faults_any_more(hand: Hand) -> None:
    await hand.arrive()
    await hand.enter_exam()
    await hand.submit()
    await expect(hand.part("工作情况")).to_contain_text("处要改")
    await hand.fill_in("工作情况")
    await expect(hand.part("工作情况")).to_contain_text("已填好")
    await expect(hand.page.locator('[data-fault="work.employer"]')).to_have_count(0)


async def test_faults_of_an_account_stand_beneath_their_fields(hand: Hand) -> None:
    await hand.become_someone_new()
    await hand.sign_in()
    await hand.link("注册新账号").click()
    await hand.page.get_by_label("姓名").fill("测试甲")
    await hand.button("注册并绑定").click()
    id_number = hand.page.get_by_label("证件号码")
    await expect(id_number).to_be_focused()
    await expect(hand.page.locator("#field-id_number-fault")).not_to_be_empty()
    await expect(hand.page.locator("#field-phone-fault")).not_to_be_empty()
    await expect(hand.page.locator("#field-name-fault")).to_be_empty()


async def test_what_was_typed_and_not_saved_is_there_again(hand: Hand) -> None:
    await hand.arrive()
    await hand.enter_exam()
    await hand.part("工作情况").click()
    await hand.page.get_by_label("单位名称").fill("示例县中医医院")
    await hand.link("返回").click()
    await expect(hand.part("工作情况")).to_contain_text("有未保存的内容")
    await hand.part("工作情况").click()
    await hand.sees("上次没有保存的内容已经找回")
    await expect(hand.page.get_by_label("单位名称")).to_have_value("示例县中医医院")
    await hand.save()
    await expect(hand.part("工作情况")).to_contain_text("还差")


async def test_a_form_saved_elsewhere_meanwhile_is_not_overwritten_unseen(hand: Hand, stack: Stack) -> None:
    await hand.arrive()
    await hand.enter_exam()
    await hand.part("工作情况").click()
    await hand.page.get_by_label("单位名称").fill("示例县中医医院")
    await save_from_another_device(hand.page, stack, {"major": "药学"})

    await hand.button("保存").click()
    await hand.sees("这份报名刚在别处改过")
    await expect(hand.page.get_by_label("单位名称")).to_have_value("示例县中医医院")
    await hand.save()
    await expect(hand.part("工作情况")).to_contain_text("还差")
    await expect(hand.part("教育情况")).to_contain_text("还差")


async def test_the_best_confirmation_point_is_offered_first_for_the_employer(hand: Hand) -> None:
    await hand.arrive()
    await hand.enter_exam()
    await hand.fill_in("工作情况")
    await hand.part("报考信息").click()
    await hand.page.get_by_label("报考考区").select_option("河北")
    await hand.page.get_by_label("报考考点").select_option("示例市")
    await hand.page.locator("#field-confirmation_point").click()
    await expect(hand.page.get_by_label("按单位名称查找")).to_have_value("示例市第一医院")
    await hand.page.locator(".option").first.click()
    await expect(hand.page.locator("#field-confirmation_point")).to_contain_text("由本人到现场办理")


async def save_from_another_device(page: Page, stack: Stack, education: dict[str, str]) -> None:
    """The same candidate's token, used from elsewhere."""
    kept = "Object.entries(localStorage).find(([key]) => key.startsWith('phone.tokens.'))[1]"
    token = json.loads(await page.evaluate(kept))["access"]
    registration = (await page.evaluate("location.hash")).split("/")[2]
    path = f"{stack.url}/api/v1/registrations/{registration}"
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def save() -> None:
        with urlopen(Request(path, headers=headers), timeout=10) as answer:
            version = json.load(answer)["version"]
        body = json.dumps(education).encode()
        changed = Request(
            f"{path}/sections/education", body, headers={**headers, "If-Match": f'"{version}"'}, method="PUT"
        )
        with urlopen(changed, timeout=10) as answer:
            assert answer.status == 200

    await asyncio.to_thread(save)
