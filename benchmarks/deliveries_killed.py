"""What becomes of reminders while everything around them breaks: counted at the platform, not by our own books.

Four workers send to people of whom half agreed once and half three times. Meanwhile workers are killed and replaced,
the database is killed and started again, Redis is emptied, and the platform spoils one call in five: half of those it
did what was asked and only its answer is lost. `python -m benchmarks.deliveries_killed [COUNT]`.
"""

import asyncio
import json
import sys
from collections import Counter
from datetime import timedelta
from typing import Any, Final

import aiohttp
import asyncpg
import uvloop
from redis.asyncio import Redis

from benchmarks.delivering import HANDED_OUT, Ground, at_noon, crowd, ground, states

COUNT: Final = 50_000
WORKERS: Final = 4
KILLS: Final = 8
SPOILT: Final = {"platform": "wechat", "path": "/cgi-bin/message/subscribe/send", "kind": "status", "status": 503}
ONE_IN_FIVE: Final = ({**SPOILT, "every": 10, "lands": True}, {**SPOILT, "every": 10, "lands": False})
NEVER_ENDING: Final = 10_000_000
OUTCOMES: Final = "SELECT open_id, state, reason FROM delivery"
GIVEN_UP: Final = "UPDATE delivery SET leased_until = now() WHERE state = 'calling'"
"""What is left of dead workers when none lives any more: nobody waits two minutes for it here."""


def measure(count: int = COUNT) -> dict[str, Any]:
    """By state how many deliveries, and how many people were reached twice, or were said to be and weren't."""
    with ground() as one, asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop:
        return loop.run(_measured(one, count))


async def _measured(one: Ground, count: int) -> dict[str, Any]:
    async with aiohttp.ClientSession() as http:
        await at_noon(one, http)
        people = [open_id for accepts in (1, 3) for open_id in await crowd(one, http, count // 2, accepts=accepts)]
        for fault in ONE_IN_FIVE:
            body = {**fault, "times": NEVER_ENDING}
            async with http.post(f"{one.sandbox_url}/sandbox/faults", json=body) as answer:
                answer.raise_for_status()
        connection = await one.connected()
        (now,) = await connection.fetchrow("SELECT now()")
        await connection.execute(HANDED_OUT, "killed", now, people, timedelta())
        await connection.close()
        for _ in range(WORKERS):
            one.start_worker()
        broken = await _break_things(one, len(people))
        await _to_the_end(one)
        await asyncio.to_thread(one.stop_workers)
        async with http.get(f"{one.sandbox_url}/sandbox/crowds?platform=wechat") as answer:
            received: dict[str, int] = (await answer.json())["received"]
        connection = await one.connected()
        rows = await connection.fetch(OUTCOMES)
        await connection.close()
    return broken | _counted(rows, received)


async def _break_things(one: Ground, count: int) -> dict[str, int]:
    """At so many points of the way a worker is killed; at two the database, at three Redis is emptied."""
    broken = {"workers_killed": 0, "database_killed": 0, "redis_emptied": 0}
    redis: Redis = Redis.from_url(one.settings.redis_url)
    for number in range(1, KILLS + 1):
        await _settled(one, count * number // (KILLS + 2))
        victim = one.workers.pop(0)
        victim.kill()
        await asyncio.to_thread(victim.stop)
        one.start_worker()
        broken["workers_killed"] += 1
        if number in (3, 6):
            one.database.kill()
            one.database.stop()
            one.database.start()
            broken["database_killed"] += 1
        if number in (2, 4, 7):
            await redis.flushall()
            broken["redis_emptied"] += 1
    await redis.aclose()
    return broken


async def _settled(one: Ground, wanted: int) -> None:
    """Until so many deliveries came to an end, or nothing is left that could."""
    connection = await one.connected()
    while True:
        found = await states(connection)
        open_ = found.get("waiting", 0) + found.get("calling", 0)
        if not open_ or sum(found.values()) - open_ >= wanted:
            break
        await asyncio.sleep(0.5)
    await connection.close()


async def _to_the_end(one: Ground) -> None:
    """Until nothing waits any more. Tries that were put off are due at once, so that the run ends within minutes."""
    connection = await one.connected()
    while (found := await states(connection)).get("waiting") or found.get("calling"):
        await connection.execute("UPDATE delivery SET due_at = now() WHERE state = 'waiting' AND due_at > now()")
        if not found.get("waiting"):
            await asyncio.sleep(10)  # longer than the workers that live need for what they are calling about
            await connection.execute(GIVEN_UP)
        await asyncio.sleep(1)
    await connection.close()


def _counted(rows: list[asyncpg.Record], received: dict[str, int]) -> dict[str, Any]:
    by_state = Counter(row["state"] for row in rows)
    reached = dict.fromkeys(by_state, 0)
    for row in rows:
        reached[row["state"]] += received.get(row["open_id"], 0) > 0
    known = sum(by_state[state] for state in ("sent", "refused", "unknown", "waiting", "calling"))
    return {
        "deliveries": len(rows),
        "by_state": dict(by_state),
        "doubled": sum(number > 1 for number in received.values()),
        "lost": len(rows) - known + by_state["sent"] - reached.get("sent", 0),
        "refused_but_reached": reached.get("refused", 0),
        "unknown": by_state["unknown"],
        "unknown_that_reached": reached.get("unknown", 0),
        "unknown_because": dict(Counter(row["reason"] for row in rows if row["state"] == "unknown")),
    }


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT), indent=1))
