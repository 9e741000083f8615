"""Notices: what the nation, the candidate's area and their site have to say."""

from typing import Annotated

from pydantic import BaseModel, Field

from backend.exams.calendar import LayerName
from backend.notices.board import NoticeBoard, Shown
from backend.wording import Language, say
from miniprogram_api.shapes import In, Moment, Page, Text
from miniprogram_api.typed_routes import Routes, Urgency

routes = Routes(Urgency.LATER)
Name = Annotated[Text, Field(max_length=64)]
LARGEST_ID = 2**63 - 1


class NoticeQuery(In):
    """`after`: the `next` of the page before. Without a place: the nation's notices."""

    area: Name | None = None
    site: Name | None = Field(None, description="A site of the area; needs `area`")
    after: Annotated[int, Field(ge=1, le=LARGEST_ID)] | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50


class NoticeOut(BaseModel):
    """One notice in its latest wording; `version` grows with each. `warning`: what stands under every notice."""

    name: str
    from_layer: LayerName
    area: str | None
    site: str | None
    version: int
    title: str
    text: str
    published_at: Moment
    warning: str


@routes.add("GET", "/notices", refusals=(404,))
async def list_notices(query: NoticeQuery, board: NoticeBoard, language: Language) -> Page[NoticeOut]:
    """What hangs at this place, the newest first."""
    found, following = await board.shown(query.area, query.site, after=query.after, limit=query.limit)
    return Page(items=[_out(one, language) for one in found], next=str(following) if following else None)


def _out(one: Shown, language: Language) -> NoticeOut:
    return NoticeOut(
        name=one.name,
        from_layer=one.layer,
        area=one.area,
        site=one.site,
        version=one.number,
        title=one.title,
        text=one.text,
        published_at=one.published_at,
        warning=say("notices", "fraud_warning", language),
    )
