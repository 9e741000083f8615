"""Last year's file: imported whole or not at all, every bad row told with its line, again harmless."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pytest

from backend.audit import AuditRecord
from backend.candidates.logins import ABOUT_ID_NUMBER
from backend.personal_data import PersonalData
from backend.registrations.models import PastRegistration
from backend.registrations.past import ABOUT_PAST_ID_NUMBER, Imported
from backend.sheets import BadFile
from tests.api.world import JIA, YI, World
from tests.workbooks import write_workbook
from zhunkao.journey.people import write_last_year

HEADER = "id_type,id_number,name,archive_number,attendance,qualified,passed_subjects,sample"
GOOD = f"resident_id_card,{YI.id_number},测试乙,SAMPLE0002,sat,no,基础知识;专业知识,yes"
ANOTHER = f"resident_id_card,{JIA.id_number},测试甲,SAMPLE0001,sat,no,,yes"
SCORED = HEADER + ",registration.speciality,score.基础知识,pass_line.基础知识,score.专业知识,pass_line.专业知识"


def write(file: Path, lines: Iterable[str], encoding: str) -> None:
    file.write_text("\n".join(lines) + "\n", encoding=encoding)


async def load(world: World, file: Path, *lines: str, encoding: str = "utf-8") -> Imported:
    write(file, lines, encoding)
    return await world.built.past_registrations.load(file, kind="health_professional", year=2023)


async def faults(world: World, file: Path, *lines: str) -> list[str]:
    with pytest.raises(BadFile) as refused:
        await load(world, file, *lines)
    assert await PastRegistration.all().count() == 0
    return refused.value.faults


async def kept() -> Sequence[Mapping[str, object]]:
    return await PastRegistration.all().order_by("id").values()


async def test_a_file_is_kept_under_its_kind_and_year_and_on_record(world: World, tmp_path: Path) -> None:
    await world.last_year(tmp_path / "2023.csv")
    rows = await PastRegistration.all().order_by("archive_number")
    assert [(row.kind, row.year, row.archive_number, row.attendance, row.sample) for row in rows] == [
        ("health_professional", 2023, "SAMPLE0002", "sat", True),
        ("health_professional", 2023, "SAMPLE0003", "sat", True),
    ]
    assert rows[0].form["education"]["school"] == "示例医学院（护理学院）"
    record = await AuditRecord.get(act="imported")
    assert record.after == {"kind": "health_professional", "year": 2023, "rows": 2, "added": 2, "changed": 0}


async def test_the_number_is_kept_encrypted_and_found_by_the_candidates_own_index(world: World, tmp_path: Path) -> None:
    await load(world, tmp_path / "2023.csv", HEADER, GOOD)
    row = await PastRegistration.get()
    personal_data = PersonalData([key.get_secret_value() for key in world.settings.data_keys])
    assert row.id_number is not None and YI.id_number.encode() not in bytes(row.id_number)
    assert personal_data.decrypt(bytes(row.id_number), about=ABOUT_PAST_ID_NUMBER) == YI.id_number
    assert bytes(row.id_number_index) == personal_data.index(YI.id_number, about=ABOUT_ID_NUMBER)


async def test_the_same_file_again_changes_nothing(world: World, tmp_path: Path) -> None:
    assert await load(world, tmp_path / "2023.csv", HEADER, GOOD, ANOTHER) == Imported(rows=2, added=2, changed=0)
    before = await kept()
    assert await load(world, tmp_path / "2023.csv", HEADER, GOOD, ANOTHER) == Imported(rows=2, added=0, changed=0)
    assert await kept() == before


async def test_a_corrected_file_replaces_the_rows_it_has(world: World, tmp_path: Path) -> None:
    await world.last_year(tmp_path / "2023.csv")
    corrected = GOOD.replace(",sat,no,基础知识;专业知识", ",absent,no,")
    assert await load(world, tmp_path / "again.csv", HEADER, corrected) == Imported(rows=1, added=0, changed=1)
    rows = await PastRegistration.all().order_by("archive_number")
    assert [(row.attendance, row.passed_subjects) for row in rows] == [("absent", []), ("sat", ["基础知识"])]


async def test_what_the_exam_said_of_each_subject_is_kept_with_its_score(world: World, tmp_path: Path) -> None:
    scored = GOOD.replace("基础知识;专业知识", "基础知识") + ",368,60,60,void,60"
    await load(world, tmp_path / "2023.csv", SCORED, scored)
    row = await PastRegistration.get()
    assert row.passed_subjects == ["基础知识"]
    assert [(one["subject"], one["status"], one["passed"], one["score"]) for one in row.marks] == [
        ("基础知识", "sat", True, 60),
        ("专业知识", "void", False, None),
    ]


async def test_a_subject_told_without_its_score_is_passed_all_the_same(world: World, tmp_path: Path) -> None:
    await load(world, tmp_path / "2023.csv", HEADER, GOOD)
    marks = (await PastRegistration.get()).marks
    assert [(one["subject"], one["passed"], one["score"]) for one in marks] == [
        ("基础知识", True, None),
        ("专业知识", True, None),
    ]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
async def test_a_file_saved_by_a_spreadsheet_is_read(world: World, tmp_path: Path, encoding: str) -> None:
    assert (await load(world, tmp_path / "2023.csv", HEADER, GOOD, encoding=encoding)).added == 1
    assert (await PastRegistration.get()).form["name"] == "测试乙"


async def test_a_workbook_is_read(world: World, tmp_path: Path) -> None:
    file = write_workbook(tmp_path / "2023.xlsx", [HEADER.split(","), GOOD.split(",")])
    imported = await world.built.past_registrations.load(file, kind="health_professional", year=2023)
    assert imported == Imported(rows=1, added=1, changed=0)


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
        GOOD.replace("SAMPLE0002", ""),
        GOOD.replace("专业知识", "烹饪"),
        "resident_id_card,too,short",
        GOOD + ",one,too,many",
    )
    assert [fault.split(": ")[0] for fault in found] == [f"2023.csv line {line}" for line in range(3, 11)]
    columns = ["id_number", "attendance", "qualified", "id_type", "archive_number", "passed_subjects", "row", "row"]
    assert [fault.split(": ")[1] for fault in found] == columns
    assert all(YI.id_number not in fault for fault in found)


async def test_every_fault_of_a_row_is_told(world: World, tmp_path: Path) -> None:
    bad = GOOD.replace(YI.id_number, "110").replace(",sat,no,", ",,,")
    found = await faults(world, tmp_path / "2023.csv", HEADER, bad)
    assert [fault.split(": ")[1] for fault in found] == ["id_number", "attendance", "qualified"]


@pytest.mark.parametrize(
    ("cells", "column", "words"),
    [
        (",999,60,60,60,60", "registration.speciality", "no speciality has the code 999"),
        (",368,101,60,60,60", "score.基础知识", "it is not from 0 to 100"),
        (",368,60,0,60,60", "pass_line.基础知识", "it is not from 1 to 100"),
        (",368,60.5,60,60,60", "score.基础知识", "it is not a whole number or absent or void"),
        (",368,60,,60,60", "pass_line.基础知识", "a score needs its pass line"),
        (",368,,60,60,60", "score.基础知识", "it is empty where there is a pass line"),
        (",368,59,60,60,60", "passed_subjects", "the scores say otherwise"),
        (",368,absent,60,60,60", "passed_subjects", "the scores say otherwise"),
    ],
)
async def test_a_bad_mark_is_told_with_its_column(
    world: World, tmp_path: Path, cells: str, column: str, words: str
) -> None:
    found = await faults(world, tmp_path / "2023.csv", SCORED, GOOD + cells)
    assert f"2023.csv line 2: {column}: {words}" in found


async def test_somebody_or_an_archive_number_there_twice_is_told_with_both_lines(world: World, tmp_path: Path) -> None:
    twice = GOOD.replace("SAMPLE0002", "SAMPLE0009")
    numbered = ANOTHER.replace("SAMPLE0001", "SAMPLE0002")
    assert await faults(world, tmp_path / "2023.csv", HEADER, GOOD, twice, numbered) == [
        "2023.csv line 3: id_number: line 2 has it already",
        "2023.csv line 4: archive_number: line 2 has it already",
    ]


@pytest.mark.parametrize("column", HEADER.split(",")[:-1])
async def test_a_missing_column_is_told(world: World, tmp_path: Path, column: str) -> None:
    place = HEADER.split(",").index(column)
    without = [",".join(one for at, one in enumerate(line.split(",")) if at != place) for line in (HEADER, GOOD)]
    assert await faults(world, tmp_path / "2023.csv", *without) == [f"2023.csv line 1: {column}: the column is missing"]


@pytest.mark.parametrize("column", ["basic.height", "score.烹饪", "remarks"])
async def test_a_column_nobody_knows_is_told(world: World, tmp_path: Path, column: str) -> None:
    found = await faults(world, tmp_path / "2023.csv", f"{HEADER},{column}", f"{GOOD},1")
    assert found == [f"2023.csv line 1: {column}: no such column is known"]


async def test_the_file_of_the_demo_is_one(world: World, tmp_path: Path) -> None:
    write_last_year(tmp_path / "2023.csv")
    imported = await world.built.past_registrations.load(tmp_path / "2023.csv", kind="health_professional", year=2023)
    assert imported.rows == 2
