"""The exam's materials: who is late, what was handed over to whom, counted, sealed and signed, and what was wrong."""

from collections.abc import Mapping, Sequence
from typing import Final

from aiohttp import web

from backend.console.downloads import PDF, whole
from backend.console.pages import Pages, Visit, see_other
from backend.console.paging import paged
from backend.console.sent import a_key_of, exam_asked, instant_of, one_of, row_key, whole_number
from backend.custody.declaring import Declaration, Piece
from backend.custody.hand_overs import Counted
from backend.custody.materials import OF_SESSION, WHOSE, HandOverKind, Material, Side
from backend.custody.watches import Kept
from backend.errors import Fault, Faulty
from backend.staff.duties import Duty
from backend.staff.models import Level

pages = Pages()
PAGE: Final = 50
PIECES: Final = 10
"""Boxes and bags that one form has room for."""


@pages.add("GET", "/custody", Duty.SEE_CUSTODY)
async def show_custody(visit: Visit) -> web.StreamResponse:
    code, asked = await exam_asked(visit), visit.request.query
    after = {name: whole_number(asked.get(name, "")) for name in ("sites", "hand_overs", "incidents")}
    found_sites = await visit.house.duty_board.sites(visit.clerk, code, after=after["sites"], limit=PAGE + 1)
    sites, next_sites = paged(found_sites, PAGE, lambda one: one.site_id)
    areas = await visit.house.duty_board.areas(visit.clerk, code)
    found_hand_overs = await visit.house.hand_overs.all(visit.clerk, after=after["hand_overs"], limit=PAGE + 1)
    hand_overs, next_hand_overs = paged(found_hand_overs, PAGE, lambda one: one.id)
    found_incidents = await visit.house.incidents.all(visit.clerk, after=after["incidents"], limit=PAGE + 1)
    incidents, next_incidents = paged(found_incidents, PAGE, lambda one: one.id)
    exams, _ = await visit.house.exams.exams(limit=1000)
    places = {(one.area_id, one.site_id) for one in hand_overs} | {(one.area_id, one.site_id) for one in incidents}
    return visit.page(
        "custody.html",
        exam=await visit.house.exams.exam(code),
        exams=exams,
        here="/custody",
        offices=[*areas, *sites],
        hand_overs=hand_overs,
        incidents=incidents,
        names={place: await place_named(visit, *place) for place in places},
        next_sites=next_sites,
        next_hand_overs=next_hand_overs,
        next_incidents=next_incidents,
    )


@pages.add("GET", "/custody/{exam}/declare", Duty.HAND_OVER)
async def show_declaration(visit: Visit) -> web.StreamResponse:
    code = visit.request.match_info["exam"]
    exam, clerk = await visit.house.exams.exam(code), visit.clerk
    area = (await visit.house.exams.area_by_id(clerk.area_id)).name if clerk.area_id is not None else None
    sites = [] if clerk.level is Level.SITE else await visit.house.exams.sites(code, area)
    rooms = await visit.house.venues.rooms(clerk, code, limit=1000) if visit.may(Duty.SEE_SEATING) else []
    return visit.page(
        "custody_declare.html",
        exam=exam,
        kinds=[kind for kind in HandOverKind if clerk.level in WHOSE[kind].values()],
        of_session=OF_SESSION,
        materials=list(Material),
        sites=[one.site for one in sites],
        areas=[policy.area for policy in await visit.house.exams.policies(code)] if area is None else [],
        sessions=await visit.house.exams.sessions(code, area) if clerk.level is Level.SITE else [],
        venues=list({room.venue_id: room.venue for room in rooms}.values()) if clerk.level is Level.SITE else [],
        pieces=PIECES,
    )


@pages.add("POST", "/custody/{exam}/hand-overs", Duty.HAND_OVER)
async def declare(visit: Visit) -> web.StreamResponse:
    sent = await visit.sent()
    said = Declaration(
        number=sent.get("number", ""),
        kind=one_of(HandOverKind, sent.get("kind", ""), "kind"),
        place=sent.get("place", ""),
        batch=whole_number(sent.get("batch", "")),
        pieces=_pieces(sent),
        area_id=whole_number(sent.get("area", "")) or None,
        site_id=whole_number(sent.get("site", "")) or None,
        session_id=whole_number(sent.get("session", "")) or None,
        corrects=whole_number(sent.get("corrects", "")) or None,
    )
    made = await visit.house.declaring.declare(visit.clerk, visit.request.match_info["exam"], said)
    return see_other(f"/custody/hand-overs/{made.id}")


@pages.add("GET", "/custody/hand-overs/{hand_over}", Duty.SEE_CUSTODY)
async def show_hand_over(visit: Visit) -> web.StreamResponse:
    view = await visit.house.hand_overs.view(visit.clerk, _hand_over(visit))
    sides = WHOSE[view.hand_over.kind]
    return visit.page(
        "hand_over.html",
        view=view,
        sides=list(Side),
        level_of=sides,
        mine=[side for side in Side if sides[side] is visit.clerk.level] if visit.may(Duty.HAND_OVER) else [],
        receiver=Side.RECEIVER,
        has_boxes=any(one.item.material is Material.ANSWER_CARDS for one in view.items),
        place=await place_named(visit, view.hand_over.area_id, view.hand_over.site_id),
        wrongs=await visit.house.incidents.texts(view.hand_over.id),
    )


@pages.add("POST", "/custody/hand-overs/{hand_over}/count", Duty.HAND_OVER)
async def count(visit: Visit) -> web.StreamResponse:
    sent = await visit.sent()
    labels = {
        number: label for name, label in sent.items() for key, _, number in [name.partition("_")] if key == "label"
    }
    found = {
        label: Counted(
            counted=_count(sent.get(f"counted_{number}", "")),
            intact=sent.get(f"intact_{number}") == "yes",
            remark=sent.get(f"remark_{number}", ""),
        )
        for number, label in labels.items()
        if sent.get(f"counted_{number}", "")
    }
    await visit.house.hand_overs.count(visit.clerk, _hand_over(visit), found)
    return _back(visit)


@pages.add("POST", "/custody/counts/{count}/correct", Duty.HAND_OVER)
async def correct_count(visit: Visit) -> web.StreamResponse:
    sent = await visit.sent()
    anew = Counted(
        counted=_count(sent.get("counted", "")), intact=sent.get("intact") == "yes", remark=sent.get("remark", "")
    )
    number = a_key_of(row_key, visit.request.match_info["count"], "count_unknown")
    view = await visit.house.hand_overs.correct(visit.clerk, number, anew)
    return see_other(f"/custody/hand-overs/{view.hand_over.id}")


@pages.add("POST", "/custody/hand-overs/{hand_over}/sign", Duty.HAND_OVER)
async def sign(visit: Visit) -> web.StreamResponse:
    side = one_of(Side, (await visit.sent()).get("side", ""), "side")
    await visit.house.hand_overs.sign(visit.clerk, _hand_over(visit), side)
    return _back(visit)


@pages.add("POST", "/custody/hand-overs/{hand_over}/close", Duty.HAND_OVER)
async def close(visit: Visit) -> web.StreamResponse:
    await visit.house.hand_overs.close(visit.clerk, _hand_over(visit))
    return _back(visit)


@pages.add("POST", "/custody/hand-overs/{hand_over}/incident", Duty.HAND_OVER)
async def report_incident(visit: Visit) -> web.StreamResponse:
    await visit.house.incidents.report(visit.clerk, _hand_over(visit), (await visit.sent()).get("text", ""))
    return _back(visit)


@pages.add("POST", "/custody/hand-overs/{hand_over}/sheet", Duty.SEE_CUSTODY)
async def fetch_hand_over(visit: Visit) -> web.StreamResponse:
    pdf = await visit.house.custody_papers.hand_over(visit.clerk, _hand_over(visit))
    return whole(pdf, f"交接单-{_hand_over(visit)}.pdf", PDF)


@pages.add("POST", "/custody/hand-overs/{hand_over}/boxes", Duty.SEE_CUSTODY)
async def fetch_boxes(visit: Visit) -> web.StreamResponse:
    """The sheets that go onto the boxes of answer cards."""
    pdf = await visit.house.custody_papers.answer_card_boxes(visit.clerk, _hand_over(visit))
    return whole(pdf, f"答题卡回收单-{_hand_over(visit)}.pdf", PDF)


@pages.add("POST", "/custody/{exam}/watches", Duty.KEEP_WATCH)
async def keep_watch(visit: Visit) -> web.StreamResponse:
    sent, exam = await visit.sent(), visit.request.match_info["exam"]
    times = {name: instant_of(sent.get(name, ""), name) for name in ("starts_at", "ends_at")}
    starts_at, ends_at = times["starts_at"], times["ends_at"]
    if starts_at is None or ends_at is None:
        faults = [Fault(name, "missing") for name, at in times.items() if at is None]
        raise Faulty("watch_faulty", faults=faults)
    kept = Kept(first=sent.get("first", ""), second=sent.get("second", ""), starts_at=starts_at, ends_at=ends_at)
    await visit.house.watches.keep(visit.clerk, exam, kept)
    return see_other(f"/custody?exam={exam}")


def _pieces(sent: Mapping[str, str]) -> Sequence[Piece]:
    """Those whose label, seal or quantity was typed."""
    return [
        Piece(
            material=one_of(Material, sent.get(f"material_{n}", ""), "pieces.material"),
            label=sent.get(f"label_{n}", ""),
            seal=sent.get(f"seal_{n}", ""),
            quantity=whole_number(sent.get(f"quantity_{n}", "")),
            venue_id=whole_number(sent.get(f"venue_{n}", "")) or None,
        )
        for n in range(1, PIECES + 1)
        if any(sent.get(f"{name}_{n}") for name in ("label", "seal", "quantity"))
    ]


def _count(text: str) -> int:
    """Raises Faulty: what was counted is never guessed at."""
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise Faulty("request_faulty", faults=[Fault("found.counted", "malformed")])
    return int(text)


async def place_named(visit: Visit, area_id: int, site_id: int | None) -> str:
    """An office's place in words."""
    area = (await visit.house.exams.area_by_id(area_id)).name
    return f"{area} {(await visit.house.exams.site_by_id(site_id)).name}" if site_id is not None else area


def _hand_over(visit: Visit) -> int:
    return a_key_of(row_key, visit.request.match_info["hand_over"], "hand_over_unknown")


def _back(visit: Visit) -> web.Response:
    return see_other(f"/custody/hand-overs/{_hand_over(visit)}")
