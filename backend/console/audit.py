"""The audit log: searched by who, act, registration and time, and taken out as CSV."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Final
from urllib.parse import urlencode

from aiohttp import web

from backend.console.pages import Pages, Visit
from backend.console.sent import instant_of, row_key
from backend.registrations.audit_log import SUBJECTS, Asked, Record
from backend.staff.duties import Duty
from backend.wording import catalogue

pages = Pages()
ACTS: Final = tuple(sorted(catalogue("audit_acts")))
COLUMNS: Final = ("id", "at", "actor_kind", "actor", "address", "act", "subject", "subject_id", "before", "after")
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def asked_of(visit: Visit) -> Asked:
    """Raises Faulty naming a time that is none."""
    query = visit.request.query
    return Asked(
        who=query.get("who", "").strip()[:32] or None,
        act=query.get("act", "").strip()[:64] or None,
        subject=query.get("subject", "").strip()[:32] or None,
        registration_number=query.get("registration_number", "").strip()[:16] or None,
        since=instant_of(query.get("since", ""), "since"),
        until=instant_of(query.get("until", ""), "until"),
    )


def as_cells(record: Record) -> list[str]:
    """A line of the file; what a spreadsheet would take for a formula is made text."""
    cells = [str(getattr(record, name) or "") for name in COLUMNS]
    return [f"'{cell}" if cell.startswith(FORMULA) else cell for cell in cells]


@pages.add("GET", "/audit", Duty.SEE_AUDIT)
async def show_log(visit: Visit) -> web.StreamResponse:
    asked = asked_of(visit)
    records, before = await visit.house.audit_log.page(visit.clerk, asked, before=_before(visit))
    fields = {name: visit.request.query.get(name, "") for name in Asked.__slots__}
    return visit.page(
        "audit.html",
        records=records,
        before=before,
        fields=fields,
        query=urlencode(fields),
        acts=ACTS,
        subjects=SUBJECTS,
    )


@pages.add("GET", "/audit.csv", Duty.SEE_AUDIT)
async def export(visit: Visit) -> web.StreamResponse:
    """Batch by batch, with the mark by which spreadsheets know UTF-8."""
    batches = await visit.house.audit_log.export(visit.clerk, asked_of(visit))
    response = web.StreamResponse(headers={"Content-Disposition": 'attachment; filename="audit.csv"'})
    response.content_type, response.charset = "text/csv", "utf-8"
    await response.prepare(visit.request)
    await response.write("\ufeff".encode() + _csv([COLUMNS]))
    async for batch in batches:
        await response.write(_csv(as_cells(record) for record in batch))
    await response.write_eof()
    return response


def _csv(lines: Iterable[Sequence[str]]) -> bytes:
    file = StringIO()
    csv.writer(file).writerows(lines)
    return file.getvalue().encode()


def _before(visit: Visit) -> int | None:
    try:
        return row_key(visit.request.query.get("before", "")) or None
    except ValueError:
        return None
