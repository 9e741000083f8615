"""A process that is told to stop takes its leave: it says so, and answers on until others are asked."""

import asyncio
import os
import signal
from contextlib import ExitStack

import aiohttp
import pytest

from tests.faults.ground import Ground, held_port

pytestmark = pytest.mark.xdist_group("faults")


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
