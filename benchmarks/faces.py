"""Whether a face login's time tells of an account: calls for documents with and without one, by turns, one at a time.

Run by `python -m benchmarks.faces`, or through `measure()`. The medians should be within 5 % of each other.
"""

import asyncio
import json
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from benchmarks.load import Measured, load, request
from benchmarks.running import Running, entered, person, running, stage
from zhunkao.journey.people import Person

ACCOUNTS = 10
USERS, CALLS_A_USER, USERS_A_ROUND = 100, 20, 20
"""A user may begin twenty a day; a round is short, so that no login code dies in it."""
TURNS = (True, False, False, True)
"""Who has an account, over and over: neither kind is always the first."""


@dataclass(slots=True)
class Compared:
    """Latencies in seconds of one call: documents with an account, documents without."""

    with_account: list[float] = field(default_factory=list)
    without: list[float] = field(default_factory=list)
    statuses: set[int] = field(default_factory=set)

    def add(self, measured: Measured) -> None:
        for number, latency in enumerate(measured.latencies):
            (self.with_account if _has_account(number) else self.without).append(latency)
        self.statuses |= measured.statuses.keys()

    def figures(self) -> dict[str, Any]:
        one, other = statistics.median(self.with_account), statistics.median(self.without)
        return {
            "calls": len(self.with_account) + len(self.without),
            "with_account_p50_ms": round(one * 1000, 3),
            "without_p50_ms": round(other * 1000, 3),
            "ratio": round(one / other, 3),
            "statuses": sorted(self.statuses),
        }


def measure() -> dict[str, Any]:
    """For each of the two calls both medians and their ratio; `complete` of a face that was never shown."""
    with running() as one:
        return asyncio.run(_measured(one))


async def _measured(one: Running) -> dict[str, Any]:
    begin, complete = Compared(), Compared()
    async with stage(one) as made:
        await entered(made, ACCOUNTS)
        for number in range(-1, USERS // USERS_A_ROUND):  # the first warms up and doesn't count
            users = [await _user(made.http, one.sandbox_url) for _ in range(USERS_A_ROUND)]
            begun = await _begun(made.http, one, users)
            completed = await _completed(made.http, one, users, begun.bodies)
            if number >= 0:
                begin.add(begun)
                complete.add(completed)
    return {"begin": begin.figures(), "complete": complete.figures()}


async def _begun(http: aiohttp.ClientSession, one: Running, users: Sequence[str]) -> Measured:
    requests = []
    for number, code in enumerate(await _codes(http, one.sandbox_url, users)):
        who = _document(number)
        body = {"platform": "wechat", "code": code, "name": who.name, "id_number": who.id_number}
        requests.append(_post("/face-logins", {**body, "id_type": "resident_id_card"}))
    return await load("127.0.0.1", one.api_port, requests, connections=1, count=len(requests), keep=True)


async def _completed(
    http: aiohttp.ClientSession, one: Running, users: Sequence[str], begun: Sequence[bytes]
) -> Measured:
    """Before any face was shown: the platform is asked, and nothing has passed."""
    codes = await _codes(http, one.sandbox_url, users)
    requests = [
        _post(f"/face-logins/{json.loads(body)['id']}/complete", {"code": code})
        for body, code in zip(begun, codes, strict=True)
    ]
    return await load("127.0.0.1", one.api_port, requests, connections=1, count=len(requests))


async def _codes(http: aiohttp.ClientSession, sandbox_url: str, users: Sequence[str]) -> list[str]:
    """A fresh one for each call; the users take turns by twenties."""
    found = []
    for user in users:
        for _ in range(CALLS_A_USER):
            async with http.post(f"{sandbox_url}/sandbox/users/{user}/codes") as answer:
                found.append(str((await answer.json())["code"]))
    return found


async def _user(http: aiohttp.ClientSession, sandbox_url: str) -> str:
    async with http.post(f"{sandbox_url}/sandbox/users", json={"platform": "wechat"}) as answer:
        return str((await answer.json())["user_id"])


def _post(path: str, body: dict[str, str]) -> bytes:
    return request("POST", f"/api/v1{path}", body=json.dumps(body).encode())


def _has_account(number: int) -> bool:
    return TURNS[number % len(TURNS)]


def _document(number: int) -> Person:
    """Of the number-th call."""
    return person(number % ACCOUNTS + (0 if _has_account(number) else ACCOUNTS))


if __name__ == "__main__":
    json.dump(measure(), sys.stdout, indent=2)
    print()
