"""What comes up on the way for some: a supplement, a commitment to sign, results with their report."""

from typing import Any

import pytest
from playwright.async_api import Route, expect

from tests.phone.audit import audit
from tests.phone.hand import Hand

pytestmark = pytest.mark.browser

LETTER = {
    "title": "考生诚信考试承诺书",
    "text": "我已阅读考试须知。\n如有违纪违规行为，接受处理。",
    "version": 3,
    "source": "示例",
    "sample": True,
    "signed_at": None,
}
STEP = {
    "step": "commitment",
    "title": "诚信承诺",
    "state": "current",
    "message": "请阅读并签订承诺书",
    "at": None,
    "until": None,
    "where": None,
    "bring": None,
    "action": "sign_commitment",
    "sample": True,
}
RESULT: dict[str, Any] = {
    "exam": "health-2024",
    "exam_name": "2024年度卫生专业技术资格考试",
    "admit_number": "241300101100101",
    "archive_number": "SAMPLE24",
    "name": "测试甲",
    "id_number": "1301**********0006",
    "speciality": "护理学",
    "level": "intermediate",
    "subjects": [
        {
            "subject": "基础知识",
            "status": "sat",
            "text": "",
            "score": 71,
            "pass_line": 60,
            "passed": True,
            "year": 2024,
        },
        {
            **{"subject": "专业知识", "status": "absent", "text": "缺考"},
            **{"score": None, "pass_line": 60, "passed": False, "year": 2024},
        },
    ],
    "rolled": [],
    "rolls_on": ["基础知识"],
    "qualified": False,
    "message": "尚有科目未合格",
    "no_appeals": "不接受成绩复核申请。",
    "published_at": "2024-06-18T10:00:00+08:00",
    "report_until": "2024-07-31T00:00:00+08:00",
    "sample": True,
}


async def submitted(hand: Hand) -> str:
    """Handed in; the registration's id."""
    await hand.arrive()
    await hand.enter_exam()
    await hand.fill_in_everything()
    await hand.submit()
    await hand.numbers()
    return str(await hand.page.evaluate("location.hash")).split("/")[2]


async def test_what_the_site_returned_is_told_to_be_handed_in_and_the_review_goes_on(hand: Hand) -> None:
    await submitted(hand)
    await hand.link("查看办理进度").click()
    await hand.step("confirmation").wait_for()
    await hand.has_office("现场确认")
    await hand.come_back_at("2023-12-20T10:00:00+08:00")
    await expect(hand.step("review")).to_contain_text("考点正在进行资格审核")
    await hand.has_office("考点退回补充材料")
    await expect(hand.step("review")).to_contain_text("示例：材料不全")
    await hand.button("材料已补交").click()
    await expect(hand.page.get_by_role("dialog")).to_contain_text("示例：材料不全")
    assert await audit(hand.page) == []
    await hand.button("已经补交").click()
    await expect(hand.step("review")).to_contain_text("考点正在进行资格审核")


async def test_the_letter_is_shown_and_the_version_that_was_read_is_signed(hand: Hand) -> None:
    """The areas that ask for one are none of the sample's: the service's answers stand in for theirs."""
    registration = await submitted(hand)
    signed: list[str] = []

    async def answer(route: Route) -> None:
        if route.request.method == "POST":
            signed.append(route.request.url.rsplit("?", 1)[1])
        await route.fulfill(json=LETTER)

    async def steps(route: Route) -> None:
        await route.fulfill(json={"items": [STEP], "next": None})

    await hand.page.route("**/commitment*", answer)
    await hand.page.route(f"**/registrations/{registration}/steps", steps)
    await hand.link("查看办理进度").click()
    await hand.button("阅读并签订承诺书").click()
    await hand.sees("如有违纪违规行为")
    assert await audit(hand.page) == []
    await hand.button("我已阅读，同意签订").click()
    await expect(hand.button("阅读并签订承诺书")).to_be_visible()
    assert signed == ["letter=3"]


async def test_results_show_every_subject_and_the_report_while_it_can_be_had(hand: Hand) -> None:
    """The sample exam publishes none by a button: the service's answer stands in for it."""
    registration = await submitted(hand)

    async def answer(route: Route) -> None:
        await route.fulfill(json=RESULT)

    await hand.page.route("**/results", answer)
    await hand.open(f"/registrations/{registration}/results")
    await hand.sees("71 分（合格线 60 分）")
    await hand.sees("缺考")
    await expect(hand.button("下载成绩单 PDF")).to_be_visible()
    assert await audit(hand.page) == []
    await hand.set_time("2024-07-31T00:00:00+08:00")
    await hand.page.reload()
    await hand.sees("缺考")
    await expect(hand.button("下载成绩单 PDF")).to_have_count(0)
