"""What happens comes by itself, to clerks and candidates: after any gap all of it, once and in order, and no more."""

import asyncio
import json
from collections.abc import Sequence

import pytest

from backend.inquiries.streams import MOST_EACH, Streams
from backend.staff.models import Level
from tests.api.world import YI, Phone
from tests.console.conftest import Console
from tests.console.desk import Event, Sitting, asks, at_desk, on_phone, sitting, writes
from tests.worker.waiting import until

LOG = "SELECT id, what, inquiry_id::text AS inquiry FROM desk_event WHERE office <> 0 ORDER BY id"


@pytest.fixture
async def clerk(console: Console) -> Sitting:
    return await sitting(console, "desk.first", "示例甲")


@pytest.fixture
async def phone(console: Console) -> Phone:
    return await console.world.person()


@pytest.fixture
async def inquiry(phone: Phone) -> str:
    return await asks(phone)


async def log_of(console: Console) -> list[tuple[int, str, str]]:
    rows = await console.world.built.database.rows(LOG)
    return [(one["id"], one["what"], one["inquiry"]) for one in rows]


def told(events: Sequence[Event]) -> list[tuple[int, str, str]]:
    return [(one.number, one.json["what"], one.json["inquiry"]) for one in events]


async def test_a_desk_that_was_cut_off_gets_all_that_happened_meanwhile_once_and_in_order(
    console: Console, clerk: Sitting, phone: Phone, inquiry: str
) -> None:
    async with at_desk(clerk) as reader:
        before = await reader.until(1)
        await writes(phone, inquiry, "第一条")
        before += await reader.until(1)
    # Nobody listens; meanwhile things happen, and the cache forgets everything.
    await clerk.act(inquiry, "claim")
    await asyncio.gather(*(writes(phone, inquiry, f"同时{number}") for number in range(12)))
    await console.world.built.cache.redis.flushall()
    await clerk.act(inquiry, "notes", note="内部")
    other = await asks(phone, "另一个问题")
    async with at_desk(clerk, last=before[-1].number) as reader:
        missed = await reader.until(15)
        await clerk.act(other, "close")
        after = await reader.until(1)
    assert told([*before, *missed, *after]) == await log_of(console)
    assert [what for _, what, _ in told(missed)] == ["changed", *["message"] * 12, "note", "message"]


async def test_what_many_write_at_once_reaches_every_desk_of_the_office_once_and_in_order(
    console: Console, clerk: Sitting, phone: Phone
) -> None:
    other = await console.world.person(YI)
    mine, theirs = await asks(phone), await asks(other)
    colleague = await sitting(console, "desk.second", "示例乙")
    async with at_desk(clerk) as one, at_desk(colleague) as two:
        await asyncio.gather(
            *(writes(phone, mine, f"甲{number}") for number in range(15)),
            *(writes(other, theirs, f"乙{number}") for number in range(15)),
        )
        seen = [await reader.until(32) for reader in (one, two)]
    assert [told(events) for events in seen] == [await log_of(console)] * 2


async def test_an_id_is_seen_by_nobody_before_all_smaller_ones_can_be(
    console: Console, clerk: Sitting, phone: Phone, inquiry: str
) -> None:
    """One transaction has written and not committed yet; what is committed after it has the greater id."""
    database, site = console.world.built.database, (await console.world.built.exams.site("河北", "示例市")).id
    held, written = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        async with database.transaction():
            await database.execute(
                "INSERT INTO inquiry_message (inquiry_id, author, text, written_at) VALUES ($1, 'system', '慢', now())",
                inquiry,
            )
            written.set()
            await held.wait()

    waiting = asyncio.create_task(slow())
    await written.wait()
    quick = await asks(phone, "快")
    async with at_desk(clerk) as reader:
        assert told(await reader.until(2))[-1][2] == quick
        held.set()
        await waiting
        await console.world.built.wakes.wake(phone.candidate_id, site_id=site)
        assert told(await reader.until(1))[0][1:] == ("message", inquiry)
    numbers = [number for number, _, _ in await log_of(console)]
    assert numbers == sorted(numbers)


async def test_a_candidate_s_stream_goes_on_after_the_last_id_and_never_has_a_note(
    console: Console, clerk: Sitting, phone: Phone, inquiry: str
) -> None:
    async with on_phone(phone, inquiry) as reader:
        assert reader.response.status == 200
        (first,) = await reader.until(1)
        assert (first.json["text"], first.json["author"]) == ("毕业证丢了怎么办？", "candidate")
        await clerk.act(inquiry, "notes", note="先问一下考区")
        await clerk.act(inquiry, "answer", text="请到发证机关办理。")
        (answer,) = await reader.until(1)
        assert answer.json == {**answer.json, "author": "staff", "text": "请到发证机关办理。", "id": answer.number}
    await console.world.built.cache.redis.flushall()
    await clerk.act(inquiry, "notes", note="还要问一下")
    for number in range(3):
        await clerk.act(inquiry, "answer", text=f"第{number}条")
    async with on_phone(phone, inquiry, last=answer.number) as reader:
        rest = await reader.until(3)
    assert [one.json["text"] for one in rest] == ["第0条", "第1条", "第2条"]
    whole = (await phone.call("GET", f"/inquiries/{inquiry}/messages")).json["items"]
    assert [one.json for one in (first, answer, *rest)] == whole
    assert "问一下" not in json.dumps(whole, ensure_ascii=False)


async def test_a_candidate_s_stream_ends_with_the_session(console: Console, phone: Phone, inquiry: str) -> None:
    async with on_phone(phone, inquiry) as reader:
        await reader.until(1)
        assert (await phone.call("DELETE", "/sessions/current")).status == 204
        await console.world.built.wakes.wake(inquiry, site_id=None)  # type: ignore[arg-type]
        with pytest.raises(EOFError):
            await reader.next()
    async with on_phone(phone, inquiry) as reader:
        assert reader.response.status == 401


async def test_somebody_else_s_inquiry_is_not_followed(console: Console, phone: Phone, inquiry: str) -> None:
    other = await console.world.person(YI)
    async with on_phone(other, inquiry) as reader:
        assert reader.response.status == 404
    answer = await phone.call("GET", f"/inquiries/{inquiry}/events", headers={"Last-Event-ID": "x"})
    assert (answer.status, answer.faults) == (422, {"Last-Event-ID": "not_a_number"})


async def test_a_desk_s_stream_ends_with_the_session_and_says_so(
    console: Console, clerk: Sitting, phone: Phone
) -> None:
    async with at_desk(clerk) as reader:
        await console.world.built.database.execute(
            "UPDATE staff_session SET ended_at = now(), ended_because = 'signed_out'"
        )
        await asks(phone)
        assert (await reader.next()).name == "ended"
        with pytest.raises(EOFError):
            await reader.next()


async def test_another_office_s_desk_hears_nothing_and_what_moves_is_heard_at_both(
    console: Console, clerk: Sitting, phone: Phone, inquiry: str
) -> None:
    other = await sitting(console, "desk.other", "另一考点", level=Level.SITE, area="内蒙古", site="乌海")
    await writes(phone, inquiry, "还有")
    there = await asks(phone, area="内蒙古", site="乌海")
    async with at_desk(other) as reader:
        assert told(await reader.until(1))[0][1:] == ("message", there)
    moved = other.member.site_id
    await console.world.built.database.execute("UPDATE inquiry SET site_id = $1 WHERE id = $2", moved, inquiry)
    rows = await console.world.built.database.rows("SELECT DISTINCT office FROM desk_event WHERE what = 'moved'")
    assert {one["office"] for one in rows} == {clerk.member.site_id, moved}
    rows = await console.world.built.database.rows("SELECT DISTINCT office FROM inquiry_message")
    assert {one["office"] for one in rows} == {moved}


async def test_colleagues_are_told_who_types_and_it_is_no_event_of_the_log(
    console: Console, clerk: Sitting, inquiry: str
) -> None:
    colleague = await sitting(console, "desk.second", "示例乙")
    async with at_desk(clerk) as reader:
        await reader.until(1)

        async def heard() -> bool:
            await colleague.act(inquiry, "marks", doing="typing")
            try:
                event = await asyncio.wait_for(reader.next(), 2)
            except TimeoutError:
                return False  # it may be lost: nobody listened yet
            assert (event.number, event.name) == (0, "mark")
            return bool(event.json["name"] == "示例乙" and event.json["doing"] == "typing")

        await until(heard)
    assert [what for _, what, _ in await log_of(console)] == ["message"]


async def test_a_process_keeps_so_many_streams_open_and_a_person_so_many(
    console: Console, clerk: Sitting, phone: Phone, inquiry: str
) -> None:
    readers = [on_phone(phone, inquiry) for _ in range(MOST_EACH)]
    try:
        for reader in readers:
            await (await reader.__aenter__()).until(1)
        async with on_phone(phone, inquiry) as refused:
            assert (refused.response.status, refused.response.headers["Retry-After"]) == (429, "30")
    finally:
        for reader in readers:
            await reader.__aexit__(None, None, None)
    full = Streams(console.world.built.wakes, most=1)
    with full.place("somebody"), pytest.raises(Exception, match="streams_full"), full.place("another"):
        pass


async def test_whoever_follows_is_let_go_when_the_service_stops(
    console: Console, clerk: Sitting, phone: Phone, inquiry: str
) -> None:
    async with on_phone(phone, inquiry) as reader, at_desk(clerk) as desk:
        await reader.until(1)
        await desk.until(1)
        console.world.built.wakes.let_go()
        for one in (reader, desk):
            with pytest.raises(EOFError):
                await one.next()
