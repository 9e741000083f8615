"""Files as offices save them: the same rows, whatever wrote them; what isn't such a file is refused in words."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from backend import sheets
from backend.sheets import BadFile, Row, read
from tests.workbooks import Cell, write_workbook

HEADER = ["number", "name"]
LINES = ["number,name", "001,测试甲", '002,"测试乙, 的"']
CELLS = [{"number": "001", "name": "测试甲"}, {"number": "002", "name": "测试乙, 的"}]


def rows(file: Path) -> list[Row]:
    return list(read(file, known=HEADER.__contains__, needed=HEADER))


def written(folder: Path, content: bytes) -> Path:
    file = folder / "some.csv"
    file.write_bytes(content)
    return file


def refused(file: Path) -> list[str]:
    with pytest.raises(BadFile) as bad:
        rows(file)
    return bad.value.faults


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_csv_reads_alike_in_every_encoding(tmp_path: Path, encoding: str, ends: str) -> None:
    found = rows(written(tmp_path, ends.join(LINES).encode(encoding)))
    assert [row.cells for row in found] == CELLS
    assert [row.line for row in found] == [2, 3]


def test_a_rare_character_of_four_bytes_reads_in_both(tmp_path: Path) -> None:
    for encoding in ("utf-8", "gb18030"):
        (row,) = rows(written(tmp_path, "number,name\n001,测试𬱖\n".encode(encoding)))
        assert row.cells["name"] == "测试𬱖"


def test_a_workbook_reads_as_the_csv_does(tmp_path: Path) -> None:
    table: Sequence[Sequence[Cell]] = [HEADER, *(list(one.values()) for one in CELLS)]
    assert [row.cells for row in rows(write_workbook(tmp_path / "some.xlsx", table))] == CELLS


def test_numbers_of_a_workbook_are_read_to_the_last_digit_or_refused(tmp_path: Path) -> None:
    file = write_workbook(tmp_path / "some.xlsx", [HEADER, [24113010100101, "甲"], [60.0, "乙"]])
    assert [row.cells["number"] for row in rows(file)] == ["24113010100101", "60"]
    file = write_workbook(tmp_path / "some.xlsx", [HEADER, [1, "甲"], [110105194912310021, "乙"]])
    assert refused(file) == ["some.xlsx line 3: a number this long must be a text cell, it has lost its digits"]


def test_only_one_sheet_may_have_rows(tmp_path: Path) -> None:
    table: Sequence[Sequence[Cell]] = [HEADER, ["001", "测试甲"]]
    assert len(rows(write_workbook(tmp_path / "some.xlsx", [], table, []))) == 1
    assert "2 have" in refused(write_workbook(tmp_path / "some.xlsx", table, table))[0]


def test_a_workbook_that_would_unpack_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "LARGEST_XLSX", 1_000)
    assert "save it as CSV" in refused(write_workbook(tmp_path / "some.xlsx", [HEADER, *[["001", "甲"]] * 50]))[0]


def test_empty_rows_and_columns_at_the_end_are_left_out(tmp_path: Path) -> None:
    found = rows(written(tmp_path, b"number,name,,\n001,a,,\n,,,\n\n002,b,,\n"))
    assert [(row.line, row.cells["number"]) for row in found] == [(2, "001"), (5, "002")]


@pytest.mark.parametrize("line", ["001", "001,a,b", "001,a,,b"])
def test_a_row_of_another_width_is_told_as_such(tmp_path: Path, line: str) -> None:
    (row,) = rows(written(tmp_path, f"number,name\n{line}\n".encode()))
    assert (row.line, row.fault) == (2, "it has not as many columns as the header")


def test_every_fault_of_the_header_is_told_at_once(tmp_path: Path) -> None:
    assert refused(written(tmp_path, b"name,nmae,name\na,b,c\n")) == [
        "some.csv line 1: number: the column is missing",
        "some.csv line 1: nmae: no such column is known",
        "some.csv line 1: name: the column is there 2 times",
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "number: the column is missing"),
        ("number,name\n001,甲\n".encode("utf-16"), "neither UTF-8 nor GB18030"),
        (b"number,name\n001,\xff\xff\n", "neither UTF-8 nor GB18030"),
        (b"PK\x05\x06" + b"\0" * 18, "it is no XLSX"),
    ],
)
def test_what_is_no_such_file_is_refused_in_words(tmp_path: Path, content: bytes, words: str) -> None:
    assert words in refused(written(tmp_path, content))[0]


def test_a_cell_without_an_end_is_told_with_its_line(tmp_path: Path) -> None:
    endless = 'number,name\n001,"' + "a" * 200_000
    assert refused(written(tmp_path, endless.encode()))[0].startswith("some.csv line 2: it is no CSV")
