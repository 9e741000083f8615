"""Tables as offices save them, read row by row: CSV in UTF-8 (with or without its mark) or GB18030, and XLSX.

Everything here blocks: call it in a thread. A CSV of any length takes no more memory than one of its rows; an XLSX is
read whole, so it is held to a size.
"""

import codecs
import csv
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

ENCODINGS: Final = ("utf-8-sig", "gb18030")
CHUNK: Final = 1 << 20
LARGEST_XLSX: Final = 256 << 20
"""Bytes, unpacked: some 300,000 rows. A workbook may unpack to a thousand times its size."""
EXACT: Final = 10**15
"""Up to here a spreadsheet keeps a number's every digit."""


class BadFile(ValueError):
    """The file can't be read, or has bad rows; nothing of it was imported. `faults`: one sentence each."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = list(faults)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: the number of its line (of its last one, where a cell has several), and its cells by column."""

    line: int
    cells: Mapping[str, str]
    fault: str | None = None
    """What is wrong with it as a row; then it has no cells."""


def read(file: Path, *, known: Callable[[str], bool], needed: Sequence[str]) -> Iterator[Row]:
    """The rows below the header, empty ones left out. `known`: whether a name is one of a column.

    Raises BadFile where it isn't such a file, or where a column is missing, unknown or there twice.
    """
    lines = _xlsx(file) if zipfile.is_zipfile(file) else _csv(file)
    header = [name.strip() for name in next(lines, (1, []))[1]]
    while header and not header[-1]:
        header.pop()
    if faults := _header_faults(header, known, needed):
        raise BadFile([f"{file.name} line 1: {fault}" for fault in faults])
    return (_row(line, cells, header) for line, cells in lines if any(cell.strip() for cell in cells))


def _header_faults(header: Sequence[str], known: Callable[[str], bool], needed: Sequence[str]) -> list[str]:
    counts = Counter(header)
    return [
        *(f"{name}: the column is missing" for name in needed if name not in counts),
        *(f"{name or 'a column without a name'}: no such column is known" for name in counts if not known(name)),
        *(f"{name}: the column is there {count} times" for name, count in counts.items() if count > 1),
    ]


def _row(line: int, cells: Sequence[str], header: Sequence[str]) -> Row:
    if len(cells) < len(header) or any(cell.strip() for cell in cells[len(header) :]):
        return Row(line=line, cells={}, fault="it has not as many columns as the header")
    return Row(line=line, cells={name: cell.strip() for name, cell in zip(header, cells, strict=False)})


def _csv(file: Path) -> Iterator[tuple[int, list[str]]]:
    with file.open(encoding=_encoding(file), newline="") as lines:
        reader = csv.reader(lines)
        try:
            for cells in reader:
                yield reader.line_num, cells
        except csv.Error as error:
            raise BadFile([f"{file.name} line {reader.line_num}: it is no CSV ({error})"]) from error


def _encoding(file: Path) -> str:
    """The first encoding in which the whole file reads."""
    for encoding in ENCODINGS:
        if _reads(file, encoding):
            return encoding
    raise BadFile([f"{file.name}: it is neither UTF-8 nor GB18030"])


def _reads(file: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with file.open("rb") as content:
        try:
            while chunk := content.read(CHUNK):
                # UTF-16 and binary files have NULs, and GB18030 would take almost anything.
                if b"\0" in chunk:
                    return False
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _xlsx(file: Path) -> Iterator[tuple[int, list[str]]]:
    try:
        sheet = _only_sheet(file)
        # Rows above the first cell that isn't empty are left out by the reader.
        first = sheet.start[0] if sheet.start else 0
        for number, cells in enumerate(sheet.iter_rows(), first + 1):
            yield number, [_text(cell, file, number) for cell in cells]
    except (CalamineError, zipfile.BadZipFile) as error:
        raise BadFile([f"{file.name}: it is no XLSX ({error})"]) from error


def _only_sheet(file: Path) -> CalamineSheet:
    with zipfile.ZipFile(file) as parts:
        if sum(part.file_size for part in parts.infolist()) > LARGEST_XLSX:
            raise BadFile([f"{file.name}: it is too large for a workbook; save it as CSV"])
    workbook = CalamineWorkbook.from_path(file)
    filled = [sheet for name in workbook.sheet_names if (sheet := workbook.get_sheet_by_name(name)).height]
    if len(filled) != 1:
        raise BadFile([f"{file.name}: exactly one of its sheets must have rows, {len(filled)} have"])
    return filled[0]


def _text(cell: object, file: Path, line: int) -> str:
    """What a text cell would hold. A long number has lost its last digits, so it is refused."""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int | float):
        if abs(cell) >= EXACT:
            raise BadFile([f"{file.name} line {line}: a number this long must be a text cell, it has lost its digits"])
        return str(int(cell)) if cell == int(cell) else str(cell)
    return cell.isoformat()[:10] if isinstance(cell, date) else str(cell)
