"""Everything as processes of their own: servers, platforms, API, worker, offices; to be killed at will.

PostgreSQL is the careful one here, which flushes before it acknowledges: the quick one of other tests loses by design
what these are about.
"""

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from backend.clock import SystemClock
from backend.database import Database
from backend.exams.loading import ExamLoading
from tests.servers import fresh_folder
from zhunkao import installation
from zhunkao.demo.sandbox import product_settings, sandbox_keys
from zhunkao.demo.supervisor import answer_of
from zhunkao.embedded import EmbeddedPostgres, EmbeddedValkey
from zhunkao.migrating import migrate
from zhunkao.processes import POLL, Program, Stop
from zhunkao.settings import PREFIX, Settings, as_environment
from zhunkao.tables import MODELS

ROOT: Final = Path(__file__).parents[2]
EXAM_FILES: Final = sorted((ROOT / "tests/faults/exam").glob("*.toml"))
SERVING: Final = ("api", "worker", "demo-desk")
PATIENCE: Final = 240.0  # seconds; a slow machine is no failure, one that stands still is


@dataclass(slots=True, kw_only=True)
class Ground:
    """What runs. Start and kill from the main thread: a program ends with the thread that started it."""

    settings: Settings
    database: EmbeddedPostgres
    cache: EmbeddedValkey
    programs: dict[str, Program] = field(default_factory=dict)

    @property
    def api_url(self) -> str:
        return self.settings.public_url

    @property
    def sandbox_url(self) -> str:
        return f"http://127.0.0.1:{self.settings.sandbox_port}"

    @property
    def desk_url(self) -> str:
        return f"http://127.0.0.1:{self.settings.desk_port}"

    def start(self, name: str, *, log: str | None = None, **changed: str) -> Program:
        """One more process `zhunkao NAME`; not waited for."""
        program = program_of(self.settings, name, log=log or name, **changed)
        program.start()
        self.programs[log or name] = program
        return program

    def kill(self, name: str) -> None:
        """`kill -9`, and nothing of it is left when this returns."""
        program = self.programs[name]
        program.kill()
        program.stop()

    def ready(self, name: str, port: int, path: str) -> None:
        """Wait until it answers 200 there."""
        until = time.monotonic() + PATIENCE
        while (answer := answer_of(port, path)) != "200":
            self.programs[name].raise_if_ended()
            assert time.monotonic() < until, f"{name} is not ready: {answer}. {self.programs[name].last_words()}"
            time.sleep(POLL)

    def api_ready(self) -> None:
        self.ready("api", self.settings.api_port, "/readyz")

    def break_database(self) -> None:
        """An immediate shutdown: nobody's transaction is waited for, nothing is written; the next start recovers."""
        assert self.database.pid is not None
        os.kill(self.database.pid, signal.SIGQUIT)
        self.database.stop()

    def mend_database(self) -> None:
        assert self.database.start() == self.settings.database_url

    def break_cache(self) -> None:
        self.cache.kill()
        self.cache.stop()

    def mend_cache(self) -> None:
        assert self.cache.start() == self.settings.redis_url

    def stop(self) -> None:
        for program in reversed(self.programs.values()):
            program.stop()


@contextmanager
def ground() -> Iterator[Ground]:
    """The servers, the schema, the sample exam and the platforms; stopped and removed afterwards."""
    with fresh_folder() as folder, ExitStack() as stack:
        names = ("api_port", "console_port", "sandbox_port", "desk_port")
        ports: dict[str, Any] = {name: stack.enter_context(held_port()) for name in names}
        plain = Settings(data_folder=folder, **ports)
        played = product_settings(plain, sandbox_keys(folder))
        database, cache = installation.embedded_servers(played)
        for server in (database, cache):
            server.port = stack.enter_context(held_port())
            stack.callback(server.stop)
        urls = {"database_url": database.start(), "redis_url": cache.start()}
        settings = installation.complete(played, **urls)
        made = Ground(settings=settings, database=database, cache=cache)
        stack.callback(made.stop)
        made.start("sandbox")
        asyncio.run(prepare(settings.database_url))
        made.ready("sandbox", settings.sandbox_port, "/sandbox/clock")
        yield made


async def prepare(database_url: str) -> None:
    """The schema, and the exam of which everything is open at once."""
    await migrate(database_url)
    database = Database(database_url, MODELS)
    await database.open()
    try:
        await ExamLoading(database, SystemClock()).load(EXAM_FILES, accept_outside=False)
    finally:
        await database.close()


def start_all(one: Ground) -> None:
    """API, worker, and the offices, ready."""
    for name in ("api", "worker", "demo-desk"):
        one.start(name)
    one.api_ready()
    one.ready("demo-desk", one.settings.desk_port, "/desk")


@contextmanager
def held_port() -> Iterator[int]:
    """A port that stays ours while nobody listens on it: a caller of a dead server could be given it as its own, and
    would then talk to itself, and the server's next start would find it taken."""
    with socket.socket() as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if hasattr(socket, "SO_REUSEPORT"):
            holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        holder.bind(("127.0.0.1", 0))
        yield holder.getsockname()[1]


def program_of(settings: Settings, *arguments: str, log: str, **changed: str) -> Program:
    """`zhunkao ARGUMENTS…`; what serves is less patient (hurried.py). `changed`: settings by their variables' names."""
    module = "tests.faults.hurried" if arguments[0] in SERVING else "zhunkao"
    return Program(
        name=log,
        command=[sys.executable, "-m", module, *arguments],
        log=settings.data_folder / "logs" / f"{log}.log",
        environment=environment_of(settings) | changed,
        folder=settings.data_folder,
        stop_by=Stop(signals=((signal.SIGTERM, 60.0),)),
    )


def environment_of(settings: Settings) -> dict[str, str]:
    outside = {key: value for key, value in os.environ.items() if not key.startswith(PREFIX)}
    return outside | as_environment(settings) | {"PYTHONUNBUFFERED": "1", "PYTHONPATH": str(ROOT)}
