"""The three peaks of a year on one API process and on two, with a million candidates in the database.

Registration's last hour (looking, reading, handing in), the first hour of admit cards, and the results. A closed loop
finds how many are answered when everybody waits for their turn; then people come by themselves (open loop), as many as
that and three times as many. Whether those who are let in are served as before is the measure.
`python -m benchmarks.peaks [PEOPLE]`.
"""

import asyncio
import json
import os
import random
import re
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import asyncpg

from benchmarks.batch import seat
from benchmarks.candidates import ADMITTED, ENTERED, MADE
from benchmarks.load import load, request
from benchmarks.open_loop import offer
from benchmarks.running import Running, running, stage
from benchmarks.submits import CLONES, OPEN_NOW, drafts, opened
from zhunkao.demo.programs import program
from zhunkao.embedded.places import free_port
from zhunkao.journey.people import AREA, EXAM, RETURNING, SITE, SUBJECTS, sections
from zhunkao.journey.stage import Stage

PEOPLE: Final = 1_000_000
ASKING: Final = 2_000
"""So many of them ask. Their cards have been drawn, as a site's have that has printed its batch before."""
CLIENTS, SECONDS, CLOSED = 64, 10, 3_000
TIMES: Final = (1, 3)
PEAKS: Final[Mapping[str, Mapping[str, int]]] = {
    "registration's last hour": {"steps": 45, "registration": 20, "calendar": 25, "submit": 10},
    "first hour of admit cards": {"steps": 40, "card": 60},
    "results out": {"steps": 25, "results": 75},
}
"""Of a hundred requests, how many of which."""

PUBLISHED: Final = """
INSERT INTO results_publication (exam_id, publish_at, report_until, set_at, set_by)
SELECT id, now() - interval '1 hour', now() + interval '1 day', now(), 'bench' FROM exam WHERE code = $1
"""
SAID: Final = """
INSERT INTO result (exam_id, registration_id, admit_number, marks, reported, rolled, rolls_on, qualified, sample)
SELECT registration.exam_id, registration.id, admit_number.number, $1::text::jsonb, $1::text::jsonb, '[]', '[]', true,
    true
FROM registration JOIN admit_number ON admit_number.registration_id = registration.id
"""
SESSIONS: Final = """
INSERT INTO session (id, candidate_id, refresh_hash, started_at, expires_at)
SELECT md5('session ' || n)::uuid, md5('candidate ' || n)::uuid, ''::bytea, now(), now() + interval '1 day'
FROM generate_series(0, $1::int - 1) AS n
RETURNING id AS session, candidate_id AS candidate
"""
OWNED: Final = "SELECT id, candidate_id FROM registration WHERE candidate_id = ANY($1::uuid[])"

Requests = Mapping[str, Sequence[bytes]]


def measure(people: int = PEOPLE) -> dict[str, Any]:
    """By peak and number of processes: answered a second in the closed loop, and what became of one and three times as
    many arrivals; seconds of processor by program meanwhile."""
    with running() as one:
        return asyncio.run(_measured(one, people))


async def _measured(one: Running, people: int) -> dict[str, Any]:
    started = time.perf_counter()
    await _populate(one, people)
    found: dict[str, Any] = {"people": people, "populated_seconds": round(time.perf_counter() - started)}
    async with stage(one) as made:
        new, _ = await drafts(made, one)
        await made.built.database.execute(OPEN_NOW)
        await opened(one, made)
        ground = Ground(made=made, draft=new, often=await _often(made))
        await load("127.0.0.1", one.api_port, ground.often["card"], connections=8, count=ASKING)
        for ports in ([one.api_port], [one.api_port, _another(one)]):
            for peak, shares in PEAKS.items():
                name = f"{peak}, {len(ports)} API process{'es' if len(ports) > 1 else ''}"
                found[name] = await _peak(ground, shares, ports)
                print(name, json.dumps(found[name]), file=sys.stderr)
    return found


@dataclass(slots=True, kw_only=True)
class Ground:
    """`draft`: the candidate whose draft is cloned to be handed in; `often`: requests that can be sent any number of
    times, by what they ask."""

    made: Stage
    draft: str
    often: Requests
    clones: int = 0

    async def requests(self, shares: Mapping[str, int], count: int, seed: int) -> list[bytes]:
        """So many, mixed by their shares; each draft is handed in once."""
        chance = random.Random(seed)
        kinds = chance.choices(list(shares), weights=list(shares.values()), k=count)
        once = iter(await self._submits(kinds.count("submit")))
        return [next(once) if kind == "submit" else chance.choice(self.often[kind]) for kind in kinds]

    async def _submits(self, count: int) -> list[bytes]:
        if not count:
            return []
        self.clones += 1
        rows = await self.made.built.database.rows(CLONES, self.draft, count, f"peak_{self.clones}_")
        return [_of(self.made, row, "POST", f"/registrations/{row['registration']}/submit") for row in rows]


async def _populate(one: Running, people: int) -> None:
    await seat(one.settings, ASKING)
    form = json.dumps(sections(RETURNING, point=1), ensure_ascii=False)
    marks = [{"subject": one, "status": "sat", "passed": True, "score": 70, "pass_line": 60} for one in SUBJECTS]
    connection = await asyncpg.connect(one.settings.database_url)
    try:
        await connection.execute(PUBLISHED, EXAM)
        await connection.execute(SAID, json.dumps(marks))
        await connection.execute(f"{MADE} ON CONFLICT DO NOTHING", people)
        await connection.execute(f"{ENTERED} ON CONFLICT DO NOTHING", people, EXAM, form)
        await connection.execute(f"{ADMITTED} ON CONFLICT DO NOTHING", people)
        await connection.execute("ANALYZE")
    finally:
        await connection.close()


async def _often(made: Stage) -> Requests:
    sessions = {row["candidate"]: row for row in await made.built.database.rows(SESSIONS, ASKING)}
    rows = [
        {**sessions[row["candidate_id"]], "of": row["id"]} for row in await made.built.database.rows(OWNED, [*sessions])
    ]
    asked = {"steps": "/steps", "registration": "", "card": "/admit-card.pdf", "results": "/results"}
    found = {
        name: [_of(made, row, "GET", f"/registrations/{row['of']}{path}") for row in rows]
        for name, path in asked.items()
    }
    place = urlencode({"area": AREA, "site": SITE})
    return {**found, "calendar": [request("GET", f"/api/v1/exams/{EXAM}/calendar?{place}")]}


def _of(made: Stage, row: Mapping[str, Any], method: str, path: str) -> bytes:
    token = made.built.tokens.access(session_id=row["session"], candidate_id=row["candidate"])
    return request(method, f"/api/v1{path}", token=token)


def _another(one: Running) -> int:
    """A second process of the API that is measured; its port."""
    port = free_port()
    own = one.settings.model_copy(update={"clock": "system", "clock_url": "", "api_port": port})
    api = program("The second measured API", own, "api")
    one.supervisor.start(api, by=api.start)
    one.supervisor.wait_until_ready(api, port, "/readyz")
    return port


async def _peak(ground: Ground, shares: Mapping[str, int], ports: Sequence[int]) -> dict[str, Any]:
    parts = [await ground.requests(shares, CLOSED // len(ports), port) for port in ports]
    connections = CLIENTS // len(ports)
    closed = await asyncio.gather(
        *(
            load("127.0.0.1", port, part, connections=connections, count=len(part))
            for port, part in zip(ports, parts, strict=True)
        )
    )
    rate = CLOSED / max(one.seconds for one in closed)
    found: dict[str, Any] = {
        "closed": {"per_second": round(rate), "p99_ms": round(max(one.percentile_ms(0.99) for one in closed))}
    }
    for times in TIMES:
        requests = await ground.requests(shares, int(rate * times * SECONDS * 1.1), times)
        before = _processor_seconds()
        offered = await offer(ports, iter(requests), per_second=rate * times, seconds=SECONDS, seed=times)
        spent = {name: round(seconds - before.get(name, 0), 1) for name, seconds in _processor_seconds().items()}
        found[f"{times} times"] = {**offered.figures(), "processor_seconds": spent}
    return found


def _processor_seconds() -> dict[str, float]:
    """Of every process that lives on the machine, by what it is."""
    found: dict[str, float] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            ticks = (folder / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        seconds = (int(ticks[11]) + int(ticks[12])) / os.sysconf("SC_CLK_TCK")
        found[_program(command)] = found.get(_program(command), 0.0) + seconds
    return found


def _program(command: str) -> str:
    if "postgres" in command:
        return "database"
    if found := re.search(r"-m (zhunkao|benchmarks)\S* ?(\w*)", command):
        return "the load" if found[1] == "benchmarks" else found[2]
    return "others"


if __name__ == "__main__":
    json.dump(measure(*map(int, sys.argv[1:])), sys.stdout, indent=2)
    print()
