"""The staff's pages, served in the test's own process over the same world as the API's."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from socket import create_server

import pytest
from aiohttp import ClientResponse, ClientSession, CookieJar, FormData, web
from playwright.async_api import Browser, Page, async_playwright, expect

from backend.console.app import create_console
from backend.staff.models import Factor, StaffMember
from sandbox.keys import SandboxKeys
from tests.api.conftest import economical, published_database_url
from tests.api.staff_people import ADDRESS, Colleague
from tests.api.world import World, running
from tests.phone.watch import Watch
from zhunkao.settings import Settings

__all__ = ["economical", "published_database_url"]
DESK = {"width": 1366, "height": 768}
PHONE = {"width": 375, "height": 812}
PATIENCE_MS = 45_000
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def sandbox_keys() -> Iterator[SandboxKeys]:
    yield SandboxKeys.generate()


@dataclass(slots=True, kw_only=True)
class Console:
    """The running pages and the world behind them."""

    world: World
    url: str

    async def call(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        sent: Mapping[str, str] | Sequence[tuple[str, str]] | FormData | None = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[ClientResponse, str]:
        """One request as a browser makes it from a page of ours, and the body of its answer."""
        jar = CookieJar(unsafe=True)
        said = {"Origin": self.url, **({"Cookie": f"session={token}"} if token else {}), **(headers or {})}
        data = sent if sent is None or isinstance(sent, FormData | Mapping) else FormData(sent)
        async with (
            ClientSession(cookie_jar=jar) as http,
            http.request(method, self.url + path, data=data, headers=said, allow_redirects=False) as answer,
        ):
            if answer.content_type == "text/event-stream":
                return answer, ""  # it goes on until nobody listens any more
            return answer, await answer.text(errors="replace")

    async def at_work(self, username: str) -> str:
        """A session of a member's whom the world has, as if signed in."""
        member = await StaffMember.get(username=username)
        return (await self.world.built.staff_sessions.start(member, Factor.KEY)).token

    async def token(self, who: Colleague) -> str:
        """A session of this colleague's."""
        step = await self.world.built.signing_in.begin(who.username, "a long sample phrase", address=ADDRESS)
        started = await self.world.built.signing_in.by_code(step.id, await who.code(), address=ADDRESS)
        return started.token


@pytest.fixture
async def console(
    published_database_url: str, redis_url: str, tmp_path: Path, sandbox_keys: SandboxKeys
) -> AsyncIterator[Console]:
    """The pages on a port of their own, known to security keys as localhost."""
    with create_server(("127.0.0.1", 0)) as listening:
        url = f"http://localhost:{listening.getsockname()[1]}"

        def ours(settings: Settings) -> Settings:
            return settings.model_copy(update={"console_url": url})

        async with running(published_database_url, redis_url, tmp_path, sandbox_keys, ours=ours) as world:
            runner = web.AppRunner(create_console(world.built.house(url)), access_log=None, shutdown_timeout=1)
            await runner.setup()
            await web.SockSite(runner, listening).start()
            yield Console(world=world, url=url)
            await runner.cleanup()


@pytest.fixture
async def browser(chromium: Path) -> AsyncIterator[Browser]:
    """Chromium, headless; without its own sandbox, which root can't have."""
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--lang=zh-CN"])
        yield launched
        await launched.close()


@pytest.fixture
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A desk's screen with a security key in it that is always touched."""
    context = await browser.new_context(viewport=DESK, locale="zh-CN")  # type: ignore[arg-type]
    context.set_default_timeout(PATIENCE_MS)
    page = await context.new_page()
    devtools = await context.new_cdp_session(page)
    await devtools.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "usb", "hasResidentKey": False, "hasUserVerification": False}
    await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": {**key, "automaticPresenceSimulation": True}})
    yield page
    await context.close()


@pytest.fixture
async def watch(page: Page) -> Watch:
    return Watch(page)
