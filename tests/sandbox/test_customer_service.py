"""The customer-service chats of WeChat and Baidu: pushed, counted, answered. wechatpy opens what is encrypted."""

import base64
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
import xmltodict
from aiohttp import web
from pytest_aiohttp.plugin import AiohttpClient, AiohttpServer
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import check_signature

from sandbox.app import create_app
from sandbox.envelopes import Format, Mode
from sandbox.keys import SandboxKeys
from sandbox.settings import SandboxSettings
from tests.sandbox.actors import Client, MovableTime, Phone, Received, Server, Service
from tests.sandbox.forms import BaiduMerchant

SEND = "/cgi-bin/message/custom/send"
TEXT = "准考证 ]]> <何时> 打印？"


@pytest.fixture
def mode() -> Mode:
    return "safe"


@pytest.fixture
def form() -> Format:
    return "xml"


@pytest.fixture
def settings(settings: SandboxSettings, service: Service, mode: Mode, form: Format) -> SandboxSettings:
    assert settings.baidu is not None
    chat: dict[str, Any] = {"push_mode": mode, "push_format": form, "push_resends": (0, 0, 0)}
    baidu = replace(
        settings.baidu,
        **chat,
        push_url=f"{service.url}callbacks/baidu/messages",
        media_url="http://media.example/baidu/media",
    )
    return replace(settings, wechat=replace(settings.wechat, **chat), baidu=baidu)


def read(body: bytes | str, form: Format) -> dict[str, Any]:
    return dict(json.loads(body) if form == "json" else xmltodict.parse(body)["xml"])


def opened(push: Received, keys: SandboxKeys, mode: Mode, form: Format) -> dict[str, Any]:
    """The message, its signature checked as the platform's page tells."""
    outer = read(push.body, form)
    baidu = "baidu" in push.path
    token = keys.baidu.push_token if baidu else keys.push_token
    check_signature(token, push.query["signature"], push.query["timestamp"], push.query["nonce"])
    if mode == "plain":
        return outer
    if baidu:
        crypto = WeChatCrypto(token, keys.baidu.encoding_aes_key, keys.baidu.app_id)
        signed = outer["MsgSignature"], str(outer["TimeStamp"]), outer["Nonce"]
    else:
        crypto = WeChatCrypto(token, keys.encoding_aes_key, keys.app_id)
        signed = push.query["msg_signature"], push.query["timestamp"], push.query["nonce"]
    return read(crypto.decrypt_message(outer, *signed), form)


async def chat(phone: Phone, person: Mapping[str, Any], **act: Any) -> dict[str, Any]:
    return await phone._post(f"/sandbox/users/{person['user_id']}/chat", act or {"text": TEXT})


async def send(server: Server, person: Mapping[str, Any], text: str = "好的") -> int:
    token = str((await server.token())["access_token"])
    body = {"touser": person["open_id"], "msgtype": "text", "text": {"content": text}}
    return int((await server.post(SEND, body, token=token))["errcode"])


@pytest.mark.parametrize(("mode", "form"), [("safe", "xml"), ("safe", "json"), ("plain", "xml"), ("plain", "json")])
@pytest.mark.parametrize("platform", ["wechat", "baidu"])
async def test_a_text_is_pushed_until_it_is_accepted(
    phone: Phone, service: Service, keys: SandboxKeys, platform: str, mode: Mode, form: Format
) -> None:
    service.statuses = [500]
    person = await phone.person(platform=platform)
    number = (await chat(phone, person))["message_id"]
    first, again = [opened(await service.next(), keys, mode, form) for _ in range(2)]
    assert first == again
    assert (first["MsgType"], first["Content"], int(first["MsgId"])) == ("text", TEXT, number)
    receiver = keys.original_id if platform == "wechat" else keys.baidu.app_id
    assert (first["FromUserName"], first["ToUserName"]) == (person["open_id"], receiver)


async def test_a_picture_is_pushed_and_can_be_had(
    phone: Phone, server: Server, service: Service, keys: SandboxKeys
) -> None:
    person = await phone.person()
    await chat(phone, person, picture=base64.b64encode(b"a picture").decode())
    message = opened(await service.next(), keys, "safe", "xml")
    assert message["MsgType"] == "image"
    query = {"access_token": (await server.token())["access_token"]}
    for media_id, expected in ((message["MediaId"], b"a picture"), ("unknown", None)):
        path = "/wechat/cgi-bin/media/get"
        async with server.sandbox.get(path, params={**query, "media_id": media_id}) as answer:
            content = await answer.read()
            assert content == expected or json.loads(content)["errcode"] == 40007
    other = await phone.person(platform="baidu")
    await chat(phone, other, picture=base64.b64encode(b"another").decode())
    address = opened(await service.next(), keys, "safe", "xml")["PicUrl"]
    async with phone.sandbox.get(address.removeprefix("http://media.example")) as answer:
        assert await answer.read() == b"another"


async def test_five_answers_to_a_message_and_two_to_somebody_who_entered(phone: Phone, server: Server) -> None:
    person = await phone.person()
    assert await send(server, person) == 45015
    await chat(phone, person)
    assert [await send(server, person) for _ in range(6)] == [0, 0, 0, 0, 0, 45047]
    await chat(phone, person, enters=True)
    assert [await send(server, person) for _ in range(3)] == [0, 0, 45047]
    await chat(phone, person)
    assert await send(server, person, "再见") == 0
    inbox = await phone.inbox(person)
    assert (len(inbox), inbox[-1]["kind"], inbox[-1]["content"]["text"]) == (8, "customer_service", "再见")


async def test_the_windows_close_after_48_hours_and_after_a_minute(
    phone: Phone, server: Server, real_time: MovableTime
) -> None:
    person = await phone.person()
    await chat(phone, person)
    real_time.move(48 * 3600 - 60)
    assert await send(server, person) == 0
    real_time.move(61)
    assert await send(server, person) == 45015
    await chat(phone, person, enters=True)
    assert await send(server, person) == 0
    real_time.move(60)
    assert await send(server, person) == 45015


async def test_who_enters_is_told_of_as_an_event(phone: Phone, service: Service, keys: SandboxKeys) -> None:
    await chat(phone, await phone.person(), enters=True)
    event = opened(await service.next(), keys, "safe", "xml")
    assert (event["MsgType"], event["Event"]) == ("event", "user_enter_tempsession")


async def test_what_is_no_answer_is_refused(phone: Phone, server: Server) -> None:
    person = await phone.person()
    await chat(phone, person)
    token = str((await server.token())["access_token"])
    good = {"touser": person["open_id"], "msgtype": "text", "text": {"content": "好的"}}
    for changed, code in (({"touser": "onobody"}, 40003), ({"msgtype": "voice"}, 47003), ({"text": {}}, 47003)):
        assert (await server.post(SEND, good | changed, token=token))["errcode"] == code
    assert (await server.post(SEND, good, token="unknown"))["errcode"] == 40001
    assert await phone.inbox(person) == []


async def test_baidu_takes_five_answers_within_48_hours(
    phone: Phone, sandbox: Client, keys: SandboxKeys, real_time: MovableTime
) -> None:
    person = await phone.person(platform="baidu")
    token = (await BaiduMerchant(sandbox, keys.baidu).token())["access_token"]

    async def say(**changed: str) -> int:
        asked = {"user_type": "2", "open_id": person["open_id"], "msg_type": "text", "content": "好的", **changed}
        path = "/baidu/rest/2.0/smartapp/message/custom/send"
        async with sandbox.post(path, params={"access_token": token}, data=asked) as answer:
            return int((await answer.json())["errno"])

    assert await say() == 90001
    await chat(phone, person)
    assert [await say(user_type="3"), await say(content=""), await say(open_id="x")] == [3001, 3001, 30022]
    assert [await say() for _ in range(6)] == [0, 0, 0, 0, 0, 90001]
    await chat(phone, person)
    real_time.move(48 * 3600)
    assert await say() == 90001
    assert len(await phone.inbox(person)) == 5


@pytest.mark.parametrize("act", [{"text": ""}, {"picture": "%"}, {"text": "a", "enters": True}, {"enters": False}])
async def test_one_thing_is_said_at_a_time(phone: Phone, act: dict[str, Any]) -> None:
    person = await phone.person()
    async with phone.sandbox.post(f"/sandbox/users/{person['user_id']}/chat", json=act) as answer:
        assert answer.status == 422


@asynccontextmanager
async def echoing(aiohttp_server: AiohttpServer) -> AsyncIterator[str]:
    """A service that repeats an echo to whoever asks."""

    async def echo(request: web.Request) -> web.Response:
        return web.Response(text=request.query.get("echostr") or request.query.get("echoStr"))

    app = web.Application()
    app.router.add_get("/wechat", echo)
    app.router.add_post("/baidu", echo)
    yield str((await aiohttp_server(app)).make_url("/"))


@pytest.mark.parametrize(("there", "accepted"), [(True, True), (False, False)], ids=["echoes", "says nothing"])
async def test_an_address_is_accepted_when_the_echo_comes_back(
    aiohttp_client: AiohttpClient,
    aiohttp_server: AiohttpServer,
    settings: SandboxSettings,
    service: Service,
    there: bool,
    accepted: bool,
) -> None:
    assert settings.baidu is not None
    async with echoing(aiohttp_server) as url:
        urls = {name: f"{url}{name}" if there else f"{service.url}{name}" for name in ("wechat", "baidu")}
        changed = replace(
            settings,
            wechat=replace(settings.wechat, push_url=urls["wechat"]),
            baidu=replace(settings.baidu, push_url=urls["baidu"]),
        )
        sandbox = await aiohttp_client(create_app(changed))
        for platform in urls:
            async with sandbox.post("/sandbox/push-url", json={"platform": platform}) as answer:
                assert await answer.json() == {"accepted": accepted}
