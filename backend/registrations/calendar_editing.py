"""The calendar at an office's desk: what each level says, what a change would move, and the change itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Protocol
from uuid import UUID

from tortoise.expressions import Q

from backend.audit import AuditRecord, record
from backend.clock import EXAM_ZONE, Clock
from backend.database import Database
from backend.errors import Conflict, Fault, Faulty, NotFound, Outdated
from backend.exams.calendar import Calendar, Layer, LayerName, StageWindows, Window
from backend.exams.calendar_changes import Change, Edges, Held, faults_of, windows_of
from backend.exams.catalogue import ExamFacts, Exams
from backend.exams.exam_file import FilesRefused
from backend.exams.facts_of_rows import local
from backend.exams.file_shape import OFFICE_PART
from backend.exams.layers_of_stage import StageLayers, layers_of_stage
from backend.exams.loading import ExamLoading
from backend.exams.models import CalendarWindow, Site
from backend.exams.office_layer import files_word, office_word
from backend.exams.publication import Place, level_of, places_down_to
from backend.exams.stages import Stage
from backend.registrations.models import State
from backend.staff.duties import Duty
from backend.staff.models import StaffMember
from backend.staff.scope import Clerk
from backend.staff.sites import place_of

Fate = Literal["moved", "taken_back", "late"]
ACT: Final = "calendar:edited"
LONGEST: Final = 8
"""Windows of one stage, at most."""
TOUCHED: Final = """
SELECT state, count(*) AS registrations FROM registration WHERE exam_id = $1 AND site_id = ANY($2::bigint[])
GROUP BY state ORDER BY state
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetBy:
    """Who set an office's own windows of a stage, and when; a sample's or a file's have nobody."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerLine:
    """What one level says of one stage. `source`: the published file, where no office has set it since."""

    layer: LayerName
    windows: tuple[Window, ...]
    source: str
    set: SetBy | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StageLine:
    """One stage: every level that speaks of it, from the nation down, and what holds."""

    stage: Stage
    layers: Sequence[LayerLine]
    holds: StageWindows


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """The calendar at one place. `own`: the place is the clerk's own office's."""

    exam: ExamFacts
    place: Place
    own: bool
    lines: Sequence[StageLine]


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Reminders that are planned now: told at another time (`becomes`), taken back, or too late to be told."""

    kind: str
    fate: Fate
    was: datetime
    becomes: datetime | None
    reminders: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Editing:
    """A stage at the clerk's own place. `own`: what the office has set itself or its files say; `mark`: of all that
    was read, to be sent back with a change. `set_here`: by the office, so that it can be taken back."""

    exam: ExamFacts
    place: Place
    stage: Stage
    own: tuple[Window, ...]
    above: StageWindows
    holds: StageWindows
    set_here: bool
    mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a change would do; `faults`: why it can't be; `reminders`: None where they are too many to be counted."""

    editing: Editing
    after: StageWindows
    faults: Sequence[Fault]
    touched: Mapping[State, int]
    reminders: Sequence[Moved] | None

    @property
    def changes_nothing(self) -> bool:
        return not self.faults and self.after.windows == self.editing.holds.windows


class ReminderForecast(Protocol):
    """What would become of the reminders planned for candidates of these sites; None where nobody can say in time."""

    async def of(self, exam_code: str, supposed: Exams, sites: Sequence[int]) -> Sequence[Moved] | None: ...


class CalendarEditing:
    """Reads of all levels, and changes of the clerk's own."""

    def __init__(
        self, *, database: Database, clock: Clock, exams: Exams, loading: ExamLoading, forecast: ReminderForecast
    ) -> None:
        self._database, self._clock, self._exams = database, clock, exams
        self._loading, self._forecast = loading, forecast

    async def timeline(
        self, clerk: Clerk, exam_code: str, *, area: str | None = None, site: str | None = None
    ) -> Timeline:
        """The calendar at a place inside the clerk's scope, their own where none is named.

        Raises NotAllowed; NotFound `exam_unknown`, `area_unknown`, `site_unknown`.
        """
        clerk.require(Duty.SEE_CALENDAR)
        exam, own = await self._exams.exam(exam_code), await place_of(clerk)
        place = await self._inside(own, area, site)
        rows, sets = await self._rows(exam, place), await self._sets(exam_code)
        calendar = Calendar(tuple(_layer(one, rows[one]) for one in places_down_to(*place) if one in rows))
        lines = [
            StageLine(
                stage=stage,
                layers=[_line(one, rows[one][stage], sets) for one in rows if stage in rows[one]],
                holds=calendar.stage(stage),
            )
            for stage in Stage
        ]
        return Timeline(exam=exam, place=place, own=place == own, lines=lines)

    async def editing(self, clerk: Clerk, exam_code: str, stage: Stage) -> Editing:
        """A stage at the clerk's own place. Raises NotAllowed, NotFound `exam_unknown`."""
        clerk.require(Duty.EDIT_CALENDAR)
        exam, place = await self._exams.exam(exam_code), await place_of(clerk)
        return await self._editing(exam, place, await layers_of_stage(exam_code, stage))

    async def preview(self, clerk: Clerk, exam_code: str, stage: Stage, wanted: Sequence[Edges] | None) -> Preview:
        """What these windows would change; None: the published files' word again. Nothing is written.

        Raises NotAllowed; NotFound `exam_unknown`; Faulty where no window, or too many, are given.
        """
        clerk.require(Duty.EDIT_CALENDAR)
        exam, place = await self._exams.exam(exam_code), await place_of(clerk)
        known = await layers_of_stage(exam_code, stage)
        windows, faults = await self._wanted(exam_code, place, stage, wanted)
        after = known.supposing(place, windows)
        faults = faults or faults_of(_change(known, after, place), at=self._clock.now())
        sites = [] if faults else await self._touched_sites(known, after, place)
        rows = await self._database.rows(TOUCHED, exam.id, sites) if sites else []
        supposed = await self._exams.supposing(exam_code, place, stage, windows)
        return Preview(
            editing=await self._editing(exam, place, known),
            after=after.calendar(place).stage(stage),
            faults=faults,
            touched={State(row["state"]): row["registrations"] for row in rows},
            reminders=await self._forecast.of(exam_code, supposed, sites) if sites else [],
        )

    async def save(
        self, clerk: Clerk, exam_code: str, stage: Stage, wanted: Sequence[Edges] | None, *, mark: str
    ) -> None:
        """Set the own windows of the stage; None: the published files' word again. The same twice changes nothing.

        `mark`: of what the change was decided on. Raises NotAllowed; NotFound `exam_unknown`; Outdated
        `calendar_changed`; Faulty `calendar_change_refused` with every reason.
        """
        clerk.require(Duty.EDIT_CALENDAR)
        await self._exams.exam(exam_code)
        place = await place_of(clerk)

        async def first() -> bool:
            known = await layers_of_stage(exam_code, stage)
            windows, faults = await self._wanted(exam_code, place, stage, wanted)
            after = known.supposing(place, windows)
            is_new = known.own(place) != after.own(place)
            if is_new and known.mark(place) != mark:
                raise Outdated("calendar_changed")
            if found := faults or faults_of(_change(known, after, place), at=self._clock.now()):
                raise Faulty("calendar_change_refused", faults=found)
            if is_new:
                await self._recorded(clerk, exam_code, place, stage, known.own(place), after.own(place))
            return is_new

        kept = [] if wanted is None else windows_of(wanted)[0]
        try:
            await self._loading.amend(exam_code, place, stage, kept, actor=clerk.actor, first=first)
        except FilesRefused as refused:
            raise Conflict("calendar_files_disagree", reason=refused.faults[0].message) from refused

    async def _recorded(
        self, clerk: Clerk, exam_code: str, place: Place, stage: Stage, was: Sequence[Window], now: Sequence[Window]
    ) -> None:
        area, site = place
        where = {"area": area, "site": site, "stage": stage.value}
        before, after = ({**where, "windows": [_written(one) for one in given]} for given in (was, now))
        await record(self._clock, clerk.actor, ACT, "calendar", exam_code, before=before, after=after)

    async def _wanted(
        self, exam_code: str, place: Place, stage: Stage, wanted: Sequence[Edges] | None
    ) -> tuple[Sequence[Window], list[Fault]]:
        """The place's own windows as they would be, and what is wrong with them by themselves."""
        if wanted is None:
            return (await files_word(exam_code, place)).get(stage, ()), []
        if not wanted:
            raise Faulty("calendar_change_refused", faults=[Fault("windows", "missing")])
        if len(wanted) > LONGEST:
            raise Faulty("calendar_change_refused", faults=[Fault("windows", "too_many_windows")])
        return windows_of(wanted)

    async def _editing(self, exam: ExamFacts, place: Place, known: StageLayers) -> Editing:
        above = [one for one in places_down_to(*place) if one != place]
        parent = known.calendar(above[-1]).stage(known.stage) if above else StageWindows()
        return Editing(
            exam=exam,
            place=place,
            stage=known.stage,
            own=known.own(place),
            above=parent,
            holds=known.calendar(place).stage(known.stage),
            set_here=known.stage in await office_word(exam.code, place),
            mark=known.mark(place),
        )

    async def _touched_sites(self, known: StageLayers, after: StageLayers, place: Place) -> list[int]:
        """The sites under the place at which another window would hold."""
        area, site = place
        of_area = {"area__name": area} if area is not None else {}
        of_site = {"name": site} if site is not None else {}
        rows = await Site.filter(**of_area, **of_site).values("id", "name", "area__name")
        return [
            row["id"]
            for row in rows
            for one in [(row["area__name"], row["name"])]
            if known.calendar(one).stage(known.stage).windows != after.calendar(one).stage(known.stage).windows
        ]

    async def _rows(self, exam: ExamFacts, place: Place) -> dict[Place, dict[Stage, list[CalendarWindow]]]:
        """Of the place and those above it, from the nation down, as the database has them now."""
        area, site = place
        of_nation, of_area = Q(area_id__isnull=True), Q(area__name=area, site_id__isnull=True)
        of_site = Q(area__name=area, site__name=site)
        rows = (
            await CalendarWindow.filter(of_nation | of_area | of_site, exam_id=exam.id)
            .order_by("position")
            .select_related("area", "site")
        )
        found: dict[Place, dict[Stage, list[CalendarWindow]]] = {one: {} for one in places_down_to(*place)}
        for row in rows:
            where: Place = (row.area.name if row.area else None, row.site.name if row.site else None)
            if where in found:
                found[where].setdefault(Stage(row.stage), []).append(row)
        return found

    async def _sets(self, exam_code: str) -> dict[tuple[Place, str], SetBy]:
        """Who set each stage of each place last."""
        rows = await AuditRecord.filter(subject="calendar", subject_id=exam_code, act=ACT).order_by("id")
        members = await StaffMember.filter(id__in={UUID(row.actor_id) for row in rows})
        names = {str(member.id): member.name for member in members}
        return {
            ((row.after["area"], row.after["site"]), row.after["stage"]): SetBy(
                by=names.get(row.actor_id, ""), at=row.at.astimezone(EXAM_ZONE)
            )
            for row in rows
        }

    async def _inside(self, own: Place, area: str | None, site: str | None) -> Place:
        """The place that is named, where it is under the own one."""
        if not area and not site:
            return own
        place: Place = (area or own[0], site or None)
        if own not in places_down_to(*place):
            raise NotFound("site_unknown")
        if place[0] is not None:
            await self._exams.area(place[0])
        if place[0] is not None and place[1] is not None:
            await self._exams.site(place[0], place[1])
        return place


def _change(known: StageLayers, after: StageLayers, place: Place) -> Change:
    return Change(
        stage=known.stage,
        layer=level_of(place),
        before=known.calendar(place),
        after=after.calendar(place),
        below=[(known.calendar(one), after.calendar(one)) for one in known.below(place)],
        held=[
            Held(window=window, before=known.calendar(site), after=after.calendar(site))
            for site, window in known.held_below(place)
        ],
    )


def _layer(place: Place, rows: Mapping[Stage, Sequence[CalendarWindow]]) -> Layer:
    return Layer(
        name=level_of(place),
        windows={stage: list(map(_window, of_stage)) for stage, of_stage in rows.items()},
        samples=frozenset(stage for stage, of_stage in rows.items() if any(row.sample for row in of_stage)),
    )


def _line(place: Place, rows: Sequence[CalendarWindow], sets: Mapping[tuple[Place, str], SetBy]) -> LayerLine:
    source = rows[0].source
    by_office = source.endswith(f"-{OFFICE_PART}.toml")
    return LayerLine(
        layer=level_of(place),
        windows=tuple(map(_window, rows)),
        source=source,
        set=sets.get((place, rows[0].stage)) if by_office else None,
    )


def _window(row: CalendarWindow) -> Window:
    opens_at, closes_at = row.opens_at, row.closes_at
    return Window(opens_at=local(opens_at) if opens_at else None, closes_at=local(closes_at) if closes_at else None)


def _written(window: Window) -> list[str | None]:
    return [edge.isoformat() if edge else None for edge in (window.opens_at, window.closes_at)]
