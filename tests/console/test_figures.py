"""An office's figures: the numbers are right, within its scope, and stand beside each chart as a table."""

import re
from html import unescape
from uuid import UUID

from backend.registrations.moves import Act
from backend.staff.models import Level
from tests.api.staff_people import colleague
from tests.api.world import YI
from tests.console.conftest import Console


def rows(body: str, table: str) -> list[list[str]]:
    """The texts of a table's rows, its head and foot among them."""
    found = re.search(rf'<table[^>]*id="{table}">(.*?)</table>', body, re.DOTALL)
    assert found, table
    lines = re.findall(r"<tr>(.*?)</tr>", found[1], re.DOTALL)
    return [
        [" ".join(unescape(re.sub(r"<[^>]+>", " ", cell)).split()) for cell in re.findall(r"<t[hd].*?</t[hd]>", line)]
        for line in lines
    ]


async def test_registrations_stand_by_state_with_the_stage_they_wait_in_and_whose_turn_it_is(console: Console) -> None:
    world = console.world
    site, _ = await world.clerks()
    await world.clerks_elsewhere()
    first, second = await world.person(), await world.person(YI)
    await first.submitted()
    await second.submitted()
    await world.at("2023-12-18 10:00")
    await world.built.office.act(site, Act.CONFIRM, UUID(first.registration))
    for username in ("test.site", "test.area"):
        token = await console.token(await colleague(world, username))
        answer, body = await console.call("GET", "/figures", token=token)
        assert answer.status == 200
        found = rows(body, "by-state")
        assert [row[1] for row in found[1:]] == ["1", "1", "2"]
        assert "报名确认" in found[1][2] and "2023年12月18日 24:00" in found[1][2]
        # The confirmation closes today; the review has not begun.
        assert [row[0] for row in rows(body, "must-act")[1:]] == ["24小时内截止", "尚未开始"]
        assert "<svg" in body and "style=" not in body and "<script>" not in body
    token = await console.token(await colleague(world, "other.site"))
    _, body = await console.call("GET", "/figures", token=token)
    assert "还没有人报名" in body and 'id="must-act"' not in body


async def test_money_and_refunds_are_counted_and_summed(console: Console) -> None:
    world = console.world
    phone = await world.person()
    await phone.submitted()
    await world.approved(phone)
    await world.at("2024-01-29 09:00")
    token = await console.token(await colleague(world))
    _, body = await console.call("GET", "/figures/money", token=token)
    assert ["待缴费", "1"] in rows(body, "by-payment") and "还没有收款" in body
    order = (await phone.order()).json
    await phone.pay(order["client"])
    await phone.paid()
    await world.built.cache.redis.flushdb()  # what was counted is kept for some seconds
    _, body = await console.call("GET", "/figures/money", token=token)
    yuan = f"¥{order['amount_fen'] / 100:,.2f}"
    assert rows(body, "paid")[1:] == [["微信", "1", yuan], ["合计", "1", yuan]]
    assert ["已缴费", "1"] in rows(body, "by-payment") and "没有退费" in body


async def test_reminders_are_counted_by_kind_and_state(console: Console) -> None:
    world = console.world
    await world.clerks()
    phone = await world.person()
    await phone.submitted()
    await world.built.reminders.sweep()
    token = await console.token(await colleague(world))
    answer, body = await console.call("GET", "/figures/reminders", token=token)
    head, *lines = rows(body, "by-kind")
    planned = head.index("已排定")
    assert answer.status == 200 and any(int(line[planned]) == 2 for line in lines)
    # Chart and table say the same.
    assert body.count("<rect") > len(lines)


async def test_questions_are_counted_by_how_long_they_have_waited(console: Console) -> None:
    world = console.world
    await world.clerks()
    await world.clerks_elsewhere()
    phone = await world.person()
    await phone.submitted()
    asked = {"kind": "question", "registration": phone.registration, "text": "请问示例问题？示例"}
    opened = (await phone.call("POST", "/inquiries", body=asked)).json
    await phone.call("POST", f"/inquiries/{opened['id']}/ask-person", body={})
    await world.at("2023-12-01 14:30")
    token = await console.token(await colleague(world))
    _, body = await console.call("GET", "/figures/questions", token=token)
    assert [row[:3] for row in rows(body, "waiting")[1:]] == [["4至24小时", "提问", "1"]]
    token = await console.token(await colleague(world, "other.area"))
    _, body = await console.call("GET", "/figures/questions", token=token)
    assert "没有等待答复的咨询" in body


async def test_the_centre_sees_every_place_and_each_page_in_both_languages(console: Console) -> None:
    world = console.world
    await world.clerks()
    await world.built.members.create(username="test.nation", name="示例中心", level=Level.NATION)
    phone = await world.person()
    await phone.draft()
    token = await console.token(await colleague(world, "test.nation"))
    for path in ("/figures", "/figures/money", "/figures/reminders", "/figures/questions", "/calendar", "/custody"):
        for language in ("zh-CN", "en"):
            headers = {"Accept-Language": language}
            answer, body = await console.call("GET", path, token=token, headers=headers)
            assert answer.status == 200, (path, body)
    _, body = await console.call("GET", "/figures", token=token)
    assert [row[1] for row in rows(body, "by-state")[1:]] == ["1", "1"]
    answer, _ = await console.call("GET", "/figures?exam=nothing", token=token)
    assert answer.status == 404
