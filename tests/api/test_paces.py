"""Whose limits are whose: what costs much is paced candidate by candidate, made-up codes network by network, and an
address is the caller's even where proxies stand before the service."""

import time
from collections.abc import AsyncIterator, Mapping
from types import SimpleNamespace
from typing import Any, Final

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import unused_port

from backend.audit import AuditRecord
from backend.guesses import Limit, origin
from backend.proxies import Proxies
from miniprogram_api import app, pacing, sign_in
from miniprogram_api.app import PREFIX, routes
from miniprogram_api.typed_routes import Pace, Route
from tests.api.test_things_of_others import ask, owned
from tests.api.world import API, JIA, PASSWORD, YI, Answer, World

PACED: Final = [route for route in routes() if route.pace]
FEW: Final = 3


@pytest.fixture(autouse=True)
def one_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """All calls of a test fall into one window, whenever it is run."""
    now = time.time()
    monkeypatch.setattr("backend.cache.time", SimpleNamespace(time=lambda: now))


def test_what_draws_unpacks_or_asks_a_platform_has_a_pace() -> None:
    costly = {route.path.removeprefix(PREFIX) for route in routes() if route.path.endswith(".pdf")}
    costly |= {f"/registrations/{{registration_id}}/{what}" for what in ("photo", "materials/{kind}", "payment")}
    costly |= {"/inquiries/{inquiry_id}/pictures", "/account/export"}
    assert {route.path.removeprefix(PREFIX) for route in PACED} == costly
    assert {route.pace for route in PACED} == {pacing.DRAWN, pacing.SENT, pacing.ORDERED, pacing.EXPORTED}


@pytest.mark.parametrize("route", PACED, ids=lambda route: route.handler.__name__)
async def test_whoever_calls_it_too_often_is_told_when_to_come_back_and_nobody_else_is(
    world: World, route: Route
) -> None:
    assert route.pace is not None
    owner, other = await world.person(), await world.person(YI)
    mine = await owned(owner, submitted=False)
    key = f"pace:{route.pace.name}:{owner.candidate_id}"
    used = await world.built.cache.count(key, seconds=route.pace.seconds, purpose="limit", add=0)
    left = route.pace.calls - used - 1
    await world.built.cache.count(key, seconds=route.pace.seconds, purpose="limit", add=left)
    assert (await ask(owner, route, mine)).status != 429
    held = await ask(owner, route, mine)
    assert (held.status, held.code, held.headers["Retry-After"]) == (429, "too_often", str(route.pace.seconds))
    assert held.headers["Retry-After"] in held.json["detail"]
    assert (await ask(other, route, mine)).status != 429
    assert (await owner.mine("GET")).status == 200


async def code(world: World, said: str) -> Answer:
    return await world.call("POST", "/sessions", body={"platform": "wechat", "code": said})


async def test_a_network_that_makes_codes_up_is_held_before_the_platform_is_asked(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = await world.person()
    few = Limit(name="code", failures=FEW, seconds=900, refusal="too_many_codes")
    monkeypatch.setattr(sign_in, "CODE", few)
    for number in range(FEW):
        assert (await code(world, f"made-up-{number}")).code == "login_code_refused"
    for path in ("/sessions", "/face-logins", "/account-recoveries"):
        named = {"name": JIA.name, "id_type": "resident_id_card", "id_number": JIA.id_number}
        where = {"area": "河北", "site": "示例市", "phone": "13800000000"} if "recoveries" in path else {}
        body: dict[str, Any] = {"platform": "wechat", "code": await phone.code()}
        body |= {**named, **where} if path != "/sessions" else {}
        held = await world.call("POST", path, body=body)
        assert (held.status, held.code, held.headers["Retry-After"]) == (429, "too_many_codes", "900")
    async with world.elsewhere() as elsewhere:
        assert (await code(elsewhere, await phone.code())).status == 200


async def test_codes_that_are_right_are_never_too_many(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    phone = await world.person()
    few = Limit(name="code", failures=FEW, seconds=900, refusal="too_many_codes")
    monkeypatch.setattr(sign_in, "CODE", few)
    assert {(await code(world, await phone.code())).status for _ in range(2 * FEW)} == {200}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
    ],
)
def test_what_one_customer_of_a_network_has_counts_as_one_address(one: str, other: str, same: bool) -> None:
    assert (origin(one) == origin(other)) is same


@pytest.mark.parametrize(
    ("peer", "forwarded", "caller"),
    [
        ("192.0.2.9", ["198.51.100.7"], "192.0.2.9"),
        ("10.0.0.1", [], "10.0.0.1"),
        ("10.0.0.1", ["198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["203.0.113.5, 198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", ["203.0.113.5", "198.51.100.7, 10.0.0.2"], "198.51.100.7"),
        ("10.0.0.1", ["198.51.100.7, unknown"], "10.0.0.1"),
        ("10.0.0.1", ["10.0.0.3"], "10.0.0.3"),
        ("2001:db8::1", ["2001:db8:f::7"], "2001:db8:f::7"),
    ],
)
def test_the_caller_is_the_last_whom_no_proxy_of_ours_is(peer: str, forwarded: list[str], caller: str) -> None:
    assert Proxies(["10.0.0.0/8", "2001:db8::/48"]).caller(peer, forwarded) == caller


@pytest.fixture
async def behind_a_proxy(world: World) -> AsyncIterator[str]:
    """The API as it is behind a proxy of this machine's; its address."""
    served = app.create_app(world.built.by_type(), version="test", proxies=Proxies(["127.0.0.1"]), secure=True)
    runner, port = web.AppRunner(served, access_log=None), unused_port()
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield f"http://127.0.0.1:{port}"
    await runner.cleanup()


async def test_behind_a_proxy_limits_and_the_audit_log_go_by_who_called(world: World, behind_a_proxy: str) -> None:
    phone = await world.person()

    async def said(method: str, path: str, body: Any, headers: Mapping[str, str]) -> int:
        url = behind_a_proxy + API + path
        async with aiohttp.ClientSession() as http, http.request(method, url, json=body, headers=headers) as answer:
            return answer.status

    first, second = ({"X-Forwarded-For": f"198.51.100.{number}"} for number in (7, 8))
    wrong, right = ({"login": JIA.username, "password": secret} for secret in ("wrong-2024", PASSWORD))
    for made_up in range(5):
        lied = {"X-Forwarded-For": f"203.0.113.{made_up}, 198.51.100.7"}
        assert await said("POST", "/sessions/password", wrong, lied) == 401
    assert await said("POST", "/sessions/password", right, first) == 429
    assert await said("POST", "/sessions/password", right, second) == 200
    body = {"password": PASSWORD, "phone": "13900000000"}
    token = {"Authorization": f"Bearer {phone.token}"}
    assert await said("PUT", "/account/phone", body, second | token) == 200
    record = await AuditRecord.filter(act="changed").order_by("-id").first()
    assert record is not None and record.address == "198.51.100.8"


async def test_answers_over_https_say_that_there_is_nothing_else_and_all_forbid_keeping_and_frames(
    world: World, behind_a_proxy: str
) -> None:
    for base in (behind_a_proxy, world.api_url):
        for path in ("/docs", "/openapi.json", "/healthz", f"{API}/exams", f"{API}/account", "/nowhere"):
            async with world.http.get(base + path) as answer:
                headers = answer.headers
            assert headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'sha256-")
            assert "unsafe" not in headers["Content-Security-Policy"]
            assert (headers["X-Content-Type-Options"], headers["Cache-Control"]) == ("nosniff", "no-store")
            assert ("Strict-Transport-Security" in headers) is (base == behind_a_proxy)


def test_a_pace_is_of_a_candidate() -> None:
    assert all(isinstance(route.pace, Pace) and "caller" in route.handler.__annotations__ for route in PACED)
