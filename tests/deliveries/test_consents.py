"""What people agree to: asked for few at a time, counted as the platform counts, never spent twice."""

import asyncio

import pytest

from tests.api.world import Phone, World
from tests.deliveries.outbox import TO_DO, Outbox

every_platform = pytest.mark.parametrize("platform", ["wechat", "alipay", "baidu"])


async def asked(phone: Phone, step: str = "payment") -> list[str]:
    answer = await phone.call("GET", f"/subscriptions?step={step}")
    assert answer.status == 200, answer.body
    return [item["template_id"] for item in answer.json["items"]]


@every_platform
async def test_at_a_step_its_own_templates_are_asked_for(phone: Phone, platform: str) -> None:
    answer = await phone.call("GET", "/subscriptions?step=payment")
    assert (answer.json["platform"], len(answer.json["items"])) == (platform, 1)
    (item,) = answer.json["items"]
    assert item["template_id"] == TO_DO
    assert (item["subscribe_id"] is not None) == (platform == "baidu")


async def test_a_step_nobody_knows_is_named(phone: Phone) -> None:
    answer = await phone.call("GET", "/subscriptions?step=nowhere")
    assert (answer.status, list(answer.faults)) == (422, ["step"])


async def test_whose_platform_the_session_was_begun_on_is_asked_there(phone: Phone) -> None:
    other = await phone.also_on("alipay")
    assert (await other.call("GET", "/subscriptions?step=payment")).json["platform"] == "alipay"
    assert (await phone.call("GET", "/subscriptions?step=payment")).json["platform"] == "wechat"
    told = await phone.call("GET", "/subscriptions?step=payment&platform=alipay")
    assert told.json["platform"] == "alipay"


async def test_on_wechat_only_the_platform_s_own_push_adds(outbox: Outbox, phone: Phone) -> None:
    body = {"platform": "wechat", "answers": {TO_DO: "accept"}}
    for _ in range(3):
        assert (await phone.call("POST", "/subscriptions", body=body)).status == 204
    assert await outbox.consents() == [0]
    await outbox.accepts(phone, 2)
    assert await outbox.consents() == [2]


async def test_a_push_that_comes_twice_adds_once(outbox: Outbox, phone: Phone) -> None:
    fault = {"platform": "wechat", "path": "/callbacks/wechat/messages", "kind": "duplicate_notification"}
    await outbox.world.sandbox("POST", "/sandbox/faults", fault)
    await outbox.accepts(phone)
    assert await outbox.consents() == [1]


async def test_on_alipay_a_report_that_is_repeated_at_once_is_one_tap(outbox: Outbox, world: World) -> None:
    phone = await world.person(platform="alipay")
    body = {"platform": "alipay", "answers": {TO_DO: "accept"}}
    await asyncio.gather(*(phone.call("POST", "/subscriptions", body=body) for _ in range(5)))
    assert await outbox.consents() == [1]


async def test_on_baidu_each_name_serves_once(outbox: Outbox, world: World) -> None:
    phone = await world.person(platform="baidu")
    (item,) = (await phone.call("GET", "/subscriptions?step=payment")).json["items"]
    (same,) = (await phone.call("GET", "/subscriptions?step=payment")).json["items"]
    assert same["subscribe_id"] == item["subscribe_id"]
    body = {"platform": "baidu", "answers": {TO_DO: "accept"}, "subscribe_id": item["subscribe_id"]}
    for _ in range(3):
        assert (await phone.call("POST", "/subscriptions", body=body)).status == 204
    assert await outbox.consents() == [1]
    (other,) = (await phone.call("GET", "/subscriptions?step=payment")).json["items"]
    assert other["subscribe_id"] != item["subscribe_id"]


@pytest.mark.parametrize("subscribe_id", [None, "one-that-nobody-gave"])
async def test_on_baidu_a_name_that_we_did_not_give_is_refused(
    outbox: Outbox, world: World, subscribe_id: str | None
) -> None:
    phone = await world.person(platform="baidu")
    body = {"platform": "baidu", "answers": {TO_DO: "accept"}, "subscribe_id": subscribe_id}
    answer = await phone.call("POST", "/subscriptions", body=body)
    assert (answer.status, answer.code, list(answer.faults)) == (422, "subscription_faulty", ["subscribe_id"])
    assert await outbox.consents() == []


async def test_a_template_that_is_not_ours_is_refused(outbox: Outbox, phone: Phone) -> None:
    body = {"platform": "wechat", "answers": {"ANOTHER-S": "accept"}}
    answer = await phone.call("POST", "/subscriptions", body=body)
    assert (answer.status, list(answer.faults)) == (422, ["answers"])
    assert await outbox.consents() == []


async def test_a_platform_that_is_not_bound_is_refused(phone: Phone) -> None:
    answer = await phone.call("POST", "/subscriptions", body={"platform": "alipay", "answers": {TO_DO: "accept"}})
    assert (answer.status, answer.code) == (409, "platform_not_bound")


@every_platform
async def test_who_refused_is_not_asked_again_for_a_week(outbox: Outbox, phone: Phone) -> None:
    await outbox.accepts(phone, answer="reject")
    answer = await phone.call("GET", "/subscriptions?step=payment")
    assert (answer.json["items"], answer.json["ask_again_at"] is not None) == ([], True)
    await outbox.change("UPDATE message_consent SET answered_at = now() - interval '8 days'")
    assert await asked(phone) == [TO_DO]


async def test_who_has_agreed_often_enough_is_not_asked_again(outbox: Outbox, phone: Phone) -> None:
    await outbox.accepts(phone, 3)
    assert await asked(phone) == []


async def test_what_somebody_switched_off_in_wechat_s_settings_is_gone(outbox: Outbox, phone: Phone) -> None:
    await outbox.accepts(phone, 2)
    item = {"TemplateId": TO_DO, "SubscribeStatusString": "reject"}
    event = {"Event": "subscribe_msg_change_event", "List": [item]}
    async with outbox.world.built.database.transaction():
        await outbox.reminding.events.apply("wechat", phone.open_id, event)
    assert await outbox.consents() == [0]


async def test_refusing_once_more_leaves_what_was_agreed_before(outbox: Outbox, phone: Phone) -> None:
    await outbox.accepts(phone, 2)
    await outbox.accepts(phone, answer="reject")
    assert await outbox.consents() == [2]


@every_platform
@pytest.mark.parametrize("agreed", [1, 2])
async def test_of_many_reminders_at_once_as_many_go_out_as_were_agreed_to(
    outbox: Outbox, phone: Phone, agreed: int
) -> None:
    await outbox.accepts(phone, agreed)
    for _ in range(6):
        await outbox.reminder(phone)
    workers = [outbox.another_worker() for _ in range(3)]
    for _ in range(10):
        await asyncio.gather(*(one.sending.send() for one in workers))
        await outbox.time_passes()
    assert len(await outbox.inbox(phone)) == agreed
    assert sorted(await outbox.states()) == ["refused"] * (6 - agreed) + ["sent"] * agreed
    assert set(await outbox.consents()) == {0}
