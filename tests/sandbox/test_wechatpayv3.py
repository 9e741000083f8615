"""A cross-check by wechatpayv3 2.0.4: a client that others use against the real thing gets along with the sandbox."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from wechatpayv3.async_ import AsyncWeChatPay, WeChatPayType

from sandbox.keys import SandboxKeys
from tests.sandbox.actors import Client, Merchant, Phone, Service


@pytest.fixture
async def pay(sandbox: Client, keys: SandboxKeys, merchant: Merchant) -> AsyncIterator[Any]:
    """The library's client, pointed at the sandbox. It knows no base path, so the prefix goes in with each path."""
    client = AsyncWeChatPay(
        wechatpay_type=WeChatPayType.MINIPROG,
        mchid=keys.mchid,
        private_key=keys.merchant_private_key_pem,
        cert_serial_no=keys.merchant_serial,
        apiv3_key=keys.api_v3_key,
        appid=keys.app_id,
        notify_url=merchant.notify_url,
        public_key=keys.platform_public_key_pem,
        public_key_id=keys.platform_key_id,
    )
    client._core._gate_way = str(sandbox.make_url("")).rstrip("/")
    request = client._core.request

    async def with_prefix(path: str, *arguments: Any, **named: Any) -> Any:
        return await request(f"/wechatpay{path}", *arguments, **named)

    client._core.request = with_prefix
    async with client:
        yield client


async def test_it_places_pays_asks_and_opens_the_notification(
    pay: Any, phone: Phone, service: Service, keys: SandboxKeys
) -> None:
    person = await phone.person()
    status, text = await pay.pay(
        description="考试费", out_trade_no="ORDER-0001", amount={"total": 6100}, payer={"openid": person["open_id"]}
    )
    assert status == 200
    package = f"prepay_id={json.loads(text)['prepay_id']}"
    client = {"timeStamp": "1700000000", "nonceStr": "nonce", "package": package, "signType": "RSA"}
    client["paySign"] = pay.sign([keys.app_id, "1700000000", "nonce", package])
    assert await phone.pay(person, client) == "requestPayment:ok"
    received = await service.next()
    notification = pay.callback(received.headers, received.body.decode())
    assert notification["event_type"] == "TRANSACTION.SUCCESS"
    status, text = await pay.query(out_trade_no="ORDER-0001")
    assert (status, json.loads(text)) == (200, notification["resource"])


async def test_it_closes_an_order(pay: Any, phone: Phone) -> None:
    person = await phone.person()
    payer = {"openid": person["open_id"]}
    await pay.pay(description="考试费", out_trade_no="ORDER-0001", amount={"total": 1}, payer=payer)
    assert await pay.close(out_trade_no="ORDER-0001") == (204, b"")
    status, text = await pay.query(out_trade_no="ORDER-0001")
    assert (status, json.loads(text)["trade_state"]) == (200, "CLOSED")


async def test_it_asks_for_a_refund(pay: Any, phone: Phone, merchant: Merchant) -> None:
    person = await phone.person()
    prepay_id = (await merchant.place(merchant.order(person)))["prepay_id"]
    await phone.pay(person, merchant.client(prepay_id))
    amount = {"refund": 6100, "total": 6100, "currency": "CNY"}
    status, text = await pay.refund(out_refund_no="REFUND-1", out_trade_no="ORDER-0001", amount=amount)
    assert (status, json.loads(text)["out_refund_no"]) == (200, "REFUND-1")
    status, text = await pay.query_refund(out_refund_no="REFUND-1")
    assert (status, json.loads(text)["status"]) == (200, "SUCCESS")
