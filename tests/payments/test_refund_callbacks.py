"""At the doors for refunds: believed only if it is the platform's, about a refund of ours, just as we sent it."""

from typing import Any

import pytest

from sandbox.keys import SandboxKeys
from tests.api.world import Phone, World
from tests.payments.books import FORM, Books
from tests.payments.giving_back import GivingBack
from tests.platforms.cashiers import AlipayCashier, BaiduCashier
from tests.platforms.teller import Teller

WECHAT, ALIPAY, BAIDU = "/callbacks/wechat/refunds", "/callbacks/alipay/payments", "/callbacks/baidu/refunds"
DONE_AT = "2024-01-29T10:00:00+08:00"


async def sent(platform: str, world: World, phone: Phone, books: Books) -> GivingBack:
    """A refund that the platform is said to have taken, and says nothing of yet."""
    site, area = await world.known_clerks()
    theirs = phone if platform == "wechat" else await phone.also_on(platform)
    back = GivingBack(world, books, theirs, site, area)
    await back.pay()
    await back.approved()
    # Nobody sends it: these tests play the platform.
    await books.change("UPDATE refund SET state = 'sent', due_at = now() + interval '1 day'")
    await world.run_jobs()
    return back


async def facts(back: GivingBack) -> dict[str, Any]:
    (row,) = await back.world.built.database.rows(
        "SELECT refund_number, transaction_id, order_number, payment_order.platform FROM refund "
        "JOIN payment ON payment.id = payment_id JOIN payment_order ON payment_order.id = order_id"
    )
    return row


def told(teller: Teller, known: dict[str, Any], status: str = "SUCCESS", **changed: Any) -> Any:
    """WeChat Pay's notification of a refund."""
    plain = {
        "mchid": teller.keys.mchid,
        "transaction_id": known["transaction_id"],
        "out_trade_no": known["order_number"],
        "refund_id": "50300000000000000001",
        "out_refund_no": known["refund_number"],
        "refund_status": status,
        "success_time": DONE_AT,
        "user_received_account": "支付用户零钱",
        "amount": {"total": 26000, "refund": 26000, "payer_total": 26000, "payer_refund": 26000},
    } | changed
    return teller.letter(plain, event_type=f"REFUND.{status}")


async def deliver(back: GivingBack, letter: Any) -> tuple[int, str | None]:
    """The status at the door, and what came of it."""
    status, _ = await back.books.post(WECHAT, letter.body, letter.headers)
    await back.world.run_jobs()
    return status, (await back.books.outcomes())[-1]


async def test_news_in_any_order_ends_where_the_money_is(
    world: World, phone: Phone, books: Books, teller: Teller
) -> None:
    back = await sent("wechat", world, phone, books)
    known = await facts(back)
    assert await deliver(back, told(teller, known, "ABNORMAL")) == (200, "abnormal")
    assert await books.refunds() == [("requested", "failed")]
    done = told(teller, known)
    assert await deliver(back, done) == (200, "refunded")
    assert await deliver(back, done) == (200, "refunded")
    assert await deliver(back, told(teller, known)) == (200, "known")
    assert await deliver(back, told(teller, known, "CLOSED")) == (200, "known")
    assert await books.refunds() == [("requested", "succeeded")]
    assert (await books.refund_events())[2:] == ["refund:failed", "refund:succeeded"]


async def test_what_is_not_about_our_refund_as_we_sent_it_changes_nothing(
    world: World, phone: Phone, books: Books, teller: Teller
) -> None:
    back = await sent("wechat", world, phone, books)
    known = await facts(back)
    otherwise: dict[str, dict[str, Any]] = {
        "refund_unknown": {"out_refund_no": "TK202401290000099999"},
        "order_differs": {"out_trade_no": "ZK202401290000099999"},
        "transaction_differs": {"transaction_id": "4200000000000000000000000000"},
        "merchant_differs": {"mchid": "1900000109"},
        "amount_differs": {"amount": {"total": 26000, "refund": 25999}},
    }
    for outcome, changed in otherwise.items():
        assert await deliver(back, told(teller, known, **changed)) == (200, outcome)
    forged = told(Teller(SandboxKeys.generate()), known)
    assert (await books.post(WECHAT, forged.body, forged.headers))[0] == 400
    old = teller.letter({}, event_type="REFUND.SUCCESS", age=301)
    assert (await books.post(WECHAT, old.body, old.headers))[0] == 400
    assert await books.refunds() == [("requested", "sent")]
    assert await deliver(back, told(teller, known)) == (200, "refunded")


async def test_a_refund_nobody_approved_is_not_settled_by_a_platforms_word(
    world: World, phone: Phone, books: Books, teller: Teller
) -> None:
    back = await sent("wechat", world, phone, books)
    await books.change("UPDATE refund SET state = 'asked', decided_at = NULL, decided_by = NULL")
    assert await deliver(back, told(teller, await facts(back))) == (200, "refund_not_approved")
    assert await books.refunds() == [("requested", "asked")]


async def test_a_refund_the_platform_closed_is_sent_again_under_another_number(
    world: World, phone: Phone, books: Books, teller: Teller
) -> None:
    back = await sent("wechat", world, phone, books)
    known = await facts(back)
    assert await deliver(back, told(teller, known, "CLOSED")) == (200, "closed")
    again = await world.built.refunds.send_again(back.area, (await back.refund()).id)
    assert again.refund_number != known["refund_number"]
    assert await back.end() == "succeeded"
    assert await books.refunds() == [("requested", "failed"), ("requested", "succeeded")]
    (shown,) = (await phone.mine("GET", "/payment")).json["refunds"]
    assert shown["progress"] == "done"


async def test_alipay_telling_a_success_again_for_a_refund_settles_it_and_pays_nothing(
    world: World, phone: Phone, books: Books, sandbox_keys: SandboxKeys
) -> None:
    back = await sent("alipay", world, phone, books)
    known, cashier = await facts(back), AlipayCashier(sandbox_keys.alipay)
    fields = cashier.paid(known["order_number"], "260.00", "2024-01-29 09:10:00") | {
        "trade_no": known["transaction_id"],
        "out_biz_no": known["refund_number"],
        "refund_fee": "260.00",
        "gmt_refund": "2024-01-29 10:00:00.125",
    }
    for changed, outcome in (({"refund_fee": "1.00"}, "amount_differs"), ({"seller_id": "2088"}, "merchant_differs")):
        again = {**fields, **changed, "notify_id": outcome}
        assert await books.post(ALIPAY, cashier.signed(again)) == (200, b"success")
        await world.run_jobs()
        assert (await books.outcomes())[-1] == outcome
    assert await books.post(ALIPAY, cashier.signed(fields)) == (200, b"success")
    await world.run_jobs()
    assert (await books.outcomes())[-1] == "refunded"
    assert len(await books.payments()) == 1
    assert await books.refunds() == [("requested", "succeeded")]


@pytest.mark.parametrize(("status", "outcome", "state"), [("1", "refunded", "succeeded"), ("2", "closed", "failed")])
async def test_baidus_news_has_numbers_of_its_own(
    world: World, phone: Phone, books: Books, sandbox_keys: SandboxKeys, status: str, outcome: str, state: str
) -> None:
    back = await sent("baidu", world, phone, books)
    known, cashier = await facts(back), BaiduCashier(sandbox_keys.baidu)
    fields = cashier.refunded(known["order_number"], known["transaction_id"], refundStatus=status)
    body = cashier.signed(fields)
    assert await books.post(BAIDU, body.replace(b"refundStatus=" + status.encode(), b"refundStatus=3"), FORM) == (
        400,
        b'{"errno": 10000, "msg": "not accepted"}',
    )
    for _ in range(2):
        assert await books.post(BAIDU, body) == (200, b'{"errno": 0, "msg": "success", "data": {}}')
    await world.run_jobs()
    assert (await books.outcomes())[-1] == outcome
    assert await books.refunds() == [("requested", state)]


@pytest.mark.parametrize("door", ["/callbacks/alipay/refunds", "/callbacks/wechat/refund-audits"])
async def test_where_a_platform_never_calls_there_is_no_door(books: Books, door: str) -> None:
    status, _ = await books.post(door, b"x=1")
    assert status == 404
