"""Reminders on their whole way, over the API: told when and as the notices ask, closed by being done, never twice."""

from typing import Any

import pytest

from tests.api.world import JIA, Phone, World


async def sweep(world: World) -> None:
    """What a worker does every other second, until nothing is left to do."""
    await world.built.reminders.sweep()


async def at(world: World, when: str) -> None:
    await world.at(when)
    await sweep(world)


async def todos(phone: Phone, kind: str | None = None) -> list[Any]:
    items = (await phone.call("GET", "/todos")).json["items"]
    return [item for item in items if kind in (None, item["kind"])]


async def told(world: World, kind: str) -> list[str]:
    """When reminders of this kind have gone out, in order."""
    rows = await world.built.database.rows(
        "SELECT to_char(sent_at AT TIME ZONE 'Asia/Shanghai', 'MM-DD HH24:MI') AS at FROM reminder "
        "WHERE kind = $1 AND sent_at IS NOT NULL ORDER BY sent_at",
        kind,
    )
    return [row["at"] for row in rows]


async def test_a_draft_is_reminded_three_days_and_one_day_before_pre_registration_ends(world: World) -> None:
    phone = await world.person(JIA)
    await phone.draft()
    await sweep(world)
    assert await todos(phone, "submit_due") == []
    await at(world, "2023-12-12 07:59")
    assert await todos(phone, "submit_due") == []
    await at(world, "2023-12-12 08:00")
    (todo,) = await todos(phone, "submit_due")
    assert (todo["state"], todo["due_at"]) == ("open", "2023-12-15T00:00:00+08:00")
    assert "12月14日 24:00" in todo["text"]
    await at(world, "2023-12-14 08:00")
    assert len(await todos(phone, "submit_due")) == 1
    assert await told(world, "submit_due") == ["12-12 08:00", "12-14 08:00"]


async def test_what_is_done_is_reminded_of_no_more(world: World) -> None:
    phone = await world.person(JIA)
    await phone.draft()
    await at(world, "2023-12-12 08:00")
    await phone.fill_in()
    assert (await phone.mine("POST", "/submit")).status == 200
    await at(world, "2023-12-14 12:00")
    (todo,) = await todos(phone, "submit_due")
    assert todo["state"] == "done"
    assert await told(world, "submit_due") == ["12-12 08:00"]


async def test_who_must_confirm_is_told_at_once_where_until_when_and_how(world: World) -> None:
    phone = await world.person(JIA)
    await phone.submitted()
    await sweep(world)
    (todo,) = await todos(phone, "confirm_due")
    assert todo["state"] == "open" and todo["registration"] == phone.registration
    assert "示例市卫生健康委人事科" in todo["text"] and "0000-0000000" in todo["text"]
    assert todo["due_at"] == "2023-12-19T00:00:00+08:00"


async def test_the_fee_is_reminded_of_four_times_until_it_is_paid(world: World) -> None:
    phone = await world.person(JIA)
    await phone.submitted()
    await world.approved(phone)
    await at(world, "2024-01-29 09:00")
    (todo,) = await todos(phone, "payment_due")
    assert "260.00" in todo["text"] or "240.00" in todo["text"]
    for when in ("2024-02-06 08:00", "2024-02-08 08:00", "2024-02-08 18:00"):
        await at(world, when)
    assert await told(world, "payment_due") == ["01-29 09:00", "02-06 08:00", "02-08 08:00", "02-08 18:00"]
    assert [item["state"] for item in await todos(phone, "payment_due")] == ["open"]
    (result,) = await todos(phone, "review_result")  # the site's word was no news any more when it could be told
    assert "已通过资格审核" in result["text"]


@pytest.mark.parametrize("paid_at", ["2024-02-01 10:00"])
async def test_who_has_paid_is_reminded_of_the_fee_no_more_and_told_that_it_came(world: World, paid_at: str) -> None:
    phone = await world.person(JIA)
    await phone.submitted()
    await world.approved(phone)
    await at(world, "2024-01-29 09:00")
    await world.at(paid_at)
    order = await phone.order()
    await phone.pay(order.json["client"])
    await phone.paid()
    for when in ("2024-02-06 08:00", "2024-02-08 08:00", "2024-02-08 18:00"):
        await at(world, when)
    assert await told(world, "payment_due") == ["01-29 09:00"]
    assert [item["state"] for item in await todos(phone, "payment_due")] == ["done"]
    (result,) = await todos(phone, "payment_result")
    assert "成功缴纳" in result["text"] and result["state"] == "done"
    planned = await world.built.database.rows("SELECT kind FROM reminder WHERE state = 'planned'")
    assert planned == []
