"""Rooms, plans, printing and the exam day at a site's and an area's desk, over HTTP."""

import re
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

from aiohttp import ClientSession, FormData

from backend.exams.models import Room
from backend.registrations.models import Registration
from backend.seating.models import PlanState, SeatingPlan
from tests.api.seating import waiting
from tests.api.staff_people import colleague
from tests.console.conftest import Console
from zhunkao.journey.people import AREA, EXAM, SITE

HEADER = "area,site,venue,venue_name,address,room,seats"


async def uploaded(console: Console, token: str, content: str, name: str = "rooms.csv") -> tuple[int, str]:
    form = FormData()
    form.add_field("file", content.encode(), filename=name, content_type="text/csv")
    headers = {"Origin": console.url, "Cookie": f"session={token}"}
    async with (
        ClientSession() as http,
        http.post(f"{console.url}/seating/{EXAM}/rooms", data=form, headers=headers) as answer,
    ):
        return answer.status, await answer.text()


async def fetched(console: Console, token: str, path: str, sent: dict[str, str] | None = None) -> tuple[str, bytes]:
    headers = {"Origin": console.url, "Cookie": f"session={token}"}
    async with ClientSession() as http, http.post(console.url + path, data=sent, headers=headers) as answer:
        assert answer.status == 200, await answer.text()
        return answer.headers["Content-Type"], await answer.read()


async def test_a_site_imports_its_rooms_whole_or_not_at_all(console: Console) -> None:
    await console.world.clerks()
    token = await console.token(await colleague(console.world))
    before = await Room.all().count()
    wrong = f"{HEADER}\n{AREA},{SITE},2,示例考场二,示例路2号,1,30\n{AREA},{SITE},2,示例考场二,示例路2号,2,100\n"
    status, body = await uploaded(console, token, wrong)
    assert status == 422 and "rooms.csv line 3" in body and await Room.all().count() == before
    status, body = await uploaded(console, token, wrong.replace(",100", ",20"))
    assert status == 200 and "已导入试室 2" in body and "示例考场二" in body
    assert await Room.all().count() == before + 2
    elsewhere = next(one.site for one in await console.world.built.exams.sites("health-2025") if one.site.area != AREA)
    status, body = await uploaded(console, token, f"{HEADER}\n{elsewhere.area},{elsewhere.name},2,x,y,1,30\n")
    assert status == 422 and await Room.all().count() == before + 2
    answer, _ = await console.call("POST", f"/seating/{EXAM}/rooms", token=token, sent={})
    assert answer.status == 422


async def test_a_room_is_set_described_otherwise_and_taken_away(console: Console) -> None:
    await console.world.clerks()
    token = await console.token(await colleague(console.world))
    said = {
        "venue": "2",
        "venue_name": "示例考场二",
        "address": "示例路2号",
        "room": "1",
        "seats": "20",
        "broken": "3 4",
    }
    for seats in ("20", "25"):
        sent = {**said, "seats": seats}
        answer, body = await console.call("POST", f"/seating/{EXAM}/room", token=token, sent=sent)
        assert answer.status == 303, body
    room = await Room.get(venue__number=2)
    assert (room.capacity, room.broken) == (25, [3, 4])
    for wrong in ({"seats": "100"}, {"seats": "x"}, {"venue_name": ""}, {"broken": "x"}):
        answer, _ = await console.call("POST", f"/seating/{EXAM}/room", token=token, sent={**said, **wrong})
        assert answer.status == 422, wrong
    here = f"/seating/{EXAM}/venues/2/rooms/1/remove"
    answer, _ = await console.call("POST", here, token=token)
    assert answer.status == 303 and not await Room.exists(venue__number=2)
    answer, _ = await console.call("POST", here, token=token)
    assert answer.status == 404


async def test_a_plan_is_compared_adopted_checked_by_the_area_and_printed(console: Console) -> None:
    world = console.world
    await waiting(world, 12)
    await world.clerks_elsewhere()
    token = await console.token(await colleague(world))
    area = await console.token(await colleague(world, "test.area"))
    answer, body = await console.call("POST", f"/seating/{EXAM}/compare", token=token, sent={"seeds": "1 2"})
    hashes = re.findall(r'name="seed" value="(\d)"><input type="hidden" name="inputs_hash" value="(\w{64})"', body)
    assert answer.status == 200 and {seed for seed, _ in hashes} == {"1", "2"}
    assert await SeatingPlan.all().count() == 0
    seed, inputs = hashes[0]
    stale = {"seed": seed, "inputs_hash": "0" * 64}
    answer, _ = await console.call("POST", f"/seating/{EXAM}/adopt", token=token, sent=stale)
    assert answer.status == 409
    answer, _ = await console.call(
        "POST", f"/seating/{EXAM}/adopt", token=token, sent={"seed": seed, "inputs_hash": inputs}
    )
    assert answer.status == 303
    plan = await SeatingPlan.get()
    assert (plan.state, plan.candidates) == (PlanState.ADOPTED, 12)
    # Sheets are of what the area has frozen.
    await world.at("2024-04-02 09:00")
    answer, _ = await console.call("POST", f"/printing/{EXAM}/venues/1/sheets.zip", token=token)
    assert answer.status == 409
    stranger = await console.token(await colleague(world, "other.area"))
    for act in ("freeze", "send-back"):
        answer, _ = await console.call(
            "POST", f"/seating/plans/{plan.id}/{act}", token=stranger, sent={"reason": "示例"}
        )
        assert answer.status == 404
    answer, _ = await console.call("GET", f"/seating/plans/{plan.id}/manifest", token=stranger)
    assert answer.status == 404
    _, body = await console.call("GET", "/seating", token=stranger)
    assert 'id="plans"' not in body and 'id="rooms"' not in body
    answer, _ = await console.call("POST", f"/seating/plans/{plan.id}/freeze", token=area)
    assert answer.status == 303 and (await SeatingPlan.get()).state is PlanState.FROZEN
    answer, text = await console.call("GET", f"/seating/plans/{plan.id}/manifest", token=token)
    assert answer.status == 200 and str(plan.seed) in text
    kind, content = await fetched(console, token, f"/printing/{EXAM}/venues/1/sheets.zip")
    assert kind == "application/zip" and ZipFile(BytesIO(content)).testzip() is None
    room = {"kind": "seat_chart", "room": "1"}
    kind, content = await fetched(console, token, f"/printing/{EXAM}/venues/1/sheet", room)
    assert kind == "application/pdf" and content.startswith(b"%PDF")
    for path, sent in (("99", room), ("70000", room), ("1", {**room, "room": "99999999"})):
        answer, _ = await console.call("POST", f"/printing/{EXAM}/venues/{path}/sheet", token=token, sent=sent)
        assert answer.status == 404, path


async def test_a_batch_is_started_watched_and_fetched_and_another_site_s_is_not_found(console: Console) -> None:
    world = console.world
    clerk = await waiting(world, 3)
    await world.clerks_elsewhere()
    await world.built.seating.arrange(clerk, EXAM, seed=1)
    await world.at("2024-04-02 09:00")
    token = await console.token(await colleague(world))
    path = f"/printing/{EXAM}/batches"
    answer, _ = await console.call("POST", path, token=token, sent={"kind": "admit_cards"})
    here = answer.headers["Location"]
    again, _ = await console.call("POST", path, token=token, sent={"kind": "admit_cards"})
    assert answer.status == again.status == 303 and again.headers["Location"] == here
    _, body = await console.call("GET", here, token=token, headers={"HX-Request": "true"})
    assert "制作中" in body and "0 / 3" in body and "every 2s" in body and "<html" not in body
    answer, _ = await console.call("POST", f"{here}/cards.zip", token=token)
    assert answer.status == 409
    await world.run_jobs()
    _, body = await console.call("GET", here, token=token)
    assert "已完成" in body and "3 / 3" in body and "every 2s" not in body
    assert await Registration.filter(admit_card_downloaded_at=None).count() == 3
    stranger = await console.token(await colleague(world, "other.site"))
    for method, one in (("GET", here), ("POST", f"{here}/cards.zip"), ("POST", f"{here}/parts/1")):
        answer, _ = await console.call(method, one, token=stranger)
        assert answer.status == 404, one
    kind, content = await fetched(console, token, f"{here}/parts/1")
    assert kind == "application/pdf" and content.startswith(b"%PDF")
    kind, content = await fetched(console, token, f"{here}/cards.zip")
    assert kind == "application/zip" and len(ZipFile(BytesIO(content)).namelist()) == 1
    assert await Registration.filter(admit_card_downloaded_at=None).count() == 0


async def test_the_exam_day_page_goes_by_the_clock(console: Console) -> None:
    world = console.world
    await world.clerks()
    token = await console.token(await colleague(world))
    _, body = await console.call("GET", "/exam-day", token=token)
    assert "今天没有考试" in body
    first = min((one.starts_at, one.subject) for one in await world.built.exams.sessions(EXAM, AREA))
    await world.at(first[0].strftime("%Y-%m-%d %H:%M"))
    answer, body = await console.call("GET", f"/exam-day?exam={EXAM}", token=token)
    assert answer.status == 200 and first[1] in body and "可以入场" in body


async def test_an_invigilator_reads_on_the_page_what_is_due_and_the_order_to_read_out(console: Console) -> None:
    world = console.world
    await world.clerks()
    token = await console.token(await colleague(world))
    first = min(one.starts_at for one in await world.built.exams.sessions("nurse-2012", AREA))
    read = 0
    for minutes in range(60, 0, -5):
        await world.at((first - timedelta(minutes=minutes)).strftime("%Y-%m-%d %H:%M"))
        _, body = await console.call("GET", "/exam-day?exam=nurse-2012", token=token)
        read += "宣读考场指令A段" in body and "<blockquote>" in body
    assert read > 0
