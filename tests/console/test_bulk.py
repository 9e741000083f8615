"""One decision on many: first what it would come to, then what became of each; sent twice, nothing is done twice."""

import re

import pytest
from playwright.async_api import Page, expect

from backend.audit import AuditRecord
from backend.registrations.models import Registration, State
from tests.api import online
from tests.api.crowd import crowd
from tests.api.world import JIA
from tests.console.conftest import DESK, PHONE, Console
from tests.phone.watch import Watch

Form = list[tuple[str, str]]


async def many(console: Console, count: int, *, state: State = State.CONFIRMED) -> str:
    """That many registrations of the sample site in one state; its clerk's session. It is 20 December."""
    world = console.world
    phone = await world.person()
    await phone.submitted()
    await Registration.all().update(state=state, confirmed_by="staff")
    await crowd(world, count - 1)
    await world.clerks()
    await world.at("2023-12-20 10:00")
    return await console.at_work("test.site")


def hidden(body: str) -> Form:
    """What the preview's form sends on."""
    return re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', body.partition('<form class="box"')[2])


async def states() -> dict[State, int]:
    found: dict[State, int] = {}
    for row in await Registration.all():
        found[row.state] = found.get(row.state, 0) + 1
    return found


async def test_all_of_a_list_is_previewed_and_decided_each_with_an_outcome(console: Console) -> None:
    token = await many(console, 130)
    await Registration.filter(registration_number="C7").update(state=State.SUBMITTED)
    sent = {"all": "1", "waiting": "to_review_at_site"}
    answer, body = await console.call("POST", "/bulk/site_approve/preview", token=token, sent=sent)
    assert answer.status == 200 and "可以办理 <strong>129</strong>" in body
    assert (await states())[State.CONFIRMED] == 129
    form = hidden(body)
    await Registration.filter(registration_number="C8").update(state=State.SUBMITTED)
    answer, body = await console.call("POST", "/bulk/site_approve", token=token, sent=form)
    assert answer.status == 200 and "已办理 <strong>128</strong> · 未办理 <strong>1</strong>" in body and "C8" in body
    assert await states() == {State.SITE_APPROVED: 128, State.SUBMITTED: 2}
    answer, body = await console.call("POST", "/bulk/site_approve", token=token, sent=form)
    assert "已办理 <strong>128</strong> · 未办理 <strong>1</strong>" in body and "此前已办理" in body
    assert await AuditRecord.filter(act="approved_by_site").count() == 128


async def test_more_than_a_thousand_are_sent_in_one_form(console: Console) -> None:
    token = await many(console, 1200)
    sent = [("id", str(key)) for key in await Registration.all().values_list("id", flat=True)]
    answer, body = await console.call("POST", "/bulk/site_approve/preview", token=token, sent=sent)
    assert answer.status == 200 and "可以办理 <strong>1200</strong>" in body
    assert len(hidden(body)) == 1200


async def test_those_that_cannot_be_done_are_told_with_why_and_not_sent_on(console: Console) -> None:
    token = await many(console, 3)
    rows = await Registration.all().order_by("registration_number")
    late, lacking = rows[0], rows[1]
    await Registration.filter(id=late.id).update(state=State.SUBMITTED)
    form = {**lacking.form, "education": {**lacking.form["education"], "school_recognised": False}}
    await Registration.filter(id=lacking.id).update(form=form)
    sent: Form = [("id", str(row.id)) for row in rows] + [("id", "00000000-0000-4000-8000-000000000000")]
    answer, body = await console.call("POST", "/bulk/site_approve/preview", token=token, sent=sent)
    assert answer.status == 200 and "可以办理 <strong>1</strong> · 不能办理 <strong>3</strong>" in body
    assert "不符合报考条件" in body or "院校" in body
    assert [value for name, value in hidden(body) if name == "id"] == [str(rows[2].id)]
    assert await AuditRecord.filter(act="approved_by_site").count() == 0


async def test_many_are_returned_with_a_deadline_and_rejected_with_reasons(console: Console) -> None:
    token = await many(console, 4)
    one, two, *others = [str(row.id) for row in await Registration.all()]
    sent: Form = [("id", one), ("id", two)]
    answer, body = await console.call("POST", "/bulk/site_return", token=token, sent=[*sent, ("until", "x")])
    assert answer.status == 422
    answer, body = await console.call("POST", "/bulk/site_return", token=token, sent=sent)
    assert answer.status == 422 and "没有任何改动" in body
    said = [("reasons", "缺学位证"), ("until", "2023-12-25T17:00")]
    answer, body = await console.call("POST", "/bulk/site_return", token=token, sent=[*sent, *said])
    assert "已办理 <strong>2</strong>" in body
    row = await Registration.get(id=one)
    assert (row.state, row.reasons, row.supplement_until is not None) == (State.RETURNED, ["缺学位证"], True)
    sent = [("id", other) for other in others] + [("reasons", "学历不符")]
    _, body = await console.call("POST", "/bulk/site_reject", token=token, sent=sent)
    assert "已办理 <strong>2</strong>" in body
    assert await states() == {State.RETURNED: 2, State.REJECTED: 2}


async def test_nothing_ticked_is_said_and_nobody_elses_are_found(console: Console) -> None:
    token = await many(console, 2)
    answer, body = await console.call("POST", "/bulk/site_approve/preview", token=token, sent={"x": "1"})
    assert answer.status == 422 and "请先勾选" in body
    await console.world.clerks_elsewhere()
    stranger = await console.at_work("other.site")
    sent: Form = [("id", str(row.id)) for row in await Registration.all()]
    _, body = await console.call("POST", "/bulk/site_approve/preview", token=stranger, sent=sent)
    assert "可以办理 <strong>0</strong> · 不能办理 <strong>2</strong>" in body and "查不到" in body
    _, body = await console.call("POST", "/bulk/site_approve", token=stranger, sent=sent)
    assert "未办理 <strong>2</strong>" in body and await states() == {State.CONFIRMED: 2}


async def test_papers_are_refused_with_a_reason_each_singly_and_in_bulk(console: Console) -> None:
    world = console.world
    phone = await online.submitted(world)
    await online.site_clerk(world)
    await world.at("2023-12-06 10:00")
    token = await console.at_work("online.site")
    sent: Form = [("id", phone.registration)]
    answer, body = await console.call("POST", "/bulk/refuse/preview", token=token, sent=sent)
    assert "可以办理 <strong>1</strong>" in body and 'name="paper.毕业证"' in body
    sent += [("paper.毕业证", "照片不清晰"), ("paper.身份证", "")]
    answer, body = await console.call("POST", "/bulk/refuse", token=token, sent=sent)
    assert "已办理 <strong>1</strong>" in body
    row = await Registration.get(id=phone.registration)
    assert (row.state, row.reasons) == (State.CONFIRMATION_REJECTED, ["毕业证：照片不清晰"])
    _, body = await console.call("GET", f"/registrations/{row.id}", token=token)
    assert "不符合要求（照片不清晰）" in body and f"/registrations/{row.id}/materials/" in body
    await Registration.filter(id=row.id).update(state=State.SUBMITTED)
    path = f"/registrations/{row.id}"
    answer, _ = await console.call("POST", f"{path}/acts/refuse", token=token, sent={"paper.学位证": "缺页"})
    assert answer.status == 303
    assert (await Registration.get(id=row.id)).reasons == ["学位证：缺页"]


@pytest.mark.browser
async def test_a_reviewer_works_a_list_off_by_the_keyboard_alone(console: Console, page: Page, watch: Watch) -> None:
    token = await many(console, 4)
    await page.context.add_cookies([{"name": "session", "value": token, "url": console.url}])
    await page.goto(console.url + "/")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_role("link", name="待考点审核")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="待考点审核")).to_be_visible()
    rows = page.locator("tbody tr")
    await page.keyboard.press("ArrowDown")
    for number in range(3):
        await expect(rows.nth(number).get_by_role("link")).to_be_focused()
        await page.keyboard.press("Space")
        await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await expect(rows.nth(3).get_by_role("link")).to_be_focused()
    await page.keyboard.press("b")
    await page.keyboard.press("Enter")
    await expect(page.locator("#ready")).to_contain_text("可以办理 3")
    await page.keyboard.press("Enter")
    await expect(page.locator("#outcome")).to_contain_text("已办理 3")
    assert await states() == {State.SITE_APPROVED: 3, State.CONFIRMED: 1}
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="待考点审核")).to_be_visible()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name=JIA.name)).to_be_visible()
    assert watch.errors == []


@pytest.mark.browser
async def test_lists_and_previews_fit_both_screens(console: Console, page: Page, watch: Watch) -> None:
    token = await many(console, 60)
    await page.context.add_cookies([{"name": "session", "value": token, "url": console.url}])
    for size in (DESK, PHONE):
        await page.set_viewport_size(size)  # type: ignore[arg-type]
        for path in ("/", "/registrations?waiting=to_review_at_site"):
            await page.goto(console.url + path)
            assert not await wide(page), (path, size)
        await page.get_by_label("列表中的全部").check()
        await page.get_by_role("button", name="考点审核通过").click()
        await expect(page.locator("#ready")).to_contain_text("可以办理 60")
        assert not await wide(page), size
    assert watch.errors == []


async def wide(page: Page) -> bool:
    """Whether it has to be scrolled sideways."""
    return bool(await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
