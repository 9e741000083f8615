"""Faults on order."""

import asyncio
from typing import Any

import pytest
from aiohttp import ClientConnectionError, ClientSession

from tests.sandbox.actors import Client, Merchant, Phone, Server

LOGIN = "/sns/jscode2session"
PLACE = "/v3/pay/transactions/jsapi"


async def test_a_fault_is_played_as_often_as_asked_and_then_no_more(phone: Phone, server: Server) -> None:
    await phone.fault(path="/cgi-bin/message/subscribe/send", kind="error_code", error_code=42001, times=2)
    codes = [(await server.send(touser="onobody"))["errcode"] for _ in range(3)]
    assert codes == [42001, 42001, 40003]


async def test_a_status_is_answered_instead(sandbox: Client, phone: Phone) -> None:
    await phone.fault(path=LOGIN, kind="status", status=502)
    async with sandbox.get(f"/wechat{LOGIN}") as response:
        assert response.status == 502
    async with sandbox.get(f"/wechat{LOGIN}") as response:
        assert response.status == 200


async def test_wechat_pay_answers_a_fault_in_its_own_form_with_the_code_s_own_status(
    phone: Phone, merchant: Merchant
) -> None:
    order = merchant.order(await phone.person())
    await phone.fault(path=PLACE, kind="error_code", error_code="FREQUENCY_LIMITED")
    status, body = await merchant.call("POST", PLACE, order)
    assert (status, body["code"]) == (429, "FREQUENCY_LIMITED")
    await phone.fault(path=PLACE, kind="status", status=500)
    status, body = await merchant.call("POST", PLACE, order)
    assert (status, body["code"]) == (500, "SYSTEM_ERROR")
    assert await merchant.place(order)


async def test_a_timeout_gives_no_answer_and_does_nothing(phone: Phone, merchant: Merchant) -> None:
    order = merchant.order(await phone.person())
    await phone.fault(path=PLACE, kind="timeout", seconds=0)
    with pytest.raises(ClientConnectionError):
        await merchant.place(order)
    status, body = await merchant.call(
        "GET", f"/v3/pay/transactions/out-trade-no/ORDER-0001?mchid={merchant.keys.mchid}"
    )
    assert (status, body["code"]) == (404, "ORDER_NOT_EXIST")


async def test_a_timeout_may_lose_only_the_answer(phone: Phone, merchant: Merchant) -> None:
    order = merchant.order(await phone.person())
    await phone.fault(path=PLACE, kind="timeout", seconds=0, lands=True)
    with pytest.raises(ClientConnectionError):
        await merchant.place(order)
    assert (await merchant.query())["trade_state"] == "NOTPAY"


async def test_a_held_answer_does_not_hold_up_the_end(sandbox: Client, phone: Phone) -> None:
    await phone.fault(path=LOGIN, kind="timeout", seconds=3600)
    async with asyncio.timeout(10), ClientSession() as session:
        held = asyncio.create_task(session.get(sandbox.make_url(f"/wechat{LOGIN}")).__aenter__())
        while await faults_left(sandbox):
            pass
        await sandbox.close()
        with pytest.raises(ClientConnectionError):
            await held


async def faults_left(sandbox: Client) -> int:
    async with sandbox.get("/sandbox/faults") as response:
        return len((await response.json())["items"])


async def test_a_path_may_be_a_pattern_and_a_fault_spares_other_paths(phone: Phone, merchant: Merchant) -> None:
    order = merchant.order(await phone.person())
    await phone.fault(path="/v3/pay/transactions/out-trade-no/*/close", kind="status")
    await merchant.place(order)
    await merchant.query()
    path = "/v3/pay/transactions/out-trade-no/ORDER-0001/close"
    assert (await merchant.call("POST", path, {"mchid": merchant.keys.mchid}))[0] == 503


async def test_faults_are_listed_and_cleared(sandbox: Client, phone: Phone, server: Server) -> None:
    await phone.fault(path=LOGIN, kind="error_code", error_code=-1, times=5)
    async with sandbox.get("/sandbox/faults") as response:
        [fault] = (await response.json())["items"]
    assert (fault["path"], fault["times"]) == (LOGIN, 5)
    async with sandbox.delete("/sandbox/faults") as response:
        assert response.status == 204
    assert (await server.exchange("nobody-gave-this"))["errcode"] == 40029


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "timeout"},
        {"platform": "wechat", "kind": "earthquake"},
        {"platform": "wechat", "kind": "error_code"},
        {"platform": "wechat", "kind": "timeout", "times": 0},
        {"platform": "wechat", "kind": "status", "stauts": 500},
    ],
)
async def test_a_fault_that_means_nothing_is_refused(sandbox: Client, fault: dict[str, Any]) -> None:
    async with sandbox.post("/sandbox/faults", json=fault) as response:
        assert response.status == 422
        assert (await response.json())["errors"]
