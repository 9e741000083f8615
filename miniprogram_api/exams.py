"""What was published: exams, their calendars, places, specialities and code lists."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from backend.clock import Clock
from backend.exams.calendar import LayerName, StageState, StageWindows
from backend.exams.catalogue import ExamFacts, Exams
from backend.exams.confirmation_places import Match
from backend.exams.reference import code_lists
from backend.exams.stages import Stage
from backend.wording import Language
from miniprogram_api.shapes import In, Moment, Page, T, Text
from miniprogram_api.typed_routes import Routes, Urgency

routes = Routes(Urgency.LATER)
Name = Annotated[Text, Field(max_length=64)]
MOST_A_PAGE = 100


class PageQuery(In):
    """`after`: the `next` of the page before."""

    after: Name | None = None
    limit: Annotated[int, Field(ge=1, le=MOST_A_PAGE)] = 50


class PlaceQuery(In):
    area: Name | None = None
    site: Name | None = None


class AreaQuery(PageQuery):
    area: Name | None = None


class SpecialityQuery(PageQuery):
    level: Literal["junior", "intermediate"] | None = None
    q: Name | None = Field(None, description="Part of the code or the name")


class PointQuery(In):
    area: Name
    site: Name
    employer: Name | None = None


class ExamOut(BaseModel):
    """`sample`: made up, not published."""

    code: str
    name: str
    kind: str
    year: int
    exam_days: list[date]
    subjects: list[str]
    sample: bool


class WindowOut(BaseModel):
    """From `opens_at` until just before `closes_at`; an edge that is null is not limited."""

    opens_at: Moment | None
    closes_at: Moment | None


class StageOut(BaseModel):
    """A stage's windows here, and the layer each comes from; `none`: no layer has it, so it is closed."""

    stage: Stage
    title: str
    windows: list[WindowOut]
    state: StageState
    from_layer: LayerName | None
    sample: bool


class AreaOut(BaseModel):
    name: str
    code: str
    confirmation_mode: str
    auto_confirmation: bool
    payment_mode: str
    sample: bool


class SiteOut(BaseModel):
    name: str
    code: str
    area: str
    phone: str | None
    sample: bool


class SpecialityOut(BaseModel):
    code: str
    name: str
    level: str
    subjects: list[str]
    sample: bool


class PointOut(BaseModel):
    """Where a candidate confirms, a point or one half day at it. `hand_in`: themselves between `opens_at` and
    `closes_at`, or to their unit before; `match`: why it is suggested."""

    id: int
    name: str
    phone: str | None
    address: str | None
    opens_at: Moment | None
    closes_at: Moment | None
    day: date | None
    half_day: str | None
    hand_in: Literal["self", "unit"]
    through_unit: bool
    match: str
    sample: bool

    @classmethod
    def of(cls, found: Match) -> "PointOut":
        place = found.place
        return cls(
            id=place.point_id,
            name=place.name,
            phone=place.phone,
            address=place.address,
            opens_at=place.opens_at,
            closes_at=place.closes_at,
            day=place.day,
            half_day=place.half_day,
            hand_in=found.hand_in,
            through_unit=found.through_unit,
            match=found.reason.name.lower(),
            sample=place.sample,
        )


class CodeOut(BaseModel):
    code: str
    text: str


class CodeListOut(BaseModel):
    name: str
    values: list[CodeOut]


@routes.add("GET", "/exams")
async def list_exams(query: PageQuery, exams: Exams) -> Page[ExamOut]:
    """The exams there are, the newest first."""
    found, following = await exams.exams(after=query.after, limit=query.limit)
    return Page(items=[_exam(exam) for exam in found], next=following)


@routes.add("GET", "/exams/{code}")
async def show_exam(code: str, exams: Exams) -> ExamOut:
    """One exam."""
    return _exam(await exams.exam(code))


@routes.add("GET", "/exams/{code}/calendar", refusals=(422,))
async def show_calendar(code: str, query: PlaceQuery, exams: Exams, clock: Clock, language: Language) -> Page[StageOut]:
    """Every stage as it holds at this place: the nation's, the area's or the site's windows."""
    calendar = await exams.calendar(code, query.area, query.site if query.area else None)
    now = clock.now()
    return Page(items=[_stage(stage, calendar.stage(stage), now, language) for stage in Stage])


@routes.add("GET", "/exams/{code}/areas")
async def list_areas(code: str, exams: Exams) -> Page[AreaOut]:
    """The 32 areas and how each holds this exam."""
    return Page(
        items=[
            AreaOut(
                name=policy.area.name,
                code=policy.area.code,
                confirmation_mode=policy.confirmation_mode,
                auto_confirmation=policy.auto_confirmation,
                payment_mode=policy.payment_mode,
                sample=policy.sample,
            )
            for policy in await exams.policies(code)
        ]
    )


@routes.add("GET", "/exams/{code}/sites")
async def list_sites(code: str, query: AreaQuery, exams: Exams) -> Page[SiteOut]:
    """The sites that the exam's notices name, of one area or all, by code."""
    found = await exams.sites(code, query.area)
    items = [
        SiteOut(name=one.site.name, code=one.site.code, area=one.site.area, phone=one.phone, sample=one.sample)
        for one in found
    ]
    return _page(items, [f"{one.area}{one.name}" for one in items], query)


@routes.add("GET", "/exams/{code}/specialities")
async def list_specialities(code: str, query: SpecialityQuery, exams: Exams) -> Page[SpecialityOut]:
    """The specialities of this kind of exam, by code."""
    found = await exams.specialities(code, level=query.level, search=query.q)
    items = [SpecialityOut.model_validate(one, from_attributes=True) for one in found]
    return _page(items, [one.code for one in items], query)


@routes.add("GET", "/exams/{code}/confirmation-points")
async def list_confirmation_points(code: str, query: PointQuery, exams: Exams) -> Page[PointOut]:
    """Where to confirm, best match for the employer first; the candidate chooses."""
    found = await exams.confirmation_places(code, query.area, query.site, employer=query.employer)
    return Page(items=[PointOut.of(one) for one in found])


@routes.add("GET", "/code-lists")
async def list_code_lists(language: Language) -> Page[CodeListOut]:
    """The values of the form's coded fields."""
    return Page(
        items=[
            CodeListOut(name=name, values=[CodeOut(code=value.code, text=value.text(language)) for value in values])
            for name, values in code_lists().items()
        ]
    )


def _exam(exam: ExamFacts) -> ExamOut:
    return ExamOut.model_validate(exam, from_attributes=True)


def _stage(stage: Stage, found: StageWindows, now: datetime, language: Language) -> StageOut:
    return StageOut(
        stage=stage,
        title=stage.title(language),
        windows=[WindowOut(opens_at=one.opens_at, closes_at=one.closes_at) for one in found.windows],
        state=found.state(now),
        from_layer=found.from_layer,
        sample=found.sample,
    )


def _page(items: list[T], keys: list[str], query: PageQuery) -> Page[T]:
    """The part of the list that follows `after`; an unknown key starts anew."""
    start = keys.index(query.after) + 1 if query.after in keys else 0
    end = start + query.limit
    return Page(items=items[start:end], next=keys[end - 1] if end < len(items) else None)
