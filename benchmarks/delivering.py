"""What the benchmarks of deliveries stand on: servers, a platform, people who agreed, and workers as processes.

`python -m benchmarks.delivering` is one worker's way out, by the settings of its environment: everything that sends,
and nothing else of a worker.
"""

import asyncio
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import aiohttp
import asyncpg

from zhunkao import installation
from zhunkao.building import services
from zhunkao.demo.programs import program
from zhunkao.demo.sandbox import product_settings, sandbox_keys
from zhunkao.demo.supervisor import Supervisor
from zhunkao.embedded import EmbeddedPostgres, EmbeddedValkey
from zhunkao.embedded.places import free_port
from zhunkao.processes import Program
from zhunkao.running import run
from zhunkao.settings import PREFIX, Settings, as_environment, load

TEMPLATE: Final = "TEMPLATE-NEWS"
FIELDS: Final = {"thing1": "账号变动", "time2": "2024-02-01 12:00", "thing3": "如非本人操作，请尽快修改密码"}
NOON: Final = "2024-02-01T12:00:00+08:00"
UNBOUNDED: Final = 1_000_000
"""Messages a second: what is measured is how fast it goes, not how fast it may."""

PEOPLE: Final = """
WITH people AS (
    INSERT INTO candidate (id, username, username_key, password_hash, name, id_type, id_number, id_number_index, phone,
                           recovery_question, recovery_answer_hash, identity_check, education_check, created_at)
    SELECT gen_random_uuid(), open_id, open_id, 'x', '测试', 'resident_id_card', '', convert_to(open_id, 'UTF8'), '',
           'first_school', 'x', 'passed', 'passed', now()
    FROM unnest($1::text[]) AS open_id RETURNING id, username
), bound AS (
    INSERT INTO binding (candidate_id, platform, app_id, open_id, bound_at, last_used_at)
    SELECT id, 'wechat', $2, username, now(), now() FROM people
)
INSERT INTO message_consent (platform, app_id, open_id, template_id, remaining, answer, answered_at)
SELECT 'wechat', $2, open_id, $3, $4, 'accept', now() FROM unnest($1::text[]) AS open_id
"""
HANDED_OUT: Final = """
WITH handed AS (
    INSERT INTO reminder (candidate_id, kind, occasion, state, due_at, facts, created_at, sent_at, closed_at)
    SELECT candidate_id, 'account_changed', $1, 'sent', $2, '{"variant": "bound"}', $2, $2, $2
    FROM binding WHERE open_id = ANY($3::text[]) RETURNING id
)
INSERT INTO delivery (reminder_id, platform, due_at, created_at)
SELECT id, 'wechat', now() + $4::interval, now() FROM handed
"""
"""One reminder for each of these people ($3), all due at one moment from now ($4)."""


@dataclass(slots=True, kw_only=True)
class Ground:
    """Servers that run, and the workers that were started. `log_number`: of the next worker."""

    supervisor: Supervisor
    settings: Settings
    database: EmbeddedPostgres
    cache: EmbeddedValkey
    workers: list[Program] = field(default_factory=list)
    log_number: int = 0

    @property
    def sandbox_url(self) -> str:
        return f"http://127.0.0.1:{self.settings.sandbox_port}"

    def start_worker(self) -> Program:
        """One more process that sends."""
        self.log_number += 1
        command = [sys.executable, "-m", "benchmarks.delivering"]
        worker = _program(self.settings, f"worker-{self.log_number}", command)
        worker.start()
        self.workers.append(worker)
        return worker

    def stop_workers(self) -> None:
        for worker in self.workers:
            worker.stop()
        self.workers.clear()

    async def connected(self) -> asyncpg.Connection:
        return await asyncpg.connect(self.settings.database_url)


@contextmanager
def ground() -> Iterator[Ground]:
    """In a folder of its own, stopped and removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="zhunkao-bench-") as folder, Supervisor() as supervisor:
        Path(folder).chmod(0o711)
        plain = Settings(data_folder=Path(folder), sandbox_port=free_port(), api_port=free_port())
        settings = product_settings(plain, sandbox_keys(Path(folder)))
        wechat = settings.wechat.model_copy(update={"templates": {"news": TEMPLATE}})
        settings = settings.model_copy(update={"wechat": wechat, "reminders_per_second": UNBOUNDED})
        database, cache = installation.embedded_servers(settings)
        urls = {
            "database_url": supervisor.start(database, by=database.start),
            "redis_url": supervisor.start(cache, by=cache.start),
        }
        settings = installation.complete(settings, **urls)
        supervisor.run(program("The migration", settings, "migrate"))
        playing = _program(
            settings, "platform", [sys.executable, "-m", "benchmarks.platform", folder, str(settings.sandbox_port)]
        )
        supervisor.start(playing, by=playing.start)
        supervisor.wait_until_ready(playing, settings.sandbox_port, "/sandbox/clock")
        made = Ground(supervisor=supervisor, settings=settings, database=database, cache=cache)
        try:
            yield made
        finally:
            made.stop_workers()


async def crowd(one: Ground, http: aiohttp.ClientSession, count: int, *, accepts: int) -> list[str]:
    """So many people's open ids: known to the platform, and to us as candidates who agreed so often."""
    body = {"platform": "wechat", "count": count, "template_id": TEMPLATE, "accepts": accepts}
    async with http.post(f"{one.sandbox_url}/sandbox/crowds", json=body) as answer:
        open_ids: list[str] = (await answer.json())["open_ids"]
    connection = await one.connected()
    await connection.execute(PEOPLE, open_ids, one.settings.wechat.app_id, TEMPLATE, accepts)
    await connection.close()
    return open_ids


async def at_noon(one: Ground, http: aiohttp.ClientSession) -> None:
    """Exam time: nothing goes out in the night."""
    async with http.put(f"{one.sandbox_url}/sandbox/clock", json={"now": NOON}) as answer:
        answer.raise_for_status()


async def states(connection: asyncpg.Connection) -> dict[str, int]:
    """How many deliveries are in which state."""
    rows = await connection.fetch("SELECT state, count(*) AS count FROM delivery GROUP BY state")
    return {row["state"]: row["count"] for row in rows}


def _program(settings: Settings, name: str, command: Sequence[str]) -> Program:
    outside = {key: value for key, value in os.environ.items() if not key.startswith(PREFIX)}
    root = str(Path(__file__).parents[1])
    return Program(
        name=name,
        command=command,
        log=settings.data_folder / "logs" / f"{name}.log",
        environment=outside | as_environment(settings) | {"PYTHONUNBUFFERED": "1", "PYTHONPATH": root},
        folder=settings.data_folder,
    )


async def work(settings: Settings) -> None:
    """Send what is due, until stopped; a fault of one run is told, and the next one tries again, as in a worker."""
    async with services(settings) as built:
        while True:
            await built.clock.synchronise()
            try:
                await built.sending.send()
            except Exception as error:
                print(f"run failed: {error!r}", flush=True)
            await asyncio.sleep(0.05)


def figure(value: float) -> Any:
    """As the table shows it."""
    return round(value, 2) if value < 10 else round(value)


if __name__ == "__main__":
    run(work(load()))
