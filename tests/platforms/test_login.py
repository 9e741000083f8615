"""Signing in by WeChat's code: whom it names, and every way in which it names nobody."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest

from backend.errors import Faulty, NotAllowed, Refusal, TooMany, Unavailable
from miniprogram_api.platforms.outbound import Outbound
from miniprogram_api.platforms.wechat.api import WeChatApi
from miniprogram_api.platforms.wechat.login import WeChatLogin
from sandbox.keys import SandboxKeys
from tests.api.world import World
from tests.platforms.playing import Playing
from tests.platforms.scripted import Part, Scripted, answer

PATH = "/sns/jscode2session"
SHORT = aiohttp.ClientTimeout(total=0.3)
SESSION = {"openid": "oSAMPLE", "session_key": "c2FtcGxlLXNlc3Npb24h"}


@pytest.fixture
def scripted_login(http: aiohttp.ClientSession, scripted: Scripted) -> WeChatLogin:
    api = WeChatApi(Outbound(http, scripted.url, timeout=SHORT))
    return WeChatLogin(api, app_id="wxSAMPLE", secret="secret")


def errcode(code: int) -> bytes:
    """A refusal as WeChat writes it: status 200, text/plain."""
    return answer(json.dumps({"errcode": code, "errmsg": f"{code}, rid: 1-2-3"}).encode(), kind="text/plain")


async def test_a_code_names_its_user(login: WeChatLogin, playing: Playing, keys: SandboxKeys) -> None:
    person = await playing.person()
    user = await login.sign_in(await playing.code(person))
    assert (user.platform, user.app_id, user.open_id) == ("wechat", keys.app_id, person["open_id"])


async def test_a_used_code_is_refused_with_40163(login: WeChatLogin, playing: Playing) -> None:
    code = await playing.code(await playing.person())
    await login.sign_in(code)
    with pytest.raises(Faulty, match="login_code_refused") as refused:
        await login.sign_in(code)
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [("code", "login_code_refused")]


async def test_a_code_that_was_never_given_is_refused_with_40029(login: WeChatLogin) -> None:
    with pytest.raises(Faulty, match="login_code_refused"):
        await login.sign_in("0neverGiven")


@pytest.mark.parametrize(
    ("code", "kind", "said"),
    [
        (40029, Faulty, "login_code_refused"),
        (40163, Faulty, "login_code_refused"),
        (41008, Faulty, "login_code_refused"),
        (40226, NotAllowed, "platform_user_blocked"),
        (45011, TooMany, "platform_too_frequent"),
        (-1, Unavailable, "platform_unavailable"),
        (40013, Unavailable, "platform_unavailable"),
        (40125, Unavailable, "platform_unavailable"),
        (99999, Unavailable, "platform_unavailable"),
    ],
)
async def test_each_errcode_is_its_own_refusal(
    scripted_login: WeChatLogin, scripted: Scripted, code: int, kind: type[Refusal], said: str
) -> None:
    scripted.plays(errcode(code))
    with pytest.raises(kind, match=said):
        await scripted_login.sign_in("code")
    assert len(scripted.requests) == 1


@pytest.mark.parametrize(
    "script",
    [
        answer(b"<html>busy</html>", kind="text/html"),
        answer(b"<html>Bad Gateway</html>", status="502 Bad Gateway", kind="text/html"),
        answer(b"", status="500 Internal Server Error"),
        answer(b"[]"),
        answer(b"{}"),
        answer(b'{"openid":""}'),
        answer(b'{"openid":7}'),
        answer(b'"text"'),
        answer(b"\xff\xfe"),
        [answer(b'{"openid":"oSAMPLE","session_key":', length=80), None],
        [None],
        [60.0],
    ],
    ids=["HTML", "HTML 502", "500", "list", "empty", "nobody", "number", "text", "bytes", "half", "cut", "silence"],
)
async def test_what_is_no_answer_names_nobody_and_the_code_is_not_sent_again(
    scripted_login: WeChatLogin, scripted: Scripted, script: bytes | list[Part]
) -> None:
    scripted.plays(script)
    async with asyncio.timeout(20):
        with pytest.raises(Unavailable, match="platform_unavailable"):
            await scripted_login.sign_in("code")
    assert len(scripted.requests) == 1


async def test_an_answer_as_plain_text_with_a_union_id_is_read(scripted_login: WeChatLogin, scripted: Scripted) -> None:
    scripted.plays(answer(json.dumps({**SESSION, "unionid": "uSAMPLE"}).encode(), kind="text/plain"))
    user = await scripted_login.sign_in("code")
    assert (user.open_id, user.union_id) == ("oSAMPLE", "uSAMPLE")


async def test_ten_sign_ins_with_one_code_at_once_are_one_call(scripted_login: WeChatLogin, scripted: Scripted) -> None:
    scripted.plays([0.05, answer(json.dumps(SESSION).encode())], errcode(40163))
    users = await asyncio.gather(*(scripted_login.sign_in("code") for _ in range(10)))
    assert {user.open_id for user in users} == {"oSAMPLE"}
    assert len(scripted.requests) == 1
    with pytest.raises(Faulty):
        await scripted_login.sign_in("code")


async def test_ten_who_wait_for_a_refusal_are_all_refused(scripted_login: WeChatLogin, scripted: Scripted) -> None:
    scripted.plays([0.05, errcode(40029)])
    ends = await asyncio.gather(*(scripted_login.sign_in("code") for _ in range(10)), return_exceptions=True)
    assert [type(end) for end in ends] == [Faulty] * 10
    assert len(scripted.requests) == 1


async def test_one_who_hangs_up_takes_nobody_with_them(scripted_login: WeChatLogin, scripted: Scripted) -> None:
    scripted.plays([0.05, answer(json.dumps(SESSION).encode())])
    first = asyncio.create_task(scripted_login.sign_in("code"))
    second = asyncio.create_task(scripted_login.sign_in("code"))
    await scripted.asked.wait()
    first.cancel()
    assert (await second).open_id == "oSAMPLE"
    assert len(scripted.requests) == 1


async def test_different_codes_do_not_wait_for_each_other(scripted_login: WeChatLogin, scripted: Scripted) -> None:
    scripted.plays([0.05, answer(json.dumps(SESSION).encode())])
    await asyncio.gather(*(scripted_login.sign_in(f"code-{number}") for number in range(5)))
    assert len(scripted.requests) == 5


async def test_the_candidate_is_told_in_words_what_to_do(world: World) -> None:
    """Through the front door: each fault of the platform, its status and its words."""
    phone = await world.stranger()
    told = {}
    for name, fault in FAULTS.items():
        await world.sandbox("POST", "/sandbox/faults", {"platform": "wechat", "path": PATH, **fault})
        refused = await world.call("POST", "/sessions", body={"platform": "wechat", "code": await phone.code()})
        told[name] = (refused.status, refused.json["detail"])
    assert told == {
        "used": (422, "登录凭证已使用或已过期，请返回重新进入小程序。"),
        "foreign": (422, "登录凭证已使用或已过期，请返回重新进入小程序。"),
        "blocked": (403, "平台限制了该账号登录，请联系平台客服。"),
        "too often": (429, "操作太频繁了，请稍等一分钟再试。"),
        "busy": (503, "平台暂时没有响应，您的信息没有变化，请稍后再试。"),
        "down": (503, "平台暂时没有响应，您的信息没有变化，请稍后再试。"),
        "silent": (503, "平台暂时没有响应，您的信息没有变化，请稍后再试。"),
    }
    signed_in = await world.call("POST", "/sessions", body={"platform": "wechat", "code": await phone.code()})
    assert signed_in.status == 200


FAULTS: dict[str, dict[str, Any]] = {
    "used": {"kind": "error_code", "error_code": 40163},
    "foreign": {"kind": "error_code", "error_code": 40029},
    "blocked": {"kind": "error_code", "error_code": 40226},
    "too often": {"kind": "error_code", "error_code": 45011},
    "busy": {"kind": "error_code", "error_code": -1},
    "down": {"kind": "status", "status": 500},
    "silent": {"kind": "timeout", "seconds": 0},
}
