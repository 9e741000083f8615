"""What the console says over https: cookies of this host and of https alone, and that there is nothing else."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession, DummyCookieJar, web
from aiohttp.test_utils import unused_port

from backend.console.app import create_console
from backend.proxies import Proxies
from tests.api.staff_people import PASSWORD, colleague
from tests.console.conftest import Console

URL = "https://console.example.cn"


@pytest.fixture
async def behind_https(console: Console) -> AsyncIterator[str]:
    """The pages as a proxy that ends TLS reaches them."""
    served = create_console(console.world.built.house(URL), Proxies(["127.0.0.1"]))
    runner, port = web.AppRunner(served, access_log=None, shutdown_timeout=1), unused_port()
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield f"http://127.0.0.1:{port}"
    await runner.cleanup()


async def test_over_https_the_session_is_kept_to_this_host_and_to_https(console: Console, behind_https: str) -> None:
    await console.world.clerks()
    clerk = await colleague(console.world)
    step = await console.world.built.signing_in.begin(clerk.username, PASSWORD, address="198.51.100.7")
    sent = {"step": str(step.id), "code": await clerk.code()}
    said = {"Origin": URL, "X-Forwarded-For": "198.51.100.7"}
    async with (
        ClientSession(cookie_jar=DummyCookieJar()) as http,
        http.post(f"{behind_https}/sign-in/code", data=sent, headers=said, allow_redirects=False) as answer,
    ):
        cookie = answer.cookies["__Host-session"]
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
        assert answer.headers["X-Frame-Options"] == "DENY"
    assert cookie["secure"] and cookie["httponly"] and cookie["samesite"] == "Strict" and cookie["path"] == "/"
    assert not cookie["domain"]
    rows = await console.world.built.database.rows("SELECT DISTINCT address FROM audit_record WHERE act = 'signed_in'")
    assert {row["address"] for row in rows} >= {"198.51.100.7"}


async def test_over_http_on_this_machine_nothing_is_promised_that_a_browser_would_remember(console: Console) -> None:
    answer, _ = await console.call("GET", "/sign-in")
    assert "Strict-Transport-Security" not in answer.headers
