"""An office's inquiries as a table, Excel or CSV: what was asked, when, how soon it was answered, by whom."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from backend import audit
from backend.clock import EXAM_ZONE, Clock
from backend.database import Database
from backend.documents.review_reports import Report
from backend.documents.workbooks import Cell, Column, Sheet
from backend.staff.duties import Duty
from backend.staff.models import Level
from backend.staff.scope import Clerk
from backend.wording import say

NAME: Final = "考生咨询登记表"
BATCH: Final = 500
LONGEST: Final = 1000
COLUMNS: Final = (
    Column(heading="序号", width=6),
    Column(heading="类型", width=12),
    Column(heading="状态", width=10),
    Column(heading="考生姓名", width=12),
    Column(heading="咨询时间", width=18),
    Column(heading="首次答复时间", width=18),
    Column(heading="首次答复人", width=14),
    Column(heading="办结时间", width=18),
    Column(heading="消息条数", width=10),
    Column(heading="咨询内容", width=60),
)
EPOCH: Final = datetime(1970, 1, 1, tzinfo=EXAM_ZONE)
NOBODY: Final = UUID(int=0)
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")

ROWS: Final = """
SELECT one.id, one.kind, one.state, one.opened_at, one.closed_at,
    coalesce(candidate.name, account_recovery.name) AS name,
    asked.text AS asked, answered.written_at AS answered_at, answered.name AS answered_by, counted.messages
FROM (
    SELECT * FROM inquiry WHERE {inbox} AND (opened_at, id) > ($2, $3) ORDER BY opened_at, id LIMIT $4
) AS one
LEFT JOIN candidate ON candidate.id = one.candidate_id
LEFT JOIN account_recovery ON account_recovery.inquiry_id = one.id
LEFT JOIN LATERAL (SELECT text FROM inquiry_message WHERE inquiry_id = one.id ORDER BY id LIMIT 1) AS asked ON true
LEFT JOIN LATERAL (
    SELECT said.written_at, member.name FROM inquiry_message AS said
    LEFT JOIN staff_member AS member ON member.id::text = said.author_id
    WHERE said.inquiry_id = one.id AND said.author = 'staff' ORDER BY said.id LIMIT 1
) AS answered ON true
LEFT JOIN LATERAL (SELECT count(*) AS messages FROM inquiry_message WHERE inquiry_id = one.id) AS counted ON true
ORDER BY one.opened_at, one.id
"""


class InquiryLists:
    """Of the clerk's own inbox, by the time of asking; a batch of rows at a time. Each is on record."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def workbook(self, clerk: Clerk) -> Report:
        """As Excel. Raises NotAllowed."""
        clerk.require(Duty.EXPORT_INQUIRIES)
        async with Sheet(NAME, COLUMNS) as sheet:
            async for lines in self._batches(clerk):
                await sheet.add(lines)
            content = await sheet.content()
        return await self._recorded(clerk, "xlsx", content, sheet.rows)

    async def csv(self, clerk: Clerk) -> Report:
        """As CSV, in UTF-8 with its mark, which spreadsheets know; no cell is a formula. Raises NotAllowed."""
        clerk.require(Duty.EXPORT_INQUIRIES)
        text, rows = io.StringIO(newline=""), 0
        writer = csv.writer(text)
        writer.writerow([column.heading for column in COLUMNS])
        async for lines in self._batches(clerk):
            await asyncio.to_thread(writer.writerows, [[_plain(cell) for cell in line] for line in lines])
            rows += len(lines)
        return await self._recorded(clerk, "csv", text.getvalue().encode("utf-8-sig"), rows)

    async def _batches(self, clerk: Clerk) -> AsyncIterator[Sequence[Sequence[Cell]]]:
        at_site = clerk.level is Level.SITE
        inbox = "site_id = $1" if at_site else "site_id IS NULL AND $1::bigint IS NULL"
        statement, scope = ROWS.format(inbox=inbox), clerk.site_id if at_site else None
        last: tuple[Any, Any] = (EPOCH, NOBODY)
        number = 0
        while rows := await self._database.rows(statement, scope, *last, BATCH):
            yield [_line(row, number + position) for position, row in enumerate(rows, 1)]
            number += len(rows)
            last = rows[-1]["opened_at"], rows[-1]["id"]

    async def _recorded(self, clerk: Clerk, kind: str, content: bytes, rows: int) -> Report:
        after = {"report": NAME, "rows": rows, "form": kind}
        await audit.record(self._clock, clerk.actor, "reported", "inquiries", clerk.site_id or 0, after=after)
        return Report(file_name=f"{NAME}.{kind}", content=content, rows=rows)


def _line(row: dict[str, Any], number: int) -> list[Cell]:
    return [
        number,
        say("desk", f"kind_{row['kind']}"),
        say("desk", f"state_{row['state']}"),
        row["name"],
        _time(row["opened_at"]),
        _time(row["answered_at"]),
        row["answered_by"],
        _time(row["closed_at"]),
        row["messages"],
        (row["asked"] or "")[:LONGEST],
    ]


def _time(at: Any) -> str | None:
    return at.astimezone(EXAM_ZONE).strftime("%Y-%m-%d %H:%M") if at else None


def _plain(cell: Cell) -> Cell:
    """A spreadsheet that opens the file takes no text for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
