"""A load of HTTP/1.1 requests over kept connections, as fast as answers come (closed loop), measured one by one."""

import asyncio
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any


@dataclass(slots=True)
class Measured:
    """What came of one load. `seconds` of wall time; latencies in seconds."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    bodies: list[bytes] = field(default_factory=list)
    """Where they were to be kept."""

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile_ms(self, share: float) -> float:
        return sorted(self.latencies)[int(len(self.latencies) * share)] * 1000


async def load(
    host: str, port: int, requests: Sequence[bytes], *, connections: int, count: int, keep: bool = False
) -> Measured:
    """Send `count` requests, the given ones over and over, on that many connections at once.

    `keep`: the answers' bodies too. On one connection latencies and bodies are in the order of the requests.
    """
    measured, left = Measured(), iter(range(count))
    following = cycle(requests)
    started = time.perf_counter()
    await asyncio.gather(*(_connection(host, port, following, left, measured, keep) for _ in range(connections)))
    measured.seconds = time.perf_counter() - started
    return measured


def request(
    method: str, path: str, *, token: str | None = None, body: bytes = b"", headers: Mapping[str, str] | None = None
) -> bytes:
    """One request as bytes."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if body:
        lines.append("Content-Type: application/json")
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def figures(measured: Sequence[Measured]) -> dict[str, Any]:
    """Of the same load's rounds: medians, and every answer by its status."""
    statuses: dict[int, int] = {}
    for one in measured:
        for status, count in one.statuses.items():
            statuses[status] = statuses.get(status, 0) + count
    return {
        "per_second": round(statistics.median(one.per_second for one in measured)),
        "p50_ms": round(statistics.median(one.percentile_ms(0.5) for one in measured), 2),
        "p99_ms": round(statistics.median(one.percentile_ms(0.99) for one in measured), 2),
        "statuses": statuses,
    }


async def _connection(
    host: str, port: int, requests: Iterator[bytes], left: Iterator[int], measured: Measured, keep: bool
) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        for _ in left:
            started = time.perf_counter()
            writer.write(next(requests))
            status, body = await answer_of(reader)
            measured.latencies.append(time.perf_counter() - started)
            if keep:
                measured.bodies.append(body)
            measured.statuses[status] = measured.statuses.get(status, 0) + 1
    finally:
        writer.close()


async def answer_of(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """The next answer on a connection: its status, and its body."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    _, found, rest = head.partition(b"content-length: ")
    body = await reader.readexactly(int(rest.split(b"\r\n", 1)[0])) if found else b""
    return int(head[9:12]), body
