"""New code comes one process at a time, and nobody who asks meanwhile is refused or left without an answer."""

import asyncio
import os
import signal
from collections import Counter
from contextlib import ExitStack

import aiohttp
import pytest

from miniprogram_api.platforms.outbound import Once
from tests.faults.ground import Ground, held_port
from tests.faults.told import Told
from tests.faults.walking import walking
from tests.faults.wires import balancer

pytestmark = pytest.mark.xdist_group("faults")
LEAVE_SECONDS = 5
CALLERS = 4


async def call_on(url: str, until: asyncio.Event, answers: Counter[str]) -> None:
    """One after the other over connections that are kept, and nothing is tried twice: what fails is seen."""
    async with aiohttp.ClientSession() as http:
        while not until.is_set():
            try:
                async with http.post(f"{url}/api/v1/sessions", json={}, middlewares=[Once()]) as answer:
                    answers[str(answer.status)] += 1
                async with http.get(f"{url}/api/v1/exams/health-2024", middlewares=[Once()]) as answer:
                    answers[str(answer.status)] += 1
            except (aiohttp.ClientError, OSError) as error:
                answers[repr(error)] += 1
                await asyncio.sleep(0.01)


async def test_two_apis_restarted_one_after_the_other_fail_nobody(one: Ground) -> None:
    answers: Counter[str] = Counter()
    over = asyncio.Event()
    with ExitStack() as stack:
        ports = [stack.enter_context(held_port()) for _ in range(2)]
        names = [f"api-{port}" for port in ports]

        async def start(name: str, port: int) -> None:
            changed = {"ZHUNKAO_API_PORT": str(port), "ZHUNKAO_LEAVE_SECONDS": str(LEAVE_SECONDS)}
            stack.callback(one.start("api", log=name, **changed).stop)
            await asyncio.to_thread(one.ready, name, port, "/readyz")

        for name, port in zip(names, ports, strict=True):
            await start(name, port)
        async with balancer(ports) as wire:
            url = f"http://127.0.0.1:{wire.port}"
            callers = [asyncio.create_task(call_on(url, over, answers)) for _ in range(CALLERS)]
            for name, port in zip(names, ports, strict=True):
                served = answers.total()
                await asyncio.to_thread(one.programs[name].stop)
                assert answers.total() > served, "nobody asked meanwhile"
                await start(name, port)
            over.set()
            await asyncio.gather(*callers)
    assert set(answers) == {"200", "422"}, answers


async def test_who_is_told_to_stop_says_no_and_answers_on_until_the_time_is_over(one: Ground) -> None:
    with held_port() as port, ExitStack() as stack:
        changed = {"ZHUNKAO_API_PORT": str(port), "ZHUNKAO_LEAVE_SECONDS": "600"}
        leaving = one.start("api", log="api-leaving", **changed)
        stack.callback(leaving.stop)
        await asyncio.to_thread(one.ready, "api-leaving", port, "/readyz")
        url = f"http://127.0.0.1:{port}"
        async with aiohttp.ClientSession() as http:
            assert leaving.pid is not None
            os.kill(leaving.pid, signal.SIGTERM)
            said = ""
            while said != "leaving":
                async with http.get(f"{url}/readyz") as answer:
                    said = (await answer.json())["status"]
                    assert answer.status == (503 if said == "leaving" else 200)
            async with http.get(f"{url}/api/v1/exams/health-2024") as answer:
                assert (answer.status, answer.headers["Connection"]) == (200, "close")
            os.kill(leaving.pid, signal.SIGTERM)  # who says it twice means at once
            await asyncio.to_thread(leaving.wait)


async def test_journeys_go_on_while_the_apis_are_replaced(one: Ground, people: list[int]) -> None:
    """With the ground's own API killed rather than asked, and another beside it on the same port."""
    other = one.start("api", log="api-beside")
    try:
        await asyncio.to_thread(one.ready, "api-beside", one.settings.api_port, "/readyz")
        with walking(one, Told(), people, seed=3):
            one.programs["api"].stop()
            one.start("api")
            one.api_ready()
    finally:
        other.stop()
        del one.programs["api-beside"]
