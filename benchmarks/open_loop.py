"""A load of HTTP/1.1 requests that arrive when they arrive, whether or not those before them are answered (open loop).

Arrivals are a Poisson process. A latency counts from the arrival, not from when a connection was free.
"""

import asyncio
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any, Final

from benchmarks.load import answer_of

REFUSED: Final = (429, 503)
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(slots=True)
class Offered:
    """What came of one load: seconds of latency by status; `broken`: arrivals that got no answer at all."""

    seconds: float = 0.0
    latencies: dict[int, list[float]] = field(default_factory=dict)
    broken: int = 0

    def figures(self) -> dict[str, Any]:
        """A second: offered, answered with what was asked for, refused in words; latencies of the answered."""
        well = sorted(latency for status, found in self.latencies.items() if status < 300 for latency in found)
        refused = sum(len(self.latencies.get(status, ())) for status in REFUSED)
        every = sum(map(len, self.latencies.values())) + self.broken
        return {
            "offered": round(every / self.seconds),
            "accepted": round(len(well) / self.seconds),
            "refused": round(refused / self.seconds),
            "others": {status: len(one) for status, one in self.latencies.items() if status not in (200, *REFUSED)},
            "broken": self.broken,
            "p50_ms": round(well[len(well) // 2] * 1000) if well else None,
            "p99_ms": round(well[int(len(well) * 0.99)] * 1000) if well else None,
        }


async def offer(
    ports: Sequence[int], requests: Iterator[bytes], *, per_second: float, seconds: float, seed: int
) -> Offered:
    """So many arrivals a second, for so long, at one port after the other; what became of them, once all are answered.
    Fewer arrive where the requests end before."""
    chance, found = random.Random(seed), Offered()
    pools = cycle([(port, list[Connection]()) for port in ports])
    tasks: set[asyncio.Task[None]] = set()
    started = time.perf_counter()
    due = started
    while (due := due + chance.expovariate(per_second)) < started + seconds:
        if (wait := due - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        port, idle = next(pools)
        if (asked := next(requests, None)) is None:
            break
        task = asyncio.create_task(_one(port, asked, due, idle, found))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    if tasks:
        await asyncio.wait(tasks)
    found.seconds = time.perf_counter() - started
    for _ in ports:
        for _, writer in next(pools)[1]:
            writer.close()
    return found


async def _one(port: int, request: bytes, due: float, idle: list[Connection], found: Offered) -> None:
    try:
        connection = idle.pop() if idle else await asyncio.open_connection("127.0.0.1", port)
        reader, writer = connection
        writer.write(request)
        status, _ = await answer_of(reader)
    except (OSError, asyncio.IncompleteReadError):
        found.broken += 1
        return
    found.latencies.setdefault(status, []).append(time.perf_counter() - due)
    idle.append(connection)
