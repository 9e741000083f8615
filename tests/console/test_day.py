"""A clerk's whole work in Chromium, from the invitation to the refund, while a colleague competes at the desk.

Exam time goes from December to April under the same session, whose time is real.
"""

import re
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page, expect

from backend.documents.application_form import scanned_text
from backend.payments.models import Refund
from backend.registrations.models import PaymentState, Registration, State
from backend.registrations.moves import Act
from backend.seating.models import PlanState, SeatingPlan
from tests.api.staff_people import colleague
from tests.api.world import JIA, YI, Phone, World
from tests.console.conftest import Console
from tests.console.desk import asks, sitting
from tests.console.test_clerk import with_a_key
from tests.console.test_desk_pages import screen
from tests.phone.watch import Watch

pytestmark = pytest.mark.browser


async def test_a_clerk_confirms_reviews_answers_seats_prints_and_asks_for_a_refund(
    console: Console, page: Page, watch: Watch, browser: Browser
) -> None:
    world = console.world
    await world.clerks()
    jia, yi = await world.person(JIA), await world.person(YI)
    handed_in = [await phone.submitted() for phone in (jia, yi)]
    await world.at("2023-12-05 10:00")
    page.on("dialog", lambda dialog: dialog.accept())
    await with_a_key(console, page)
    for codes in handed_in:
        await confirms(page, codes["registration_number"], codes["verification_code"])
    await reviews(console, page)
    await answers(console, page, browser, jia, yi)
    await pays(world, jia, yi)
    await seats(console, page)
    await prints(console, page)
    await refunds(console, page, yi)
    assert watch.errors == []


async def confirms(page: Page, number: str, code: str) -> None:
    """A barcode reader types what it read, and Enter."""
    await page.goto(re.sub(r"(//[^/]+).*", r"\1/", page.url))
    scan = page.get_by_placeholder(re.compile("扫描"))
    await expect(scan).to_be_focused()
    await page.keyboard.type(scanned_text(number, code))
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="确认", exact=True).click()
    await expect(page.get_by_text("已完成报名确认")).to_be_visible()


async def reviews(console: Console, page: Page) -> None:
    """The whole list at once; then the area, from its own desk."""
    await console.world.at("2023-12-20 10:00")
    await page.goto(console.url + "/")
    await page.get_by_role("link", name="待考点审核").click()
    await page.get_by_label("列表中的全部").check()
    await page.get_by_role("button", name="考点审核通过").click()
    await expect(page.locator("#ready")).to_contain_text("可以办理 2")
    await page.locator("#ready").page.keyboard.press("Enter")
    await expect(page.locator("#outcome")).to_contain_text("已办理 2")
    await console.world.at("2024-01-10 10:00")
    _, area = await console.world.known_clerks()
    for row in await Registration.all():
        await console.world.built.office.act(area, Act.AREA_APPROVE, row.id)


async def answers(console: Console, page: Page, browser: Browser, *phones: Phone) -> None:
    """Two questions; the colleague claims the second, and this clerk is told who has it."""
    other = await sitting(console, "desk.other", "示例乙")
    first, second = [await asks(phone, text) for phone, text in zip(phones, ("毕业证丢了怎么办？",) * 2, strict=True)]
    async with screen(browser, other) as (theirs, others):
        await theirs.goto(f"{console.url}/inbox/{second}")
        await theirs.get_by_role("button", name="我来处理").click()
        await page.goto(f"{console.url}/inbox/{first}")
        await page.get_by_role("button", name="我来处理").click()
        await page.get_by_placeholder("写答复…").fill("请到发证机关办理证明。")
        await page.keyboard.press("Control+Enter")
        await expect(page.locator("#talk .staff")).to_contain_text("请到发证机关办理证明。")
        await page.goto(f"{console.url}/inbox/{second}")
        await expect(page.locator("#held")).to_have_text("负责人 示例乙")
        await page.get_by_placeholder("写答复…").fill("我也来答")
        await page.keyboard.press("Control+Enter")
        await expect(page.get_by_role("alert")).to_contain_text("示例乙正在处理这条咨询")
        await theirs.get_by_placeholder("写答复…").fill("请补办。")
        await theirs.keyboard.press("Control+Enter")
        await expect(page.locator("#talk .staff")).to_contain_text("请补办。")
        assert others.errors == []


async def pays(world: World, *phones: Phone) -> None:
    await world.at("2024-01-29 09:00")
    for phone in phones:
        await phone.pay((await phone.order()).json["client"])
        await phone.paid()


async def seats(console: Console, page: Page) -> None:
    """Compared, adopted, and frozen by the area."""
    await console.world.at("2024-02-26 09:00")
    await page.goto(console.url + "/seating")
    await page.get_by_role("button", name="预览并比较").click()
    await page.locator("#previews").get_by_role("button", name="采用").first.click()
    await expect(page.locator("#plans")).to_be_visible()
    plan = await SeatingPlan.get()
    area = await console.token(await colleague(console.world, "test.area"))
    answer, _ = await console.call("POST", f"/seating/plans/{plan.id}/freeze", token=area)
    assert answer.status == 303 and (await SeatingPlan.get()).state is PlanState.FROZEN


async def prints(console: Console, page: Page) -> None:
    await console.world.at("2024-04-02 09:00")
    await page.goto(console.url + "/printing")
    await page.get_by_role("button", name="开始制作").click()
    await expect(page.locator("#progress")).to_contain_text("0 / 2")
    await console.world.run_jobs()
    async with page.expect_download() as fetched:
        await page.get_by_role("button", name="下载全部（ZIP）").click()
    assert (await fetched.value).suggested_filename.endswith(".zip")
    assert {row.state for row in await Registration.all()} == {State.SEATED}


async def refunds(console: Console, page: Page, phone: Phone) -> None:
    """Asked for on the candidate's page, with a reason; the area approves."""
    await page.goto(f"{console.url}/registrations/{phone.registration}/refunds")
    await page.locator("summary", has_text="申请退费").click()
    await page.get_by_label("原因").fill("示例：因病不能参加考试")
    await page.get_by_role("button", name="申请退费").click()
    await expect(page.get_by_text("待审批").first).to_be_visible()
    refund = await Refund.get(registration_id=UUID(phone.registration))
    area = await console.at_work("test.area")
    path = f"/refunds/{refund.id}/approve"
    answer, body = await console.call("POST", path, token=area, sent={"despite_admit_card": "1"})
    assert answer.status == 303, body
    await console.world.run_jobs()
    assert (await Registration.get(id=phone.registration)).payment_state is PaymentState.REFUNDED
