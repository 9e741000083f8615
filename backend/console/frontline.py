"""一线医务人员: whom a site relieves of conditions, by what they showed."""

import asyncio
import base64
import binascii
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from aiohttp import web

from backend.console.pages import Pages, Visit, see_other
from backend.console.sent import exam_asked, registration_of
from backend.console.uploads import LONGEST_NAME, Upload, uploaded
from backend.errors import Fault, Faulty
from backend.registrations.frontline import COLUMNS, LIFTABLE, relief
from backend.registrations.models import Proof
from backend.sheets import BadFile
from backend.staff.duties import Duty

pages = Pages()
LARGEST: Final = 256 * 1024
MOST_ROWS: Final = 2_000
"""Rows taken at once: each is looked over as if it were entered by hand."""
SHOWN: Final = 200
"""Of the rows those at fault come first; of the others, how many."""


@pages.add("GET", "/frontline", Duty.KEEP_FRONTLINE_LIST)
async def show_list(visit: Visit) -> web.StreamResponse:
    return await _list(visit, await exam_asked(visit))


@pages.add("POST", "/frontline/{exam}/preview", Duty.KEEP_FRONTLINE_LIST)
async def preview(visit: Visit) -> web.StreamResponse:
    """What would become of each row; the file goes along, to be imported as it was looked at."""
    exam = visit.request.match_info["exam"]
    if (upload := await uploaded(visit, "file", most=LARGEST)) is None:
        raise Faulty("request_faulty", faults=[Fault("file", "missing")])
    try:
        async with _file(upload) as file:
            lines = await visit.house.frontline_list.preview(visit.clerk, file, exam, most=MOST_ROWS)
    except BadFile as bad:
        return await _list(visit, exam, status=422, bad_file=bad.faults)
    return await _list(
        visit,
        exam,
        lines=sorted(lines, key=lambda one: one.refusal is None),
        name=upload.name,
        content=base64.b64encode(upload.content).decode(),
    )


@pages.add("POST", "/frontline/{exam}/import", Duty.KEEP_FRONTLINE_LIST)
async def import_list(visit: Visit) -> web.StreamResponse:
    """The file that was looked at, whole or not at all; again changes nothing."""
    exam = visit.request.match_info["exam"]
    sent = await visit.posted(most=2 * LARGEST)
    name = Path(str(sent.get("name", ""))).name[-LONGEST_NAME:]
    try:
        upload = Upload(name=name, content=base64.b64decode(str(sent.get("content", "")), validate=True))
    except binascii.Error as error:
        raise Faulty("request_faulty", faults=[Fault("file", "malformed")]) from error
    if not upload.name or not upload.content:
        raise Faulty("request_faulty", faults=[Fault("file", "missing")])
    try:
        async with _file(upload) as file:
            done = await visit.house.frontline_list.load(visit.clerk, file, exam, most=MOST_ROWS)
    except BadFile as bad:
        return await _list(visit, exam, status=422, bad_file=bad.faults)
    return await _list(visit, exam, imported=done)


@pages.add("GET", "/registrations/{registration}/frontline", Duty.KEEP_FRONTLINE_LIST)
async def show_entry(visit: Visit) -> web.StreamResponse:
    row = await visit.house.cases.find(visit.clerk, registration_of(visit))
    entry = await visit.house.frontline_list.entry(visit.clerk, row.id)
    return visit.page("frontline.html", row=row, entry=entry, proofs=list(Proof), liftable=LIFTABLE)


@pages.add("POST", "/registrations/{registration}/frontline", Duty.KEEP_FRONTLINE_LIST)
async def enter(visit: Visit) -> web.StreamResponse:
    registration, sent = registration_of(visit), await visit.request.post()
    given = relief(
        proof=str(sent.get("proof", "")),
        evidence=str(sent.get("evidence", "")),
        policy=str(sent.get("policy", "")),
        lifts=[str(one) for one in sent.getall("lifts", [])],
    )
    await visit.house.frontline_list.enter(visit.clerk, registration, given)
    return see_other(f"/registrations/{registration}/frontline")


@pages.add("POST", "/registrations/{registration}/frontline/strike", Duty.KEEP_FRONTLINE_LIST)
async def strike(visit: Visit) -> web.StreamResponse:
    registration, reason = registration_of(visit), (await visit.sent()).get("reason", "")
    await visit.house.frontline_list.strike(visit.clerk, registration, reason=reason)
    return see_other(f"/registrations/{registration}/frontline")


async def _list(visit: Visit, code: str, *, status: int = 200, **extra: object) -> web.Response:
    exam = await visit.house.exams.exam(code)
    exams, _ = await visit.house.exams.exams(limit=1000)
    given = {"lines": None, "name": "", "content": "", "bad_file": None, "imported": None, **extra}
    return visit.page(
        "frontline_list.html",
        status=status,
        exam=exam,
        exams=exams,
        here="/frontline",
        columns=COLUMNS,
        proofs=list(Proof),
        liftable=LIFTABLE,
        shown=SHOWN,
        **given,
    )


@asynccontextmanager
async def _file(upload: Upload) -> AsyncIterator[Path]:
    """The upload as a file, for as long as it is read."""
    with TemporaryDirectory() as folder:
        file = Path(folder, upload.name)
        await asyncio.to_thread(file.write_bytes, upload.content)
        yield file
