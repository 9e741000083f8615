"""The service as the benchmarks measure it: everything of the demo, and one API process with a clock of its own."""

import contextlib
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import aiohttp

from zhunkao.building import services
from zhunkao.demo.course import start, with_ports
from zhunkao.demo.programs import program
from zhunkao.demo.progress import Progress
from zhunkao.demo.supervisor import Supervisor
from zhunkao.embedded.places import free_port
from zhunkao.journey.entering import enter
from zhunkao.journey.people import Person
from zhunkao.journey.phone import Phone
from zhunkao.journey.record import Record
from zhunkao.journey.stage import Stage
from zhunkao.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """`settings`: the demo's. `api_port`: of the API that is measured."""

    supervisor: Supervisor
    settings: Settings
    api_port: int

    @property
    def sandbox_url(self) -> str:
        return f"http://127.0.0.1:{self.settings.sandbox_port}"


@contextmanager
def running() -> Iterator[Running]:
    """In a folder of its own, stopped and removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="zhunkao-bench-") as folder, Supervisor() as supervisor:
        Path(folder).chmod(0o711)
        settings = start(supervisor, with_ports(Settings(data_folder=Path(folder)), 0), Progress())
        # The demo's API asks the sandbox for the time at every request; what is measured has a clock of its own.
        own = settings.model_copy(update={"clock": "system", "clock_url": "", "api_port": free_port()})
        api = program("The measured API", own, "api")
        supervisor.start(api, by=api.start)
        supervisor.wait_until_ready(api, own.api_port, "/readyz")
        yield Running(supervisor=supervisor, settings=settings, api_port=own.api_port)


@asynccontextmanager
async def stage(one: Running) -> AsyncIterator[Stage]:
    """A stage on the first day of pre-registration."""
    async with services(one.settings, pool=4) as built, aiohttp.ClientSession() as http:
        made = Stage(
            http=http,
            api_url=one.settings.public_url,
            sandbox_url=one.sandbox_url,
            output=one.settings.data_folder,
            record=Record("health-2024"),
            built=built,
        )
        with contextlib.redirect_stdout(StringIO()):
            await made.at("2023-12-01 09:00")
        yield made


async def entered(made: Stage, count: int) -> list[Phone]:
    """That many people with WeChat, an account and a draft."""
    with contextlib.redirect_stdout(StringIO()):
        return [await enter(made, person(number)) for number in range(count)]


def person(number: int) -> Person:
    """Somebody made up."""
    return Person(
        name=f"测试{chr(0x4E00 + number)}",
        username=f"person_{number}",
        birth=f"{1985 + number // 12}{number % 12 + 1:02d}11",
    )
