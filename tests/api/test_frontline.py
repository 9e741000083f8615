"""一线医务人员: on the site's list by their proof, relieved of what the policy lifts, reported to the area apart."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import pytest

from backend.audit import AuditRecord
from backend.errors import Refusal
from backend.registrations.frontline import COLUMNS, relief
from backend.registrations.models import FrontlineEntry, Registration
from backend.registrations.moves import Act
from backend.registrations.past import Imported
from backend.sheets import BadFile
from tests.api import wuhai
from tests.api.test_registrations_office import refused
from tests.api.test_review_reports import values
from tests.api.world import YI, Phone, World
from zhunkao.journey.people import AREA, EXAM

YEARS = relief(proof="dispatch", evidence="示例市卫健委派出文件", policy="示例文件", lifts=["years_too_few"])
TITLE = relief(proof="honour", evidence="示例荣誉证书", policy="示例文件", lifts=["qualification_too_low"])


async def relieving(world: World) -> None:
    """Publish that the sample area, whose exam counts years to a day, relieves frontline staff."""
    await world.built.database.execute(
        "UPDATE area_policy SET frontline_exemption = true FROM area, exam "
        "WHERE area.id = area_policy.area_id AND exam.id = area_policy.exam_id AND area.name = $1 AND exam.code = $2",
        AREA,
        EXAM,
    )
    await world.built.database.execute("UPDATE exam SET version = version + 1 WHERE code = $1", EXAM)
    async with asyncio.timeout(20):
        policy = await world.built.exams.policy(EXAM, AREA)
        while not policy.frontline_exemption:
            await asyncio.sleep(0.05)
            policy = await world.built.exams.policy(EXAM, AREA)


def file_of(folder: Path, *rows: Sequence[str]) -> Path:
    file = folder / "frontline.csv"
    file.write_text("\n".join(",".join(row) for row in (COLUMNS, *rows)) + "\n", encoding="utf-8")
    return file


async def number(phone: Phone) -> str:
    return str((await Registration.get(id=phone.registration)).registration_number)


async def test_what_the_list_lifts_stands_in_nobodys_way_and_the_record_says_so(world: World) -> None:
    phone = await world.person()
    await phone.submitted(registration={"current_qualification_date": "2020-06-01"})
    site, _ = await world.clerks()
    registration, entries = UUID(phone.registration), world.built.frontline_list
    assert (await refused(entries.enter(site, registration, YEARS))).code == "frontline_not_held"
    await relieving(world)
    await world.at("2023-12-05 10:00")
    await world.built.office.act(site, Act.CONFIRM, registration)
    await world.at("2024-01-05 10:00")
    for given in (None, TITLE):
        if given is not None:
            await entries.enter(site, registration, given)
        refusal: Refusal = await refused(world.built.office.act(site, Act.SITE_APPROVE, registration))
        assert [term.code for term in refusal.values["lacks"]] == ["years_too_few"]  # type: ignore[attr-defined]
    await entries.enter(site, registration, YEARS)
    assert (await world.built.office.act(site, Act.SITE_APPROVE, registration)).state == "site_approved"
    assert (await AuditRecord.get(act="approved_by_site")).after["lifted"] == ["years_too_few"]
    changed = await AuditRecord.filter(act="frontline_entered").order_by("-id").first()
    assert changed is not None and changed.before is not None
    assert (changed.before["lifts"], changed.after["lifts"]) == (["qualification_too_low"], ["years_too_few"])


async def test_the_list_is_kept_while_the_review_is_open_and_only_by_the_site(world: World) -> None:
    site, area = await wuhai.clerks(world)
    phone = await wuhai.submitted(world)
    registration, entries = UUID(phone.registration), world.built.frontline_list
    stranger, _ = await world.clerks()
    assert (await refused(entries.enter(area, registration, YEARS))).code == "not_this_office"
    assert (await refused(entries.enter(stranger, registration, YEARS))).code == "registration_unknown"
    first, second = await asyncio.gather(*(entries.enter(site, registration, YEARS) for _ in range(2)))
    assert first.id == second.id and await AuditRecord.filter(act="frontline_entered").count() == 1
    assert (await refused(entries.strike(site, registration, reason=" "))).code == "reasons_needed"
    for _ in range(2):
        await entries.strike(site, registration, reason="材料不符")
    assert (await AuditRecord.get(act="frontline_struck")).after == {"reason": "材料不符"}
    await world.at("2025-01-23 00:00")
    assert (await refused(entries.enter(site, registration, YEARS))).code == "stage_over"
    await wuhai.approved(world, site, area, phone)
    assert (await refused(entries.enter(site, registration, YEARS))).code == "frontline_reviewed"
    assert await FrontlineEntry.all().count() == 0


async def test_the_list_comes_as_a_file_whole_or_not_at_all(world: World, tmp_path: Path) -> None:
    site, _ = await wuhai.clerks(world)
    one, other = await wuhai.submitted(world), await wuhai.submitted(world, YI)
    good = (await number(one), one.who.name, "honour", "示例荣誉证书", "示例文件", "years_too_few")
    bad = (await number(other), "测试丁", "honour", "示例荣誉证书", "示例文件", "years_too_few")
    worse = (await number(other), other.who.name, "letter", "", "示例文件", "school_not_recognised")
    nobody = ("2025150999999", one.who.name, "honour", "示例荣誉证书", "示例文件", "years_too_few")
    entries = world.built.frontline_list
    with pytest.raises(BadFile) as found:
        await entries.load(site, file_of(tmp_path, good, bad, worse, nobody), wuhai.EXAM)
    assert [fault.split(": ")[:2] for fault in found.value.faults] == [
        ["frontline.csv line 3", "name"],
        ["frontline.csv line 4", "proof"],
        ["frontline.csv line 4", "evidence"],
        ["frontline.csv line 4", "lifts"],
        ["frontline.csv line 5", "registration_number"],
    ]
    assert await FrontlineEntry.all().count() == 0
    assert await entries.load(site, file_of(tmp_path, good), wuhai.EXAM) == Imported(rows=1, added=1, changed=0)
    assert await entries.load(site, file_of(tmp_path, good), wuhai.EXAM) == Imported(rows=1, added=0, changed=0)
    more = (*good[:5], "years_too_few;qualification_too_low")
    assert await entries.load(site, file_of(tmp_path, more), wuhai.EXAM) == Imported(rows=1, added=0, changed=1)


async def test_who_is_relieved_stands_in_a_roster_apart_and_the_other_tables_are_the_others(world: World) -> None:
    site, area = await wuhai.clerks(world)
    one, other = await wuhai.submitted(world), await wuhai.submitted(world, YI)
    await world.built.frontline_list.enter(site, UUID(one.registration), YEARS)
    await wuhai.confirmed(world, site, other)
    reports = world.built.review_reports
    for clerk in (site, area):
        roster = await reports.frontline(clerk, wuhai.EXAM)
        _, head, row = values(roster.content)
        told = dict(zip(head, row, strict=True))
        assert (roster.rows, told["姓名"], told["网报号"]) == (1, one.who.name, await number(one))
        assert (told["证明材料"], told["材料说明"], told["减免条件"]) == (
            "派出文件",
            "示例市卫健委派出文件",
            "工作年限",
        )
        assert one.who.id_number not in row
    summary = values((await reports.summary(site, wuhai.EXAM)).content)
    assert dict(zip(summary[1], summary[2], strict=True))["合计"] == "1"
    stranger, _ = await world.clerks()
    assert (await reports.frontline(stranger, wuhai.EXAM)).rows == 0
