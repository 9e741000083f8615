"""Events pushed to the service: safe mode, XML. wechatpy, which had no part in writing the sandbox, opens them."""

from typing import Any

import pytest
import xmltodict
from wechatpy.crypto import WeChatCrypto
from wechatpy.exceptions import InvalidSignatureException

from sandbox.keys import SandboxKeys
from tests.sandbox.actors import Phone, Received, Server, Service
from tests.sandbox.conftest import ONE_TIME

CALLBACK = "/callbacks/wechat/messages"


def opened(push: Received, keys: SandboxKeys) -> dict[str, Any]:
    crypto = WeChatCrypto(keys.push_token, keys.encoding_aes_key, keys.app_id)
    query = push.query
    message = crypto.decrypt_message(push.body, query["msg_signature"], query["timestamp"], query["nonce"])
    return dict(xmltodict.parse(message)["xml"])


@pytest.mark.parametrize("answer", ["accept", "reject"])
async def test_a_tap_is_pushed_as_an_event(phone: Phone, service: Service, keys: SandboxKeys, answer: str) -> None:
    person = await phone.person()
    await phone.tap(person, ONE_TIME, answer)
    push = await service.next()
    event = opened(push, keys)
    assert push.path == CALLBACK
    assert push.query["encrypt_type"] == "aes"
    assert push.query["openid"] == person["open_id"]
    assert event["ToUserName"] == keys.original_id
    assert event["FromUserName"] == person["open_id"]
    assert event["Event"] == "subscribe_msg_popup_event"
    assert event["SubscribeMsgPopupEvent"]["List"] == {
        "TemplateId": ONE_TIME,
        "SubscribeStatusString": answer,
        "PopupScene": "0",
    }


async def test_a_banned_template_asks_nobody_and_pushes_nothing(
    phone: Phone, service: Service, keys: SandboxKeys
) -> None:
    person = await phone.person()
    await phone.tap(person, ONE_TIME, "ban")
    await phone.tap(person, ONE_TIME, "reject")
    assert opened(await service.next(), keys)["SubscribeMsgPopupEvent"]["List"]["SubscribeStatusString"] == "reject"
    assert service.received.empty()


async def test_a_sent_message_is_pushed_as_an_event(
    phone: Phone, server: Server, service: Service, keys: SandboxKeys
) -> None:
    person = await phone.person()
    await phone.tap(person, ONE_TIME)
    await service.next()
    data = {"thing1": {"value": "提醒"}, "time2": {"value": "09:00"}}
    sent = await server.send(touser=person["open_id"], template_id=ONE_TIME, data=data)
    event = opened(await service.next(), keys)
    assert event["Event"] == "subscribe_msg_sent_event"
    assert event["SubscribeMsgSentEvent"]["List"]["MsgID"] == str(sent["msgid"])
    assert event["SubscribeMsgSentEvent"]["List"]["ErrorCode"] == "0"


async def test_two_events_of_one_person_never_share_a_second(phone: Phone, service: Service, keys: SandboxKeys) -> None:
    person = await phone.person()
    for _ in range(3):
        await phone.tap(person, ONE_TIME)
    created = {opened(await service.next(), keys)["CreateTime"] for _ in range(3)}
    assert len(created) == 3


async def test_a_push_that_is_not_accepted_comes_three_times_more(
    phone: Phone, service: Service, keys: SandboxKeys
) -> None:
    service.statuses = [500, 500, 500, 500]
    await phone.tap(await phone.person(), ONE_TIME)
    created = {opened(await service.next(), keys)["CreateTime"] for _ in range(4)}
    assert len(created) == 1
    await phone.tap(await phone.person(), ONE_TIME, "reject")
    last = opened(await service.next(), keys)
    assert last["SubscribeMsgPopupEvent"]["List"]["SubscribeStatusString"] == "reject"


async def test_a_fault_spoils_the_signature_of_one_push(phone: Phone, service: Service, keys: SandboxKeys) -> None:
    await phone.fault(path=CALLBACK, kind="bad_signature")
    service.statuses = [403]
    await phone.tap(await phone.person(), ONE_TIME)
    with pytest.raises(InvalidSignatureException):
        opened(await service.next(), keys)
    assert opened(await service.next(), keys)["Event"] == "subscribe_msg_popup_event"


async def test_a_text_that_looks_like_markup_stays_text(phone: Phone, service: Service, keys: SandboxKeys) -> None:
    template_id = "]]><Event>forged</Event>"
    async with phone.sandbox.put(f"/sandbox/templates/{template_id.replace('/', '%2F')}", json={"keys": ["thing1"]}):
        pass
    await phone.tap(await phone.person(), template_id)
    event = opened(await service.next(), keys)
    assert event["Event"] == "subscribe_msg_popup_event"
    assert event["SubscribeMsgPopupEvent"]["List"]["TemplateId"] == template_id
