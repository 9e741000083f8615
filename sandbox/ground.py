"""What every part of the sandbox stands on: state, time, people, faults, and a way to call the service back."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import aiohttp
from aiohttp import web

from sandbox.clock import ExamClock
from sandbox.faults import Faults
from sandbox.people import People
from sandbox.settings import SandboxSettings
from sandbox.store import Store

log = logging.getLogger(__name__)


class Ground:
    """Shared by all parts; `run` opens it with the application and closes it again."""

    def __init__(self, settings: SandboxSettings, real_time: Callable[[], float]) -> None:
        self.settings = settings
        self.store = Store(settings.data_folder)
        self.clock = ExamClock(self.store, real_time)
        self.people = People(self.store)
        self.faults = Faults()
        self.closing = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._http: aiohttp.ClientSession | None = None

    @property
    def http(self) -> aiohttp.ClientSession:
        """For calls to the service. Answers are passed on as they are, so nothing is unpacked."""
        if self._http is None:
            raise RuntimeError("The sandbox is not running.")
        return self._http

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Run the work in the background; it is cancelled when the sandbox stops."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("Background work failed.", exc_info=error)

    async def run(self, app: web.Application) -> AsyncIterator[None]:
        """The application's cleanup context."""
        await self.store.open()
        async with aiohttp.ClientSession(auto_decompress=False, cookie_jar=aiohttp.DummyCookieJar()) as self._http:
            yield
            await self._stop()
        await self.store.close()

    async def close(self, app: web.Application) -> None:
        """Let held answers go: called when the application begins to shut down."""
        self.closing.set()

    async def _stop(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
