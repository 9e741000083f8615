"""Sandbox, API, worker and offices as the demo runs them, in a thread of their own, while a test drives a browser."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from concurrent.futures import Future
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.resources import as_file, files
from pathlib import Path
from threading import Thread
from typing import Self

from aiohttp import web

from backend.staff.models import Level
from miniprogram_api.app import create_app
from sandbox.app import create_app as create_sandbox
from zhunkao import installation
from zhunkao.demo.desk import create_desk
from zhunkao.demo.sandbox import product_settings, sandbox_keys, sandbox_settings
from zhunkao.embedded.places import free_port
from zhunkao.journey.people import AREA, AREA_CLERK, SITE, SITE_CLERK, write_last_year
from zhunkao.services import Services, services
from zhunkao.settings import Settings
from zhunkao.worker import work

EXAM_FILES = ("specialities.toml", "health-2024.toml", "samples/hebei-2024.toml", "samples/hebei-2024-sessions.toml")
READY_WITHIN = 120.0
OVER_WITHIN = 30.0


class Stack:
    """Runs from `with` to its end; `url` is where the phone page is."""

    def __init__(self, *, database_url: str, redis_url: str, folder: Path) -> None:
        api, sandbox, desk = free_port(), free_port(), free_port()
        places = Settings(data_folder=folder, host="127.0.0.1", api_port=api, sandbox_port=sandbox, desk_port=desk)
        self._keys = sandbox_keys(folder)
        settings = product_settings(places, self._keys)
        self._settings = installation.complete(settings, database_url=database_url, redis_url=redis_url)
        self._ready: Future[None] = Future()
        self._thread = Thread(target=self._run, name="stack", daemon=True)
        self.url = f"http://127.0.0.1:{sandbox}"

    def __enter__(self) -> Self:
        self._thread.start()
        self._ready.result(READY_WITHIN)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(OVER_WITHIN)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:
            if self._ready.done():
                raise
            self._ready.set_exception(error)

    async def _serve(self) -> None:
        self._over, self._loop = asyncio.Event(), asyncio.get_running_loop()
        async with AsyncExitStack() as exits:
            sandbox = create_sandbox(sandbox_settings(self._settings, self._keys))
            await exits.enter_async_context(served(sandbox, self._settings.sandbox_port))
            built = await exits.enter_async_context(services(self._settings, pool=6))
            await prepare(built)
            api = create_app(built.by_type(), version="test")
            await exits.enter_async_context(served(api, self._settings.api_port))
            await exits.enter_async_context(served(create_desk(built), self._settings.desk_port))
            worker = asyncio.create_task(work(built, self._settings.database_url))
            self._ready.set_result(None)
            await self._over.wait()
            worker.cancel()
            await asyncio.gather(worker, return_exceptions=True)


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
