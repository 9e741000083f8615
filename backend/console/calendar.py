"""The calendar: the levels side by side, and the clerk's own windows moved, looked at before they are."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from aiohttp import web

from backend.clock import EXAM_ZONE
from backend.console.bars import Scale
from backend.console.pages import Pages, Visit, see_other
from backend.console.sent import instant_of
from backend.errors import NotFound, Outdated
from backend.exams.calendar import Window
from backend.exams.calendar_changes import Edges
from backend.exams.stages import Stage
from backend.registrations.calendar_editing import LONGEST, Timeline
from backend.staff.duties import Duty

pages = Pages()
SPARE: Final = 1
"""Empty windows to fill in beside those there are."""


@pages.add("GET", "/calendar", Duty.SEE_CALENDAR)
async def show_calendar(visit: Visit) -> web.StreamResponse:
    asked = visit.request.query
    exams, _ = await visit.house.exams.exams(limit=1000)
    code = asked.get("exam") or (await visit.house.exams.in_progress(visit.house.clock.now())).code
    timeline = await visit.house.calendar_editing.timeline(
        visit.clerk, code, area=asked.get("area") or None, site=asked.get("site") or None
    )
    now = visit.house.clock.now()
    areas, sites = await visit.house.exams.places_by_code()
    return visit.page(
        "calendar.html",
        timeline=timeline,
        scale=Scale.of(_windows(timeline), now),
        now=now,
        exams=exams,
        areas=areas,
        sites=[one for one in sites if one.area == timeline.place[0]],
        saved=asked.get("saved", ""),
    )


@pages.add("GET", "/calendar/{exam}/stages/{stage}", Duty.EDIT_CALENDAR)
async def show_stage(visit: Visit) -> web.StreamResponse:
    editing = await visit.house.calendar_editing.editing(visit.clerk, visit.request.match_info["exam"], _stage(visit))
    given = editing.own or editing.holds.windows
    edges = [(_typed(window.opens_at), _typed(window.closes_at)) for window in given]
    return visit.page("calendar_stage.html", editing=editing, edges=_with_spare(edges), faults=[])


@pages.add("POST", "/calendar/{exam}/stages/{stage}/preview", Duty.EDIT_CALENDAR)
async def preview_stage(visit: Visit) -> web.StreamResponse:
    sent, exam = await visit.sent(), visit.request.match_info["exam"]
    wanted = _wanted(sent)
    preview = await visit.house.calendar_editing.preview(visit.clerk, exam, _stage(visit), wanted)
    edges = [(sent.get(f"opens_{n}", ""), sent.get(f"closes_{n}", "")) for n in range(1, LONGEST + 1)]
    edges = [pair for pair in edges if any(pair)]
    if preview.faults:
        return visit.page(
            "calendar_stage.html",
            status=422,
            editing=preview.editing,
            edges=_with_spare(edges),
            faults=preview.faults,
        )
    now = visit.house.clock.now()
    scale = Scale.of([*preview.editing.holds.windows, *preview.after.windows, *preview.editing.above.windows], now)
    return visit.page(
        "calendar_preview.html", preview=preview, edges=edges, take_back=wanted is None, scale=scale, now=now
    )


@pages.add("POST", "/calendar/{exam}/stages/{stage}", Duty.EDIT_CALENDAR)
async def save_stage(visit: Visit) -> web.StreamResponse:
    sent, stage = await visit.sent(), _stage(visit)
    exam = visit.request.match_info["exam"]
    if not sent.get("mark"):
        raise Outdated("calendar_changed")
    await visit.house.calendar_editing.save(visit.clerk, exam, stage, _wanted(sent), mark=sent["mark"])
    return see_other(f"/calendar?exam={exam}&saved={stage}#{stage}")


def _stage(visit: Visit) -> Stage:
    """Raises NotFound `stage_unknown`."""
    try:
        return Stage(visit.request.match_info["stage"])
    except ValueError as error:
        raise NotFound("stage_unknown") from error


def _windows(timeline: Timeline) -> list[Window]:
    return [window for line in timeline.lines for layer in line.layers for window in layer.windows]


def _wanted(sent: Mapping[str, str]) -> Sequence[Edges] | None:
    """The windows as typed, those left empty left out; None where the office's own word is to be taken back."""
    if sent.get("take_back"):
        return None
    edges = [
        (instant_of(sent.get(f"opens_{n}", ""), "windows"), instant_of(sent.get(f"closes_{n}", ""), "windows"))
        for n in range(1, LONGEST + 1)
    ]
    return [pair for pair in edges if any(pair)]


def _typed(at: datetime | None) -> str:
    return at.astimezone(EXAM_ZONE).strftime("%Y-%m-%dT%H:%M") if at else ""


def _with_spare(edges: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [*edges, *[("", "")] * SPARE][:LONGEST]
