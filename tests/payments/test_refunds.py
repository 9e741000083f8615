"""Refunds through the front door, on every platform: decided once, sent once, followed to their end."""

import asyncio
from typing import Any

import pytest

from backend.errors import Refusal
from backend.registrations.moves import Act
from backend.seating.gathering import Gathering
from tests.api.world import Phone, World
from tests.payments.books import Books
from tests.payments.giving_back import PLATFORMS, SENDING, TELLING, GivingBack


@pytest.fixture(params=PLATFORMS)
async def back(request: pytest.FixtureRequest, world: World, phone: Phone, books: Books) -> GivingBack:
    """The candidate on one of the platforms, and the offices."""
    return await on(request.param, world, phone, books)


@pytest.fixture
async def wechat(world: World, phone: Phone, books: Books) -> GivingBack:
    return await on("wechat", world, phone, books)


async def on(platform: str, world: World, phone: Phone, books: Books) -> GivingBack:
    site, area = await world.known_clerks()
    theirs = phone if platform == "wechat" else await phone.also_on(platform)
    return GivingBack(world, books, theirs, site, area)


async def refused(call: Any) -> str:
    with pytest.raises(Refusal) as refusal:
        await call
    return refusal.value.code


async def test_what_the_site_asks_for_and_the_area_approves_goes_back_whole_and_is_due_again(back: GivingBack) -> None:
    await back.pay()
    refund_id = await back.ask()
    assert await back.registration_stands() == ("approved", "paid")
    await back.approve(refund_id)
    assert await back.registration_stands() == ("approved", "due")
    assert await back.end() == "succeeded"
    assert len(await back.at_the_platform()) == 1
    assert await back.books.refund_events() == ["refund:asked", "refund:approved", "refund:succeeded"]
    again = await back.pay("another-intention")
    assert [(number, counts) for number, _, counts in await back.books.payments()][1:] == [(again, True)]
    assert await back.registration_stands() == ("approved", "paid")


async def test_money_for_a_closed_order_goes_back_by_itself_once_whoever_sweeps_at_once(back: GivingBack) -> None:
    await back.pay_a_closed_order()
    await back.let_time_pass()
    tracking = back.world.built.refund_tracking
    acted = await asyncio.gather(*(tracking.sweep() for _ in range(20)), back.world.run_jobs())
    assert sum(number or 0 for number in acted) <= 1
    assert await back.end() == "succeeded"
    assert await back.books.refunds() == [("surplus", "succeeded")]
    assert len(await back.at_the_platform()) == 1
    assert await back.registration_stands() == ("approved", "due")
    step = await back.phone.step("payment")
    assert (step["action"], "260.00" in step["message"]) == ("pay", True)


@pytest.mark.parametrize("fault", [{"kind": "timeout", "seconds": 0}, {"kind": "status", "status": 502}])
async def test_a_refund_whose_answer_was_lost_is_found_and_not_made_twice(
    back: GivingBack, fault: dict[str, Any]
) -> None:
    await back.pay()
    await back.fault(SENDING[back.phone.platform], lands=True, times=2, **fault)
    await back.approved()
    assert await back.end() == "succeeded"
    assert len(await back.at_the_platform()) == 1


@pytest.mark.parametrize("kind", ["drop_notification", "duplicate_notification", "late_notification", "bad_signature"])
async def test_news_of_a_refund_that_is_lost_late_doubled_or_false_changes_nothing_of_its_end(
    back: GivingBack, kind: str
) -> None:
    await back.pay()
    await back.fault(TELLING[back.phone.platform], kind, seconds=0.2)
    await back.approved()
    assert await back.end() == "succeeded"
    await back.world.run_jobs()
    assert await back.books.refunds() == [("requested", "succeeded")]
    assert (await back.books.refund_events())[-1:] == ["refund:succeeded"]
    assert (await back.books.refund_events()).count("refund:succeeded") == 1


async def test_a_platform_that_is_away_for_long_is_told_when_it_is_back(back: GivingBack) -> None:
    await back.pay()
    await back.fault("*", "status", status=503, times=6)
    await back.approved()
    await back.world.run_jobs()
    assert await back.books.refunds() == [("requested", "approved")]
    assert await back.end() == "succeeded"


async def test_the_candidate_reads_how_far_the_money_is(wechat: GivingBack) -> None:
    number = await wechat.pay()
    assert (await wechat.phone.mine("GET", "/payment")).json["refunds"] == []
    assert (await wechat.phone.order()).code == "already_paid"
    await wechat.approved()
    assert (await wechat.phone.order()).code == "order_closed"
    (shown,) = (await wechat.phone.mine("GET", "/payment")).json["refunds"]
    assert (shown["order_number"], shown["amount_fen"], shown["progress"]) == (number, 26000, "under_way")
    assert shown["message"] == "正在按原支付方式退回 260.00 元，您不需要办理，退回后会在这里告诉您"
    step = await wechat.phone.step("payment")
    assert (step["state"], step["action"]) == ("current", "pay")
    assert "正在按原支付方式退回 260.00 元" in step["message"] and "重新缴费 260.00 元" in step["message"]
    await wechat.end()
    (shown,) = (await wechat.phone.mine("GET", "/payment")).json["refunds"]
    assert (shown["progress"], shown["message"].startswith("260.00 元已于 1月29日")) == ("done", True)
    english = await wechat.phone.mine("GET", "/payment", headers={"Accept-Language": "en"})
    assert english.json["refunds"][0]["message"].startswith("260.00 yuan went back the way they were paid on 29 Jan")


async def test_after_payment_is_over_a_refund_cancels_the_registration(wechat: GivingBack) -> None:
    await wechat.pay()
    await wechat.world.at("2024-02-20 10:00")
    await wechat.approved()
    assert await wechat.registration_stands() == ("cancelled", "refunded")
    step = await wechat.phone.step("payment")
    assert (step["state"], "正在按原支付方式退回 260.00 元" in step["message"]) == ("failed", True)
    assert await wechat.end() == "succeeded"
    assert (await wechat.phone.step("payment"))["message"].startswith("260.00 元已于 ")


async def test_a_seat_is_freed_and_its_number_retired_and_never_given_again(wechat: GivingBack) -> None:
    await wechat.pay()
    await wechat.world.at("2024-02-26 09:00")
    await wechat.world.built.seating.arrange(wechat.site, "health-2024", seed=1)
    rows = wechat.world.built.database.rows
    (before,) = await rows("SELECT number FROM admit_number")
    await wechat.approved()
    assert await wechat.registration_stands() == ("cancelled", "refunded")
    assert await rows("SELECT count(*) AS kept FROM seat WHERE freed_at IS NULL") == [{"kept": 0}]
    (after,) = await rows("SELECT number, retired_at IS NOT NULL AS retired FROM admit_number")
    assert after == {"number": before["number"], "retired": True}
    (taken,) = await rows("SELECT room_id, number FROM seat LIMIT 1")
    built = wechat.world.built
    assert wechat.site.site_id is not None
    gathered = await Gathering(built.database, built.exams).gather(
        await built.exams.exam("health-2024"), wechat.site.site_id, hold=False
    )
    assert taken["number"] in {room.id: room.spent for room in gathered.task.rooms}[taken["room_id"]]


async def test_once_an_admit_card_is_out_the_area_must_mean_it(wechat: GivingBack) -> None:
    await wechat.pay()
    await wechat.world.at("2024-02-26 09:00")
    await wechat.world.built.seating.arrange(wechat.site, "health-2024", seed=1)
    await wechat.books.change("UPDATE registration SET admit_card_downloaded_at = now()")
    refund_id = await wechat.ask()
    assert await refused(wechat.approve(refund_id)) == "admit_card_downloaded"
    assert await wechat.registration_stands() == ("seated", "paid")
    await wechat.approve(refund_id, despite_admit_card=True)
    assert await wechat.registration_stands() == ("cancelled", "refunded")
    (record,) = await wechat.world.built.database.rows("SELECT after FROM audit_record WHERE act = 'refund_approved'")
    assert "despite_admit_card" in str(record["after"])


async def test_a_refund_that_was_declined_changes_nothing_and_may_be_asked_for_again(wechat: GivingBack) -> None:
    await wechat.pay()
    refund_id, refunds = await wechat.ask(), wechat.world.built.refunds
    assert await refused(refunds.decline(wechat.area, refund_id, " ")) == "reasons_needed"
    await refunds.decline(wechat.area, refund_id, "不属于退费情形")
    assert await refused(wechat.approve(refund_id)) == "refund_decided"
    assert await wechat.registration_stands() == ("approved", "paid")
    assert (await wechat.phone.mine("GET", "/payment")).json["refunds"] == []
    await wechat.ask()
    assert await wechat.books.refunds() == [("requested", "declined"), ("requested", "asked")]


async def test_who_may_do_what_and_nobody_finds_another_office_s(wechat: GivingBack) -> None:
    refunds, world = wechat.world.built.refunds, wechat.world
    assert await refused(wechat.ask()) == "nothing_to_refund"
    await wechat.pay()
    assert await refused(refunds.ask(wechat.site, wechat.registration, "  ")) == "reasons_needed"
    assert await refused(refunds.ask(wechat.area, wechat.registration, "考生病假")) == "not_this_office"
    other_site, other_area = await world.clerks_elsewhere()
    assert await refused(refunds.ask(other_site, wechat.registration, "考生病假")) == "registration_unknown"
    refund_id = await wechat.ask()
    assert await refused(wechat.ask()) == "refund_under_way"
    assert await refused(refunds.approve(wechat.site, refund_id)) == "not_this_office"
    assert await refused(refunds.approve(other_area, refund_id)) == "refund_unknown"
    assert await refused(refunds.decline(other_area, refund_id, "不同意")) == "refund_unknown"
    assert await refused(refunds.send_again(wechat.area, refund_id)) == "refund_not_failed"
    assert await refused(refunds.approve(wechat.area, refund_id + 1)) == "refund_unknown"


async def test_twenty_clerks_who_approve_at_once_approve_once(wechat: GivingBack) -> None:
    await wechat.pay()
    refund_id = await wechat.ask()
    said = await asyncio.gather(*(wechat.approve(refund_id) for _ in range(20)), return_exceptions=True)
    assert sum(not isinstance(one, BaseException) for one in said) == 1
    assert {one.code for one in said if isinstance(one, Refusal)} == {"refund_decided"}
    assert await wechat.end() == "succeeded"
    assert await wechat.books.refunds() == [("requested", "succeeded")]


@pytest.mark.parametrize("asked", [False, True], ids=["nobody had asked", "the site had asked already"])
async def test_a_candidate_rejected_after_paying_gets_the_money_back_by_itself(wechat: GivingBack, asked: bool) -> None:
    await wechat.pay()
    if asked:
        await wechat.ask()
    # Paid early, as who was confirmed by the system may, and reviewed afterwards.
    await wechat.books.change("UPDATE registration SET state = 'site_approved'")
    await wechat.world.at("2024-01-20 10:00")
    await wechat.world.built.office.act(wechat.area, Act.AREA_REJECT, wechat.registration, reasons=["学历不符"])
    assert await wechat.registration_stands() == ("rejected", "refunded")
    assert await wechat.end() == "succeeded"
    assert await wechat.books.refunds() == [("requested" if asked else "rejected", "succeeded")]
    assert len(await wechat.at_the_platform()) == 1
    step = await wechat.phone.step("payment")
    assert (step["state"], step["message"].startswith("260.00 元已于 ")) == ("failed", True)


async def test_surplus_that_an_earlier_version_only_recorded_goes_back_too(wechat: GivingBack) -> None:
    await wechat.pay()
    await wechat.books.change("UPDATE payment SET counts = false")
    await wechat.world.built.refund_tracking.sweep()
    assert await wechat.end() == "succeeded"
    assert await wechat.books.refunds() == [("surplus", "succeeded")]


@pytest.mark.parametrize(
    ("platform", "error"), [("wechat", "NOT_ENOUGH"), ("alipay", "ACQ.SELLER_BALANCE_NOT_ENOUGH"), ("baidu", 10003)]
)
async def test_too_little_money_in_our_account_is_tried_again_later(
    world: World, phone: Phone, books: Books, platform: str, error: str | int
) -> None:
    back = await on(platform, world, phone, books)
    await back.pay()
    await back.fault(SENDING[platform], "error_code", error_code=error)
    await back.approved()
    await world.run_jobs()
    refund = await back.refund()
    assert (refund.state, refund.said) == ("approved", str(error))
    assert await back.end() == "succeeded"


@pytest.mark.parametrize(
    ("platform", "error"),
    [("wechat", "USER_ACCOUNT_ABNORMAL"), ("alipay", "ACQ.TRADE_NOT_ALLOW_REFUND"), ("baidu", 10001)],
)
async def test_a_final_refusal_is_told_and_sent_again_by_staff(
    world: World, phone: Phone, books: Books, platform: str, error: str | int
) -> None:
    back = await on(platform, world, phone, books)
    await back.pay()
    await back.fault(SENDING[platform], "error_code", error_code=error)
    refund_id = await back.approved()
    await world.run_jobs()
    assert await books.refunds() == [("requested", "failed")]
    assert (await books.refund_events())[-1] == "refund:failed"
    (shown,) = (await back.phone.mine("GET", "/payment")).json["refunds"]
    assert (shown["progress"], "考点正在处理" in shown["message"]) == ("failed", True)
    await world.built.refunds.send_again(back.site, refund_id)
    assert await back.end() == "succeeded"
    assert await books.refunds() == [("requested", "succeeded")]
    assert len(await back.at_the_platform()) == 1
