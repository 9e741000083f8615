"""Admit cards downloaded from one API process by 32 clients: drawn for the first time, and again.

Beside it, by turns, a bare handler that sends the same bytes. How late the API's loop woke what slept meanwhile is read
from its own figures. `python -m benchmarks.card_downloads FILE PORT` is the bare handler.
"""

import asyncio
import re
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import aiohttp
import asyncpg
import uvloop
from aiohttp import web

from backend.documents.fonts import prepare_fonts
from benchmarks.batch import prepare
from benchmarks.cards import FONTS
from benchmarks.load import Measured, figures, load, request
from zhunkao.building import services
from zhunkao.demo.programs import program
from zhunkao.demo.supervisor import Supervisor
from zhunkao.embedded.places import free_port
from zhunkao.installation import services as servers
from zhunkao.processes import Program
from zhunkao.settings import Settings

CLIENTS: Final = 32
CARDS, ROUNDS, WARM_UP = 1_000, 3, 50
PATH: Final = "/api/v1/registrations/{}/admit-card.pdf"
SESSIONS: Final = """
INSERT INTO session (id, candidate_id, refresh_hash, started_at, expires_at)
SELECT md5('session ' || n)::uuid, md5('candidate ' || n)::uuid, ''::bytea, now(), now() + interval '1 day'
FROM generate_series(0, $1::int - 1) AS n
RETURNING id AS session, candidate_id AS candidate
"""
OWNED: Final = "SELECT id, candidate_id FROM registration"
BUCKET: Final = re.compile(r'zhunkao_loop_lag_seconds_bucket\{le="([^"]+)"\} ([\d.]+)')


def measure(cards: int = CARDS, rounds: int = ROUNDS) -> dict[str, Any]:
    """A second and latencies of the first download, of the next and of the bare handler; the API's loop lag, p99."""
    with tempfile.TemporaryDirectory(prefix="zhunkao-bench-") as folder:
        Path(folder).chmod(0o711)
        prepare_fonts(FONTS)
        (Path(folder) / "fonts").symlink_to(FONTS.resolve())
        with servers(Settings(data_folder=Path(folder))) as found, Supervisor() as supervisor:
            settings = found.model_copy(update={"clock": "system", "clock_url": "", "api_port": free_port()})
            asyncio.run(prepare(settings, cards * rounds + WARM_UP))
            api = program("The measured API", settings, "api")
            supervisor.start(api, by=api.start)
            supervisor.wait_until_ready(api, settings.api_port, "/readyz")
            return asyncio.run(_measured(settings, supervisor, cards, rounds))


async def _measured(settings: Settings, supervisor: Supervisor, cards: int, rounds: int) -> dict[str, Any]:
    asked = await _requests(settings, cards * rounds + WARM_UP)
    first = await load("127.0.0.1", settings.api_port, asked[:WARM_UP], connections=1, count=WARM_UP, keep=True)
    port = _bare(settings, supervisor, first.bodies[-1])
    drawn, again, bare = list[Measured](), list[Measured](), list[Measured]()
    lags: list[float] = []
    async with aiohttp.ClientSession() as http:
        for number in range(rounds):
            mine = asked[WARM_UP + number * cards :][:cards]
            before = await _lags(http, settings)
            drawn.append(await _load(settings.api_port, mine))
            lags.append(_p99_ms(before, await _lags(http, settings)))
            again.append(await _load(settings.api_port, mine))
            bare.append(await _load(port, [request("GET", "/")] * cards))
    found = {"bare bytes": figures(bare), "card, drawn": figures(drawn), "card, again": figures(again)}
    for figure in found.values():
        figure["of_bare"] = round(figure["per_second"] / found["bare bytes"]["per_second"], 2)
    return {
        **found,
        "kilobytes": round(len(first.bodies[-1]) / 1024, 1),
        "loop_lag_p99_under_ms": statistics.median(lags),
    }


async def _requests(settings: Settings, count: int) -> list[bytes]:
    """One for each candidate's card."""
    connection = await asyncpg.connect(settings.database_url)
    sessions = {row["candidate"]: row["session"] for row in await connection.fetch(SESSIONS, count)}
    owned = await connection.fetch(OWNED)
    await connection.close()
    async with services(settings, pool=1) as built:
        return [
            request(
                "GET",
                PATH.format(row["id"]),
                token=built.tokens.access(session_id=sessions[row["candidate_id"]], candidate_id=row["candidate_id"]),
            )
            for row in owned
        ]


async def _load(port: int, requests: Sequence[bytes]) -> Measured:
    return await load("127.0.0.1", port, requests, connections=CLIENTS, count=len(requests))


async def _lags(http: aiohttp.ClientSession, settings: Settings) -> dict[float, float]:
    """So often the loop was late by no more than so many seconds, since it started."""
    async with http.get(f"http://127.0.0.1:{settings.api_port}/metrics") as answer:
        return {float(le): float(count) for le, count in BUCKET.findall(await answer.text())}


def _p99_ms(before: dict[float, float], after: dict[float, float]) -> float:
    """The bucket's edge under which 99 of 100 lie, in milliseconds."""
    counts = {le: after[le] - before.get(le, 0) for le in sorted(after)}
    total = max(counts.values())
    return next(le for le, count in counts.items() if count >= 0.99 * total) * 1000


def _bare(settings: Settings, supervisor: Supervisor, body: bytes) -> int:
    file, port = settings.data_folder / "card.pdf", free_port()
    file.write_bytes(body)
    bare = Program(
        name="The bare handler",
        command=[sys.executable, "-m", "benchmarks.card_downloads", str(file), str(port)],
        log=settings.data_folder / "logs" / "bare.log",
        environment={"PYTHONPATH": str(Path.cwd())},
        folder=Path.cwd(),
    )
    supervisor.start(bare, by=bare.start)
    supervisor.wait_until_ready(bare, port, "/")
    return port


async def _serve(body: bytes, port: int) -> None:
    async def send(request: web.Request) -> web.Response:
        return web.Response(body=body, content_type="application/pdf")

    app = web.Application()
    app.router.add_get("/", send)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop:
        loop.run(_serve(Path(sys.argv[1]).read_bytes(), int(sys.argv[2])))
