"""What a candidate asks inside the mini-program: to which site it goes, its log, waiting for an answer."""

import asyncio
from io import BytesIO
from typing import Any
from uuid import UUID

import aiohttp
import pytest
from PIL import Image

from tests.api.world import YI, Answer, Phone, World
from tests.worker.waiting import until

HERE = {"area": "河北", "site": "示例市"}


@pytest.fixture
async def phone(world: World) -> Phone:
    return await world.person()


async def ask(phone: Phone, **changed: Any) -> Answer:
    body = {"kind": "question", "text": "什么时候缴费？", **HERE, **changed}
    return await phone.call("POST", "/inquiries", body={name: value for name, value in body.items() if value})


async def asked(phone: Phone, **changed: Any) -> str:
    answer = await ask(phone, **changed)
    assert answer.status == 201, answer.body
    return str(answer.json["id"])


async def show(phone: Phone, inquiry: str, content: bytes, **query: str) -> Answer:
    form = aiohttp.FormData()
    form.add_field("file", BytesIO(content), filename="picture.png", content_type="image/png")
    asked = "?" + "&".join(f"{name}={value}" for name, value in query.items()) if query else ""
    return await phone.call("POST", f"/inquiries/{inquiry}/pictures{asked}", data=form)


def picture(size: tuple[int, int] = (300, 200), kind: str = "PNG") -> bytes:
    file = BytesIO()
    Image.new("RGB", size, "navy").save(file, kind)
    return file.getvalue()


async def test_a_question_goes_to_the_site_that_was_named(world: World, phone: Phone) -> None:
    answer = await ask(phone)
    assert answer.status == 201
    assert answer.json == {
        "id": answer.json["id"],
        "kind": "question",
        "state": "open",
        **HERE,
        "registration": None,
        "opened_at": answer.json["opened_at"],
        "closed_at": None,
    }
    assert answer.json["opened_at"].endswith("+08:00")
    whole = {**answer.json, "account_change": None}
    assert (await phone.call("GET", f"/inquiries/{answer.json['id']}")).json == whole
    assert (await phone.call("GET", "/inquiries")).json == {"items": [answer.json], "next": None}
    rows = await world.built.database.rows("SELECT waiting_since >= opened_at AS waits FROM inquiry")
    assert rows == [{"waits": True}]


async def test_without_a_place_it_goes_to_the_registration_s_site(world: World, phone: Phone) -> None:
    nowhere = await ask(phone, area=None, site=None)
    assert (nowhere.status, nowhere.code, nowhere.faults) == (422, "inquiry_incomplete", {"site": "missing"})
    await phone.submitted()
    for named in (None, phone.registration):
        answer = await ask(phone, area=None, site=None, registration=named, kind="account_change")
        assert (answer.json["site"], answer.json["registration"]) == ("示例市", phone.registration)
        assert answer.json["kind"] == "account_change"


async def test_a_site_whose_candidate_they_are_not_sees_no_registration(world: World, phone: Phone) -> None:
    await phone.submitted()
    answer = await ask(phone, area="内蒙古", site="乌海", registration=phone.registration)
    assert (answer.json["site"], answer.json["registration"]) == ("乌海", None)
    assert (await ask(phone)).json["registration"] == phone.registration


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"area": None}, 422, "inquiry_incomplete"),
        ({"site": None}, 422, "inquiry_incomplete"),
        ({"site": "无此市"}, 404, "site_unknown"),
        ({"area": "无此省"}, 404, "area_unknown"),
        ({"registration": "00000000-0000-0000-0000-000000000000"}, 404, "registration_unknown"),
        ({"kind": "account_recovery"}, 422, "request_faulty"),
        ({"text": "长" * 2001}, 422, "request_faulty"),
        ({"text": "\x00"}, 422, "request_faulty"),
        ({"text": "   "}, 422, "request_faulty"),
        ({"client_message_id": "short"}, 422, "request_faulty"),
    ],
)
async def test_what_can_not_be_asked_is_refused(phone: Phone, changed: dict[str, Any], status: int, code: str) -> None:
    answer = await ask(phone, **changed)
    assert (answer.status, answer.code) == (status, code)
    assert (await phone.call("GET", "/inquiries")).json["items"] == []


async def test_a_question_sent_twice_or_ten_times_at_once_is_one(phone: Phone) -> None:
    opened = {await asked(phone, client_message_id="a-first-question") for _ in range(2)}
    many = await asyncio.gather(*(asked(phone, client_message_id="a-second-question") for _ in range(10)))
    assert (len(opened), len(set(many))) == (1, 1)
    assert len((await phone.call("GET", "/inquiries")).json["items"]) == 2


async def test_a_message_sent_twice_or_ten_times_at_once_is_one(phone: Phone) -> None:
    inquiry = await asked(phone)
    path, body = f"/inquiries/{inquiry}/messages", {"text": "两行\n文字", "client_message_id": "a-first-message"}
    answers = [await phone.call("POST", path, body=body)]
    answers += await asyncio.gather(*(phone.call("POST", path, body=body) for _ in range(10)))
    assert {answer.status for answer in answers} == {201}
    assert len({answer.json["id"] for answer in answers}) == 1
    read = (await phone.call("GET", path)).json
    assert [(one["text"], one["client_message_id"]) for one in read["items"]] == [
        ("什么时候缴费？", None),
        ("两行\n文字", "a-first-message"),
    ]


async def test_the_list_is_paged_and_the_log_too(world: World, phone: Phone) -> None:
    ids = [await asked(phone) for _ in range(5)]
    first = (await phone.call("GET", "/inquiries?limit=2")).json
    second = (await phone.call("GET", f"/inquiries?limit=2&after={first['next']}")).json
    third = (await phone.call("GET", f"/inquiries?limit=2&after={second['next']}")).json
    found = [one["id"] for page in (first, second, third) for one in page["items"]]
    assert (found, third["next"]) == (ids[::-1], None)
    await world.built.database.execute(
        "INSERT INTO inquiry_message (inquiry_id, author, text, written_at) "
        "SELECT $1, 'staff', number::text, now() FROM generate_series(1, 150) AS number",
        ids[0],
    )
    page = (await phone.call("GET", f"/inquiries/{ids[0]}/messages")).json
    rest = (await phone.call("GET", f"/inquiries/{ids[0]}/messages?after={page['next']}")).json
    assert (len(page["items"]), len(rest["items"]), rest["next"]) == (100, 51, None)


async def test_somebody_else_s_inquiry_is_not_found(world: World, phone: Phone) -> None:
    inquiry = await asked(phone)
    message = (await show(phone, inquiry, picture())).json["id"]
    other = await world.person(YI)
    calls = [
        await other.call("GET", f"/inquiries/{inquiry}"),
        await other.call("GET", f"/inquiries/{inquiry}/messages?wait=25"),
        await other.call("POST", f"/inquiries/{inquiry}/messages", body={"text": "我也问"}),
        await show(other, inquiry, picture()),
        await other.call("GET", f"/inquiries/{inquiry}/pictures/{message}"),
        await other.call("GET", f"/inquiries?after={inquiry}"),
        await phone.call("GET", "/inquiries/00000000-0000-0000-0000-000000000000"),
    ]
    assert {(answer.status, answer.code) for answer in calls} == {(404, "inquiry_unknown")}
    assert (await other.call("GET", "/inquiries")).json["items"] == []
    mine = await asked(other)
    assert (await other.call("GET", f"/inquiries/{mine}/pictures/{message}")).code == "picture_unknown"


async def test_a_message_opens_a_closed_inquiry_again(world: World, phone: Phone) -> None:
    inquiry = await asked(phone)
    site, _ = await world.clerks()
    await world.built.answers.close(site, UUID(inquiry))
    closed = (await phone.call("GET", f"/inquiries/{inquiry}")).json
    assert (closed["state"], closed["closed_at"] is not None) == ("closed", True)
    answer = await phone.call("POST", f"/inquiries/{inquiry}/messages", body={"text": "还有"})
    assert answer.status == 201
    again = (await phone.call("GET", f"/inquiries/{inquiry}")).json
    assert (again["state"], again["closed_at"]) == ("open", None)
    rows = await world.built.database.rows("SELECT act FROM audit_record WHERE subject = 'inquiry' ORDER BY id")
    assert [row["act"] for row in rows] == ["opened", "closed", "reopened"]


async def test_a_picture_is_shown_once_and_can_be_had(phone: Phone) -> None:
    inquiry = await asked(phone)
    first, again = [await show(phone, inquiry, picture(), client_message_id="a-first-picture") for _ in range(2)]
    assert (first.status, first.json) == (201, again.json)
    assert (first.json["text"], first.json["picture"]) == ("", True)
    answer = await phone.call("GET", f"/inquiries/{inquiry}/pictures/{first.json['id']}")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/jpeg")
    assert Image.open(BytesIO(answer.body)).size == (300, 200)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"no picture", "picture_unreadable"),
        (picture(kind="GIF"), "picture_unreadable"),
        (picture((6000, 6000)), "picture_too_large"),
        (picture()[:60], "picture_unreadable"),
    ],
    ids=["text", "gif", "pixels", "cut"],
)
async def test_what_is_no_picture_is_refused(phone: Phone, content: bytes, code: str) -> None:
    answer = await show(phone, await asked(phone), content)
    assert (answer.status, answer.code) == (422, code)


async def test_whoever_waits_is_told_as_soon_as_there_is_an_answer(world: World, phone: Phone) -> None:
    inquiry = await asked(phone)
    site, _ = await world.clerks()
    path = f"/inquiries/{inquiry}/messages"
    last = (await phone.call("GET", path)).json["items"][-1]["id"]
    waiting = [asyncio.create_task(phone.call("GET", f"{path}?after={last}&wait=25")) for _ in range(3)]

    async def all_wait() -> bool:
        return len(world.built.wakes._waiting.get(inquiry, ())) == 3

    await until(all_wait)
    await world.built.answers.answer(site, UUID(inquiry), "1月29日起。")
    for answer in await asyncio.gather(*waiting):
        assert [one["text"] for one in answer.json["items"]] == ["1月29日起。"]
    assert world.built.wakes._waiting == {}


async def test_a_word_from_another_process_wakes_too(world: World, phone: Phone) -> None:
    inquiry = await asked(phone)
    wakes = world.built.wakes
    with wakes.awaited(UUID(inquiry)) as woken:

        async def heard() -> bool:
            await world.built.cache.redis.publish(f"inquiry:{inquiry}", "")
            return woken.is_set()

        await until(heard)


async def test_whoever_waits_is_answered_when_the_service_stops(world: World, phone: Phone) -> None:
    inquiry = await asked(phone)
    path = f"/inquiries/{inquiry}/messages"
    last = (await phone.call("GET", path)).json["items"][-1]["id"]
    waiting = asyncio.create_task(phone.call("GET", f"{path}?after={last}&wait=25"))

    async def waits() -> bool:
        return inquiry in world.built.wakes._waiting

    await until(waits)
    world.built.wakes.let_go()
    answer = await waiting
    assert (answer.status, answer.json) == (200, {"items": [], "next": None})


async def test_nobody_waits_without_asking_to(phone: Phone) -> None:
    inquiry = await asked(phone)
    answer = await phone.call("GET", f"/inquiries/{inquiry}/messages?after=9999999")
    assert answer.json == {"items": [], "next": None}
    for wrong in ("wait=26", "wait=-1", "after=-1", "after=9223372036854775808", "after=x"):
        assert (await phone.call("GET", f"/inquiries/{inquiry}/messages?{wrong}")).status == 422


async def test_somebody_who_writes_without_end_is_asked_to_wait(world: World, phone: Phone) -> None:
    inquiry = await asked(phone)
    await world.built.cache.count(f"inquiries:{phone.candidate_id}", seconds=600, purpose="test", add=60)
    for answer in (
        await ask(phone),
        await phone.call("POST", f"/inquiries/{inquiry}/messages", body={"text": "还有"}),
    ):
        assert (answer.status, answer.code) == (429, "inquiries_too_often")
        assert int(answer.headers["Retry-After"]) > 0
