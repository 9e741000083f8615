"""What a site prints: admit cards by the batch, sheets of a venue as one archive or one by one."""

from collections.abc import AsyncIterator, Sequence
from typing import Final

from aiohttp import web

from backend.console.downloads import PDF, ZIP, streamed, whole
from backend.console.pages import Pages, Visit, see_other
from backend.console.paging import paged
from backend.console.sent import a_key_of, exam_asked, one_of, row_key, small_number
from backend.documents.archive import Entry, zipped
from backend.documents.models import BatchKind
from backend.documents.sheet_papers import SheetKind
from backend.documents.site_sheets import Printed
from backend.exams.models import Room
from backend.staff.duties import Duty

pages = Pages()
BATCHES: Final = 20
ROOMS: Final = 500


@pages.add("GET", "/printing", Duty.PRINT_CARDS)
async def show_printing(visit: Visit) -> web.StreamResponse:
    code = await exam_asked(visit)
    before = visit.request.query.get("before", "")
    found = await visit.house.batches.listed(
        visit.clerk, before=a_key_of(row_key, before, "batch_unknown") if before else None, limit=BATCHES + 1
    )
    batches, more = paged(found, BATCHES, lambda one: one.id)
    exams, _ = await visit.house.exams.exams(limit=1000)
    rooms: Sequence[Room] = []
    if visit.may(Duty.PRINT_SHEETS):
        rooms = await visit.house.venues.rooms(visit.clerk, code, limit=ROOMS)
    return visit.page(
        "printing.html",
        exam=await visit.house.exams.exam(code),
        exams=exams,
        here="/printing",
        batches=batches,
        before=more,
        kinds=list(BatchKind),
        sheets=list(SheetKind),
        venues=_by_venue(rooms),
    )


@pages.add("POST", "/printing/{exam}/batches", Duty.PRINT_CARDS)
async def order_batch(visit: Visit) -> web.StreamResponse:
    kind = one_of(BatchKind, (await visit.sent()).get("kind", ""), "kind")
    batch = await visit.house.batches.order(visit.clerk, visit.request.match_info["exam"], kind)
    return see_other(f"/printing/batches/{batch}")


@pages.add("GET", "/printing/batches/{batch}", Duty.PRINT_CARDS)
async def show_batch(visit: Visit) -> web.StreamResponse:
    progress = await visit.house.batches.look(visit.clerk, _batch(visit))
    template = "batch_progress.html" if "HX-Request" in visit.request.headers else "batch.html"
    return visit.page(template, batch=progress)


@pages.add("POST", "/printing/batches/{batch}/cancel", Duty.PRINT_CARDS)
async def cancel_batch(visit: Visit) -> web.StreamResponse:
    await visit.house.batches.cancel(visit.clerk, _batch(visit))
    return see_other(f"/printing/batches/{_batch(visit)}")


# Fetching hands the cards out, which is written down: no address that only looks does that.
@pages.add("POST", "/printing/batches/{batch}/cards.zip", Duty.PRINT_CARDS)
async def fetch_batch(visit: Visit) -> web.StreamResponse:
    pieces = await visit.house.batches.archive(visit.clerk, _batch(visit))
    return await streamed(visit, pieces, f"准考证-{_batch(visit)}.zip", ZIP)


@pages.add("POST", "/printing/batches/{batch}/parts/{part}", Duty.PRINT_CARDS)
async def fetch_part(visit: Visit) -> web.StreamResponse:
    number = a_key_of(row_key, visit.request.match_info["part"], "batch_unknown")
    pdf = await visit.house.batches.pdf(visit.clerk, _batch(visit), number)
    return whole(pdf, f"准考证-{_batch(visit)}-{number:04d}.pdf", PDF)


@pages.add("POST", "/printing/{exam}/venues/{venue}/sheets.zip", Duty.PRINT_SHEETS)
async def fetch_sheets(visit: Visit) -> web.StreamResponse:
    venue = _venue(visit)
    pieces = await visit.house.site_sheets.archive(visit.clerk, visit.request.match_info["exam"], venue=venue)
    return await streamed(visit, pieces, f"考场{venue:02d}.zip", ZIP)


@pages.add("POST", "/printing/{exam}/venues/{venue}/room-lists", Duty.PRINT_SHEETS)
async def fetch_room_lists(visit: Visit) -> web.StreamResponse:
    venue = _venue(visit)
    printed = await visit.house.site_sheets.room_lists(visit.clerk, visit.request.match_info["exam"], venue=venue)
    return await _papers(visit, printed, f"试室编排表-{venue:02d}.zip")


@pages.add("POST", "/printing/{exam}/venues/{venue}/sheet", Duty.PRINT_SHEETS)
async def fetch_sheet(visit: Visit) -> web.StreamResponse:
    sent, venue = await visit.sent(), _venue(visit)
    kind = one_of(SheetKind, sent.get("kind", ""), "kind")
    room = a_key_of(small_number, sent.get("room", ""), "room_unknown")
    printed = await visit.house.site_sheets.sheet(
        visit.clerk, visit.request.match_info["exam"], kind, venue=venue, room=room
    )
    return await _papers(visit, printed, f"考场{venue:02d}-试室{room:03d}.zip")


async def _papers(visit: Visit, printed: Sequence[Printed], name: str) -> web.StreamResponse:
    """The one paper, or an archive of several."""
    if len(printed) == 1:
        return whole(printed[0].pdf, printed[0].file_name, PDF)

    async def entries() -> AsyncIterator[Entry]:
        for one in printed:
            yield Entry(name=one.file_name, content=one.pdf)

    return await streamed(visit, zipped(entries(), at=visit.house.clock.now()), name, ZIP)


def _by_venue(rooms: Sequence[Room]) -> dict[int, list[Room]]:
    """By the venue's number, its rooms in order."""
    found: dict[int, list[Room]] = {}
    for room in rooms:
        found.setdefault(room.venue.number, []).append(room)
    return found


def _batch(visit: Visit) -> int:
    return a_key_of(row_key, visit.request.match_info["batch"], "batch_unknown")


def _venue(visit: Visit) -> int:
    return a_key_of(small_number, visit.request.match_info["venue"], "venue_unknown")
