"""The centre's results file: whole or not at all, every bad row told, repeatable, replaceable until it is published."""

import asyncio
from pathlib import Path

import pytest

from backend.audit import AuditRecord
from backend.errors import Refusal
from backend.results.importing import ResultsImported
from backend.results.models import Result
from backend.seating.models import AdmitNumber
from backend.sheets import BadFile
from tests.api.results import HEADER, OUT, PASSED, instant, line, load, publish, seat, write
from tests.api.seating import more
from tests.api.world import JIA, World
from tests.workbooks import Cell, write_workbook
from zhunkao.journey.people import EXAM, SUBJECTS


async def numbers(world: World, count: int) -> list[str]:
    """So many candidates, seated; their admit numbers. It is the day after the exam."""
    phone = await world.person(JIA)
    await phone.submitted()
    await more(world, 1, count - 1)
    await seat(world)
    return sorted([str(one) for one in await AdmitNumber.all().values_list("number", flat=True)])


async def faults(world: World, folder: Path, *rows: list[str], header: list[str] = HEADER) -> list[str]:
    with pytest.raises(BadFile) as refused:
        await load(world, folder, *rows, header=header)
    assert await Result.all().count() == 0
    return refused.value.faults


async def test_every_row_is_kept_under_its_candidate_and_on_record(world: World, tmp_path: Path) -> None:
    first, second, third = await numbers(world, 3)
    rows = [line(second, *PASSED), line(first, "100", "0", "absent", "void"), line(third, "59", "59", "59", "59")]
    assert await load(world, tmp_path, *rows) == ResultsImported(rows=3, added=3, changed=0)
    found = {one.admit_number: one for one in await Result.all()}
    assert [found[number].qualified for number in (first, second, third)] == [False, True, False]
    for number, one in found.items():
        assert (await AdmitNumber.get(number=number)).registration_id == one.registration_id
    assert [(mark["status"], mark["score"]) for mark in found[first].marks] == [
        ("sat", 100),
        ("sat", 0),
        ("absent", None),
        ("void", None),
    ]
    assert found[first].rolls_on == [SUBJECTS[0]]
    record = await AuditRecord.get(act="imported", subject="results")
    assert (record.subject_id, record.after) == (EXAM, {"rows": 3, "added": 3, "changed": 0})


async def test_the_same_file_again_changes_nothing_and_a_corrected_one_replaces(world: World, tmp_path: Path) -> None:
    first, second = await numbers(world, 2)
    await load(world, tmp_path, line(first, *PASSED), line(second, *PASSED))
    before = await Result.all().order_by("id").values()
    assert await load(world, tmp_path, line(second, *PASSED), line(first, *PASSED)) == ResultsImported(
        rows=2, added=0, changed=0
    )
    assert await Result.all().order_by("id").values() == before
    corrected = await load(world, tmp_path, line(first, *PASSED), line(second, "59", *PASSED[1:]))
    assert corrected == ResultsImported(rows=2, added=0, changed=1)
    assert not (await Result.get(admit_number=second)).qualified


async def test_once_they_are_out_nothing_is_replaced(world: World, tmp_path: Path) -> None:
    (number,) = await numbers(world, 1)
    await load(world, tmp_path, line(number, *PASSED))
    await publish(world)
    await load(world, tmp_path, line(number, "59", *PASSED[1:]))
    await world.at(OUT)
    with pytest.raises(Refusal) as refused:
        await load(world, tmp_path, line(number, *PASSED))
    assert refused.value.code == "results_published"
    assert not (await Result.get()).qualified


async def test_an_instant_that_comes_while_the_file_is_read_undoes_it(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (number,) = await numbers(world, 1)
    await load(world, tmp_path, line(number, *PASSED))
    await publish(world)
    times = iter([instant("2024-06-18 09:59"), instant(OUT)])
    monkeypatch.setattr(world.built.clock, "now", lambda: next(times))
    with pytest.raises(Refusal) as refused:
        await load(world, tmp_path, line(number, "59", *PASSED[1:]))
    assert refused.value.code == "results_published"
    assert (await Result.get()).qualified


async def test_every_bad_row_is_told_with_its_line_and_column_and_nothing_is_kept(world: World, tmp_path: Path) -> None:
    first, second = await numbers(world, 2)
    found = await faults(
        world,
        tmp_path,
        line(first, *PASSED),
        line("2411301010010", *PASSED),
        line(second, "101", *PASSED[1:]),
        line(second, "60", "six", "60", "-1"),
        [second, "", "60", "0", *["60"] * 6],
        [second, "", "", "60", *["60"] * 6],
        line(second, "", "", "", ""),
        line(second, *PASSED)[:-1],
    )
    assert found == [
        "results.csv line 3: admit_number: it is not 14 digits",
        f"results.csv line 4: score.{SUBJECTS[0]}: it is not from 0 to 100",
        f"results.csv line 5: score.{SUBJECTS[1]}: it is not a whole number or absent or void",
        f"results.csv line 5: score.{SUBJECTS[3]}: it is not a whole number or absent or void",
        f"results.csv line 6: pass_line.{SUBJECTS[0]}: it is not from 1 to 100",
        f"results.csv line 7: score.{SUBJECTS[0]}: it is empty where there is a pass line",
        "results.csv line 8: row: it says nothing of any subject",
        "results.csv line 9: row: it has not as many columns as the header",
    ]


async def test_a_number_nobody_has_one_there_twice_and_a_retired_one_are_told(world: World, tmp_path: Path) -> None:
    first, second = await numbers(world, 2)
    await AdmitNumber.filter(number=second).update(retired_at=instant("2024-03-01 00:00"))
    rows = [line(first, *PASSED), line("24113010199999", *PASSED), line(second, *PASSED), line(first, *PASSED)]
    assert await faults(world, tmp_path, *rows) == [
        "results.csv line 3: admit_number: no candidate of this exam has it",
        "results.csv line 4: admit_number: it was retired: the candidate has another one",
        "results.csv line 5: admit_number: line 2 has it already",
    ]


async def test_a_subject_not_entered_for_and_one_left_out_are_told(world: World, tmp_path: Path) -> None:
    phone = await world.person(JIA)
    await phone.submitted(registration={"subjects": list(SUBJECTS[:2])})
    (number,) = await seat(world, phone)
    assert await faults(world, tmp_path, line(number, "60", "", "60", "")) == [
        f"results.csv line 2: score.{SUBJECTS[2]}: the candidate did not enter for it",
        f"results.csv line 2: score.{SUBJECTS[1]}: it is empty, and the candidate entered for it",
    ]


async def test_a_serious_violation_voids_every_subject(world: World, tmp_path: Path) -> None:
    (number,) = await numbers(world, 1)
    await load(world, tmp_path, [*line(number, *PASSED), "serious"], header=[*HEADER, "violation"])
    one = await Result.get()
    assert {(mark["status"], mark["score"], mark["passed"]) for mark in one.marks} == {("void", None, False)}
    assert (one.qualified, one.rolls_on) == (False, [])


async def test_an_unknown_subject_and_a_missing_one_are_told_of_the_header(world: World, tmp_path: Path) -> None:
    header = [*HEADER[:-1], "pass_line.烹饪"]
    assert await faults(world, tmp_path, header=header) == [
        f"results.csv line 1: pass_line.{SUBJECTS[3]}: the column is missing",
        "results.csv line 1: pass_line.烹饪: no such column is known",
    ]


async def test_a_workbook_and_a_csv_of_another_encoding_say_the_same(world: World, tmp_path: Path) -> None:
    (number,) = await numbers(world, 1)
    row = line(number, *PASSED)
    cells: list[Cell] = [row[0], row[1], *map(int, row[2:])]
    imports = world.built.result_imports
    assert (await imports.load(write_workbook(tmp_path / "results.xlsx", [HEADER, cells]), EXAM)).added == 1
    file = write(tmp_path / "results.csv", [row])
    file.write_text(file.read_text(encoding="utf-8"), encoding="gb18030")
    assert await imports.load(file, EXAM) == ResultsImported(rows=1, added=0, changed=0)


async def test_more_rows_than_one_batch_are_kept_and_imports_at_once_do_not_mix(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("backend.staging", "backend.results.importing"):
        monkeypatch.setattr(f"{module}.BATCH", 7)
    rows = [line(number, *PASSED) for number in await numbers(world, 40)]
    done = await asyncio.gather(*(load(world, tmp_path, *rows) for _ in range(3)))
    assert sorted(one.added for one in done) == [0, 0, 40]
    assert await Result.filter(qualified=True).count() == 40


async def test_more_faults_than_are_listed_are_counted(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backend.staging.LISTED", 2)
    found = await faults(world, tmp_path, *[line("no number", *PASSED)] * 5)
    assert len(found) == 3 and found[-1] == "results.csv: and 3 faults more"
