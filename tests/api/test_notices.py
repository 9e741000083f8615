"""Notices: each office's own, every wording kept, read by place."""

import asyncio
from dataclasses import replace
from urllib.parse import urlencode

import pytest

from backend.audit import AuditRecord
from backend.errors import Conflict, Faulty, NotAllowed, NotFound
from backend.notices.models import NoticeVersion
from backend.staff.models import Level
from backend.staff.scope import Clerk, clerk
from tests.api.world import Answer, World
from zhunkao.journey.people import AREA, SITE


async def office(world: World, level: Level, *, area: str | None = None, site: str | None = None) -> Clerk:
    username = f"test.{level}"
    await world.built.members.create(username=username, name="示例", level=level, area=area, site=site)
    return await clerk(username)


async def read(world: World, **query: str) -> Answer:
    return await world.call("GET", f"/notices?{urlencode(query)}")


async def shown(world: World, **place: str) -> list[tuple[str, str]]:
    answer = await read(world, **place)
    assert answer.status == 200, answer.body
    return [(one["from_layer"], one["title"]) for one in answer.json["items"]]


async def test_a_candidate_reads_the_nations_the_areas_and_the_sites_notices_and_no_others(world: World) -> None:
    board = world.built.notice_board
    nation = await office(world, Level.NATION)
    area, site = await office(world, Level.AREA, area=AREA), await office(world, Level.SITE, area=AREA, site=SITE)
    for by, title in ((nation, "全国"), (area, "考区"), (site, "考点")):
        await board.publish(by, "registration", title=title, text="示例内容")
    assert await shown(world) == [("national", "全国")]
    assert await shown(world, area=AREA) == [("area", "考区"), ("national", "全国")]
    assert await shown(world, area=AREA, site=SITE) == [("site", "考点"), ("area", "考区"), ("national", "全国")]
    assert await shown(world, area="山西") == [("national", "全国")]


async def test_under_every_notice_stands_the_warning_of_frauds_in_the_readers_language(world: World) -> None:
    await world.built.notice_board.publish(await office(world, Level.NATION), "one", title="示例", text="示例内容")
    chinese, english = [
        (await world.call("GET", "/notices", headers={"Accept-Language": language})).json["items"][0]["warning"]
        for language in ("zh-CN", "en")
    ]
    assert "官方渠道" in chinese and "official channels" in english


async def test_a_new_wording_is_a_new_version_and_the_old_one_is_kept(world: World) -> None:
    board, nation = world.built.notice_board, await office(world, Level.NATION)
    assert await board.publish(nation, "one", title="示例", text="旧") == 1
    assert await board.publish(nation, "one", title="示例", text="旧") == 1
    assert await board.publish(nation, "one", title="示例", text="新") == 2
    (item,) = (await world.call("GET", "/notices")).json["items"]
    assert (item["version"], item["text"]) == (2, "新")
    assert [version.text for version in await NoticeVersion.all().order_by("number")] == ["旧", "新"]
    assert await AuditRecord.filter(act="notice_published").count() == 2


async def test_what_is_taken_down_hangs_no_more_until_it_is_published_again(world: World) -> None:
    board, nation = world.built.notice_board, await office(world, Level.NATION)
    await board.publish(nation, "one", title="示例", text="示例内容")
    await board.withdraw(nation, "one")
    await board.withdraw(nation, "one")
    assert await shown(world) == []
    assert await AuditRecord.filter(act="notice_withdrawn").count() == 1
    assert await board.publish(nation, "one", title="示例", text="示例内容") == 2
    assert await shown(world) == [("national", "示例")]


async def test_an_office_touches_no_other_offices_notice_of_the_same_name(world: World) -> None:
    board = world.built.notice_board
    one = await office(world, Level.SITE, area=AREA, site=SITE)
    await board.publish(one, "payment", title="示例", text="示例内容")
    area = await office(world, Level.AREA, area=AREA)
    with pytest.raises(NotFound, match="notice_unknown"):
        await board.withdraw(area, "payment")
    assert await shown(world, area=AREA, site=SITE) == [("site", "示例")]


async def test_a_confirmation_point_publishes_nothing(world: World) -> None:
    of_site, _ = await world.clerks()
    point = replace(of_site, level=Level.POINT, point_id=await world.point())
    with pytest.raises(NotAllowed, match="not_this_office"):
        await world.built.notice_board.publish(point, "one", title="示例", text="示例内容")


async def test_every_fault_of_a_notice_is_named_and_nothing_hangs(world: World) -> None:
    nation = await office(world, Level.NATION)
    with pytest.raises(Faulty) as refused:
        await world.built.notice_board.publish(nation, "Bad Name", title=" ", text="长" * 20_001)
    faults = [(fault.field, fault.code) for fault in refused.value.faults]
    assert faults == [("name", "notice_name_form"), ("title", "missing"), ("text", "too_long")]
    assert await shown(world) == []


async def test_two_who_put_up_one_name_at_once_leave_one_notice(world: World) -> None:
    board, nation = world.built.notice_board, await office(world, Level.NATION)
    done = await asyncio.gather(
        *(board.publish(nation, "one", title="示例", text=f"{number}") for number in range(8)),
        return_exceptions=True,
    )
    assert {type(one) for one in done} <= {int, Conflict}
    assert len(await shown(world)) == 1
    numbers = [version.number for version in await NoticeVersion.all().order_by("number")]
    assert numbers == list(range(1, len(numbers) + 1))


async def test_a_long_board_is_read_page_by_page(world: World) -> None:
    nation = await office(world, Level.NATION)
    for number in range(5):
        await world.built.notice_board.publish(nation, f"n{number}", title=f"公告{number}", text="示例内容")
    titles, after = [], None
    while True:
        query = {"limit": "2", **({"after": after} if after else {})}
        page = (await read(world, **query)).json
        titles += [one["title"] for one in page["items"]]
        if (after := page["next"]) is None:
            break
    assert titles == [f"公告{number}" for number in reversed(range(5))]


async def test_a_place_that_is_not_known_is_said_so(world: World) -> None:
    for query, code in (({"area": "火星"}, "area_unknown"), ({"area": AREA, "site": "火星"}, "site_unknown")):
        answer = await read(world, **query)
        assert (answer.status, answer.code) == (404, code)
