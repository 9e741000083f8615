"""The sandbox as one aiohttp application."""

import asyncio
import time
from collections.abc import Callable

from aiohttp import web

from sandbox.settings import SandboxSettings


def create_app(settings: SandboxSettings, *, real_time: Callable[[], float] = time.time) -> web.Application:
    """The whole sandbox. `real_time` (Unix seconds) is what codes, tokens and signatures live by; tests move it."""
    return web.Application()


async def serve(settings: SandboxSettings) -> None:
    """Listen on the settings' host and port until cancelled."""
    runner = web.AppRunner(create_app(settings))
    await runner.setup()
    try:
        await web.TCPSite(runner, settings.host, settings.port).start()
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()
