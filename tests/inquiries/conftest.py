"""A world whose platforms push in a chosen mode and format, and the people who write in their chats."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.envelopes import Format, Mode
from sandbox.keys import SandboxKeys
from sandbox.settings import SandboxSettings
from tests.api.conftest import published_database_url, sandbox_keys
from tests.api.world import World, running
from tests.inquiries.letters import Letters
from tests.inquiries.talk import Log
from zhunkao.settings import Settings

__all__ = ["published_database_url", "sandbox_keys"]


@pytest.fixture
def mode() -> Mode:
    return "safe"


@pytest.fixture
def form() -> Format:
    return "xml"


@pytest.fixture
async def world(
    published_database_url: str, redis_url: str, tmp_path: Path, sandbox_keys: SandboxKeys, mode: Mode, form: Format
) -> AsyncIterator[World]:
    """Resends follow at once, so that no test waits for them."""

    def ours(settings: Settings) -> Settings:
        wechat = settings.wechat.model_copy(update={"push_mode": mode})
        baidu = settings.baidu.model_copy(update={"push_mode": mode})
        return settings.model_copy(update={"wechat": wechat, "baidu": baidu})

    def theirs(settings: SandboxSettings) -> SandboxSettings:
        assert settings.baidu is not None
        wechat = replace(settings.wechat, push_mode=mode, push_format=form, push_resends=(0, 0, 0))
        baidu = replace(settings.baidu, push_mode=mode, push_format=form, push_resends=(0, 0, 0))
        return replace(settings, wechat=wechat, baidu=baidu)

    folder = tmp_path / "data"
    async with running(published_database_url, redis_url, folder, sandbox_keys, ours=ours, theirs=theirs) as world:
        yield world


@pytest.fixture
def log(world: World) -> Log:
    return Log(world)


@pytest.fixture
def letters(sandbox_keys: SandboxKeys) -> Letters:
    return Letters(sandbox_keys)
