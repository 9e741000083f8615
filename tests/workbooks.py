"""XLSX files as a spreadsheet would write them, from the format alone: what is read is not written by its reader."""

import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
Cell = str | int | float


def write_workbook(file: Path, *sheets: Sequence[Sequence[Cell]]) -> Path:
    """One sheet a table; text as text cells, numbers as numbers."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parts:
        numbers = range(1, len(sheets) + 1)
        parts.writestr("_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")]))
        parts.writestr(
            "xl/_rels/workbook.xml.rels", _relations([("worksheet", f"worksheets/{n}.xml") for n in numbers])
        )
        listed = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="r{n}"/>' for n in numbers)
        parts.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>'
        )
        for number, rows in zip(numbers, sheets, strict=True):
            parts.writestr(f"xl/worksheets/{number}.xml", _sheet(rows))
    return file


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    found = "".join(
        f'<Relationship Id="r{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{RELATIONS}">{found}</Relationships>'


def _sheet(rows: Sequence[Sequence[Cell]]) -> str:
    lines = [f'<row r="{number}">{"".join(map(_cell, row))}</row>' for number, row in enumerate(rows, 1)]
    return f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'


def _cell(value: Cell) -> str:
    if isinstance(value, str):
        return f'<c t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f"<c><v>{value!r}</v></c>"
