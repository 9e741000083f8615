"""What each platform may say to a message, and what follows: through the sandbox, over real HTTP."""

from datetime import timedelta
from typing import Any

import pytest

from backend.clock import day_of, real_now
from tests.api.world import Phone, World
from tests.deliveries.outbox import PLATFORMS, Outbox
from tests.deliveries.words import TITLE

Fault = dict[str, Any]
every_platform = pytest.mark.parametrize("platform", PLATFORMS)


async def tried_to_the_end(outbox: Outbox) -> None:
    for _ in range(10):
        await outbox.send()
        await outbox.time_passes()


@every_platform
async def test_what_somebody_agreed_to_arrives_once_and_uses_up_the_consent(outbox: Outbox, phone: Phone) -> None:
    await outbox.accepts(phone)
    await outbox.reminder(phone)
    await tried_to_the_end(outbox)
    assert await outbox.deliveries() == [(phone.platform, "sent", None)]
    (arrived,) = await outbox.inbox(phone)
    assert TITLE in arrived["data"].values() and arrived["page"] == "pages/steps/steps"
    assert await outbox.consents() == [0]


@every_platform
async def test_without_consent_the_platform_is_not_even_called(outbox: Outbox, phone: Phone) -> None:
    await outbox.reminder(phone)
    await tried_to_the_end(outbox)
    assert await outbox.deliveries() == [(phone.platform, "refused", "no_consent")]


@pytest.mark.parametrize(
    ("platform", "code", "reason"),
    [
        ("wechat", 43101, "errcode_43101"),
        ("alipay", "USER_NOT_SUBSCRIBED", "USER_NOT_SUBSCRIBED"),
        ("baidu", 4007, "errno_4007"),
    ],
)
async def test_a_consent_that_the_platform_says_is_gone_is_gone_for_us_too(
    outbox: Outbox, phone: Phone, code: int | str, reason: str
) -> None:
    await outbox.accepts(phone)
    await outbox.fault(phone.platform, "error_code", error_code=code)
    await outbox.reminder(phone)
    await tried_to_the_end(outbox)
    assert await outbox.deliveries() == [(phone.platform, "refused", reason)]
    assert await outbox.consents() == [0]


@pytest.mark.parametrize(
    ("platform", "code"), [("wechat", 47003), ("alipay", "USER_KEYWORD_LENGTH_ERROR"), ("baidu", 2002)]
)
async def test_a_message_the_platform_finds_faulty_is_refused_and_its_consent_free_again(
    outbox: Outbox, phone: Phone, code: int | str
) -> None:
    await outbox.accepts(phone)
    await outbox.fault(phone.platform, "error_code", error_code=code)
    await outbox.reminder(phone)
    await tried_to_the_end(outbox)
    assert await outbox.states() == ["refused"]
    assert (await outbox.consents(), await outbox.inbox(phone)) == ([1], [])


async def test_a_value_too_long_for_its_field_is_what_wechat_calls_faulty(outbox: Outbox, phone: Phone) -> None:
    await outbox.accepts(phone)
    outbox.words.spoilt = "二十个字以上的内容是放不进这个字段里面去的呀呀"
    await outbox.reminder(phone)
    await tried_to_the_end(outbox)
    assert await outbox.deliveries() == [("wechat", "refused", "errcode_47003")]


@pytest.mark.parametrize(("platform", "code"), [("wechat", 40001), ("baidu", 110)])
async def test_a_stale_token_is_replaced_once_and_the_message_goes_out(outbox: Outbox, phone: Phone, code: int) -> None:
    await outbox.accepts(phone)
    await outbox.fault(phone.platform, "error_code", error_code=code)
    await outbox.reminder(phone)
    await outbox.send()
    assert (await outbox.states(), len(await outbox.inbox(phone))) == (["sent"], 1)


async def test_a_day_s_quota_used_up_is_waited_for_until_tomorrow(outbox: Outbox, phone: Phone) -> None:
    await outbox.accepts(phone)
    await outbox.fault("wechat", "error_code", error_code=45009)
    await outbox.reminder(phone)
    await outbox.send()
    (row,) = await outbox.rows("SELECT state, due_at FROM delivery")
    assert row["state"] == "waiting"
    assert day_of(row["due_at"]) == day_of(real_now()) + timedelta(days=1)
    await outbox.time_passes()
    await outbox.send()
    assert (await outbox.states(), await outbox.inbox(phone)) == (["waiting"], [])


@pytest.mark.parametrize(
    ("platform", "code"),
    [("wechat", -1), ("wechat", 45011), ("wechat", 43108), ("alipay", "isv.app-call-limited"), ("baidu", 18)],
)
async def test_what_a_busy_platform_did_not_take_is_tried_again(outbox: Outbox, phone: Phone, code: int | str) -> None:
    await outbox.accepts(phone)
    await outbox.fault(phone.platform, "error_code", error_code=code, times=2)
    await outbox.reminder(phone)
    await outbox.send()
    assert (await outbox.states(), await outbox.consents()) == (["waiting"], [1])
    await outbox.time_passes()
    await tried_to_the_end(outbox)
    assert (await outbox.states(), len(await outbox.inbox(phone))) == (["sent"], 1)


async def test_after_the_last_try_it_is_refused_and_stays_a_to_do(outbox: Outbox, phone: Phone) -> None:
    await outbox.accepts(phone)
    await outbox.fault("wechat", "error_code", error_code=-1, times=100)
    await outbox.reminder(phone)
    await tried_to_the_end(outbox)
    assert await outbox.deliveries() == [("wechat", "refused", "errcode_-1")]
    assert await outbox.rows("SELECT state, closed_at FROM reminder") == [{"state": "sent", "closed_at": None}]
    assert await outbox.consents() == [1]


@pytest.mark.parametrize("lands", [True, False])
async def test_baidu_is_asked_again_under_the_same_name_and_sends_one(
    outbox: Outbox, world: World, lands: bool
) -> None:
    phone = await world.person(platform="baidu")
    await outbox.accepts(phone)
    await outbox.fault("baidu", "status", status=502, lands=lands)
    await outbox.reminder(phone)
    await tried_to_the_end(outbox)
    assert len(await outbox.inbox(phone)) == 1
    assert await outbox.states() == ["unknown" if lands else "sent"]


@pytest.mark.parametrize("lands", [True, False])
async def test_wechat_is_asked_again_where_our_count_has_no_other_consent(
    outbox: Outbox, phone: Phone, lands: bool
) -> None:
    await outbox.accepts(phone)
    await outbox.fault("wechat", "status", status=502, lands=lands)
    await outbox.reminder(phone)
    await tried_to_the_end(outbox)
    assert len(await outbox.inbox(phone)) == 1
    assert await outbox.states() == ["unknown" if lands else "sent"]
    await outbox.told("subscribe_msg_sent_event", 1)
    assert await outbox.states() == ["sent"]


@pytest.mark.parametrize("lands", [True, False])
async def test_wechat_is_not_asked_again_where_more_consents_are_left(
    outbox: Outbox, phone: Phone, lands: bool
) -> None:
    await outbox.accepts(phone, 2)
    await outbox.fault("wechat", "status", status=502, lands=lands)
    await outbox.reminder(phone)
    await tried_to_the_end(outbox)
    assert await outbox.deliveries() == [("wechat", "unknown", "no_answer")]
    assert len(await outbox.inbox(phone)) == int(lands)
    if lands:
        await outbox.told("subscribe_msg_sent_event", 1)
        assert await outbox.states() == ["sent"]


async def test_a_consent_that_came_meanwhile_forbids_the_second_try(outbox: Outbox, phone: Phone) -> None:
    await outbox.accepts(phone)
    await outbox.fault("wechat", "status", status=502, lands=True)
    lost = {"platform": "wechat", "path": "/callbacks/wechat/messages", "kind": "drop_notification"}
    await outbox.world.sandbox("POST", "/sandbox/faults", lost)
    await outbox.reminder(phone)
    await outbox.send()
    await outbox.accepts(phone)
    await outbox.change("UPDATE message_consent SET remaining = 0")
    await outbox.time_passes()
    await outbox.send()
    assert await outbox.deliveries() == [("wechat", "unknown", "consent_changed")]
    assert len(await outbox.inbox(phone)) == 1


@pytest.mark.parametrize(
    "fault", [{"kind": "status", "status": 502}, {"kind": "error_code", "error_code": "isp.unknow-error"}]
)
async def test_alipay_is_never_asked_again(outbox: Outbox, world: World, fault: Fault) -> None:
    phone = await world.person(platform="alipay")
    await outbox.accepts(phone)
    await outbox.fault("alipay", lands=True, **fault)
    await outbox.reminder(phone)
    await tried_to_the_end(outbox)
    assert (await outbox.states(), len(await outbox.inbox(phone))) == (["unknown"], 1)


async def test_a_reminder_of_which_nothing_can_be_said_holds_up_no_other(outbox: Outbox, phone: Phone) -> None:
    await outbox.accepts(phone)
    outbox.words.unsayable.add(await outbox.reminder(phone))
    await outbox.reminder(phone)
    await tried_to_the_end(outbox)
    assert await outbox.deliveries() == [("wechat", "refused", "no_template"), ("wechat", "sent", None)]
