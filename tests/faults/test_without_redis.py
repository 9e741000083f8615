"""Redis is gone, or is there and doesn't answer: whole journeys end well all the same, callbacks and reminders too."""

import asyncio
import os
import signal

import aiohttp
import pytest

from backend.cache import Cache
from tests.faults.ground import Ground
from tests.faults.told import Told
from tests.faults.walking import look, walking
from tests.worker.waiting import until
from zhunkao.embedded import EmbeddedValkey

pytestmark = pytest.mark.xdist_group("faults")


async def test_without_redis_from_the_start_journeys_end_well(one: Ground, people: list[int]) -> None:
    """API and worker are started without it, and find it when it is back."""
    for name in ("api", "worker"):
        one.kill(name)
    one.break_cache()
    try:
        for name in ("api", "worker"):
            one.start(name)
        await asyncio.to_thread(one.api_ready)
        assert await readiness(one) == "degraded"
        with walking(one, Told(), people, seed=6):
            pass
    finally:
        one.mend_cache()
    await until(lambda: is_ready(one))


async def test_while_redis_hangs_journeys_end_well(one: Ground, people: list[int]) -> None:
    assert one.cache.pid is not None
    told = Told()
    os.kill(one.cache.pid, signal.SIGSTOP)
    try:
        with walking(one, told, people, seed=7):
            pass
    finally:
        os.kill(one.cache.pid, signal.SIGCONT)
    look(one, told)
    await until(lambda: is_ready(one))


async def is_ready(one: Ground) -> bool:
    return await readiness(one) == "ready"


async def test_a_redis_that_hangs_is_waited_for_once_and_then_left_alone() -> None:
    asked = 0

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1
        await reader.read()
        writer.close()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        cache = Cache(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0")
        assert await cache.get("key", purpose="test") is None
        once = asked
        for _ in range(50):
            assert await cache.count("key", seconds=60, purpose="test") == 0
            assert await cache.take("key", "mine", seconds=60, purpose="test")
        assert asked == once > 0
        await cache.close()


async def test_a_redis_that_answers_again_is_used_again(
    valkey: EmbeddedValkey, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.cache.LEFT_SECONDS", 0.05)
    cache = Cache(redis_url)
    assert valkey.pid is not None
    os.kill(valkey.pid, signal.SIGSTOP)
    try:
        assert await cache.get("key", purpose="test") is None
    finally:
        os.kill(valkey.pid, signal.SIGCONT)

    async def kept() -> bool:
        await cache.put("key", "value", seconds=60, purpose="test")
        return await cache.get("key", purpose="test") == "value"

    await until(kept)
    await cache.close()


async def readiness(one: Ground) -> str:
    async with aiohttp.ClientSession() as http, http.get(f"{one.api_url}/readyz") as answer:
        return str((await answer.json())["status"])
