"""`/api/v1/*`: passed on to the candidate API as it is, or refused in words."""

import asyncio
import gzip
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from aiohttp import ClientPayloadError, FormData, web
from aiohttp.test_utils import unused_port
from pytest_aiohttp.plugin import AiohttpClient, AiohttpServer

from sandbox.app import create_app
from sandbox.settings import SandboxSettings
from tests.sandbox.actors import Client


@dataclass(slots=True)
class Api:
    """A candidate API that tells what it was asked, and one that answers in two halves."""

    second_half: asyncio.Event

    def app(self) -> web.Application:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_get("/api/v1/halves", self._halves)
        app.router.add_get("/api/v1/packed", self._packed)
        app.router.add_get("/api/v1/elsewhere", self._elsewhere)
        app.router.add_get("/api/v1/cut", self._cut)
        app.router.add_route("*", "/api/v1/{path:.*}", self._echo)
        return app

    async def _echo(self, request: web.Request) -> web.Response:
        told = {
            "method": request.method,
            "path": request.raw_path,
            "headers": {name.lower(): value for name, value in request.headers.items()},
            "body": (await request.read()).decode(errors="replace"),
        }
        headers = {"ETag": '"7"', "Set-Cookie": "a=b", "X-Request-Id": "r"}
        return web.json_response(told, status=422, headers=headers)

    async def _halves(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"first")
        await self.second_half.wait()
        await response.write(b"second")
        return response

    async def _packed(self, request: web.Request) -> web.Response:
        return web.Response(body=gzip.compress(b"packed"), headers={"Content-Encoding": "gzip"})

    async def _cut(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        response.content_length = 100
        await response.prepare(request)
        await response.write(b"first")
        assert request.transport
        request.transport.close()
        return response

    async def _elsewhere(self, request: web.Request) -> web.Response:
        raise web.HTTPFound("/api/v1/here")


@pytest.fixture
def api() -> Api:
    return Api(asyncio.Event())


@pytest.fixture
async def proxy(
    aiohttp_server: AiohttpServer, api: Api, settings: SandboxSettings, aiohttp_client: AiohttpClient
) -> Client:
    server = await aiohttp_server(api.app())
    return await aiohttp_client(create_app(replace(settings, api_url=str(server.make_url("/")))))


async def test_a_request_arrives_as_it_was_sent_and_its_answer_comes_back_as_it_was(proxy: Client) -> None:
    headers = {"Authorization": "Bearer x", "If-Match": '"6"', "Accept-Language": "en"}
    async with proxy.put("/api/v1/r/%E8%80%83?area=%2B%20a", json={"gender": "female"}, headers=headers) as response:
        told = await response.json()
        assert response.status == 422
        assert response.headers["ETag"] == '"7"'
    assert told["method"] == "PUT"
    assert told["path"] == "/api/v1/r/%E8%80%83?area=%2B%20a"
    assert told["body"] == '{"gender": "female"}'
    assert {name: told["headers"][name.lower()] for name in headers} == headers
    assert told["headers"]["x-forwarded-for"] == "127.0.0.1"
    assert told["headers"]["content-length"] == "20"


async def test_no_cookie_passes_in_either_direction_and_no_origin(proxy: Client) -> None:
    browser = {"Cookie": "c=d", "Origin": "http://127.0.0.1", "Referer": "http://127.0.0.1/phone/"}
    async with proxy.get("/api/v1/x", headers=browser) as response:
        assert "Set-Cookie" not in response.headers
        assert not {"cookie", "origin", "referer"} & set((await response.json())["headers"])


async def test_an_answer_is_passed_on_while_it_is_still_coming(proxy: Client, api: Api) -> None:
    async with asyncio.timeout(5), proxy.get("/api/v1/halves") as response:
        assert await response.content.readany() == b"first"
        api.second_half.set()
        assert await response.content.readany() == b"second"


async def test_an_answer_that_was_cut_off_stays_cut_off(proxy: Client) -> None:
    async with proxy.get("/api/v1/cut") as response:
        with pytest.raises(ClientPayloadError):
            await response.read()


async def test_a_compressed_answer_stays_compressed(proxy: Client) -> None:
    async with proxy.get("/api/v1/packed") as response:
        assert response.headers["Content-Encoding"] == "gzip"
        assert await response.read() == b"packed"


async def test_a_redirect_is_the_caller_s_business(proxy: Client) -> None:
    async with proxy.get("/api/v1/elsewhere", allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (302, "/api/v1/here")


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
async def test_the_four_methods_of_a_mini_program_pass_without_a_body(proxy: Client, method: str) -> None:
    async with proxy.request(method, "/api/v1/x") as response:
        assert (await response.json())["method"] == method


@pytest.mark.parametrize("method", ["PATCH", "HEAD", "OPTIONS", "TRACE"])
async def test_other_methods_are_refused(proxy: Client, method: str) -> None:
    async with proxy.request(method, "/api/v1/x") as response:
        assert response.status == 405


def form(*files: str, field: str | None = None) -> FormData:
    data = FormData(default_to_multipart=True)
    for name in files:
        data.add_field(name, b"\xff\xd8picture", filename="a.jpg", content_type="image/jpeg")
    if field:
        data.add_field(field, "value")
    return data


async def test_one_file_is_uploaded_with_fields_beside_it(proxy: Client) -> None:
    async with proxy.post("/api/v1/registrations/1/photo", data=form("file", field="kind")) as response:
        told = await response.json()
    assert 'name="file"; filename="a.jpg"' in told["body"]
    assert told["headers"]["content-type"].startswith("multipart/form-data; boundary=")


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("POST", lambda: {"data": form("file", "other")}),
        ("POST", lambda: {"data": form(field="kind")}),
        ("PUT", lambda: {"data": form("file")}),
        ("POST", lambda: {"data": b"\xff\xd8raw"}),
        ("PUT", lambda: {"data": b"\xff\xd8raw", "headers": {"Content-Type": "image/jpeg"}}),
        ("POST", lambda: {"data": {"form": "fields"}}),
        ("GET", lambda: {"json": {}}),
    ],
)
async def test_bodies_a_mini_program_cannot_send_are_refused_in_words(
    proxy: Client, method: str, arguments: Callable[[], dict[str, Any]]
) -> None:
    async with proxy.request(method, "/api/v1/x", **arguments()) as response:
        body = await response.json()
    assert (response.status, body["status"]) == (415, 415)
    assert "mini-program" in body["detail"]


async def test_an_event_source_is_refused(proxy: Client) -> None:
    async with proxy.get("/api/v1/inquiries/1/events", headers={"Accept": "text/event-stream"}) as response:
        assert response.status == 406
        assert "EventSource" in (await response.json())["detail"]


async def test_an_api_that_is_not_there_is_a_bad_gateway(
    aiohttp_client: AiohttpClient, settings: SandboxSettings
) -> None:
    client = await aiohttp_client(create_app(replace(settings, api_url=f"http://127.0.0.1:{unused_port()}")))
    async with client.get("/api/v1/x") as response:
        assert response.status == 502
        assert (await response.json())["code"] == "api_unreachable"


async def test_only_the_candidate_api_is_passed_on(proxy: Client) -> None:
    for path in ("/metrics", "/callbacks/wechat/payments", "/api/v2/x"):
        async with proxy.get(path) as response:
            assert response.status == 404
