"""Persons, the clock, the state's systems, and what outlives a restart."""

import asyncio
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestServer
from pytest_aiohttp.plugin import AiohttpClient

from sandbox.app import create_app
from sandbox.settings import SandboxSettings
from sandbox.store import UnreadableState
from tests.sandbox.actors import Client, Merchant, Phone, Server, Service
from tests.sandbox.conftest import ONE_TIME

PERSON = {"name": "测试甲", "id_number": "11010119900307000X", "phone": "13800000000"}


async def test_persons_are_listed_with_what_the_platform_knows_of_them(sandbox: Client, phone: Phone) -> None:
    person = await phone.person(**PERSON)
    async with sandbox.get("/sandbox/users?platform=wechat") as response:
        [listed] = (await response.json())["items"]
    assert listed == person
    assert listed.items() >= (PERSON | {"platform": "wechat"}).items()
    async with sandbox.get("/sandbox/users?platform=alipay") as response:
        assert (await response.json())["items"] == []


async def test_every_person_has_ids_of_their_own(phone: Phone) -> None:
    first, second = await phone.person(**PERSON), await phone.person(**PERSON)
    assert first["user_id"] != second["user_id"]
    assert first["open_id"] != second["open_id"]


@pytest.mark.parametrize(
    ("path", "body"),
    [("codes", {}), ("pay", {"client": {}}), ("subscribe", {"template_id": "x"}), ("face", {}), ("chat", {})],
)
async def test_nobody_s_phone_does_nothing(sandbox: Client, path: str, body: dict[str, Any]) -> None:
    async with sandbox.post(f"/sandbox/users/wechat-onobody/{path}", json=body) as response:
        assert response.status == 404
        assert (await response.json())["code"] == "unknown_user"


async def test_what_is_not_played_says_so(sandbox: Client, phone: Phone) -> None:
    person = await phone.person(platform="alipay")
    async with sandbox.post(f"/sandbox/users/{person['user_id']}/chat", json={}) as response:
        assert response.status == 501
        assert (await response.json())["detail"]


@pytest.mark.parametrize(
    ("body", "status"),
    [({"platform": "pigeon"}, 422), ({}, 422), ({"platform": "wechat", "nmae": "测试甲"}, 422), ([], 400)],
)
async def test_a_faulty_control_body_is_refused_in_words(sandbox: Client, body: object, status: int) -> None:
    async with sandbox.post("/sandbox/users", json=body) as response:
        assert response.status == status
        assert response.content_type == "application/problem+json"
        assert (await response.json())["detail"]


async def clock(sandbox: Client) -> tuple[datetime, float]:
    async with sandbox.get("/sandbox/clock") as response:
        body = await response.json()
    return datetime.fromisoformat(body["now"]), body["offset_seconds"]


async def test_the_clock_runs_on_from_where_it_was_set(sandbox: Client, phone: Phone, real_time: Any) -> None:
    assert (await clock(sandbox))[1] == 0
    await phone.set_clock("2024-12-15T01:00:00Z")
    real_time.move(3600)
    now, offset = await clock(sandbox)
    assert now.isoformat().startswith("2024-12-15T10:00:0")
    assert now.utcoffset() == datetime.fromisoformat("2024-12-15T09:00:00+08:00").utcoffset()
    assert abs(real_time() + offset - now.timestamp()) < 5


@pytest.mark.parametrize("now", ["2024-12-15T09:00:00", "tomorrow", None, 1734224400])
async def test_a_time_without_an_offset_or_no_time_is_refused(sandbox: Client, now: object) -> None:
    async with sandbox.put("/sandbox/clock", json={"now": now}) as response:
        assert response.status == 400
        assert (await response.json())["code"] == "bad_time"


async def check(sandbox: Client, system: str, id_number: str = PERSON["id_number"]) -> str:
    body = {"name": "测试甲", "id_type": "resident_id_card", "id_number": id_number}
    async with sandbox.post(f"/state/{system}", json=body) as response:
        assert response.status == 200
        return str((await response.json())["result"])


async def test_the_state_passes_everybody_it_was_told_nothing_about(sandbox: Client) -> None:
    assert [await check(sandbox, "identity"), await check(sandbox, "education")] == ["passed", "passed"]


async def test_the_state_answers_what_it_was_told(sandbox: Client) -> None:
    number = PERSON["id_number"].lower()
    async with sandbox.post("/sandbox/identity", json={"id_number": number, "identity": "failed"}) as response:
        assert response.status == 200
    async with sandbox.post("/sandbox/identity", json={"id_number": number, "education": "pending"}) as response:
        assert response.status == 200
    assert [await check(sandbox, "identity"), await check(sandbox, "education")] == ["failed", "pending"]
    assert await check(sandbox, "identity", "11010119900307001X") == "passed"


async def test_an_answer_the_state_cannot_give_is_refused(sandbox: Client) -> None:
    async with sandbox.post("/sandbox/identity", json={"id_number": "1", "identity": "maybe"}) as response:
        assert response.status == 422


async def test_what_happened_outlives_a_restart(
    aiohttp_client: AiohttpClient, settings: SandboxSettings, server: Server, merchant: Merchant, tmp_path: Path
) -> None:
    kept = replace(settings, data_folder=tmp_path / "state")
    first = await aiohttp_client(create_app(kept))
    phone = Phone(first)
    await phone.set_clock("2025-01-14T10:00:00+08:00")
    person = await phone.person(**PERSON)
    code, token = await phone.code(person), (await replace(server, sandbox=first).token())["access_token"]
    await phone.tap(person, ONE_TIME)
    merchant.sandbox = first
    prepay_id = (await merchant.place(merchant.order(person)))["prepay_id"]
    await first.close()

    second = await aiohttp_client(create_app(kept))
    phone, server, merchant.sandbox = Phone(second), replace(server, sandbox=second), second
    assert (await clock(second))[0].isoformat().startswith("2025-01-14T10:0")
    assert (await server.exchange(code))["openid"] == person["open_id"]
    data = {"thing1": {"value": "提醒"}, "time2": {"value": "09:00"}}
    sent = await server.send(token=token, touser=person["open_id"], template_id=ONE_TIME, data=data)
    assert sent["errcode"] == 0
    assert len(await phone.inbox(person)) == 1
    assert await phone.pay(person, merchant.client(prepay_id)) == "requestPayment:ok"
    assert (await merchant.query())["trade_state"] == "SUCCESS"


async def test_a_notification_under_way_is_taken_up_after_a_restart(
    aiohttp_client: AiohttpClient, settings: SandboxSettings, merchant: Merchant, service: Service, tmp_path: Path
) -> None:
    later = replace(settings.wechatpay, notification_resends=(3600,))
    first = await aiohttp_client(create_app(replace(settings, wechatpay=later, data_folder=tmp_path)))
    phone = Phone(first)
    person = await phone.person()
    merchant.sandbox = first
    prepay_id = (await merchant.place(merchant.order(person)))["prepay_id"]
    service.statuses = [500]
    await phone.pay(person, merchant.client(prepay_id))
    refused = merchant.open(await service.next())
    await first.close()
    await aiohttp_client(create_app(replace(settings, data_folder=tmp_path)))
    assert merchant.open(await service.next())["id"] == refused["id"]


async def test_without_a_data_folder_nothing_outlives_it(
    aiohttp_client: AiohttpClient, settings: SandboxSettings
) -> None:
    first = await aiohttp_client(create_app(settings))
    await Phone(first).person()
    await first.close()
    second = await aiohttp_client(create_app(settings))
    async with second.get("/sandbox/users") as response:
        assert (await response.json())["items"] == []


async def test_a_state_file_that_is_not_ours_stops_the_start(settings: SandboxSettings, tmp_path: Path) -> None:
    (tmp_path / "sandbox.json").write_text('{"people": 5}')
    with pytest.raises(UnreadableState):
        await TestServer(create_app(replace(settings, data_folder=tmp_path))).start_server()


async def test_the_state_file_is_its_owner_s_alone(
    aiohttp_client: AiohttpClient, settings: SandboxSettings, tmp_path: Path
) -> None:
    client = await aiohttp_client(create_app(replace(settings, data_folder=tmp_path)))
    await Phone(client).person()
    await client.close()
    modes = await asyncio.to_thread(lambda: [file.stat().st_mode for file in tmp_path.iterdir()])
    assert [mode & 0o077 for mode in modes] == [0]
