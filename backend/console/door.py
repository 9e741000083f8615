"""The doors: who is in and who isn't, one card checked, what to take along or print, and marks that don't count."""

import json
from collections.abc import Sequence
from typing import Final
from uuid import UUID, uuid4

from aiohttp import web

from backend.console.downloads import PDF, whole
from backend.console.pages import Pages, Visit
from backend.console.paging import paged
from backend.console.sent import a_key_of, after_of, exam_asked, numbers_of, row_key
from backend.documents.sheets import ROOMS_A_PAPER
from backend.errors import Fault, Faulty
from backend.seating.entering import Checked
from backend.staff.duties import Duty

pages = Pages()
PAGE: Final = 50
LONGEST_CODE: Final = 256
HERE: Final = "/door/{venue}/{session}"


@pages.add("GET", "/door", Duty.SEE_DOOR)
async def show_doors(visit: Visit) -> web.StreamResponse:
    """The exam's doors, and the marks of the office's candidates that don't count."""
    code = await exam_asked(visit)
    doors, more = paged(
        await visit.house.door_marks.doors(visit.clerk, code, after=_pair(visit), limit=PAGE + 1),
        PAGE,
        lambda one: f"{one.door.venue_id} {one.door.session_id}",
    )
    doubtful, more_doubtful = paged(
        await visit.house.door_lists.doubtful(visit.clerk, after=after_of(visit, "doubtful"), limit=PAGE + 1),
        PAGE,
        lambda one: one.id,
    )
    exams, _ = await visit.house.exams.exams(limit=1000)
    return visit.page(
        "door.html",
        exam=await visit.house.exams.exam(code),
        exams=exams,
        here="/door",
        doors=doors,
        more=more,
        doubtful=doubtful,
        more_doubtful=more_doubtful,
    )


@pages.add("GET", HERE, Duty.SEE_DOOR)
async def show_door(visit: Visit) -> web.StreamResponse:
    return await _shown(visit)


@pages.add("POST", HERE + "/check", Duty.CHECK_DOOR)
async def check_card(visit: Visit) -> web.StreamResponse:
    """What a scanner or a person typed. The form's key makes one that is sent twice the same check."""
    sent, (venue, session) = await visit.sent(), _door(visit)
    code = sent.get("code", "").strip()
    if not 0 < len(code) <= LONGEST_CODE:
        raise Faulty("request_faulty", faults=[Fault("code", "too_long" if code else "missing")])
    mark = _mark(sent.get("mark", ""))
    checked = await visit.house.door.check(visit.clerk, code, venue_id=venue, session_id=session, mark_id=mark)
    return await _shown(visit, checked=checked)


@pages.add("GET", HERE + "/photos/{admit_number}", Duty.CHECK_DOOR)
async def show_photo(visit: Visit) -> web.StreamResponse:
    photo = await visit.house.door.photo(visit.clerk, visit.request.match_info["admit_number"])
    return web.Response(body=photo, content_type="image/jpeg")


# A list that is taken along and a paper that is printed are written down: no address that only looks does that.
@pages.add("POST", HERE + "/list", Duty.CHECK_DOOR)
async def take_list(visit: Visit) -> web.StreamResponse:
    """As the door's devices get it."""
    venue, session = _door(visit)
    listed = await visit.house.door_lists.download(visit.clerk, venue_id=venue, session_id=session)
    said = {"id": str(listed.id), "text": listed.text, "seal": listed.seal, "public_keys": dict(listed.public_keys)}
    content = json.dumps(said, ensure_ascii=False).encode()
    return whole(content, f"入场名单-{venue}-{session}.json", "application/json")


@pages.add("POST", HERE + "/recovery", Duty.PRINT_RECOVERY)
async def print_recovery(visit: Visit) -> web.StreamResponse:
    """The recovery confirmation of the rooms after the one that is named."""
    venue, session = _door(visit)
    after = a_key_of(row_key, (await visit.sent()).get("after_room", "0"), "rooms_unknown")
    pdf = await visit.house.recovery_papers.confirmation(
        visit.clerk, venue_id=venue, session_id=session, after_room=min(after, 2**15 - 1)
    )
    return whole(pdf, f"回收确认单-{venue}-{session}-{after:03d}.pdf", PDF)


async def _shown(visit: Visit, *, checked: Checked | None = None) -> web.Response:
    venue, session = _door(visit)
    missing = visit.request.query.get("missing") == "1"
    look = await visit.house.door_marks.look(
        visit.clerk, venue_id=venue, session_id=session, after=_pair(visit), missing=missing, limit=PAGE + 1
    )
    expected, more = paged(look.expected, PAGE, lambda one: f"{one.room} {one.seat}")
    return visit.page(
        "door_one.html",
        exam=await visit.house.exams.by_id(look.counts.exam_id),
        counts=look.counts,
        door=look.counts.door,
        now=visit.house.clock.now(),
        path=f"/door/{venue}/{session}",
        expected=expected,
        more=more,
        missing=missing,
        papers=_papers(look.rooms),
        checked=checked,
        key=uuid4(),
    )


def _papers(rooms: Sequence[int]) -> list[tuple[int, int, int]]:
    """The recovery confirmation's parts: the room before, the first and the last of each."""
    parts = [rooms[at : at + ROOMS_A_PAPER] for at in range(0, len(rooms), ROOMS_A_PAPER)]
    return [(part[0] - 1, part[0], part[-1]) for part in parts]


def _door(visit: Visit) -> tuple[int, int]:
    found = visit.request.match_info
    venue, session = (a_key_of(row_key, found[name], "door_unknown") for name in ("venue", "session"))
    return venue, session


def _pair(visit: Visit) -> tuple[int, int]:
    """The pair of numbers to go on after."""
    after = numbers_of(visit.request.query.get("after", ""), "after")
    return (after[0], after[1]) if len(after) == 2 else (0, 0)


def _mark(text: str) -> UUID | None:
    """The key of the form that was sent; a new one where it has none."""
    try:
        return UUID(text)
    except ValueError:
        return None
