"""成绩合并: last year's record under another document, tied to a registration by what papers were seen."""

from aiohttp import web

from backend.console.pages import Pages, Visit, see_other
from backend.console.sent import lines_of, registration_of
from backend.errors import Conflict
from backend.staff.duties import Duty

pages = Pages()


@pages.add("GET", "/registrations/{registration}/merge", Duty.MERGE_SCORES)
async def show_record(visit: Visit) -> web.StreamResponse:
    """The record that would be merged beside who asks; or why there is none to merge."""
    row = await visit.house.cases.find(visit.clerk, registration_of(visit))
    record = refusal = None
    try:
        record = await visit.house.score_merging.look_up(visit.clerk, row.id)
    except Conflict as refused:
        refusal = refused
    return visit.page("merge.html", row=row, record=record, refusal=refusal)


@pages.add("POST", "/registrations/{registration}/merge", Duty.MERGE_SCORES)
async def merge(visit: Visit) -> web.StreamResponse:
    registration, sent = registration_of(visit), await visit.sent()
    await visit.house.score_merging.merge(visit.clerk, registration, evidence=lines_of(sent, "evidence"))
    return see_other(f"/registrations/{registration}")
