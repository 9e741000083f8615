"""The inquiry desk at a million messages: lists, searches, 2,000 followed inquiries on one process, a gap made good.

One site has half of all messages, the centre a tenth, the other sites share the rest. A followed inquiry is followed
over HTTP by a connection of its own; what is written is written by another process, as a worker or the console would.
Run by `python -m benchmarks.desk`, or through `measure()`.
"""

import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import asyncpg

from backend.inquiries.inbox import Which
from backend.staff.models import Factor, Level, StaffMember
from backend.staff.scope import Clerk, clerk
from benchmarks.candidates import MADE
from zhunkao import wiring
from zhunkao.building import services
from zhunkao.demo.programs import exam_files, program
from zhunkao.demo.supervisor import Supervisor
from zhunkao.embedded.places import free_port
from zhunkao.installation import services as servers
from zhunkao.journey.people import AREA, SITE
from zhunkao.processes import Program
from zhunkao.services import Services
from zhunkao.settings import Settings

MESSAGES, STREAMS, EACH = 1_000_000, 2_000, 5
LISTS, SEARCHES = 300, 300
WRITES, MISSED = 4_000, 10_000
A_SECOND: Final = 200
RARE_ONE_IN: Final = 5_000

PHRASES: Final = (
    "请问缴费什么时候截止",
    "报名确认需要带哪些材料",
    "准考证打印不出来怎么办",
    "照片审核没有通过",
    "毕业证书编号填错了",
    "工作单位换了要不要重新盖章",
    "考点可以更换吗",
    "成绩什么时候公布",
    "您好我想咨询一下",
    "谢谢老师",
    "系统提示验证码不是当前版本",
    "专业代码选错了能改吗",
    "退款多久到账",
    "微信解绑以后还能报名吗",
    "考试当天需要带什么",
    "身份证过期了可以用临时的吗",
)
RARE: Final = ("龘靐齉", "特殊情况说明", "视力障碍加时")
ASKED: Final = {
    "common": ("缴费", "报名", "准考证", "考点", "谢谢老师", "材料"),
    "rare": ("龘靐", "视力障碍", "特殊情况"),
    "two common": ("版本", "费什么时候截止报名", "编号填错了考点"),
    "absent": ("没有这句", "zz", "驾驶"),
}
FILL: Final = """
INSERT INTO inquiry (id, kind, state, candidate_id, site_id, opened_at, waiting_since, closed_at)
SELECT md5('inquiry ' || n)::uuid, 'question', state, md5('candidate ' || n % $3)::uuid, place, at,
    CASE state WHEN 'open' THEN at END, CASE state WHEN 'closed' THEN at + interval '1 hour' END
FROM (
    SELECT n, now() - n * interval '20 seconds' AS at,
        CASE WHEN n % 10 < 5 THEN ($2::bigint[])[1] WHEN n % 10 = 9 THEN NULL
            ELSE ($2::bigint[])[2 + n % (cardinality($2::bigint[]) - 1)] END AS place,
        CASE n / 10 % 8 WHEN 0 THEN 'open' WHEN 1 THEN 'answered' ELSE 'closed' END AS state
    FROM generate_series(0, $1::int - 1) AS n
) AS made
"""
SAY: Final = """
INSERT INTO inquiry_message (inquiry_id, author, text, written_at, office)
SELECT inquiry.id, CASE WHEN turn % 2 = 0 THEN 'candidate' ELSE 'staff' END,
    ($2::text[])[1 + floor(random() * cardinality($2::text[]))::int] || '，'
    || ($2::text[])[1 + floor(random() * cardinality($2::text[]))::int] || floor(random() * 10000)::int
    || CASE WHEN random() < 1.0 / $4::int THEN ($3::text[])[1 + floor(random() * cardinality($3::text[]))::int]
        ELSE '' END,
    inquiry.opened_at + turn * interval '1 minute', coalesce(inquiry.site_id, 0)
FROM inquiry, generate_series(0, $1::int - 1) AS turn
ORDER BY inquiry.opened_at + turn * interval '1 minute'
"""
FOUND_INDEX: Final = "CREATE INDEX inquiry_message_found ON inquiry_message USING gin (search_grams(office, text))"
SESSIONS: Final = """
INSERT INTO session (id, candidate_id, refresh_hash, started_at, expires_at)
SELECT md5('session ' || n)::uuid, md5('candidate ' || n)::uuid, '', now(), now() + interval '1 day'
FROM generate_series(0, $1::int - 1) AS n
"""
FOLLOWED: Final = """
SELECT md5('inquiry ' || n)::uuid AS inquiry, md5('session ' || n)::uuid AS session,
    md5('candidate ' || n)::uuid AS candidate
FROM generate_series(0, $1::int - 1) AS n
"""
WRITE: Final = """
INSERT INTO inquiry_message (inquiry_id, author, text, written_at) VALUES ($1, 'staff', '好的', now()) RETURNING id
"""
MANY: Final = """
INSERT INTO inquiry_message (inquiry_id, author, text, written_at)
SELECT $1, 'candidate', '还有 ' || n, now() FROM generate_series(1, $2::int) AS n
"""


def measure(messages: int = MESSAGES, streams: int = STREAMS) -> dict[str, Any]:
    """Milliseconds of lists and searches, the streams' memory and latencies, the seconds of a gap made good."""
    with tempfile.TemporaryDirectory(prefix="zhunkao-bench-") as folder, Supervisor() as supervisor:
        Path(folder).chmod(0o711)
        with servers(Settings(data_folder=Path(folder))) as settings:
            return asyncio.run(_measured(supervisor, settings, messages, streams))


async def _measured(supervisor: Supervisor, settings: Settings, messages: int, streams: int) -> dict[str, Any]:
    await wiring.migrate(settings)
    await wiring.load_exams(settings, [Path(file) for file in exam_files()], accept_outside=False)
    connection = await asyncpg.connect(settings.database_url)
    try:
        async with services(settings) as built:
            indexed = await _filled(connection, built, messages)
            await built.members.create(username="bench.desk", name="示例", level=Level.SITE, area=AREA, site=SITE)
            found = {"messages": messages, "index_seconds": indexed, **await _read(built, await clerk("bench.desk"))}
            one = settings.model_copy(update={"api_port": free_port(), "console_port": free_port()})
            found["streams"] = await _followed(supervisor, one, built, connection, streams)
            found["gap"] = await _gap(supervisor, one, built, connection)
            return found
    finally:
        await connection.close()


async def _filled(connection: asyncpg.Connection, built: Services, messages: int) -> float:
    """Everything that was ever asked; the seconds the search's index took."""
    mine = (await built.exams.site(AREA, SITE)).id
    _, sites = await built.exams.places_by_code()
    inquiries = messages // EACH
    await connection.execute("SET session_replication_role = replica")  # told to nobody: it was long ago
    await connection.execute("DROP INDEX inquiry_message_found")
    await connection.execute(MADE, min(inquiries, 50_000))
    places = [mine, *(site.id for site in sites if site.id != mine)]
    await connection.execute(FILL, inquiries, places, min(inquiries, 50_000))
    await connection.execute(SAY, EACH, list(PHRASES), list(RARE), RARE_ONE_IN)
    await connection.execute("SET session_replication_role = origin")
    started = time.perf_counter()
    await connection.execute(FOUND_INDEX)
    seconds = time.perf_counter() - started
    await connection.execute("VACUUM ANALYZE inquiry, inquiry_message, candidate")
    return round(seconds, 1)


async def _read(built: Services, who: Clerk) -> dict[str, Any]:
    """Lists from their beginning and from anywhere, and searches of each sort, one after the other."""
    chance = random.Random(1)
    pages: dict[Which, list[str | None]] = {}
    for which in Which:
        after: str | None = None
        pages[which] = [None]
        for _ in range(10):
            _, after = await built.inbox.page(who, which, after=after)
            pages[which].append(after)
    found: dict[str, Any] = {}
    for which in (Which.WAITING, Which.ANSWERED, Which.CLOSED, Which.MINE):
        found[f"list {which}"] = await _timed(LISTS, partial(_listed, built, who, which, chance, pages[which]))
    for sort, texts in ASKED.items():
        found[f"search {sort}"] = await _timed(SEARCHES // len(ASKED), partial(_searched, built, who, chance, texts))
    return found


async def _listed(
    built: Services, who: Clerk, which: Which, chance: random.Random, pages: Sequence[str | None]
) -> None:
    await built.inbox.page(who, which, after=chance.choice(pages))


async def _searched(built: Services, who: Clerk, chance: random.Random, texts: Sequence[str]) -> None:
    await built.inquiry_search.find(who, chance.choice(texts))


async def _timed(count: int, act: Callable[[], Awaitable[object]]) -> dict[str, float]:
    took = []
    for _ in range(count):
        started = time.perf_counter()
        await act()
        took.append((time.perf_counter() - started) * 1000)
    took.sort()
    return {"p50_ms": round(took[len(took) // 2], 1), "p95_ms": round(took[int(len(took) * 0.95)], 1)}


@dataclass(slots=True)
class Follower:
    """One connection: when each id came; `enough`: set as soon as so many have."""

    wanted: int = 0
    came: dict[int, float] = field(default_factory=dict)
    order: list[int] = field(default_factory=list)
    enough: asyncio.Event = field(default_factory=asyncio.Event)

    async def follow(self, port: int, path: str, headers: Sequence[str], opened: asyncio.Semaphore) -> None:
        async with opened:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            head = [f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Accept: text/event-stream", *headers, "", ""]
            writer.write("\r\n".join(head).encode())
            status = await reader.readline()
            assert b" 200 " in status, status
            while b"retry" not in await reader.readline():
                pass
        try:
            while line := await reader.readline():
                if line.startswith(b"id: "):
                    self.order.append(number := int(line[4:]))
                    self.came[number] = time.perf_counter()
                    if len(self.order) == self.wanted:
                        self.enough.set()
        finally:
            writer.close()


async def _followed(
    supervisor: Supervisor, settings: Settings, built: Services, connection: asyncpg.Connection, streams: int
) -> dict[str, Any]:
    """Every follower has an inquiry of its own; answers are written at an even pace."""
    api = program("The measured API", settings, "api")
    supervisor.start(api, by=api.start)
    supervisor.wait_until_ready(api, settings.api_port, "/readyz")
    await connection.execute(SESSIONS, streams)
    people = await connection.fetch(FOLLOWED, streams)
    inquiries = [row["inquiry"] for row in people]
    last = await connection.fetchval("SELECT max(id) FROM inquiry_message")
    before, gate = _memory_kb(api), asyncio.Semaphore(50)
    followers = [Follower() for _ in inquiries]
    tasks = []
    for follower, row in zip(followers, people, strict=True):
        token = built.tokens.access(session_id=row["session"], candidate_id=row["candidate"])
        path = f"/api/v1/inquiries/{row['inquiry']}/events?after={last}"
        headers = [f"Authorization: Bearer {token}"]
        tasks.append(asyncio.create_task(follower.follow(settings.api_port, path, headers, gate)))
    started = time.perf_counter()
    while await _open(settings.api_port) < streams:
        await asyncio.sleep(0.2)
        for task in tasks:
            if task.done():
                task.result()
    opened = time.perf_counter() - started
    return {
        "open": streams,
        "opening_seconds": round(opened, 1),
        "kb_each": round((_memory_kb(api) - before) / streams, 1),
        **await _written(built, connection, inquiries, followers, tasks),
    }


async def _written(
    built: Services,
    connection: asyncpg.Connection,
    inquiries: Sequence[UUID],
    followers: Sequence[Follower],
    tasks: Sequence[asyncio.Task[None]],
) -> dict[str, Any]:
    said: dict[int, tuple[int, float]] = {}
    for number in range(WRITES):
        place = number % len(inquiries)
        due = time.perf_counter() + 1 / A_SECOND
        message = await connection.fetchval(WRITE, inquiries[place])
        said[message] = place, time.perf_counter()
        await built.wakes.wake(inquiries[place], site_id=None)
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
    await asyncio.sleep(5)
    late = sorted(
        followers[place].came[message] - at for message, (place, at) in said.items() if message in followers[place].came
    )
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    orders = sum(follower.order != sorted(set(follower.order)) for follower in followers)
    return {
        "written": WRITES,
        "missed": WRITES - len(late),
        "out_of_order_or_twice": orders,
        "p50_ms": round(late[len(late) // 2] * 1000, 1),
        "p99_ms": round(late[int(len(late) * 0.99)] * 1000, 1),
        "slowest_ms": round(late[-1] * 1000, 1),
    }


async def _gap(
    supervisor: Supervisor, settings: Settings, built: Services, connection: asyncpg.Connection
) -> dict[str, Any]:
    """A desk's connection ends, very much happens, and it comes again with its last id."""
    console = program("The measured console", settings, "console")
    supervisor.start(console, by=console.start)
    supervisor.wait_until_ready(console, settings.console_port, "/healthz")
    member = await StaffMember.get(username="bench.desk")
    started = await built.staff_sessions.start(member, Factor.KEY)
    inquiry = await connection.fetchval("SELECT id FROM inquiry WHERE site_id = $1 LIMIT 1", member.site_id)
    last = await connection.fetchval("SELECT coalesce(max(id), 0) FROM desk_event")
    await connection.execute(MANY, inquiry, MISSED)
    follower, begun = Follower(wanted=MISSED), time.perf_counter()
    name = "__Host-session" if settings.console_url.startswith("https") else "session"
    headers = [f"Cookie: {name}={started.token}", f"Last-Event-ID: {last}"]
    task = asyncio.create_task(follower.follow(settings.console_port, "/inbox/events", headers, asyncio.Semaphore(1)))
    await asyncio.wait_for(follower.enough.wait(), 120)
    seconds = time.perf_counter() - begun
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert follower.order == sorted(set(follower.order))
    return {"events": len(follower.order), "seconds": round(seconds, 2)}


def _memory_kb(one: Program) -> int:
    """What the process holds of the machine's memory."""
    lines = Path(f"/proc/{one.pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


async def _open(port: int) -> int:
    """How many streams the process says it keeps open."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    text = (await reader.read()).decode()
    writer.close()
    return int(float(next(line.split()[1] for line in text.splitlines() if line.startswith("zhunkao_streams_open"))))


if __name__ == "__main__":
    json.dump(measure(), sys.stdout, indent=2, ensure_ascii=False)
    print()
