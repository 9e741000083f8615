"""Writing one exam's publication into its tables, in the transaction of the loading."""

from collections.abc import Iterable, Mapping

from tortoise.models import Model

from backend.exams import exam_rows
from backend.exams.exam_rows import Ids, Row
from backend.exams.models import (
    Area,
    AreaPolicy,
    CalendarWindow,
    ConfirmationPoint,
    ConfirmationSlot,
    Exam,
    ExamLayer,
    ExamSession,
    Room,
    Site,
    SitePolicy,
    Venue,
)
from backend.exams.publication import Publication
from backend.exams.reconciling import reconcile


async def write(publication: Publication, site_codes: Mapping[tuple[str, str], str]) -> int:
    """Bring every row of the exam to what its files say; how many rows that changed, the exam's version left aside.

    `site_codes`: of every site named. Raises StillUsed where something of the candidates' stands in the way.
    """
    if publication.national is None:
        raise ValueError(f"{publication.code} has no national file")
    described = exam_rows.exam_row(*publication.national)
    changed = await reconcile(Exam, [described], key=["code"], within={"code": publication.code})
    exam = await Exam.get(code=publication.code)
    ids = await _ids(publication, site_codes)
    changed += await _of_exam(exam, ExamLayer, exam_rows.layer_rows(publication, ids), "area_id", "site_id", "part")
    windows = exam_rows.window_rows(publication, ids)
    changed += await _of_exam(exam, CalendarWindow, windows, "area_id", "site_id", "stage", "position")
    changed += await _of_exam(exam, AreaPolicy, exam_rows.area_policy_rows(publication, ids), "area_id")
    changed += await _of_exam(exam, SitePolicy, exam_rows.site_policy_rows(publication, ids), "site_id")
    changed += await _of_exam(exam, ConfirmationPoint, exam_rows.point_rows(publication, ids), "site_id", "name")
    changed += await _of_exam(exam, ConfirmationSlot, exam_rows.slot_rows(publication, ids), "site_id", "position")
    changed += await _of_exam(exam, ExamSession, exam_rows.session_rows(publication, ids), "area_id", "number")
    return changed + await _venues(exam, publication, ids)


async def _ids(publication: Publication, site_codes: Mapping[tuple[str, str], str]) -> Ids:
    """Keys of all areas and of the exam's sites; a new site gets its row. Sites never go: others point at them."""
    areas = {area.name: area.id for area in await Area.all().order_by("code")}
    sites: dict[tuple[str, str], int] = {}
    for area, name in publication.sites:
        code = site_codes[area, name]
        site, _ = await Site.get_or_create(area_id=areas[area], name=name, defaults={"code": code})
        sites[area, name] = site.id
    return Ids(areas=areas, sites=sites)


async def _of_exam(exam: Exam, model: type[Model], rows: Iterable[Row], *key: str) -> int:
    wanted = [{**row, "exam_id": exam.id} for row in rows]
    return await reconcile(model, wanted, key=key, within={"exam_id": exam.id})


async def _venues(exam: Exam, publication: Publication, ids: Ids) -> int:
    """Venues and rooms: new venues before their rooms, rooms gone before their venues.

    A venue that its site keeps by itself stays as the site has it.
    """
    kept = {(venue.site_id, venue.number) for venue in await Venue.filter(exam_id=exam.id, kept_by_site=True)}
    wanted = [
        {**row, "exam_id": exam.id}
        for row in exam_rows.venue_rows(publication, ids)
        if (row["site_id"], row["number"]) not in kept
    ]
    key, within = ["site_id", "number"], {"exam_id": exam.id, "kept_by_site": False}
    changed = await reconcile(Venue, wanted, key=key, within=within, keep=True)
    venues = {(venue.site_id, venue.number): venue.id for venue in await Venue.filter(**within)}
    rooms = exam_rows.room_rows(publication, ids, venues)
    of_files = {f"venue__{name}": value for name, value in within.items()}
    changed += await reconcile(Room, rooms, key=["venue_id", "number"], within=of_files)
    return changed + await reconcile(Venue, wanted, key=key, within=within)
