"""`/sns/jscode2session`."""

from dataclasses import replace

import pytest
from pytest_aiohttp.plugin import AiohttpClient

from sandbox.app import create_app
from sandbox.settings import SandboxSettings
from tests.sandbox.actors import MovableTime, Phone, Server


async def test_a_code_gives_the_open_id_and_a_session_key(phone: Phone, server: Server) -> None:
    person = await phone.person(name="测试甲")
    session = await server.exchange(await phone.code(person))
    assert set(session) == {"openid", "session_key"}
    assert session["openid"] == person["open_id"]


async def test_a_used_code_is_refused_with_40163(phone: Phone, server: Server) -> None:
    code = await phone.code(await phone.person())
    await server.exchange(code)
    refusal = await server.exchange(code)
    assert refusal["errcode"] == 40163
    assert "rid: " in refusal["errmsg"]


async def test_an_unknown_code_is_refused_with_40029(server: Server) -> None:
    assert (await server.exchange("nobody-gave-this"))["errcode"] == 40029


@pytest.mark.parametrize(("seconds", "errcode"), [(299, None), (301, 40029)])
async def test_a_code_lives_five_minutes(
    phone: Phone, server: Server, real_time: MovableTime, seconds: float, errcode: int | None
) -> None:
    code = await phone.code(await phone.person())
    real_time.move(seconds)
    assert (await server.exchange(code)).get("errcode") == errcode


async def test_moving_the_exam_clock_leaves_codes_alone(phone: Phone, server: Server) -> None:
    code = await phone.code(await phone.person())
    await phone.set_clock("2030-01-01T00:00:00+08:00")
    assert "openid" in await server.exchange(code)


@pytest.mark.parametrize(
    ("changed", "errcode"),
    [
        ({"appid": "wx0000000000000000"}, 40013),
        ({"appid": ""}, 41002),
        ({"secret": "wrong"}, 40125),
        ({"secret": ""}, 41004),
        ({"grant_type": "client_credential"}, 40002),
        ({"js_code": ""}, 41008),
    ],
)
async def test_wrong_parameters_are_refused_and_spend_no_code(
    phone: Phone, server: Server, changed: dict[str, str], errcode: int
) -> None:
    code = await phone.code(await phone.person())
    assert (await server.exchange(code, **changed))["errcode"] == errcode
    assert "openid" in await server.exchange(code)


@pytest.mark.parametrize("errcode", [-1, 40226])
async def test_a_busy_platform_and_a_blocked_user_are_played_as_faults(
    phone: Phone, server: Server, errcode: int
) -> None:
    code = await phone.code(await phone.person())
    await phone.fault(path="/sns/jscode2session", kind="error_code", error_code=errcode)
    assert (await server.exchange(code))["errcode"] == errcode
    assert "openid" in await server.exchange(code)


async def test_more_than_a_hundred_logins_a_minute_are_refused_with_45011(
    phone: Phone, server: Server, real_time: MovableTime
) -> None:
    person = await phone.person()
    for _ in range(100):
        assert "openid" in await server.exchange(await phone.code(person))
    assert (await server.exchange(await phone.code(person)))["errcode"] == 45011
    real_time.move(61)
    assert "openid" in await server.exchange(await phone.code(person))


async def test_an_app_on_the_open_platform_gets_a_union_id(
    aiohttp_client: AiohttpClient, settings: SandboxSettings, server: Server
) -> None:
    bound = replace(settings, wechat=replace(settings.wechat, gives_union_id=True))
    sandbox = await aiohttp_client(create_app(bound))
    phone = Phone(sandbox)
    person = await phone.person()
    session = await replace(server, sandbox=sandbox).exchange(await phone.code(person))
    assert session["unionid"] == person["union_id"]
