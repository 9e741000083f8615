"""The phone page's files."""

import pytest
from yarl import URL

from tests.sandbox.actors import Client


async def test_the_page_comes_under_a_strict_policy(sandbox: Client) -> None:
    async with sandbox.get("/phone/") as response:
        assert response.status == 200
        assert response.content_type == "text/html"
        policy = response.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("path", ["/", "/phone"])
async def test_shorter_addresses_lead_there(sandbox: Client, path: str) -> None:
    async with sandbox.get(path) as response:
        assert (response.status, response.url.path) == (200, "/phone/")


@pytest.mark.parametrize("path", ["none.js", "../../app.py", "%2e%2e/%2e%2e/app.py", "..%2f..%2fapp.py", "/etc/passwd"])
async def test_nothing_outside_the_folder_is_served(sandbox: Client, path: str) -> None:
    url = URL(f"{sandbox.make_url('/').origin()}/phone/{path}", encoded=True)
    async with sandbox.session.get(url) as response:
        assert response.status == 404
