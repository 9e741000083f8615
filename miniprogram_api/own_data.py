"""Everything that is held of a candidate, for the candidate."""

from typing import Any

from pydantic import BaseModel

from backend.privacy.export import Exporting
from backend.wording import Language, say
from miniprogram_api.pacing import EXPORTED
from miniprogram_api.requests import Caller
from miniprogram_api.shapes import Moment
from miniprogram_api.typed_routes import Routes

routes = Routes()


class PartOut(BaseModel):
    """What one table holds: `title` in words, `days`: how long it is kept at most, where that is fixed."""

    table: str
    title: str
    days: int | None
    rows: list[dict[str, Any]]


class ExportOut(BaseModel):
    exported_at: Moment
    items: list[PartOut]


@routes.add("GET", "/account/export", pace=EXPORTED)
async def export_account(caller: Caller, exporting: Exporting, language: Language) -> ExportOut:
    """All that is held of the candidate, unmasked; each export is on record."""
    export = await exporting.export(caller.candidate_id, actor=caller.actor)
    items = [
        PartOut(table=part.table, title=say("personal_data", part.table, language), days=part.days, rows=[*part.rows])
        for part in export.parts
    ]
    return ExportOut(exported_at=export.exported_at, items=items)
