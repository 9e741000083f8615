"""Rooms and seats: a site's rooms and plans, looked at, compared, adopted; the area's check; the exam day."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from aiohttp import web

from backend.console.downloads import whole
from backend.console.pages import Pages, Visit, see_other
from backend.console.paging import paged
from backend.console.sent import a_key_of, exam_asked, numbers_of, row_key, small_number
from backend.console.uploads import uploaded
from backend.errors import Fault, Faulty
from backend.exams.catalogue import SiteFacts
from backend.exams.room_layout import usual_columns
from backend.seating.models import PlanState
from backend.seating.room_rules import FORMATS, MOST_ROOMS, RoomSaid
from backend.sheets import BadFile
from backend.staff.duties import Duty

pages = Pages()
ROOMS: Final = 50
PLANS: Final = 50
FIRST_SEEDS: Final = "1 2"


@pages.add("GET", "/seating", Duty.SEE_SEATING)
async def show_seating(visit: Visit) -> web.StreamResponse:
    return await _shown(visit, await exam_asked(visit))


@pages.add("POST", "/seating/{exam}/rooms", Duty.KEEP_ROOMS)
async def import_rooms(visit: Visit) -> web.StreamResponse:
    """The office's workbook, whole or not at all."""
    exam = visit.request.match_info["exam"]
    if (found := await uploaded(visit, "file")) is None:
        raise Faulty("request_faulty", faults=[Fault("file", "missing")])
    with TemporaryDirectory() as folder:
        file = Path(folder, found.name)
        await asyncio.to_thread(file.write_bytes, found.content)
        try:
            done = await visit.house.venues.load_for(visit.clerk, file, exam)
        except BadFile as bad:
            return await _shown(visit, exam, status=422, bad_file=bad.faults)
    return await _shown(visit, exam, imported=done)


@pages.add("POST", "/seating/{exam}/room", Duty.KEEP_ROOMS)
async def set_room(visit: Visit) -> web.StreamResponse:
    sent, exam = await visit.sent(), visit.request.match_info["exam"]
    seats = _number(sent, "seats")
    room = RoomSaid(
        venue=_number(sent, "venue"),
        number=_number(sent, "room"),
        seats=seats,
        columns=_number(sent, "columns") if sent.get("columns") else usual_columns(seats),
        place=sent.get("place", "").strip() or None,
        format=sent.get("format") or None,
        broken=tuple(numbers_of(sent.get("broken", ""), "broken")),
        wheelchair=tuple(numbers_of(sent.get("wheelchair", ""), "wheelchair")),
    )
    await visit.house.venues.set_room(
        visit.clerk, exam, room, name=sent.get("venue_name", ""), address=sent.get("address", "")
    )
    return see_other(f"/seating?exam={exam}")


@pages.add("POST", "/seating/{exam}/venues/{venue}/rooms/{room}/remove", Duty.KEEP_ROOMS)
async def remove_room(visit: Visit) -> web.StreamResponse:
    found = visit.request.match_info
    venue, room = (a_key_of(small_number, found[name], "room_unknown") for name in ("venue", "room"))
    await visit.house.venues.remove_room(visit.clerk, found["exam"], venue, room)
    return see_other(f"/seating?exam={found['exam']}")


@pages.add("POST", "/seating/{exam}/compare", Duty.ARRANGE_SEATS)
async def compare_plans(visit: Visit) -> web.StreamResponse:
    exam, seeds = visit.request.match_info["exam"], (await visit.sent()).get("seeds", "")
    previews = await visit.house.seating.compare(visit.clerk, exam, seeds=numbers_of(seeds, "seed"))
    return await _shown(visit, exam, previews=previews, seeds=seeds)


@pages.add("POST", "/seating/{exam}/adopt", Duty.ARRANGE_SEATS)
async def adopt_plan(visit: Visit) -> web.StreamResponse:
    exam, sent = visit.request.match_info["exam"], await visit.sent()
    seeds = numbers_of(sent.get("seed", ""), "seed")
    if len(seeds) != 1:
        raise Faulty("request_faulty", faults=[Fault("seed", "missing")])
    await visit.house.seating.adopt(visit.clerk, exam, seed=seeds[0], inputs_hash=sent.get("inputs_hash", ""))
    return see_other(f"/seating?exam={exam}")


@pages.add("POST", "/seating/{exam}/withdraw", Duty.ARRANGE_SEATS)
async def withdraw_plans(visit: Visit) -> web.StreamResponse:
    exam = visit.request.match_info["exam"]
    await visit.house.seating.withdraw(visit.clerk, exam, reason=(await visit.sent()).get("reason", ""))
    return see_other(f"/seating?exam={exam}")


@pages.add("GET", "/seating/plans/{plan}/manifest", Duty.SEE_SEATING)
async def fetch_manifest(visit: Visit) -> web.StreamResponse:
    plan = _plan(visit)
    text = await visit.house.seating_checks.manifest(visit.clerk, plan)
    return whole(text.encode(), f"plan-{plan}.json", "application/json")


@pages.add("POST", "/seating/plans/{plan}/freeze", Duty.CHECK_SEATING)
async def freeze_plan(visit: Visit) -> web.StreamResponse:
    plan = await visit.house.seating_checks.freeze(visit.clerk, _plan(visit))
    return await _back(visit, plan.exam_id)


@pages.add("POST", "/seating/plans/{plan}/send-back", Duty.CHECK_SEATING)
async def send_plan_back(visit: Visit) -> web.StreamResponse:
    reason = (await visit.sent()).get("reason", "")
    plan = await visit.house.seating_checks.send_back(visit.clerk, _plan(visit), reason=reason)
    return await _back(visit, plan.exam_id)


@pages.add("GET", "/exam-day", Duty.SEE_EXAM_DAY)
async def show_exam_day(visit: Visit) -> web.StreamResponse:
    code = await exam_asked(visit)
    subjects = await visit.house.exam_day.now(visit.clerk, code)
    exam, now = await visit.house.exams.exam(code), visit.house.clock.now()
    part = "HX-Request" in visit.request.headers
    template = "exam_day_now.html" if part else "exam_day.html"
    return visit.page(template, exam=exam, subjects=subjects, now=now)


async def _shown(visit: Visit, code: str, *, status: int = 200, **extra: object) -> web.Response:
    asked = visit.request.query
    after = numbers_of(asked.get("after", ""), "after")
    found_rooms = await visit.house.venues.rooms(
        visit.clerk, code, after=(after[0], min(after[1], MOST_ROOMS)) if len(after) == 2 else (0, 0), limit=ROOMS + 1
    )
    rooms, next_rooms = paged(found_rooms, ROOMS, lambda one: f"{one.venue_id} {one.number}")
    since = numbers_of(asked.get("plans_after", ""), "after")
    found_plans = await visit.house.seating_checks.plans(
        visit.clerk, code, after=since[0] if since else 0, limit=PLANS + 1
    )
    plans, next_plans = paged(found_plans, PLANS, lambda one: one.id)
    exams, _ = await visit.house.exams.exams(limit=1000)
    sites: dict[int, SiteFacts] = {}
    for site_id in {plan.site_id for plan in plans} | {room.venue.site_id for room in rooms}:
        sites[site_id] = await visit.house.exams.site_by_id(site_id)
    given = {"previews": None, "seeds": FIRST_SEEDS, "bad_file": None, "imported": None, **extra}
    return visit.page(
        "seating.html",
        status=status,
        exam=await visit.house.exams.exam(code),
        exams=exams,
        here="/seating",
        rooms=rooms,
        next_rooms=next_rooms,
        plans=plans,
        next_plans=next_plans,
        sites=sites,
        formats=FORMATS,
        withdrawable=any(plan.state in (PlanState.ADOPTED, PlanState.RETURNED) for plan in plans),
        **given,
    )


async def _back(visit: Visit, exam_id: int) -> web.Response:
    return see_other(f"/seating?exam={(await visit.house.exams.by_id(exam_id)).code}")


def _number(sent: Mapping[str, str], field: str) -> int:
    """Raises Faulty naming the field."""
    try:
        return small_number(sent.get(field, "").strip())
    except ValueError as error:
        raise Faulty("room_faulty", faults=[Fault(field, "malformed")]) from error


def _plan(visit: Visit) -> int:
    return a_key_of(row_key, visit.request.match_info["plan"], "plan_unknown")
