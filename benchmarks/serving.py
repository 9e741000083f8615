"""The status read and the sign-in by code on one API process, beside the bare handler, interleaved in one run."""

import asyncio
import json
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks.load import Measured, load, request
from benchmarks.running import Running, entered, running, stage
from zhunkao.embedded.places import free_port
from zhunkao.processes import Program

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
    with running() as one:
        log = one.settings.data_folder / "logs" / "bare.log"
        bare = Program(
            name="The bare handler",
            command=[sys.executable, "-m", "benchmarks.bare", one.settings.database_url, str(port := free_port())],
            log=log,
            environment={"PYTHONPATH": str(Path.cwd())},
            folder=Path.cwd(),
        )
        one.supervisor.start(bare, by=bare.start)
        return asyncio.run(_measured(one, port))


async def _measured(one: Running, bare_port: int) -> dict[str, Any]:
    async with stage(one) as made:
        phones = await entered(made, CANDIDATES)
        reads = [
            request("GET", f"/api/v1/registrations/{phone.registration}/steps", token=phone.access_token)
            for phone in phones
        ]
        floor = [request("GET", f"/registrations/{phone.registration}") for phone in phones]
        bare = Load(name="bare handler, one row", port=bare_port, requests=floor, count=READS)
        status = Load(name="status read (steps)", port=one.api_port, requests=reads, count=READS)
        rounds: dict[str, list[Measured]] = {}
        for _ in range(ROUNDS):
            codes = await _codes(made.http, one.sandbox_url, [phone.user_id for phone in phones])
            sign_in = Load(name="sign-in by code", port=one.api_port, requests=codes, count=SIGN_INS)
            for what in (bare, status, sign_in):
                measured = await load("127.0.0.1", what.port, what.requests, connections=CONNECTIONS, count=what.count)
                rounds.setdefault(what.name, []).append(measured)
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
