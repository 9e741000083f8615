"""Somebody bound on several platforms: the one last used, the next where it fails finally, never two."""

from datetime import timedelta

import pytest

from notifications.circuit import IN_A_ROW
from tests.api.world import YI, Phone, World
from tests.deliveries.outbox import Outbox


@pytest.fixture
async def phones(phone: Phone) -> tuple[Phone, Phone, Phone]:
    """One candidate on WeChat, Alipay and Baidu, each used later than the one before."""
    alipay = await phone.also_on("alipay")
    baidu = await phone.also_on("baidu")
    for other in (alipay, baidu):
        other.candidate_id = phone.candidate_id
    return phone, alipay, baidu


async def to_the_end(outbox: Outbox) -> None:
    for _ in range(10):
        await outbox.send()
        await outbox.time_passes()


async def arrived(outbox: Outbox, phones: tuple[Phone, ...]) -> list[int]:
    return [len(await outbox.inbox(phone)) for phone in phones]


async def test_it_goes_to_the_platform_that_was_used_last(outbox: Outbox, phones: tuple[Phone, ...]) -> None:
    for phone in phones:
        await outbox.accepts(phone)
    await outbox.reminder(phones[0])
    await to_the_end(outbox)
    assert await outbox.deliveries() == [("baidu", "sent", None)]
    assert await arrived(outbox, phones) == [0, 0, 1]


async def test_signing_in_makes_a_platform_the_one_last_used(outbox: Outbox, phones: tuple[Phone, ...]) -> None:
    for phone in phones:
        await outbox.accepts(phone)
    await phones[0].sign_in()
    await outbox.reminder(phones[0])
    await to_the_end(outbox)
    assert await arrived(outbox, phones) == [1, 0, 0]


async def test_where_that_one_refuses_finally_it_goes_to_the_next(outbox: Outbox, phones: tuple[Phone, ...]) -> None:
    await outbox.accepts(phones[0])
    await outbox.accepts(phones[2])
    await outbox.fault("baidu", "error_code", error_code=4007)
    await outbox.reminder(phones[0])
    await to_the_end(outbox)
    assert await outbox.deliveries() == [
        ("baidu", "refused", "errno_4007"),
        ("alipay", "refused", "no_consent"),
        ("wechat", "sent", None),
    ]
    assert await arrived(outbox, phones) == [1, 0, 0]


async def test_where_nobody_knows_no_other_platform_is_tried(outbox: Outbox, phones: tuple[Phone, ...]) -> None:
    for phone in phones:
        await outbox.accepts(phone)
    await outbox.change("UPDATE binding SET last_used_at = now() + interval '1 hour' WHERE platform = 'alipay'")
    await outbox.fault("alipay", "status", status=502, lands=False)
    await outbox.reminder(phones[0])
    await to_the_end(outbox)
    assert await outbox.deliveries() == [("alipay", "unknown", "no_answer")]
    assert await arrived(outbox, phones) == [0, 0, 0]


async def test_while_a_platform_is_busy_the_next_is_not_tried(outbox: Outbox, phones: tuple[Phone, ...]) -> None:
    for phone in phones:
        await outbox.accepts(phone)
    await outbox.fault("baidu", "error_code", error_code=18, times=3)
    await outbox.reminder(phones[0])
    await to_the_end(outbox)
    assert await outbox.deliveries() == [("baidu", "sent", None)]


async def test_news_of_the_account_go_to_every_bound_platform(outbox: Outbox, phones: tuple[Phone, ...]) -> None:
    for phone in phones:
        await outbox.accepts(phone)
    await outbox.reminder(phones[0], kind="account_changed")
    await to_the_end(outbox)
    assert await arrived(outbox, phones) == [1, 1, 1]
    assert set(await outbox.states()) == {"sent"}


async def test_what_was_told_as_not_delivered_goes_to_the_next_platform(
    outbox: Outbox, phones: tuple[Phone, ...]
) -> None:
    await outbox.accepts(phones[0])
    await outbox.accepts(phones[1])
    await phones[0].sign_in()
    await outbox.reminder(phones[0])
    await outbox.send()
    (row,) = await outbox.rows("SELECT message_id FROM delivery")
    item = {"TemplateId": "TEMPLATE-TO-DO", "MsgID": row["message_id"], "ErrorCode": "3", "ErrorStatus": "failed"}
    event = {"Event": "subscribe_msg_sent_event", "SubscribeMsgSentEvent": {"List": item}}
    async with outbox.world.built.database.transaction():
        await outbox.reminding.events.apply("wechat", phones[0].open_id, event)
    await to_the_end(outbox)
    assert [(platform, state) for platform, state, _ in await outbox.deliveries()] == [
        ("wechat", "refused"),
        ("baidu", "refused"),
        ("alipay", "sent"),
    ]


async def test_nobody_bound_is_nobody_called(outbox: Outbox, phone: Phone) -> None:
    assert (await phone.call("DELETE", "/bindings/wechat")).status == 204
    await outbox.reminder(phone)
    assert await outbox.deliveries() == []


async def test_who_unbound_after_it_was_handed_out_is_not_reached_there(outbox: Outbox, phone: Phone) -> None:
    await outbox.accepts(phone)
    await outbox.reminder(phone)
    assert (await phone.call("DELETE", "/bindings/wechat")).status == 204
    await to_the_end(outbox)
    assert await outbox.deliveries() == [("wechat", "refused", "not_bound")]
    assert await outbox.inbox(phone) == []


async def test_what_is_done_before_it_goes_out_is_taken_back(outbox: Outbox, phone: Phone) -> None:
    await outbox.accepts(phone)
    await outbox.reminder(phone)
    await outbox.change("UPDATE reminder SET state = 'done', closed_at = now()")
    await to_the_end(outbox)
    assert await outbox.deliveries() == [("wechat", "withdrawn", "no_longer_wanted")]
    assert await outbox.consents() == [1]


async def test_what_may_not_go_out_now_waits(outbox: Outbox, phone: Phone) -> None:
    await outbox.accepts(phone)
    reminder = await outbox.reminder(phone)
    outbox.wanted.held.add(reminder)
    await to_the_end(outbox)
    assert await outbox.states() == ["waiting"]
    outbox.wanted.held.clear()
    await to_the_end(outbox)
    assert await outbox.states() == ["sent"]


async def test_a_platform_that_is_down_is_left_alone_and_the_others_go_on(
    outbox: Outbox, phone: Phone, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = await world.person(YI, platform="alipay")
    await outbox.accepts(phone)
    await outbox.accepts(other)
    await outbox.change("UPDATE message_consent SET remaining = 50 WHERE platform = 'wechat'")
    await outbox.fault("wechat", "status", status=503, times=1000)
    monkeypatch.setattr("notifications.circuit.FIRST_REST", timedelta(hours=1))
    worker = outbox.another_worker()
    for _ in range(IN_A_ROW + 2):
        await outbox.reminder(phone)
    for _ in range(IN_A_ROW + 2):
        await worker.sending.send()
        await outbox.time_passes()
    assert sorted(await outbox.states()) == ["unknown"] * IN_A_ROW + ["waiting"] * 2
    await outbox.reminder(other)
    await worker.sending.send()
    assert len(await outbox.inbox(other)) == 1


async def test_what_never_reached_the_platform_is_tried_again_and_its_consent_is_free(
    outbox: Outbox, phone: Phone, world: World
) -> None:
    await outbox.accepts(phone)
    await outbox.reminder(phone)
    wechat = world.settings.wechat.model_copy(update={"api_base_url": "http://127.0.0.1:1/wechat"})
    cut_off = outbox.another_worker(world.settings.model_copy(update={"wechat": wechat}))
    await cut_off.sending.send()
    assert await outbox.deliveries() == [("wechat", "waiting", "not_reached")]
    assert await outbox.consents() == [1]
    await to_the_end(outbox)
    assert (await outbox.states(), len(await outbox.inbox(phone))) == (["sent"], 1)
