"""`/cgi-bin/stable_token`, `/cgi-bin/token`, and what a bad token does everywhere."""

from typing import Any

import pytest

from sandbox.keys import SandboxKeys
from tests.sandbox.actors import Client, MovableTime, Server

LISTING = "/wechat/wxaapi/newtmpl/gettemplate"


async def errcode_with(sandbox: Client, token: str) -> int:
    async with sandbox.get(LISTING, params={"access_token": token}) as response:
        return int((await response.json())["errcode"])


async def plain_token(sandbox: Client, keys: SandboxKeys) -> str:
    query = {"grant_type": "client_credential", "appid": keys.app_id, "secret": keys.app_secret}
    async with sandbox.get("/wechat/cgi-bin/token", params=query) as response:
        return str((await response.json())["access_token"])


async def test_asking_again_repeats_the_token_with_what_is_left_of_its_life(
    server: Server, real_time: MovableTime
) -> None:
    first = await server.token()
    assert 7190 < first["expires_in"] <= 7200
    real_time.move(1000)
    second = await server.token()
    assert second["access_token"] == first["access_token"]
    assert 6190 < second["expires_in"] <= 6200


async def test_the_last_five_minutes_bring_a_new_token_while_the_old_one_still_works(
    sandbox: Client, server: Server, real_time: MovableTime
) -> None:
    old = (await server.token())["access_token"]
    real_time.move(6901)
    new = (await server.token())["access_token"]
    assert new != old
    assert await errcode_with(sandbox, old) == 0
    assert await errcode_with(sandbox, new) == 0
    real_time.move(300)
    assert await errcode_with(sandbox, old) == 42001
    assert await errcode_with(sandbox, new) == 0


async def test_a_forced_refresh_ends_the_former_token_at_once(sandbox: Client, server: Server) -> None:
    old = (await server.token())["access_token"]
    new = (await server.token(force_refresh=True))["access_token"]
    assert await errcode_with(sandbox, old) == 40001
    assert await errcode_with(sandbox, new) == 0


async def test_a_second_forced_refresh_within_thirty_seconds_refreshes_nothing(
    server: Server, real_time: MovableTime
) -> None:
    first = (await server.token(force_refresh=True))["access_token"]
    real_time.move(29)
    assert (await server.token(force_refresh=True))["access_token"] == first
    real_time.move(2)
    assert (await server.token(force_refresh=True))["access_token"] != first


async def test_the_twenty_first_forced_refresh_of_a_day_is_refused_with_45009(
    server: Server, real_time: MovableTime
) -> None:
    real_time.move(86400 - (real_time() + 8 * 3600) % 86400)  # Just past midnight in China: all of them on one day.
    for _ in range(20):
        real_time.move(31)
        assert "access_token" in await server.token(force_refresh=True)
    real_time.move(31)
    assert (await server.token(force_refresh=True))["errcode"] == 45009
    real_time.move(86400)
    assert "access_token" in await server.token(force_refresh=True)


@pytest.mark.parametrize(
    ("changed", "errcode"),
    [
        ({"grant_type": "authorization_code"}, 40002),
        ({"appid": "wx0000000000000000"}, 40013),
        ({"secret": "wrong"}, 40125),
        ({"appid": None}, 41002),
    ],
)
async def test_wrong_credentials_get_no_token(server: Server, changed: dict[str, Any], errcode: int) -> None:
    assert (await server.token(**changed))["errcode"] == errcode


async def test_the_stable_token_must_be_asked_for_by_post(sandbox: Client) -> None:
    async with sandbox.get("/wechat/cgi-bin/stable_token") as response:
        assert response.status == 200
        assert (await response.json())["errcode"] == 43002


@pytest.mark.parametrize(("raw", "errcode"), [(b"", 44002), (b"grant_type=x", 47001), (b"[]", 47001)])
async def test_a_body_that_is_no_json_object_is_refused(sandbox: Client, raw: bytes, errcode: int) -> None:
    async with sandbox.post("/wechat/cgi-bin/stable_token", data=raw) as response:
        assert (await response.json())["errcode"] == errcode


async def test_a_missing_an_unknown_and_a_spent_token_are_told_apart(
    sandbox: Client, server: Server, real_time: MovableTime
) -> None:
    token = (await server.token())["access_token"]
    real_time.move(7201)
    assert await errcode_with(sandbox, "") == 41001
    assert await errcode_with(sandbox, "nobody-gave-this") == 40001
    assert await errcode_with(sandbox, token) == 42001


async def test_a_new_plain_token_leaves_the_former_five_minutes(
    sandbox: Client, keys: SandboxKeys, real_time: MovableTime
) -> None:
    old, new = await plain_token(sandbox, keys), await plain_token(sandbox, keys)
    assert await errcode_with(sandbox, old) == 0
    real_time.move(301)
    assert await errcode_with(sandbox, old) == 42001
    assert await errcode_with(sandbox, new) == 0


async def test_the_two_token_calls_leave_each_other_alone(sandbox: Client, keys: SandboxKeys, server: Server) -> None:
    stable = (await server.token())["access_token"]
    plain = await plain_token(sandbox, keys)
    await server.token(force_refresh=True)
    assert await errcode_with(sandbox, plain) == 0
    assert await errcode_with(sandbox, stable) == 40001


async def test_a_path_that_wechat_does_not_have_is_refused_with_40066(sandbox: Client) -> None:
    async with sandbox.post("/wechat/cgi-bin/nothing", json={}) as response:
        assert response.status == 200
        assert (await response.json())["errcode"] == 40066
