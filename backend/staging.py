"""Files of millions of rows, imported whole or not at all: checked in a thread, copied into a staging table of the
transaction's own, looked over there as a whole, and only then written where they belong.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Final

import asyncpg
from tortoise.backends.base.client import TransactionalDBClient

from backend.database import begun
from backend.sheets import BadFile, Row

BATCH: Final = 5_000
LISTED: Final = 10_000
"""Faults that are listed; of more, the number is told. A file with so many is another file."""
PATIENCE: Final = 3_600.0
"""Seconds for one statement over all rows."""

Check = Callable[[Row], Sequence[object]]


class BadRow(ValueError):
    """A row can't be imported: each of its faults as (column, reason)."""

    def __init__(self, *faults: tuple[str, str]) -> None:
        super().__init__(str(faults))
        self.faults = faults


class Faults:
    """What is wrong with a file, by line."""

    def __init__(self, file: Path) -> None:
        self._file, self._found, self.count = file, list[tuple[int, str]](), 0

    def add(self, line: int, column: str, reason: str) -> None:
        self.count += 1
        if len(self._found) < LISTED:
            self._found.append((line, f"{self._file.name} line {line}: {column}: {reason}"))

    def require_none(self) -> None:
        """Raises BadFile with all of them, by line."""
        if not self.count:
            return
        told = [sentence for _, sentence in sorted(self._found, key=lambda one: one[0])]
        more = self.count - len(told)
        raise BadFile([*told, f"{self._file.name}: and {more} faults more"] if more else told)


class Bulk:
    """A transaction for many rows: COPY, and statements that may take as long as they need.

    Each time one is carried out it is prepared anew, hence planned for the values that it has: a plan for any values
    would read whole tables for each batch. (Forcing that on all statements of the transaction would have the foreign
    keys of every single row checked by a plan of its own.)
    """

    def __init__(self, connection: TransactionalDBClient) -> None:
        self._connection = connection

    async def execute(self, sql: str, *values: object) -> None:
        await self.rows(sql, *values)

    async def rows(self, sql: str, *values: object) -> list[asyncpg.Record]:
        async with self._connection.acquire_connection() as raw:
            statement = await raw.prepare(sql, timeout=PATIENCE)
            return list(await statement.fetch(*values, timeout=PATIENCE))

    async def copy(self, table: str, columns: Sequence[str], records: Sequence[Sequence[object]]) -> None:
        async with self._connection.acquire_connection() as raw:
            await raw.copy_records_to_table(table, columns=columns, records=records, timeout=PATIENCE)


@asynccontextmanager
async def bulk() -> AsyncIterator[Bulk]:
    """Everything inside is done or nothing is."""
    async with begun() as connection:
        opened = Bulk(connection)
        await opened.execute("SET LOCAL statement_timeout = 0")
        yield opened


async def stage(
    into: Bulk, rows: Callable[[], Iterator[Row]], faults: Faults, *, table: str, columns: Sequence[str], check: Check
) -> int:
    """Copy every row that `check` makes a record of into the staging table; how many rows there were.

    The record is what `check` gives with the row's line before it. Once a fault is found, nothing more is copied.
    """
    count = 0
    iterator = await asyncio.to_thread(rows)
    while batch := await asyncio.to_thread(_checked, iterator, faults, check):
        count += len(batch)
        if not faults.count:
            await into.copy(table, ["line", *columns], batch)
    return count


def _checked(rows: Iterator[Row], faults: Faults, check: Check) -> list[tuple[Any, ...]]:
    """A batch's records; a bad row's is empty."""
    return [_record(row, faults, check) for row in islice(rows, BATCH)]


def _record(row: Row, faults: Faults, check: Check) -> tuple[Any, ...]:
    try:
        if row.fault is None:
            return (row.line, *check(row))
        faults.add(row.line, "row", row.fault)
    except BadRow as bad:
        for column, reason in bad.faults:
            faults.add(row.line, column, reason)
    return ()
