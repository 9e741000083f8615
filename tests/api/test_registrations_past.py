"""Last year's file: imported whole or not at all, every bad row told with its line, again harmless."""

from collections.abc import Iterable
from pathlib import Path

import pytest

from backend.audit import AuditRecord
from backend.registrations.models import PastRegistration
from backend.registrations.past import BadFile
from tests.api.world import YI, World
from zhunkao.journey.people import write_last_year

HEADER = "id_type,id_number,name,archive_number,attendance,qualified,passed_subjects,sample"
GOOD = f"resident_id_card,{YI.id_number},测试乙,SAMPLE0002,sat,no,基础知识;专业知识,yes"


def write(file: Path, lines: Iterable[str], encoding: str) -> None:
    file.write_text("\n".join(lines) + "\n", encoding=encoding)


async def load(world: World, file: Path, *lines: str, encoding: str = "utf-8") -> int:
    write(file, lines, encoding)
    return await world.built.past_registrations.load(file, kind="health_professional", year=2023)


async def faults(world: World, file: Path, *lines: str, encoding: str = "utf-8") -> list[str]:
    with pytest.raises(BadFile) as refused:
        await load(world, file, *lines, encoding=encoding)
    assert await PastRegistration.all().count() == 0
    return refused.value.faults


async def test_a_file_is_kept_under_its_kind_and_year_and_on_record(world: World, tmp_path: Path) -> None:
    await world.last_year(tmp_path / "2023.csv")
    rows = await PastRegistration.all().order_by("archive_number")
    assert [(row.kind, row.year, row.archive_number, row.attendance, row.sample) for row in rows] == [
        ("health_professional", 2023, "SAMPLE0002", "sat", True),
        ("health_professional", 2023, "SAMPLE0003", "sat", True),
    ]
    assert rows[0].form["education"]["school"] == "示例医学院（护理学院）"
    record = await AuditRecord.get(act="imported")
    assert record.after == {"kind": "health_professional", "year": 2023, "rows": 2}


async def test_imported_again_each_row_replaces_itself(world: World, tmp_path: Path) -> None:
    await world.last_year(tmp_path / "2023.csv")
    assert await load(world, tmp_path / "again.csv", HEADER, GOOD.replace(",sat,no", ",absent,no")) == 1
    rows = await PastRegistration.all().order_by("archive_number")
    assert [row.attendance for row in rows] == ["absent", "sat"]
    assert rows[0].passed_subjects == ["基础知识", "专业知识"]


async def test_a_file_saved_by_a_spreadsheet_with_its_mark_is_read(world: World, tmp_path: Path) -> None:
    assert await load(world, tmp_path / "2023.csv", HEADER, GOOD, encoding="utf-8-sig") == 1


async def test_every_bad_row_is_told_with_its_line_and_nothing_is_imported(world: World, tmp_path: Path) -> None:
    found = await faults(
        world,
        tmp_path / "2023.csv",
        HEADER,
        GOOD,
        GOOD.replace(YI.id_number, YI.id_number[:-1] + "9"),
        GOOD.replace(",sat,", ",there,"),
        GOOD.replace(",no,", ",perhaps,"),
        GOOD.replace("resident_id_card", "driving_licence"),
        "resident_id_card,too,short",
        GOOD + ",one,too,many",
    )
    assert [fault.partition(":")[0] for fault in found] == [f"2023.csv line {line}" for line in range(3, 9)]
    assert "id_number_checksum" in found[0] and "attendance is sat, absent or void" in found[1]
    assert all(YI.id_number not in fault for fault in found)


@pytest.mark.parametrize("column", HEADER.split(",")[:-1])
async def test_a_missing_column_is_told(world: World, tmp_path: Path, column: str) -> None:
    place = HEADER.split(",").index(column)
    without = [",".join(one for at, one in enumerate(line.split(",")) if at != place) for line in (HEADER, GOOD)]
    (fault,) = await faults(world, tmp_path / "2023.csv", *without)
    assert fault == f"2023.csv line 2: {column} is missing or not one of its values"


async def test_a_file_of_another_encoding_is_refused_in_words(world: World, tmp_path: Path) -> None:
    (fault,) = await faults(world, tmp_path / "2023.csv", HEADER, GOOD, encoding="gb18030")
    assert fault == "2023.csv: it is not UTF-8"


async def test_the_file_of_the_demo_is_one(world: World, tmp_path: Path) -> None:
    write_last_year(tmp_path / "2023.csv")
    count = await world.built.past_registrations.load(tmp_path / "2023.csv", kind="health_professional", year=2023)
    assert count == 2
