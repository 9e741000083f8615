"""Excel files of any length: written row by row to a file, in constant memory, in a thread.

Every text is a text cell: a document number keeps all of its digits, and nothing that somebody typed is a formula.
"""

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from xlsxwriter import Workbook

Cell = str | int | None
PLAIN: Final = {
    "constant_memory": True,
    "strings_to_numbers": False,
    "strings_to_formulas": False,
    "strings_to_urls": False,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A heading and how wide its column is, in characters."""

    heading: str
    width: int


class Sheet:
    """One sheet being written: title, headings, rows. Its file is gone when the block ends."""

    def __init__(self, title: str, columns: Sequence[Column]) -> None:
        self._title, self._columns = title, columns
        self._folder = tempfile.TemporaryDirectory(prefix="zhunkao-sheet-")
        self._path = Path(self._folder.name) / "sheet.xlsx"
        self.rows = 0

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self._begin)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self._folder.cleanup)

    async def add(self, rows: Sequence[Sequence[Cell]]) -> None:
        """Write these rows below the others."""
        await asyncio.to_thread(self._write, rows)

    async def content(self) -> bytes:
        """The finished file; nothing can be added any more."""
        return await asyncio.to_thread(self._end)

    def _begin(self) -> None:
        self._book = Workbook(self._path, PLAIN)
        self._sheet = self._book.add_worksheet()
        bold, head = self._book.add_format({"bold": True, "font_size": 14}), self._book.add_format({"bold": True})
        for position, column in enumerate(self._columns):
            self._sheet.set_column(position, position, column.width)
        self._sheet.freeze_panes(2, 0)
        self._sheet.write_string(0, 0, self._title, bold)
        for position, column in enumerate(self._columns):
            self._sheet.write_string(1, position, column.heading, head)

    def _write(self, rows: Sequence[Sequence[Cell]]) -> None:
        for cells in rows:
            for position, cell in enumerate(cells):
                if isinstance(cell, int):
                    self._sheet.write_number(self.rows + 2, position, cell)
                elif cell:
                    self._sheet.write_string(self.rows + 2, position, cell)
            self.rows += 1

    def _end(self) -> bytes:
        self._book.close()
        return self._path.read_bytes()
