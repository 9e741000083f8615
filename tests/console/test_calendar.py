"""A window moved at an office's desk: its preview is what then happens, one of two editors wins, nothing is outside."""

import asyncio
import re
from html import unescape

import asyncpg
import pytest
from playwright.async_api import Page, expect

from backend.audit import AuditRecord
from backend.events import Event, EventName
from backend.exams.models import Exam
from backend.staff.models import Level
from notifications import forecast
from tests.api.staff_people import Colleague, colleague
from tests.api.world import World
from tests.console.conftest import PHONE, Console
from tests.console.test_clerk import with_a_key
from tests.phone.watch import Watch
from tests.worker.waiting import until
from zhunkao.journey.people import AREA, EXAM, SITE

STAGE = f"/calendar/{EXAM}/stages/confirmation"
NEW = {"opens_1": "2023-12-05T00:00", "closes_1": "2023-12-17T00:00"}
PLANNED = """
SELECT to_char(due_at AT TIME ZONE 'Asia/Shanghai', 'MM-DD HH24:MI') AS at FROM reminder
WHERE kind = $1 AND state = 'planned' ORDER BY due_at
"""


@pytest.fixture
async def site(console: Console) -> Colleague:
    await console.world.clerks()
    return await colleague(console.world)


async def planned(world: World, kind: str = "confirm_due") -> list[str]:
    await world.built.reminders.sweep()
    return [row["at"] for row in await world.built.database.rows(PLANNED, kind)]


async def mark(console: Console, token: str, sent: dict[str, str]) -> str:
    """What the preview hands on, of a change that may be."""
    answer, body = await console.call("POST", f"{STAGE}/preview", token=token, sent=sent)
    assert answer.status == 200, body
    found = re.search(r'name="mark" value="(\w+)"', body)
    assert found
    return found[1]


async def test_the_preview_says_what_saving_then_does(console: Console, site: Colleague) -> None:
    world, token = console.world, await console.token(site)
    phone = await world.person()
    await phone.submitted()
    assert [at for at in await planned(world) if at > "12-02"] == ["12-17 08:00", "12-18 08:00"]
    answer, body = await console.call("POST", f"{STAGE}/preview", token=token, sent=NEW)
    assert answer.status == 200 and body.count("fate-moved") == 2
    for said in ("2023年12月17日 08:00", "2023年12月15日 08:00", "2023年12月16日 08:00", "2023年12月16日 24:00"):
        assert said in body
    assert re.search(r'id="touched".*?<td class="number">1</td>', body, re.DOTALL)
    # Nothing has happened yet.
    version = (await Exam.get(code=EXAM)).version
    assert await AuditRecord.filter(act="calendar:edited").count() == 0
    sent = {**NEW, "mark": await mark(console, token, NEW)}
    answer, _ = await console.call("POST", STAGE, token=token, sent=sent)
    assert (answer.status, answer.headers["Location"]) == (
        303,
        f"/calendar?exam={EXAM}&saved=confirmation#confirmation",
    )
    _, body = await console.call("GET", "/calendar", token=token)
    assert "2023年12月5日 00:00 – 2023年12月16日 24:00" in body and "示例考点" in body
    assert (await Exam.get(code=EXAM)).version == version + 1
    (told,) = await AuditRecord.filter(act="calendar:edited")
    assert told.after["windows"] == [["2023-12-05T00:00:00+08:00", "2023-12-17T00:00:00+08:00"]]
    assert (told.after["area"], told.after["site"], told.actor_kind) == (AREA, SITE, "staff")
    assert await Event.filter(name=EventName.EXAM_LOADED, processed_at=None).count() == 1

    async def planned_anew() -> bool:
        return [at for at in await planned(world) if at > "12-02"] == ["12-15 08:00", "12-16 08:00"]

    # A process knows of a new version a second later; until then the pass over its registrations waits.
    await until(planned_anew)
    # The same again is nothing new, whatever the mark is.
    answer, _ = await console.call("POST", STAGE, token=token, sent=sent)
    assert answer.status == 303 and (await Exam.get(code=EXAM)).version == version + 1


async def test_reminders_that_would_be_too_late_are_said_to_be_and_are_taken_back(console: Console) -> None:
    world, stage = console.world, f"/calendar/{EXAM}/stages/payment"
    phone = await world.person()
    await phone.submitted()
    await world.approved(phone)
    await world.at("2024-02-05 10:00")
    assert [at for at in await planned(world, "payment_due") if at > "02-05"] == [
        "02-06 08:00",
        "02-08 08:00",
        "02-08 18:00",
    ]
    token = await console.token(await colleague(world))
    sooner = {"opens_1": "2024-01-29T00:00", "closes_1": "2024-02-07T00:00"}
    _, body = await console.call("POST", f"{stage}/preview", token=token, sent=sooner)
    found = re.search(r'name="mark" value="(\w+)"', body)
    assert found and (body.count("fate-late"), body.count("fate-moved")) == (1, 2)
    answer, _ = await console.call("POST", stage, token=token, sent={**sooner, "mark": found[1]})
    assert answer.status == 303

    async def planned_anew() -> bool:
        return [at for at in await planned(world, "payment_due") if at > "02-05"] == ["02-06 08:00", "02-06 18:00"]

    await until(planned_anew)


async def test_a_preview_does_without_reminders_that_take_too_long_to_count(
    console: Console, site: Colleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forecast, "IMPATIENT", "SET LOCAL statement_timeout = '200ms'")
    token = await console.token(site)
    somebody = await asyncpg.connect(console.world.settings.database_url)
    try:
        async with somebody.transaction():
            await somebody.execute("LOCK TABLE reminder IN ACCESS EXCLUSIVE MODE")
            answer, body = await console.call("POST", f"{STAGE}/preview", token=token, sent=NEW)
            assert answer.status == 200 and 'id="too-many"' in body and 'name="mark"' in body
    finally:
        await somebody.close()


async def test_the_office_s_word_is_taken_back_to_the_published_file_s(console: Console, site: Colleague) -> None:
    token = await console.token(site)
    await console.call("POST", STAGE, token=token, sent={**NEW, "mark": await mark(console, token, NEW)})
    back = {"take_back": "1"}
    answer, _ = await console.call("POST", STAGE, token=token, sent={**back, "mark": await mark(console, token, back)})
    assert answer.status == 303
    _, body = await console.call("GET", "/calendar", token=token)
    assert "12月16日 24:00" not in body and "2023年12月18日 24:00" in body


async def test_of_two_editors_one_wins_and_the_other_is_told(console: Console, site: Colleague) -> None:
    token = await console.token(site)
    seen = await mark(console, token, NEW)
    others = [{**NEW, "closes_1": f"2023-12-{last}T00:00", "mark": seen} for last in (15, 16, 17, 18)]
    answers = await asyncio.gather(*(console.call("POST", STAGE, token=token, sent=sent) for sent in others))
    assert sorted(answer.status for answer, _ in answers) == [303, 412, 412, 412]
    assert all("已被他人修改" in body for answer, body in answers if answer.status == 412)
    assert await AuditRecord.filter(act="calendar:edited").count() == 1


async def test_an_area_s_change_makes_a_site_s_preview_old(console: Console, site: Colleague) -> None:
    token, area = await console.token(site), await console.token(await colleague(console.world, "test.area"))
    seen = await mark(console, token, NEW)
    narrow = {"opens_1": "2023-12-04T00:00", "closes_1": "2023-12-16T00:00"}
    answer, _ = await console.call(
        "POST", STAGE, token=area, sent={**narrow, "mark": await mark(console, area, narrow)}
    )
    assert answer.status == 303
    answer, _ = await console.call("POST", STAGE, token=token, sent={**NEW, "mark": seen})
    assert answer.status == 412
    answer, body = await console.call("POST", f"{STAGE}/preview", token=token, sent=NEW)
    assert answer.status == 422 and "超出了上级规定的时间" in body


async def test_what_is_forbidden_is_said_at_the_preview_and_refused_at_the_save(
    console: Console, site: Colleague
) -> None:
    token = await console.token(site)
    seen = await mark(console, token, NEW)
    for sent, said in (
        ({"opens_1": "2023-12-01T00:00", "closes_1": "2023-12-17T00:00"}, "超出了上级规定的时间"),
        ({"opens_1": "2023-12-06T00:00", "closes_1": "2023-12-05T00:00"}, "结束时间不晚于开始时间"),
        ({**NEW, "opens_2": "2023-12-10T00:00", "closes_2": "2023-12-18T00:00"}, "互相重叠"),
        ({"opens_1": "soon"}, "填写有误"),
        ({}, ""),
    ):
        for path in (f"{STAGE}/preview", STAGE):
            answer, body = await console.call("POST", path, token=token, sent={**sent, "mark": seen})
            assert answer.status == 422 and said in body, (path, sent)
    await console.world.at("2023-12-10 10:00")
    # The area's window is open now: it can't be shut behind those who are in it.
    shut = {"opens_1": "2023-12-04T00:00", "closes_1": "2023-12-09T00:00"}
    answer, body = await console.call("POST", STAGE, token=token, sent={**shut, "mark": seen})
    assert answer.status == 422 and "正在进行的时段" in body
    assert await AuditRecord.filter(act="calendar:edited").count() == 0


async def test_offices_see_the_calendars_of_their_own_places_alone(console: Console, site: Colleague) -> None:
    world = console.world
    await world.clerks_elsewhere()
    place = next(one.site for one in await world.built.exams.sites("health-2025") if one.site.area != AREA)
    token, area = await console.token(site), await console.token(await colleague(world, "test.area"))
    for who in (token, area):
        for query in (f"area={place.area}", f"area={place.area}&site={place.name}", f"site={place.name}", "site=x"):
            answer, body = await console.call("GET", f"/calendar?exam={EXAM}&{query}", token=who)
            assert answer.status == 404, (query, body)
    answer, body = await console.call("GET", f"/calendar?exam={EXAM}&site={SITE}", token=area)
    # A level below is looked at, not written for.
    assert answer.status == 200 and f"{STAGE}" not in body
    answer, _ = await console.call("GET", "/calendar?exam=nothing", token=token)
    assert answer.status == 404


async def test_the_centre_moves_the_nation_s_window(console: Console, site: Colleague) -> None:
    world = console.world
    await world.built.members.create(username="test.nation", name="示例中心", level=Level.NATION)
    token = await console.token(await colleague(world, "test.nation"))
    path = f"/calendar/{EXAM}/stages/payment"
    wider = {"opens_1": "2024-01-29T00:00", "closes_1": "2024-02-10T00:00"}
    answer, body = await console.call("POST", f"{path}/preview", token=token, sent=wider)
    found = re.search(r'name="mark" value="(\w+)"', body)
    assert answer.status == 200 and found
    answer, _ = await console.call("POST", path, token=token, sent={**wider, "mark": found[1]})
    assert answer.status == 303
    _, body = await console.call("GET", "/calendar", token=await console.token(site))
    assert "2024年2月9日 24:00" in unescape(body)


@pytest.mark.browser
async def test_a_clerk_moves_a_window_after_looking_at_what_moves(console: Console, page: Page, watch: Watch) -> None:
    await console.world.clerks()
    phone = await console.world.person()
    await phone.submitted()
    await console.world.built.reminders.sweep()
    await with_a_key(console, page)
    await page.get_by_role("link", name="考务日历").click()
    await page.get_by_role("link", name="调整时间 报名确认").click()
    await expect(page.get_by_label("开始").first).to_be_focused()
    await page.get_by_label("开始").first.fill("2023-12-01T00:00")
    await page.get_by_role("button", name="查看影响").click()
    await expect(page.get_by_role("alert")).to_contain_text("超出了上级规定的时间")
    await page.get_by_label("开始").first.fill("2023-12-05T00:00")
    await page.get_by_label("结束").first.fill("2023-12-17T00:00")
    await page.keyboard.press("Enter")
    await expect(page.locator("#after")).to_contain_text("2023年12月16日 24:00")
    await expect(page.locator("#reminders tbody tr")).to_have_count(2)
    for size in (PHONE, {"width": 1366, "height": 768}):
        await page.set_viewport_size(size)  # type: ignore[arg-type]
        assert not await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"), (
            size
        )
    await page.get_by_role("button", name="确认调整").click()
    await expect(page.get_by_role("status")).to_contain_text("报名确认")
    await expect(page.locator("#confirmation")).to_contain_text("示例考点")
    for size in (PHONE, {"width": 1366, "height": 768}):
        await page.set_viewport_size(size)  # type: ignore[arg-type]
        assert not await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"), (
            size
        )
    assert watch.errors == []
