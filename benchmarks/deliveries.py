"""Reminders delivered by one and by two worker processes, beside what the same platform serves to a bare client.

The platform is one process on the same machine, so that with two workers it may be what is at its limit: the bare
client's figure, measured by turns in the same run, says so. All of a round's reminders are due at one moment.
"""

import asyncio
import json
import statistics
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

import aiohttp
import asyncpg
import uvloop

from benchmarks.delivering import FIELDS, HANDED_OUT, TEMPLATE, Ground, at_noon, crowd, ground, states

COUNT, ROUNDS = 5_000, 3
CLIENTS: Final = 64
AHEAD: Final = timedelta(seconds=3)
SEND: Final = "/wechat/cgi-bin/message/subscribe/send"
LAGS: Final = """
SELECT count(*)::float / extract(epoch FROM max(settled_at) - min(due_at))::float AS per_second,
       extract(epoch FROM percentile_cont(0.99) WITHIN GROUP (ORDER BY settled_at - due_at))::float AS lag_p99
FROM delivery
"""


def measure(count: int = COUNT, rounds: int = ROUNDS) -> dict[str, Any]:
    """Deliveries a second of one and two workers and of the bare client, their ratios, the lag at a shared deadline."""
    with ground() as one, asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop:
        return loop.run(_measured(one, count, rounds))


async def _measured(one: Ground, count: int, rounds: int) -> dict[str, Any]:
    bare: list[float] = []
    found: dict[int, list[tuple[float, float]]] = {1: [], 2: []}
    async with aiohttp.ClientSession() as http:
        await at_noon(one, http)
        people = await crowd(one, http, count, accepts=3 * rounds)
        for number in range(rounds):
            bare.append(await _bare(one, http, people))
            for workers in (1, 2):
                found[workers].append(await _delivered(one, people, workers, f"{number}/{workers}"))
    floor = statistics.median(bare)
    medians = {
        workers: [statistics.median(values) for values in zip(*all_, strict=True)] for workers, all_ in found.items()
    }
    return {
        "count": count,
        "bare_per_second": round(floor),
        "one_worker_per_second": round(medians[1][0]),
        "two_workers_per_second": round(medians[2][0]),
        "one_of_bare": round(medians[1][0] / floor, 2),
        "two_of_bare": round(medians[2][0] / floor, 2),
        "two_of_one": round(medians[2][0] / medians[1][0], 2),
        "lag_p99_seconds_one": round(medians[1][1], 1),
        "lag_p99_seconds_two": round(medians[2][1], 1),
    }


async def _bare(one: Ground, http: aiohttp.ClientSession, people: Sequence[str]) -> float:
    """The same messages by a client that does nothing else; a second."""
    app = one.settings.wechat
    asked = {"grant_type": "client_credential", "appid": app.app_id, "secret": app.secret.get_secret_value()}
    async with http.post(f"{one.sandbox_url}/wechat/cgi-bin/stable_token", json=asked) as answer:
        token = json.loads(await answer.read())["access_token"]
    url, left = f"{one.sandbox_url}{SEND}?access_token={token}", iter(people)
    data = {name: {"value": value} for name, value in FIELDS.items()}

    async def client() -> None:
        for open_id in left:
            body = json.dumps({"touser": open_id, "template_id": TEMPLATE, "page": "pages/a", "data": data})
            async with http.post(url, data=body.encode()) as answer:
                assert json.loads(await answer.read())["errcode"] == 0

    started = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return len(people) / (time.perf_counter() - started)


async def _delivered(one: Ground, people: Sequence[str], workers: int, occasion: str) -> tuple[float, float]:
    """Deliveries a second from the moment at which all were due, and the lag of the slowest but one in a hundred."""
    connection = await one.connected()
    await connection.execute("TRUNCATE delivery, reminder CASCADE")
    for _ in range(workers):
        one.start_worker()
    await _ready(connection, workers)
    (now,) = await connection.fetchrow("SELECT now()")
    await connection.execute(HANDED_OUT, occasion, now, list(people), AHEAD)
    while (await states(connection)).keys() - {"sent"}:  # noqa: ASYNC110  # nobody in this process could set an event
        await asyncio.sleep(0.5)
    (per_second, lag) = await connection.fetchrow(LAGS)
    await connection.close()
    await asyncio.to_thread(one.stop_workers)
    return per_second, lag


async def _ready(connection: asyncpg.Connection, workers: int) -> None:
    """Until so many other processes have asked the database for what is due."""
    asking = (
        "SELECT count(DISTINCT client_port) FROM pg_stat_activity WHERE query LIKE '%FROM delivery%' "
        "AND pid <> pg_backend_pid() AND datname = current_database()"
    )
    while await connection.fetchval(asking) < workers:  # noqa: ASYNC110  # likewise
        await asyncio.sleep(0.2)


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
