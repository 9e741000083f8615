"""The offices' reports as Excel files: what is inside the scope, every number as text, document numbers masked."""

import re
import xml.etree.ElementTree as ElementTree
import zipfile
from dataclasses import replace
from io import BytesIO
from uuid import UUID

import pytest

from backend.audit import AuditRecord
from backend.errors import NotAllowed
from backend.registrations.models import Registration
from backend.registrations.moves import Act
from backend.staff.models import Level, Role
from backend.staff.scope import Clerk
from tests.api.crowd import crowd
from tests.api.test_registrations_office import elsewhere, member
from tests.api.world import JIA, World

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def cells(content: bytes) -> list[list[tuple[str, str]]]:
    """Every row's cells as (kind, value): `s` is text, `n` a number, `f` a formula."""
    with zipfile.ZipFile(BytesIO(content)) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    found = []
    for row in sheet.iter(f"{MAIN}row"):
        line = []
        for cell in row.iter(f"{MAIN}c"):
            text = "".join(part.text or "" for part in cell.iter(f"{MAIN}t"))
            number = cell.find(f"{MAIN}v")
            kind = "f" if cell.find(f"{MAIN}f") is not None else "s" if cell.get("t") == "inlineStr" else "n"
            line.append((kind, text if kind == "s" else (number.text or "") if number is not None else ""))
        found.append(line)
    return found


def values(content: bytes) -> list[list[str]]:
    return [[value for _, value in row] for row in cells(content)]


async def reviewed(world: World) -> tuple[Clerk, Clerk]:
    """Of 1205 candidates of the sample site 1203 were rejected, one approved and one forfeited."""
    phone = await world.person()
    await phone.submitted(work={"employer": "=1+1"})
    site, area = await world.clerks()
    await world.at("2023-12-05 10:00")
    await world.built.office.act(site, Act.CONFIRM, UUID(phone.registration))
    await world.at("2024-01-09 10:00")
    await world.built.office.act(
        site, Act.SITE_REJECT, UUID(phone.registration), reasons=["工作年限不足", "缺毕业证书"]
    )
    await crowd(world, 1204)
    others = [row.id for row in await Registration.exclude(id=phone.registration).limit(2)]
    await Registration.filter(id=others[0]).update(state="approved")
    await Registration.filter(id=others[1]).update(state="forfeited", forfeited_reason="not_confirmed")
    return site, area


async def test_the_summary_counts_by_outcome_inside_the_scope(world: World) -> None:
    site, area = await reviewed(world)
    nation = await member(world, "test.nation", Level.NATION)
    for clerk in (site, area, nation):
        report = await world.built.review_reports.summary(clerk, "health-2024")
        title, head, one, total = values(report.content)
        assert title[0].endswith("审核情况汇总表") and report.rows == 2
        assert dict(zip(head, one, strict=True)) == {
            "考区": "河北",
            "考点": "示例市",
            "待确认": "0",
            "待考点审核": "0",
            "待考区审核": "0",
            "退回补充材料": "0",
            "审核通过": "1",
            "审核未通过": "1203",
            "视为放弃": "1",
            "已取消": "0",
            "合计": "1205",
        }
        assert total[-1] == "1205"
    for stranger in await elsewhere(world):
        report = await world.built.review_reports.summary(stranger, "health-2024")
        assert values(report.content)[2:] == [["合计", *["0"] * 9]]


async def test_those_not_passed_are_listed_with_reasons_and_masked_numbers_as_text(world: World) -> None:
    site, _ = await reviewed(world)
    report = await world.built.review_reports.not_passed(site, "health-2024")
    rows = cells(report.content)
    assert (report.rows, len(rows)) == (1203, 1205)
    assert rows[-1][0] == ("n", "1203")
    numbers = [row[1][1] for row in rows[2:]]
    assert numbers == sorted(set(numbers))
    head, first = [value for _, value in rows[1]], rows[2]
    told = {heading: value for heading, (_, value) in zip(head, first, strict=True)}
    assert (told["姓名"], told["证件类型"], told["考点"], told["审核级别"]) == (
        "测试甲",
        "居民身份证",
        "示例市",
        "考点",
    )
    assert (told["报考专业"], told["未通过原因"]) == ("护理学", "工作年限不足；缺毕业证书")
    assert told["审核时间"] == "2024-01-09 10:00"
    assert {kind for kind, _ in first[1:]} == {"s"}
    assert re.fullmatch(r"1301\*{10}\d{3}[0-9X]", told["证件编号"])
    assert JIA.id_number.encode() not in report.content
    assert told["工作单位"] == "=1+1"  # a text, not a formula


async def test_another_offices_people_are_in_no_list_of_theirs(world: World) -> None:
    await reviewed(world)
    for stranger in await elsewhere(world):
        assert (await world.built.review_reports.not_passed(stranger, "health-2024")).rows == 0


async def test_a_point_lists_whose_papers_it_took_in_for_the_site_that_gets_them(world: World) -> None:
    phone = await world.person()
    await phone.submitted()
    site, _ = await world.clerks()
    await world.at("2023-12-05 10:00")
    await world.built.office.act(site, Act.CONFIRM, UUID(phone.registration))
    point = replace(site, level=Level.POINT, point_id=await world.point())
    for clerk in (point, site):
        report = await world.built.review_reports.brought(clerk, "health-2024")
        _, head, row = values(report.content)
        told = dict(zip(head, row, strict=True))
        assert (report.rows, told["姓名"], told["确认时间"]) == (1, JIA.name, "2023-12-05 10:00")
        assert told["报名点"].startswith("示例市卫生健康委") and JIA.id_number not in row
    another = replace(point, point_id=0)
    assert (await world.built.review_reports.brought(another, "health-2024")).rows == 0


async def test_a_points_staff_make_no_report(world: World) -> None:
    site, _ = await world.clerks()
    point = Clerk(
        member_id=site.member_id,
        level=Level.POINT,
        area_id=site.area_id,
        site_id=site.site_id,
        point_id=await world.point(),
        roles=frozenset(Role),
    )
    with pytest.raises(NotAllowed):
        await world.built.review_reports.not_passed(point, "health-2024")


async def test_every_report_is_on_record(world: World) -> None:
    site, _ = await world.clerks()
    await world.built.review_reports.summary(site, "health-2024")
    record = await AuditRecord.get(act="reported")
    assert (record.actor_id, record.after) == (str(site.member_id), {"report": "审核情况汇总表", "rows": 1})
