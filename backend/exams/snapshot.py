"""Everything published, read whole from the database into plain data: some hundred rows an exam, once a change."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from backend.exams.calendar import Calendar, Layer, Window
from backend.exams.facts import (
    AreaFacts,
    ExamFacts,
    ExamSite,
    PointFacts,
    Policy,
    SessionFacts,
    SiteFacts,
    SlotFacts,
    SpecialityFacts,
)
from backend.exams.facts_of_rows import (
    area_facts,
    area_policy,
    exam_facts,
    exam_site,
    local,
    point_facts,
    session_facts,
    site_facts,
    slot_facts,
    speciality_facts,
)
from backend.exams.models import (
    Area,
    AreaPolicy,
    CalendarWindow,
    ConfirmationPoint,
    ConfirmationSlot,
    Exam,
    ExamSession,
    Site,
    SitePolicy,
    Speciality,
)
from backend.exams.publication import Place, level_of, places_down_to
from backend.exams.stages import Stage

T = TypeVar("T")
K = TypeVar("K")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamSnapshot:
    """One exam. Sites are keyed by their id, areas by their name."""

    facts: ExamFacts
    layers: Mapping[Place, Layer]
    policies: Mapping[str, Policy]
    sites: Mapping[int, ExamSite]
    points: Mapping[int, Sequence[PointFacts]]
    slots: Mapping[int, Sequence[SlotFacts]]
    sessions: Sequence[SessionFacts]
    _calendars: dict[Place, Calendar] = field(default_factory=dict)

    def calendar(self, area: str | None, site: str | None) -> Calendar:
        """Built once for each place that is asked for."""
        found = self._calendars.get((area, site))
        if found is None:
            layers = [self.layers[place] for place in places_down_to(area, site) if place in self.layers]
            found = self._calendars[area, site] = Calendar(tuple(layers))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """All exams, areas, sites and specialities. `versions`: what the exams' versions were when it was read."""

    versions: Mapping[str, int]
    exams: Mapping[str, ExamSnapshot]
    areas: Mapping[str, AreaFacts]
    sites: Mapping[tuple[str, str], SiteFacts]
    specialities: Mapping[str, Mapping[str, SpecialityFacts]]


async def read_snapshot(versions: Mapping[str, int]) -> Snapshot:
    """Read everything; the caller makes sure that the versions still stand afterwards."""
    areas = {row.id: area_facts(row) for row in await Area.all().order_by("code")}
    sites = {row.id: site_facts(row, areas) for row in await Site.all().order_by("area_id", "code")}
    exams = [await _exam(exam_facts(row), areas, sites) for row in await Exam.all()]
    kinds = _grouped(
        [speciality_facts(row) for row in await Speciality.all().order_by("kind", "code")],
        by=lambda speciality: speciality.kind,
    )
    return Snapshot(
        versions=versions,
        exams={exam.facts.code: exam for exam in exams},
        areas={area.name: area for area in areas.values()},
        sites={(site.area, site.name): site for site in sites.values()},
        specialities={kind: {found.code: found for found in every} for kind, every in kinds.items()},
    )


async def _exam(facts: ExamFacts, areas: Mapping[int, AreaFacts], sites: Mapping[int, SiteFacts]) -> ExamSnapshot:
    policies = await AreaPolicy.filter(exam_id=facts.id)
    points = await ConfirmationPoint.filter(exam_id=facts.id).order_by("id")
    slots = await ConfirmationSlot.filter(exam_id=facts.id).order_by("site_id", "position")
    sessions = await ExamSession.filter(exam_id=facts.id).order_by("number")
    by_code = sorted(policies, key=lambda policy: areas[policy.area_id].code)
    return ExamSnapshot(
        facts=facts,
        layers=await _layers(facts, areas, sites),
        policies={areas[row.area_id].name: area_policy(row, areas[row.area_id], facts) for row in by_code},
        sites={row.site_id: exam_site(row, sites[row.site_id]) for row in await SitePolicy.filter(exam_id=facts.id)},
        points=_grouped([point_facts(row) for row in points], by=lambda point: point.site_id),
        slots=_grouped([slot_facts(row) for row in slots], by=lambda slot: slot.site_id),
        sessions=[session_facts(row, areas) for row in sessions],
    )


async def _layers(
    facts: ExamFacts, areas: Mapping[int, AreaFacts], sites: Mapping[int, SiteFacts]
) -> Mapping[Place, Layer]:
    def place(row: CalendarWindow) -> Place:
        area = areas[row.area_id].name if row.area_id else None
        return area, sites[row.site_id].name if row.site_id else None

    rows = await CalendarWindow.filter(exam_id=facts.id).order_by("stage", "position")
    return {where: _layer(where, of_place) for where, of_place in _grouped(rows, by=place).items()}


def _layer(place: Place, rows: Sequence[CalendarWindow]) -> Layer:
    stages = _grouped(rows, by=lambda row: Stage(row.stage))
    return Layer(
        name=level_of(place),
        windows={stage: [_window(row) for row in of_stage] for stage, of_stage in stages.items()},
        samples=frozenset(Stage(row.stage) for row in rows if row.sample),
    )


def _window(row: CalendarWindow) -> Window:
    return Window(
        opens_at=local(row.opens_at) if row.opens_at else None,
        closes_at=local(row.closes_at) if row.closes_at else None,
    )


def _grouped(items: Iterable[T], *, by: Callable[[T], K]) -> dict[K, list[T]]:
    """The items under what each belongs to, in their order."""
    groups: dict[K, list[T]] = {}
    for item in items:
        groups.setdefault(by(item), []).append(item)
    return groups
