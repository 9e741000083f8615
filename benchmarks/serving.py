"""The status read and the sign-in by code on one API process, beside the bare handler, interleaved in one run."""

import asyncio
import contextlib
import json
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks.load import Measured, load, request
from benchmarks.stack import stack
from zhunkao.embedded.places import free_port
from zhunkao.journey.entering import enter
from zhunkao.journey.people import Person
from zhunkao.journey.record import Record
from zhunkao.journey.stage import Stage
from zhunkao.processes import Program
from zhunkao.services import services
from zhunkao.settings import Settings

CANDIDATES, CONNECTIONS = 12, 32
READS, SIGN_INS, ROUNDS = 8_000, 600, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """One thing to measure: requests, and the process that answers them."""

    name: str
    port: int
    requests: Sequence[bytes]
    count: int


def measure() -> dict[str, Any]:
    """Requests a second and latencies of each, medians of the rounds, and the ratio to the bare handler."""
    with stack() as running:
        settings = running.settings
        bare = Program(
            name="The bare handler",
            command=[sys.executable, "-m", "benchmarks.bare", settings.database_url, str(port := free_port())],
            log=settings.data_folder / "logs" / "bare.log",
            environment={"PYTHONPATH": str(Path.cwd())},
            folder=Path.cwd(),
        )
        running.supervisor.start(bare, by=bare.start)
        return asyncio.run(_measured(settings, running.api_port, port))


async def _measured(settings: Settings, api_port: int, bare_port: int) -> dict[str, Any]:
    sandbox_url = f"http://127.0.0.1:{settings.sandbox_port}"
    async with services(settings, pool=4) as built, aiohttp.ClientSession() as http:
        with contextlib.redirect_stdout(StringIO()):
            stage = Stage(
                http=http,
                api_url=settings.public_url,
                sandbox_url=sandbox_url,
                output=settings.data_folder,
                record=Record("health-2024"),
                built=built,
            )
            await stage.at("2023-12-01 09:00")
            phones = [await enter(stage, _person(number)) for number in range(CANDIDATES)]
        reads = [
            request("GET", f"/api/v1/registrations/{phone.registration}/steps", token=phone.access_token)
            for phone in phones
        ]
        floor = [request("GET", f"/registrations/{phone.registration}") for phone in phones]
        bare = Load(name="bare handler, one row", port=bare_port, requests=floor, count=READS)
        status = Load(name="status read (steps)", port=api_port, requests=reads, count=READS)
        rounds: dict[str, list[Measured]] = {}
        for _ in range(ROUNDS):
            codes = await _codes(http, sandbox_url, [phone.user_id for phone in phones])
            sign_in = Load(name="sign-in by code", port=api_port, requests=codes, count=SIGN_INS)
            for one in (bare, status, sign_in):
                measured = await load("127.0.0.1", one.port, one.requests, connections=CONNECTIONS, count=one.count)
                rounds.setdefault(one.name, []).append(measured)
    return _figures(rounds)


async def _codes(http: aiohttp.ClientSession, sandbox_url: str, users: Sequence[str]) -> list[bytes]:
    """Fresh login codes, one for each sign-in, as requests."""
    found = []
    for number in range(SIGN_INS):
        url = f"{sandbox_url}/sandbox/users/{users[number % len(users)]}/codes"
        async with http.post(url) as answer:
            body = {"platform": "wechat", "code": (await answer.json())["code"]}
        found.append(request("POST", "/api/v1/sessions", body=json.dumps(body).encode()))
    return found


def _figures(rounds: dict[str, list[Measured]]) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    for name, measured in rounds.items():
        figures[name] = {
            "per_second": round(statistics.median(one.per_second for one in measured)),
            "p50_ms": round(statistics.median(one.percentile_ms(0.5) for one in measured), 2),
            "p99_ms": round(statistics.median(one.percentile_ms(0.99) for one in measured), 2),
            "statuses": {status: sum(one.statuses.get(status, 0) for one in measured) for status in _all(measured)},
        }
    floor = figures["bare handler, one row"]["per_second"]
    for figure in figures.values():
        figure["of_bare"] = round(figure["per_second"] / floor, 2)
    return figures


def _all(measured: Sequence[Measured]) -> list[int]:
    return sorted({status for one in measured for status in one.statuses})


def _person(number: int) -> Person:
    return Person(name=f"测试{chr(0x4E00 + number)}", username=f"bench_{number}", birth=f"1985{number % 12 + 1:02d}11")
