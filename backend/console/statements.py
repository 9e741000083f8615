"""What offices state of an exam's materials: made, corrected, read and printed; and the word that lets data go."""

from collections.abc import Sequence
from typing import Any, Final

from aiohttp import web

from backend.console.custody import place_named
from backend.console.downloads import PDF, whole
from backend.console.pages import Pages, Visit, see_other
from backend.console.paging import paged
from backend.console.sent import a_key_of, after_of, row_key, whole_number
from backend.console.statement_forms import FORMS, SPARE_ROWS, Typed, content_of, typed_in, typed_of
from backend.custody.hours import Batch, CustodyDuty, DutyState
from backend.custody.materials import Material
from backend.custody.models import StatementKind
from backend.custody.statements import OF_BATCH, WHOSE, SpareCounts, SparePapers, Stated
from backend.custody.times import batches_at
from backend.errors import Conflict, Faulty, NotFound, Refusal
from backend.exams.catalogue import ExamFacts
from backend.staff.duties import Duty
from backend.staff.models import Level

pages = Pages()
PAGE: Final = 50
STATED: Final = tuple(kind for kind in StatementKind if kind is not StatementKind.DATA_COMPLETE)
COUNTS: Final = frozenset({"quantity", *SpareCounts.model_fields} - {"venue_id", "subject"})
PRINTED: Final = frozenset({StatementKind.OFFICES, StatementKind.DESTROYED})


@pages.add("GET", "/custody/{exam}/statements", Duty.SEE_CUSTODY)
async def list_statements(visit: Visit) -> web.StreamResponse:
    """What the office has to state and has stated, and all statements of its scope."""
    exam = await _exam(visit)
    found = await visit.house.statements.all(visit.clerk, exam.code, after=after_of(visit), limit=PAGE + 1)
    statements, after = paged(found, PAGE, lambda one: one.id)
    corrected = await visit.house.statements.corrected(visit.clerk, [one.id for one in statements])
    held = await _batches(visit, exam)
    mine = [kind for kind in STATED if visit.may(Duty.STATE_CUSTODY) and visit.clerk.level in WHOSE[kind]]
    own = [(kind, batch, await _standing(visit, exam.code, kind, batch)) for kind in mine for batch in _of(kind, held)]
    places = {(one.area_id, one.site_id) for one in statements}
    return visit.page(
        "statements.html",
        exam=exam,
        own=own,
        statements=statements,
        corrected=corrected,
        after=after,
        names={place: await place_named(visit, *place) for place in places},
        batches=held,
    )


@pages.add("GET", "/custody/{exam}/statements/{statement}", Duty.STATE_CUSTODY)
async def show_form(visit: Visit) -> web.StreamResponse:
    kind, batch = _kind(visit), whole_number(visit.request.query.get("batch", ""))
    exam = await _exam(visit)
    standing = await _standing(visit, exam.code, kind, batch)
    typed = typed_of(standing.content) if standing else typed_in(kind, {})
    return await _form(visit, exam, kind, batch, typed, corrects=standing.id if standing else None)


@pages.add("POST", "/custody/{exam}/statements/{statement}", Duty.STATE_CUSTODY)
async def state(visit: Visit) -> web.StreamResponse:
    """Refused, the form comes back with what was typed."""
    kind, sent = _kind(visit), await visit.sent()
    exam, batch = await _exam(visit), whole_number(sent.get("batch", ""))
    corrects, typed = whole_number(sent.get("corrects", "")) or None, typed_in(kind, sent)
    try:
        content = content_of(kind, typed)
        stated = await visit.house.statements.state(
            visit.clerk, exam.code, kind, content, batch=batch, corrects=corrects
        )
    except (Faulty, Conflict) as refusal:
        return await _form(visit, exam, kind, batch, typed, corrects=corrects, refusal=refusal)
    return see_other(f"/custody/stated/{stated.id}")


@pages.add("GET", "/custody/stated/{stated}", Duty.SEE_CUSTODY)
async def show_statement(visit: Visit) -> web.StreamResponse:
    stated = await _stated(visit)
    exam = await visit.house.exams.by_id(stated.exam_id)
    stands = not await visit.house.statements.corrected(visit.clerk, [stated.id])
    is_own = visit.may(Duty.STATE_CUSTODY) and (visit.clerk.level is Level.SITE or stated.site_id is None)
    return visit.page(
        "stated.html",
        exam=exam,
        stated=stated,
        place=await place_named(visit, stated.area_id, stated.site_id),
        form=FORMS[stated.kind],
        typed=typed_of(stated.content),
        venues=await _venues(visit, exam) if stated.kind is StatementKind.SPARE_PAPERS else {},
        stands=stands,
        correctable=stands and is_own and stated.kind in STATED,
        printed=_printed(visit, stated) if stands else [],
    )


@pages.add("POST", "/custody/stated/{stated}/paper", Duty.SEE_CUSTODY)
async def print_statement(visit: Visit) -> web.StreamResponse:
    """The paper that says what stands now. Raises NotFound for a kind that no paper is drawn of."""
    stated, papers = await _stated(visit), visit.house.custody_papers
    if not _printed(visit, stated):
        raise NotFound("statement_unknown")
    exam = await visit.house.exams.by_id(stated.exam_id)
    if stated.kind is StatementKind.OFFICES:
        pdf = await papers.office_list(visit.clerk, exam.code, site_id=stated.site_id)
    elif stated.kind is StatementKind.DESTROYED:
        pdf = await papers.destruction_record(visit.clerk, exam.code, site_id=stated.site_id)
    else:
        venue = whole_number((await visit.sent()).get("venue", ""))
        pdf = await papers.spare_paper_return(visit.clerk, exam.code, venue, batch=stated.batch)
    return whole(pdf, f"{stated.kind}-{stated.id}.pdf", PDF)


@pages.add("POST", "/custody/{exam}/computer-return", Duty.SEE_CUSTODY)
async def print_return(visit: Visit) -> web.StreamResponse:
    """What a batch of the computer exam gives back."""
    batch = whole_number((await visit.sent()).get("batch", ""))
    exam = await _exam(visit)
    pdf = await visit.house.custody_papers.computer_exam_return(visit.clerk, exam.code, batch=batch)
    return whole(pdf, f"机考物品回收清单-{batch}.pdf", PDF)


@pages.add("GET", "/custody/{exam}/word", Duty.GIVE_WORD)
async def show_word(visit: Visit) -> web.StreamResponse:
    """The sites below, by batch: for which the word was given that their data is whole."""
    exam = await _exam(visit)
    found = await visit.house.duty_board.sites(visit.clerk, exam.code, after=after_of(visit), limit=PAGE + 1)
    sites, after = paged(found, PAGE, lambda one: one.site_id)
    lines = [
        (office, line.duty, line.state)
        for office in sites
        for line in office.duties
        if line.duty.duty is CustodyDuty.DATA_DELETED
    ]
    return visit.page("custody_word.html", exam=exam, lines=lines, after=after, waiting=DutyState.WAITING)


@pages.add("POST", "/custody/{exam}/word", Duty.GIVE_WORD)
async def give_word(visit: Visit) -> web.StreamResponse:
    sent, exam = await visit.sent(), await _exam(visit)
    await visit.house.statements.state(
        visit.clerk,
        exam.code,
        StatementKind.DATA_COMPLETE,
        {},
        batch=whole_number(sent.get("batch", "")),
        site_id=whole_number(sent.get("site", "")),
    )
    return see_other(f"/custody/{exam.code}/word")


async def _form(
    visit: Visit,
    exam: ExamFacts,
    kind: StatementKind,
    batch: int,
    typed: Typed,
    *,
    corrects: int | None,
    refusal: Refusal | None = None,
) -> web.Response:
    rows = {group: [*typed[group], *({} for _ in range(SPARE_ROWS))] for group in FORMS[kind].groups}
    spare = kind is StatementKind.SPARE_PAPERS
    return visit.page(
        "statement.html",
        status=refusal.status if refusal else 200,
        exam=exam,
        kind=kind,
        batch=batch,
        form=FORMS[kind],
        typed=typed,
        rows=rows,
        corrects=corrects,
        refusal=refusal,
        counts=COUNTS,
        materials=list(Material),
        venues=await _venues(visit, exam) if spare else {},
        subjects=await _subjects(visit, exam) if spare else [],
    )


def _kind(visit: Visit) -> StatementKind:
    """Raises NotFound `statement_unknown`, also for one that another level states."""
    kind = a_key_of(StatementKind, visit.request.match_info["statement"], "statement_unknown")
    if kind not in STATED or visit.clerk.level not in WHOSE[kind]:
        raise NotFound("statement_unknown")
    return kind


def _of(kind: StatementKind, held: Sequence[Batch]) -> list[int]:
    """The batches of which it is stated; 0: of the whole exam."""
    return [batch.number for batch in held] if kind in OF_BATCH else [0]


def _printed(visit: Visit, stated: Stated) -> list[int]:
    """What the clerk's office prints of it: of spare papers the venues, of another kind 0, or nothing."""
    if isinstance(stated.content, SparePapers):
        return list({one.venue_id: None for one in stated.content.counts}) if visit.clerk.level is Level.SITE else []
    is_below = stated.site_id is not None or visit.clerk.level is Level.AREA
    return [0] if stated.kind in PRINTED and is_below else []


async def _standing(visit: Visit, exam: str, kind: StatementKind, batch: int) -> Stated | None:
    """Of the clerk's own office."""
    try:
        return await visit.house.statements.latest(visit.clerk, exam, kind, batch=batch)
    except NotFound:
        return None


async def _stated(visit: Visit) -> Stated:
    number = a_key_of(row_key, visit.request.match_info["stated"], "statement_unknown")
    return await visit.house.statements.one(visit.clerk, number)


async def _exam(visit: Visit) -> ExamFacts:
    return await visit.house.exams.exam(visit.request.match_info["exam"])


async def _batches(visit: Visit, exam: ExamFacts) -> Sequence[Batch]:
    """Of the clerk's area; of the centre, which has none, nothing."""
    if visit.clerk.area_id is None:
        return []
    area = await visit.house.exams.area_by_id(visit.clerk.area_id)
    return await batches_at(visit.house.exams, exam, area.name)


async def _venues(visit: Visit, exam: ExamFacts) -> dict[str, str]:
    """The site's venues: key, as a form has it → name."""
    if not visit.may(Duty.SEE_SEATING):
        return {}
    rooms: Sequence[Any] = await visit.house.venues.rooms(visit.clerk, exam.code, limit=1000)
    return {str(room.venue_id): room.venue.name for room in rooms}


async def _subjects(visit: Visit, exam: ExamFacts) -> list[str]:
    area = await visit.house.exams.area_by_id(visit.clerk.area_id or 0)
    return list({one.subject: None for one in await visit.house.exams.sessions(exam.code, area.name)})
