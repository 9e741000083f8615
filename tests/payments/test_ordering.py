"""Ordering: when something is due, how much, and one order however often and by however many it is asked for."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from backend.clock import EXAM_ZONE
from tests.api.world import YI, Phone, World
from tests.payments.books import Books

PLACE = "/v3/pay/transactions/jsapi"
OPENS, CLOSES = datetime(2024, 1, 29, tzinfo=EXAM_ZONE), datetime(2024, 2, 9, tzinfo=EXAM_ZONE)
AN_INSTANT = timedelta(microseconds=1)


async def stopped(world: World, at: datetime, patch: pytest.MonkeyPatch) -> None:
    """Exam time stands still at this very instant."""
    await world.at(f"{at:%Y-%m-%d %H:%M:%S}")
    patch.setattr(world.built.clock, "now", lambda: at)


async def test_an_instant_before_the_window_it_is_too_early(
    world: World, phone: Phone, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stopped(world, OPENS - AN_INSTANT, monkeypatch)
    refused = await phone.order()
    assert (refused.status, refused.code) == (409, "stage_not_open_yet")
    assert refused.json["detail"] == "网上缴费将于 1月29日 00:00 开始，请届时办理。"
    assert await books.orders() == []


async def test_at_the_first_instant_of_the_window_it_is_time(
    world: World, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stopped(world, OPENS, monkeypatch)
    assert (await phone.order()).status == 200


async def test_at_the_last_instant_of_the_window_it_is_still_time_and_the_order_ends_with_it(
    world: World, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stopped(world, CLOSES - AN_INSTANT, monkeypatch)
    assert (await phone.order()).status == 200
    (order,) = await world.built.database.rows("SELECT expires_at FROM payment_order")
    assert order["expires_at"] == CLOSES


async def test_when_the_window_has_closed_it_is_too_late(
    world: World, phone: Phone, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stopped(world, CLOSES, monkeypatch)
    refused = await phone.order()
    assert (refused.status, refused.code) == (409, "stage_over")
    assert refused.json["detail"] == "网上缴费已于 2月8日 24:00 截止。"
    assert await books.orders() == []


@pytest.mark.parametrize(
    ("level", "subjects", "amount_fen"),
    [("intermediate", 4, 26000), ("intermediate", 1, 6500), ("junior", 4, 24000), ("junior", 2, 12000)],
)
async def test_the_amount_is_the_area_s_price_by_level_for_each_subject(
    phone: Phone, books: Books, level: str, subjects: int, amount_fen: int
) -> None:
    await books.change(
        "UPDATE registration SET form = jsonb_set(jsonb_set(form, '{registration,level}', to_jsonb($1::text)), "
        "'{registration,subjects}', jsonb_path_query_array(form, $2::text::jsonpath))",
        level,
        f"$.registration.subjects[0 to {subjects - 1}]",
    )
    order = (await phone.order()).json
    assert (order["amount_fen"], order["state"]) == (amount_fen, "open")


NO_PRICE = ("UPDATE area_policy SET prices = '{}'", "UPDATE exam SET version = version + 1")
ON_SITE = ("UPDATE area_policy SET payment_mode = 'onsite'", "UPDATE exam SET version = version + 1")


@pytest.mark.parametrize(("beforehand", "code"), [(NO_PRICE, "price_unknown"), (ON_SITE, "paid_onsite")])
async def test_where_no_price_is_published_or_fees_are_paid_on_site_nothing_is_ordered(
    phone: Phone, books: Books, code: str
) -> None:
    refused = await phone.order()
    assert (refused.status, refused.code) == (409, code)
    assert await books.orders() == []


@pytest.mark.parametrize(
    ("payment_state", "code"),
    [("none", "payment_not_due"), ("refunded", "payment_not_due"), ("paid", "already_paid")],
)
async def test_only_what_is_due_can_be_ordered(phone: Phone, books: Books, payment_state: str, code: str) -> None:
    await books.change("UPDATE registration SET payment_state = $1", payment_state)
    refused = await phone.order()
    assert (refused.status, refused.code) == (409, code)
    assert await books.orders() == []


async def test_a_repeat_with_the_same_key_is_the_same_order_signed_afresh(phone: Phone, books: Books) -> None:
    first, second = (await phone.order()).json, (await phone.order()).json
    assert first["order_number"] == second["order_number"]
    assert first["client"]["package"] == second["client"]["package"]
    assert first["client"]["nonceStr"] != second["client"]["nonceStr"]
    assert await books.orders() == [(first["order_number"], "open")]
    assert (await books.events(), await books.acts()) == (["order:opened"], ["ordered"])


async def test_another_key_while_an_order_can_be_paid_is_the_same_order(phone: Phone, books: Books) -> None:
    first = (await phone.order("first-intention")).json
    assert (await phone.order("second-intention")).json["order_number"] == first["order_number"]
    assert len(await books.orders()) == 1


@pytest.mark.parametrize("keys", [["the-same-key"] * 10, [f"intention-{number}" for number in range(10)]])
async def test_ten_orders_at_once_are_one(phone: Phone, books: Books, keys: list[str]) -> None:
    answers = await asyncio.gather(*(phone.order(key) for key in keys))
    assert {answer.status for answer in answers} == {200}
    assert len({answer.json["order_number"] for answer in answers}) == 1
    assert len({answer.json["client"]["package"] for answer in answers}) == 1
    assert (len(await books.orders()), await books.events()) == (1, ["order:opened"])


@pytest.mark.parametrize("key", ["", "short", "x" * 65])
async def test_an_order_without_a_proper_key_is_refused(phone: Phone, books: Books, key: str) -> None:
    refused = await phone.order(key)
    assert (refused.status, list(refused.faults)) == (422, ["Idempotency-Key"])
    assert await books.orders() == []


@pytest.mark.parametrize("lands", [False, True], ids=["it did not arrive", "its answer was lost"])
@pytest.mark.parametrize("fault", [{"kind": "status", "status": 502}, {"kind": "timeout", "seconds": 0}])
async def test_while_the_platform_is_down_it_says_so_and_a_later_repeat_has_the_same_number(
    world: World, phone: Phone, books: Books, fault: dict[str, Any], lands: bool
) -> None:
    wanted = {"platform": "wechat", "path": PLACE, "times": 2, "lands": lands, **fault}
    await world.sandbox("POST", "/sandbox/faults", wanted)
    refused = await phone.order()
    assert (refused.status, refused.code) == (503, "platform_unavailable")
    assert refused.json["detail"] == "平台暂时没有响应，您的信息没有变化，请稍后再试。"
    ((number, state),) = await books.orders()
    order = (await phone.order()).json
    assert (order["order_number"], state) == (number, "open")
    await phone.pay(order["client"])
    await phone.paid()
    assert await books.payments() == [(number, 26000, True)]


async def test_a_platform_that_asks_for_patience_is_passed_on_as_429(world: World, phone: Phone) -> None:
    fault = {"platform": "wechat", "path": PLACE, "kind": "error_code", "error_code": "FREQUENCY_LIMITED"}
    await world.sandbox("POST", "/sandbox/faults", fault)
    refused = await phone.order()
    assert (refused.status, refused.code, refused.headers["Retry-After"]) == (429, "platform_too_frequent", "5")
    assert (await phone.order()).status == 200


async def test_an_order_that_expired_unpaid_is_closed_and_a_new_one_made(
    world: World, phone: Phone, books: Books
) -> None:
    old = (await phone.order("first-intention")).json
    await world.at("2024-01-29 11:10")
    new = (await phone.order("second-intention")).json
    assert await books.orders() == [(old["order_number"], "closed"), (new["order_number"], "open")]
    assert await books.events() == ["order:opened", "order:closed", "order:opened"]
    assert (await phone.pay(old["client"]))["errMsg"].startswith("requestPayment:fail ")
    await phone.pay(new["client"])
    await phone.paid()
    assert await books.payments() == [(new["order_number"], 26000, True)]


async def test_the_key_of_a_closed_order_is_spent(world: World, phone: Phone) -> None:
    await phone.order("first-intention")
    await world.at("2024-01-29 11:10")
    refused = await phone.order("first-intention")
    assert (refused.status, refused.code) == (409, "order_closed")
    assert (await phone.order("second-intention")).status == 200


async def test_an_order_paid_unknown_to_us_is_found_before_a_new_one_is_made(
    world: World, phone: Phone, books: Books
) -> None:
    await lose_notifications(world)
    paid = (await phone.order("first-intention")).json
    await phone.pay(paid["client"])
    await world.at("2024-01-29 11:10")
    refused = await phone.order("second-intention")
    assert (refused.status, refused.code) == (409, "already_paid")
    assert await books.orders() == [(paid["order_number"], "paid")]
    assert (await phone.mine("GET")).json["payment_state"] == "paid"


async def test_while_nobody_knows_whether_the_old_order_is_paid_no_new_one_is_made(
    world: World, phone: Phone, books: Books
) -> None:
    await phone.order("first-intention")
    await world.at("2024-01-29 11:10")
    path = "/v3/pay/transactions/out-trade-no/*"
    await world.sandbox(
        "POST", "/sandbox/faults", {"platform": "wechat", "path": path, "kind": "status", "status": 500, "times": 2}
    )
    assert (await phone.order("second-intention")).status == 503
    assert [state for _, state in await books.orders()] == ["open"]
    assert (await phone.order("second-intention")).status == 200


async def test_an_order_closed_over_there_is_closed_here_too(world: World, phone: Phone, books: Books) -> None:
    """Its first answer was lost, and somebody closed it at the platform's own console."""
    fault = {"platform": "wechat", "path": PLACE, "kind": "status", "status": 502, "times": 2, "lands": True}
    await world.sandbox("POST", "/sandbox/faults", fault)
    await phone.order("first-intention")
    ((number, _),) = await books.orders()
    await world.built.platforms.named("wechat").payments.close(number)
    refused = await phone.order("first-intention")
    assert (refused.status, refused.code) == (409, "order_closed")
    assert await books.orders() == [(number, "closed")]
    assert (await phone.order("second-intention")).status == 200


async def test_nobody_orders_or_sees_anothers_payment(world: World, phone: Phone) -> None:
    await phone.order()
    other = await world.person(YI)
    other.registration = phone.registration
    assert ((await other.order()).status, (await other.mine("GET", "/payment")).status) == (404, 404)
    assert (await world.call("GET", f"/registrations/{phone.registration}/payment")).status == 401


async def test_the_newest_order_is_shown_and_before_there_is_one_nothing_is(phone: Phone) -> None:
    missing = await phone.mine("GET", "/payment")
    assert (missing.status, missing.code) == (404, "order_unknown")
    order = (await phone.order()).json
    shown = (await phone.mine("GET", "/payment")).json
    assert (shown["order_number"], shown["amount_fen"], shown["state"]) == (order["order_number"], 26000, "open")
    assert shown["client"] is None


async def test_a_candidate_who_unbound_wechat_is_told_to_bind_it(phone: Phone) -> None:
    assert (await phone.call("DELETE", "/bindings/wechat")).status == 204
    refused = await phone.order()
    assert (refused.status, refused.code) == (409, "platform_not_bound")


async def test_a_platform_that_is_not_offered_takes_no_orders(
    world: World, phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(world.built.payments, "_platforms", {})
    refused = await phone.order()
    assert (refused.status, refused.code) == (409, "platform_not_offered")


async def lose_notifications(world: World, times: int = 1) -> None:
    fault = {"platform": "wechat", "path": "/callbacks/*", "kind": "drop_notification", "times": times}
    await world.sandbox("POST", "/sandbox/faults", fault)
