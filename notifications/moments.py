"""When a telling goes out at which place, computed from the calendars this process holds: some hundred places an exam,
for any number of people."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from backend.exams.calendar import Calendar, midnight
from backend.exams.catalogue import ExamFacts, Exams
from backend.exams.confirmation_places import Match
from backend.exams.stages import Stage
from backend.registrations.deadlines import confirmation_closes
from notifications.catalogue import Telling
from notifications.timing import before, goes_out


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When, for everybody of a place: `due_at` None is "as soon as it is for somebody". `point` and employer narrow it
    to those of a confirmation point, or of a half day; `day` to those who sit the exam on it."""

    area: str
    site: str
    due_at: datetime | None
    expires_at: datetime | None
    point: int = 0
    employer: str = ""
    parent: str = ""
    by_employer: bool = False
    day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """Where a candidate confirms: what decides on their point and half day."""

    area: str
    site: str
    point: int
    employer: str
    parent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """When an exam's results come out, and until when the report can be had."""

    publish_at: datetime
    report_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """An exam's moments. `results`: None until they are announced."""

    exams: Exams
    exam: ExamFacts
    results: Results | None
    whereabouts: Sequence[Whereabouts] = field(default_factory=tuple)

    async def of(self, telling: Telling) -> list[Moment]:
        """Every moment of one telling that follows from the calendar."""
        if telling.at_their_place:
            return [one for where in self.whereabouts for one in await self._at_their_place(telling, where)]
        return [one for area, site in await self.exams.places() for one in await self._at(telling, area, site)]

    async def closes(self, stage: Stage) -> list[tuple[str, str, datetime]]:
        """When a stage is over, at each place where it ever is."""
        found = []
        for area, site in await self.exams.places():
            _, closes_at = self._window(await self.exams.calendar_or_national(self.exam.code, area, site), stage)
            if closes_at is not None:
                found.append((area or "", site or "", closes_at))
        return found

    async def _at(self, telling: Telling, area: str | None, site: str | None) -> list[Moment]:
        if not await self._is_so_at(telling, area, site):
            return []
        calendar = await self.exams.calendar_or_national(self.exam.code, area, site)
        if telling.exam_day is not None:
            return self._on_days(telling, calendar, area, site)
        assert telling.stage is not None
        opens_at, closes_at = self._window(calendar, telling.stage)
        due_at = _due(telling, opens_at, closes_at)
        if (telling.edge == "closes" and due_at is None) or not self._is_held(calendar, telling.stage):
            return []
        return [Moment(area=area or "", site=site or "", due_at=due_at, expires_at=closes_at)]

    def _on_days(self, telling: Telling, calendar: Calendar, area: str | None, site: str | None) -> list[Moment]:
        until = self._window(calendar, telling.until)[1] if telling.until else None
        return [
            Moment(
                area=area or "",
                site=site or "",
                due_at=goes_out(midnight(day) - telling.before, until),
                expires_at=until,
                day=day,
            )
            for day in self.exam.exam_days
        ]

    async def _at_their_place(self, telling: Telling, where: Whereabouts) -> list[Moment]:
        if not await self._is_so_at(telling, where.area, where.site):
            return []
        calendar = await self.exams.calendar_or_national(self.exam.code, where.area, where.site)
        place = await their_place(self.exams, self.exam.code, where)
        window_closes = calendar.closes_at(Stage.CONFIRMATION)
        slot_closes = hand_in_closes(place) if place else None
        ends = [end for end in (window_closes, slot_closes) if end is not None]
        closes_at = min(ends) if ends else None
        due_at = None
        if telling.edge == "closes":
            if closes_at is None:
                return []
            # A half day is no window of days: a day before it ends is that hour of the day before.
            is_half_day = place is not None and place.place.half_day is not None and closes_at == slot_closes
            wanted = closes_at - telling.before if is_half_day else before(closes_at, telling.before)
            due_at = goes_out(wanted, closes_at)
        return [
            Moment(
                area=where.area,
                site=where.site,
                point=where.point,
                employer=where.employer,
                parent=where.parent,
                by_employer=True,
                due_at=due_at,
                expires_at=closes_at,
            )
        ]

    async def _is_so_at(self, telling: Telling, area: str | None, site: str | None) -> bool:
        """Whether the place holds the exam in the way that the telling is for."""
        if telling.confirmation_mode is None and telling.payment_mode is None:
            return True
        policy = await self.exams.policy_or_none(self.exam.code, area, site)
        return (
            policy is not None
            and telling.confirmation_mode in (None, policy.confirmation_mode)
            and telling.payment_mode in (None, policy.payment_mode)
        )

    def _window(self, calendar: Calendar, stage: Stage) -> tuple[datetime | None, datetime | None]:
        if stage is Stage.SCORE_REPORT and self.results is not None:
            return self.results.publish_at, self.results.report_until
        if stage in (Stage.CONFIRMATION, Stage.ONLINE_MEND):
            return calendar.opens_at(stage), confirmation_closes(calendar)
        return calendar.opens_at(stage), calendar.closes_at(stage)

    def _is_held(self, calendar: Calendar, stage: Stage) -> bool:
        if stage is Stage.SCORE_REPORT:
            return self.results is not None
        return bool(calendar.stage(stage).windows)


async def their_place(exams: Exams, exam: str, where: Whereabouts) -> Match | None:
    """The half day that fits best at the point the candidate chose, or the point; None where it isn't known."""
    matches = await exams.confirmation_places(
        exam, where.area, where.site, employer=where.employer or None, parent=where.parent or None
    )
    return next((match for match in matches if match.place.point_id == where.point), None)


def hand_in_closes(match: Match) -> datetime | None:
    """Until when the candidate themselves must have done their part: before the half day of a unit that brings the
    papers of all its people."""
    if match.hand_in == "unit" and match.place.half_day is not None:
        return match.place.opens_at
    return match.place.closes_at


def columns(told: Iterable[tuple[str, str, Moment]]) -> list[list[Any]]:
    """As the statements take them, out of kind, telling and moment: one array a column."""
    names = ("area", "site", "point", "employer", "parent", "by_employer", "day", "due_at", "expires_at")
    found = [(kind, telling, *(getattr(moment, name) for name in names)) for kind, telling, moment in told]
    return [[row[position] for row in found] for position in range(2 + len(names))]


def whereabouts(rows: Iterable[Mapping[str, Any]]) -> tuple[Whereabouts, ...]:
    """Out of rows with its columns, such as those of WHEREABOUTS."""
    return tuple(Whereabouts(**row) for row in rows)


def _due(telling: Telling, opens_at: datetime | None, closes_at: datetime | None) -> datetime | None:
    if telling.edge == "opens" and opens_at is not None:
        return goes_out(opens_at, closes_at)
    if telling.edge == "closes" and closes_at is not None:
        return goes_out(before(closes_at, telling.before), closes_at)
    return None
