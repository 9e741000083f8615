"""More ask than can be answered: who is let in, and what the others are told."""

import asyncio
from functools import partial

import asyncpg
import pytest

from miniprogram_api.crowding import AT_FIRST
from miniprogram_api.typed_routes import Urgency
from tests.api.world import World
from tests.worker.waiting import until

LOCKED = "LOCK TABLE registration IN ACCESS EXCLUSIVE MODE"
"""Whoever reads a registration waits."""


async def inside(world: World) -> int:
    async with world.http.get(f"{world.api_url}/metrics") as answer:
        lines = (await answer.text()).splitlines()
    return int(float(next(line for line in lines if line.startswith("zhunkao_requests_inside ")).split()[1]))


async def are_inside(world: World, count: int) -> bool:
    return await inside(world) == count


async def test_a_crowd_is_told_at_once_to_come_back_and_who_pays_is_let_in(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for urgency, places in ((Urgency.LATER, 4), (Urgency.USUAL, 8)):
        monkeypatch.setitem(AT_FIRST, urgency, places)
    phone = await world.person()
    await phone.draft()
    connection = await asyncpg.connect(world.settings.database_url)
    before = await inside(world)
    try:
        async with connection.transaction():
            await connection.execute(LOCKED)
            waiting = [asyncio.create_task(phone.call("GET", "/registrations")) for _ in range(8)]
            await until(lambda: are_inside(world, before + 8))

            refused = await phone.call("GET", "/registrations")
            browsing = await phone.call("GET", "/exams")
            paying = asyncio.create_task(phone.mine("GET", "/payment"))
            await until(lambda: are_inside(world, before + 9))
    finally:
        await connection.close()

    for answer in (refused, browsing):
        assert (answer.status, answer.code) == (503, "crowded")
        assert answer.headers["Retry-After"] in answer.json["detail"]
    assert (await paying).status == 404  # nothing is to be paid yet; it was looked up
    assert {answer.status for answer in await asyncio.gather(*waiting)} == {200}
    assert (await phone.call("GET", "/exams")).status == 200


async def test_who_waits_for_a_platform_that_hangs_takes_nobody_s_place(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(AT_FIRST, Urgency.USUAL, 4)
    phone = await world.person()
    codes = [await phone.code() for _ in range(8)]
    before = await inside(world)
    await world.sandbox("POST", "/sandbox/faults", {"platform": "wechat", "kind": "timeout", "seconds": 5, "times": 8})
    signing_in = []
    for already, code in enumerate(codes, start=1):
        call = world.call("POST", "/sessions", body={"platform": "wechat", "code": code})
        signing_in.append(asyncio.create_task(call))
        await until(partial(are_inside, world, before + already))
    assert (await phone.call("GET", "/registrations")).status == 200
    await asyncio.gather(*signing_in)
