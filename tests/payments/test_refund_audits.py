"""Baidu asks before it sends money back: yes to what we decided, no to what nobody here did, not yet in between."""

import json
from typing import Any

import pytest

from sandbox.keys import SandboxKeys
from tests.api.world import Phone, World
from tests.payments.books import Books
from tests.payments.giving_back import GivingBack
from tests.platforms.cashiers import BaiduCashier

DOOR = "/callbacks/baidu/refund-audits"
ALLOWED, DENIED, UNDECIDED = 1, 2, 3


@pytest.fixture
async def back(world: World, phone: Phone, books: Books) -> GivingBack:
    site, area = await world.known_clerks()
    return GivingBack(world, books, await phone.also_on("baidu"), site, area)


class Auditor:
    """Baidu's question about the one payment there is."""

    def __init__(self, back: GivingBack, keys: SandboxKeys) -> None:
        self._back, self._cashier = back, BaiduCashier(keys.baidu)

    async def ask(self, batch: str = "77000000000001", **changed: str) -> tuple[int, int]:
        """The verdict, and the fen that would go back."""
        (paid,) = await self._back.world.built.database.rows(
            "SELECT transaction_id, order_number FROM payment JOIN payment_order ON payment_order.id = order_id"
        )
        fields = self._cashier.audit(paid["order_number"], paid["transaction_id"], refundBatchId=batch, **changed)
        return await self.posted(fields)

    async def posted(self, fields: dict[str, str]) -> tuple[int, int]:
        status, words = await self._back.books.post(DOOR, self._cashier.signed(fields))
        said: dict[str, Any] = json.loads(words)
        assert (status, said["errno"]) == (200, 0)
        return said["data"]["auditStatus"], said["data"]["calculateRes"]["refundPayMoney"]


@pytest.fixture
def auditor(back: GivingBack, sandbox_keys: SandboxKeys) -> Auditor:
    return Auditor(back, sandbox_keys)


async def test_what_a_candidate_asks_for_in_baidus_order_centre_is_denied_each_time(
    back: GivingBack, auditor: Auditor
) -> None:
    await back.pay()
    assert [await auditor.ask() for _ in range(2)] == [(DENIED, 26000)] * 2
    assert (await back.books.outcomes())[1:] == ["denied"]


async def test_it_is_undecided_while_the_area_has_not_decided_and_allowed_from_then_on(
    back: GivingBack, auditor: Auditor
) -> None:
    await back.pay()
    refund_id = await back.ask()
    assert await auditor.ask() == (UNDECIDED, 26000)
    await back.approve(refund_id)
    assert [await auditor.ask() for _ in range(2)] == [(ALLOWED, 26000)] * 2
    assert (await back.books.outcomes())[1:] == ["allowed"]


async def test_only_the_amount_that_was_decided_and_only_one_refund_is_allowed(
    back: GivingBack, auditor: Auditor
) -> None:
    await back.pay()
    await back.approved()
    assert await auditor.ask(applyRefundMoney="25999") == (DENIED, 26000)
    assert await auditor.ask(applyRefundMoney="") == (ALLOWED, 26000)
    assert await auditor.ask("77000000000002") == (DENIED, 26000)
    assert await auditor.ask() == (ALLOWED, 26000)


async def test_money_we_have_not_heard_of_yet_is_undecided(
    back: GivingBack, auditor: Auditor, sandbox_keys: SandboxKeys
) -> None:
    fields = BaiduCashier(sandbox_keys.baidu).audit("ZK202401290000099999", "10000000000001")
    assert await auditor.posted(fields) == (UNDECIDED, 26000)


async def test_a_forged_question_is_not_answered(back: GivingBack, books: Books, sandbox_keys: SandboxKeys) -> None:
    number = await back.pay()
    body = BaiduCashier(SandboxKeys.generate().baidu).signed(
        BaiduCashier(sandbox_keys.baidu).audit(number, "10000000000001")
    )
    assert await books.post(DOOR, body) == (400, b'{"errno": 10000, "msg": "not accepted"}')
    assert len(await books.outcomes()) == 1


async def test_a_refund_that_a_user_began_is_taken_for_ours_once_it_is_decided(
    back: GivingBack, auditor: Auditor
) -> None:
    """The area decides while Baidu asks about another number: that one goes on, and ours finds it there."""
    await back.pay()
    await back.approved()
    assert await auditor.ask("77000000000009") == (ALLOWED, 26000)
    assert (await back.refund()).refund_id == "77000000000009"
