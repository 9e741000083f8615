"""A world, and the same service again under other keys."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace

import pytest
from aiohttp import web
from pydantic import SecretStr

from miniprogram_api.app import create_app
from tests.api.conftest import economical, published_database_url, sandbox_keys, world
from tests.api.world import World
from zhunkao.building import services

__all__ = ["economical", "published_database_url", "sandbox_keys", "world"]
Under = Callable[..., AbstractAsyncContextManager[World]]


@pytest.fixture
def under(world: World) -> Under:
    """The world's API served once more, beside the first, with other keys: `under(data_keys=(NEW, OLD))`."""

    @asynccontextmanager
    async def served(**keys: tuple[str, ...]) -> AsyncIterator[World]:
        given = {name: tuple(map(SecretStr, texts)) for name, texts in keys.items()}
        settings = world.settings.model_copy(update=given)
        async with services(settings, pool=4) as built:
            await built.clock.synchronise()
            runner = web.AppRunner(create_app(built.by_type(), version="test"), access_log=None, shutdown_timeout=1)
            await runner.setup()
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            host, port = runner.addresses[0][:2]
            yield replace(world, settings=settings, built=built, api_url=f"http://{host}:{port}")
            await runner.cleanup()

    return served
