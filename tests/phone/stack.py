"""Sandbox, API and worker as the demo runs them, in a thread of their own: a test may drive a browser meanwhile."""

import asyncio
import contextvars
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import Future
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.resources import as_file, files
from pathlib import Path
from threading import Thread
from typing import Any, Self, TypeVar

from aiohttp import web

from backend.registrations.models import Registration
from backend.registrations.moves import Act
from backend.staff.models import Level
from backend.staff.scope import Clerk, clerk
from miniprogram_api.app import create_app
from sandbox.app import create_app as create_sandbox
from zhunkao import installation
from zhunkao.demo.sandbox import product_settings, sandbox_keys, sandbox_settings
from zhunkao.embedded.places import free_port
from zhunkao.journey.people import write_last_year
from zhunkao.services import Services, services
from zhunkao.settings import Settings
from zhunkao.worker import work

T = TypeVar("T")
EXAM, AREA, SITE = "health-2024", "河北", "示例市"
EXAM_FILES = ("specialities.toml", "health-2024.toml", "samples/hebei-2024.toml", "samples/hebei-2024-sessions.toml")
SITE_CLERK, AREA_CLERK = "phone.site", "phone.area"
READY_WITHIN = 120.0


class Stack:
    """Runs from `with` to its end. `do` has the service's own code do what no candidate can: the offices' acts."""

    def __init__(self, *, database_url: str, redis_url: str, folder: Path) -> None:
        self._keys = sandbox_keys(folder)
        places = Settings(data_folder=folder, host="127.0.0.1", api_port=free_port(), sandbox_port=free_port())
        settings = product_settings(places, self._keys)
        self._settings = installation.complete(settings, database_url=database_url, redis_url=redis_url)
        self._ready: Future[None] = Future()
        self._thread = Thread(target=self._run, name="stack", daemon=True)
        self.url = f"http://127.0.0.1:{settings.sandbox_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.result(READY_WITHIN)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(30)

    def do(self, act: Callable[[Services], Awaitable[T]]) -> T:
        """Wait for the act's outcome; the service's clock is the sandbox's of this moment."""
        outcome: Future[T] = Future()

        async def run() -> None:
            try:
                await self._services.clock.synchronise()
                outcome.set_result(await act(self._services))
            except BaseException as error:
                outcome.set_exception(error)

        def begin() -> None:
            self._tasks.append(self._loop.create_task(run(), context=self._context))

        self._loop.call_soon_threadsafe(begin)
        return outcome.result(30)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            if self._ready.done():
                raise
            self._ready.set_exception(error)

    async def _serve(self) -> None:
        self._over, self._loop = asyncio.Event(), asyncio.get_running_loop()
        self._tasks: list[asyncio.Task[None]] = []
        async with AsyncExitStack() as exits:
            sandbox = create_sandbox(sandbox_settings(self._settings, self._keys))
            await exits.enter_async_context(served(sandbox, self._settings.sandbox_port))
            self._services = await exits.enter_async_context(services(self._settings, pool=6))
            self._context = contextvars.copy_context()
            await prepare(self._services)
            api = create_app(self._services.by_type(), version="test")
            await exits.enter_async_context(served(api, self._settings.api_port))
            worker = asyncio.create_task(work(self._services, self._settings.database_url))
            self._ready.set_result(None)
            await self._over.wait()
            worker.cancel()
            await asyncio.gather(worker, *self._tasks, return_exceptions=True)


@asynccontextmanager
async def served(app: web.Application, port: int) -> AsyncIterator[None]:
    """The application on a port of this machine."""
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield
    finally:
        await runner.cleanup()


async def prepare(built: Services) -> None:
    """The exam of 2024 with its sample place, last year's sample people, and a clerk for each office."""
    with as_file(files("backend.exams") / "data") as folder:
        await built.exam_loading.load([folder / name for name in EXAM_FILES], accept_outside=False)
    await built.members.create(username=SITE_CLERK, name="示例考点", level=Level.SITE, area=AREA, site=SITE)
    await built.members.create(username=AREA_CLERK, name="示例考区", level=Level.AREA, area=AREA)
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "last-year.csv"
        await asyncio.to_thread(write_last_year, file)
        await built.past_registrations.load(file, kind="health_professional", year=2023)


class Offices:
    """What the site and the area do while the candidate waits, each when its window is open."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    def confirm(self, number: str, code: str) -> None:
        """The printed form was scanned at the point."""
        self._as(SITE_CLERK, lambda built, site: built.office.confirm(site, number, code))

    def refuse(self, number: str, reason: str) -> None:
        self._on(SITE_CLERK, Act.REFUSE, number, reasons=[reason])

    def approve_at_site(self, number: str) -> None:
        self._on(SITE_CLERK, Act.SITE_APPROVE, number)

    def approve_at_area(self, number: str) -> None:
        self._on(AREA_CLERK, Act.AREA_APPROVE, number)

    def seat(self) -> None:
        """Everyone of the site who has paid."""
        self._as(SITE_CLERK, lambda built, site: built.seating.arrange(site, EXAM, seed=1))

    def _on(self, username: str, act: Act, number: str, **more: Any) -> None:
        async def run(built: Services, who: Clerk) -> None:
            row = await Registration.get(registration_number=number)
            await built.office.act(who, act, row.id, **more)

        self._as(username, run)

    def _as(self, username: str, act: Callable[[Services, Clerk], Awaitable[Any]]) -> None:
        async def run(built: Services) -> None:
            await act(built, await clerk(username))

        self._stack.do(run)
