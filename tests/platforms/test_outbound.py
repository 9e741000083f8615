"""Calls to a platform's servers on its bad days: whole answers or none, bounded in time, in number and in size."""

import asyncio
import contextlib

import aiohttp
import pytest

from backend.errors import Unavailable
from miniprogram_api.platforms.outbound import LARGEST_ANSWER, Outbound
from tests.platforms.scripted import Part, Scripted, answer, chunks

SHORT = aiohttp.ClientTimeout(total=0.3, connect=0.3, sock_connect=0.3, sock_read=0.3)
NEVER: list[Part] = [60.0]


@pytest.fixture
def outbound(http: aiohttp.ClientSession, scripted: Scripted) -> Outbound:
    return Outbound(http, scripted.url)


@pytest.fixture
def hurried(http: aiohttp.ClientSession, scripted: Scripted) -> Outbound:
    """One that waits for a third of a second instead of eight."""
    return Outbound(http, scripted.url, timeout=SHORT, at_once=2)


async def get(outbound: Outbound, *, retry: bool = False) -> bytes:
    return (await outbound.call("GET", "/v3/something", retry=retry)).body


async def test_an_answer_that_comes_in_parts_is_read_to_its_end(outbound: Outbound, scripted: Scripted) -> None:
    scripted.plays(chunks(b'{"half":', b"1,", b'"whole":2}'))
    assert await get(outbound) == b'{"half":1,"whole":2}'


async def test_an_answer_larger_than_the_socket_s_buffer_is_read_whole(outbound: Outbound, scripted: Scripted) -> None:
    content = bytes(range(256)) * (LARGEST_ANSWER // 256)
    scripted.plays(answer(content))
    assert await get(outbound) == content


@pytest.mark.parametrize(
    "script",
    [answer(b"x" * (LARGEST_ANSWER + 1)), chunks(b"x" * LARGEST_ANSWER, b"x")],
    ids=["announced", "in parts"],
)
async def test_an_answer_too_large_is_refused_and_never_passed_on_cut_off(
    outbound: Outbound, scripted: Scripted, script: bytes | list[Part]
) -> None:
    scripted.plays(script)
    with pytest.raises(Unavailable, match="platform_unavailable"):
        await get(outbound)


@pytest.mark.parametrize(
    "script",
    [
        [answer(b'{"openid":"o1"', length=100), None],
        [chunks(b'{"openid":"o1"')[0], b"e\r\n" + b'{"openid":"o1"' + b"\r\n", None],
        [b"HTTP/1.1 200 OK\r\nContent-Le", None],
        [b"no HTTP at all\r\n\r\n", None],
        [None],
    ],
    ids=["announced", "in parts", "in the head", "no HTTP", "nothing"],
)
async def test_an_answer_that_breaks_off_is_no_answer(
    outbound: Outbound, scripted: Scripted, script: list[Part]
) -> None:
    scripted.plays(script)
    with pytest.raises(Unavailable, match="platform_unavailable"):
        await get(outbound)
    assert len(scripted.requests) == 1


BAD = pytest.mark.parametrize("bad", [[None], answer(b"busy", status="502 Bad Gateway")], ids=["cut", "502"])


@BAD
async def test_a_call_that_may_be_repeated_is_repeated_once(
    outbound: Outbound, scripted: Scripted, bad: bytes | list[Part]
) -> None:
    scripted.plays(bad, answer(b"good"))
    assert await get(outbound, retry=True) == b"good"
    assert len(scripted.requests) == 2


@BAD
async def test_it_is_not_repeated_again(outbound: Outbound, scripted: Scripted, bad: bytes | list[Part]) -> None:
    scripted.plays(bad)
    with contextlib.suppress(Unavailable):
        assert (await outbound.call("GET", "/v3/something", retry=True)).status == 502
    assert len(scripted.requests) == 2


async def test_a_refusal_is_an_answer_and_not_repeated(outbound: Outbound, scripted: Scripted) -> None:
    scripted.plays(answer(b'{"code":"PARAM_ERROR"}', status="400 Bad Request"))
    assert await get(outbound, retry=True) == b'{"code":"PARAM_ERROR"}'
    assert len(scripted.requests) == 1


async def test_a_repeated_call_sends_the_same_bytes(outbound: Outbound, scripted: Scripted) -> None:
    scripted.plays([None], answer(b"good"))
    await outbound.call("POST", "/v3/orders", body="考试费".encode(), headers={"X-Signature": "s"}, retry=True)
    first, second = scripted.requests
    assert first == second
    assert first.startswith(b"POST /v3/orders HTTP/1.1\r\n") and first.endswith("考试费".encode())


async def test_a_redirect_is_not_followed(outbound: Outbound, scripted: Scripted) -> None:
    scripted.plays(b"HTTP/1.1 302 Found\r\nLocation: http://192.0.2.1/\r\nContent-Length: 0\r\n\r\n")
    assert (await outbound.call("GET", "/v3/something", retry=True)).status == 302


@pytest.mark.parametrize(
    "script", [NEVER, [answer(b"{", length=9), 60.0]], ids=["no answer", "an answer that does not end"]
)
async def test_a_platform_that_hangs_is_given_up(hurried: Outbound, scripted: Scripted, script: list[Part]) -> None:
    scripted.plays(script)
    async with asyncio.timeout(20):
        with pytest.raises(Unavailable, match="platform_unavailable"):
            await get(hurried)


async def test_only_so_many_calls_run_at_once(http: aiohttp.ClientSession, scripted: Scripted) -> None:
    scripted.plays([0.02, answer(b"good")])
    outbound = Outbound(http, scripted.url, at_once=3)
    assert await asyncio.gather(*(get(outbound) for _ in range(12))) == [b"good"] * 12
    assert scripted.most_at_once == 3


async def test_nobody_waits_in_a_queue_without_end_behind_a_platform_that_hangs(
    hurried: Outbound, scripted: Scripted
) -> None:
    scripted.plays(NEVER)
    async with asyncio.timeout(20):
        ends = await asyncio.gather(*(get(hurried) for _ in range(12)), return_exceptions=True)
    assert all(isinstance(end, Unavailable) for end in ends)
    # Two had a place; whoever got one after them may have reached the server too, but never the whole queue in turn.
    assert len(scripted.requests) < 12


@pytest.mark.parametrize(
    ("base_url", "prefix"),
    [
        ("https://api.mch.weixin.qq.com", ""),
        ("https://api.mch.weixin.qq.com/", ""),
        ("http://127.0.0.1:8090/wechatpay", "/wechatpay"),
        ("http://127.0.0.1:8090/wechatpay/", "/wechatpay"),
        ("https://gateway.example/a/b", "/a/b"),
    ],
)
async def test_the_prefix_is_the_path_of_the_base_address(
    http: aiohttp.ClientSession, base_url: str, prefix: str
) -> None:
    assert Outbound(http, base_url).prefix == prefix


@pytest.mark.parametrize("path", ["", "/wechatpay"])
async def test_what_is_sent_begins_with_the_prefix(http: aiohttp.ClientSession, scripted: Scripted, path: str) -> None:
    scripted.plays(answer(b"good"))
    outbound = Outbound(http, scripted.url + path)
    await outbound.call("GET", "/v3/orders/ZK1?mchid=1900000001", retry=False)
    expected = f"GET {outbound.prefix}/v3/orders/ZK1?mchid=1900000001 HTTP/1.1\r\n"
    assert scripted.requests[0].startswith(expected.encode())
