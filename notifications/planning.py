"""Who is reminded of what and when, brought into the rows of `reminder`: set-based, as often as one likes.

Nothing here asks what has been planned before: a batch of registrations is looked at as it stands now, and its planned
reminders become what the catalogue, the calendar and the rules ask for. What has gone out is never planned again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from backend.clock import Clock
from backend.database import Database
from backend.exams.catalogue import Exams
from backend.exams.stages import Stage
from notifications import statements as sql
from notifications.catalogue import Catalogue, Entry
from notifications.moments import Moments, Results, columns, whereabouts
from notifications.timing import waking

OF_EXAMS: Final = "SELECT id, exam_id FROM registration WHERE id = ANY($1::uuid[])"
RESULTS: Final = "SELECT publish_at, report_until FROM results_publication WHERE exam_id = $1"
WHEREABOUTS: Final = f"""
SELECT DISTINCT {sql.AREA} AS area, {sql.SITE} AS site, coalesce(registration.confirmation_point_id, 0) AS point,
    {sql.EMPLOYER} AS employer, {sql.PARENT} AS parent
FROM registration WHERE id = ANY($1::uuid[]) AND exam_id = $2 AND state = 'submitted'
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """An event out of the outbox."""

    id: int
    name: str
    happened_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What a planning did."""

    planned: int = 0
    withdrawn: int = 0

    def __add__(self, other: "Planned") -> "Planned":
        return Planned(planned=self.planned + other.planned, withdrawn=self.withdrawn + other.withdrawn)


@dataclass(frozen=True, slots=True, kw_only=True)
class Everywhere:
    """An exam's moments that are a place's, as the statements take them, and of which calendar they are."""

    version: tuple[object, ...]
    moments: Moments
    of_registrations: list[list[Any]]
    of_accounts: list[list[Any]]


class Planner:
    """Plans inside the caller's transaction."""

    def __init__(self, *, database: Database, clock: Clock, exams: Exams, catalogue: Catalogue) -> None:
        self._database, self._clock, self._exams = database, clock, exams
        entries = list(catalogue.tellings())
        by_calendar = [entry for entry in entries if entry.when.event is None]
        self._of_accounts = [entry for entry in by_calendar if entry.kind.about == "account"]
        self._of_registrations = [entry for entry in by_calendar if entry.kind.about == "registration"]
        self._plan_accounts, self._plan_registrations = map(sql.planning, (self._of_accounts, self._of_registrations))
        self._by_event = [(entry, sql.telling_of_event(entry)) for entry in entries if entry.when.event is not None]
        self._known: dict[int, Everywhere] = {}
        self._closing = sql.closing(sql.still_holds({name: kind.whom for name, kind in catalogue.kinds.items()}))

    async def plan(self, since: Mapping[UUID, datetime]) -> Planned:
        """Bring the plans of these registrations up to date. `since`: what was due before is not theirs any more."""
        by_exam: dict[int, dict[UUID, datetime]] = {}
        for row in await self._database.rows(OF_EXAMS, list(since)):
            by_exam.setdefault(row["exam_id"], {})[row["id"]] = since[row["id"]]
        done = Planned()
        for exam_id, theirs in by_exam.items():
            everywhere = await self._everywhere(exam_id)
            at_their_place = await self._at_their_place(everywhere, list(theirs))
            moments = [of + their for of, their in zip(everywhere.of_registrations, at_their_place, strict=True)]
            done += await self._carry_out(self._plan_registrations, exam_id, theirs, moments)
        return done

    async def plan_accounts(self, since: Mapping[UUID, datetime]) -> Planned:
        """The same for what is about accounts, in every exam that there is."""
        exams, _ = await self._exams.exams(limit=1000)
        done = Planned()
        for exam in exams:
            moments = (await self._everywhere(exam.id)).of_accounts
            done += await self._carry_out(self._plan_accounts, exam.id, since, moments)
        return done

    async def close(
        self,
        *,
        registrations: Sequence[UUID] = (),
        inquiries: Sequence[UUID] = (),
        accounts: Sequence[UUID] = (),
    ) -> None:
        """Close what of theirs is done, and take back what has not gone out."""
        whose = list(registrations), list(inquiries), self._clock.now(), list(accounts)
        await self._database.rows(self._closing, *whose)

    async def tell(self, events: Sequence[Happened]) -> None:
        """Plan what these events tell by themselves."""
        for entry, statement in self._by_event:
            wanted = [event for event in events if event.name == entry.when.event]
            if wanted:
                await self._tell(entry, statement, wanted)

    async def _carry_out(
        self, statement: str, exam_id: int, since: Mapping[UUID, datetime], moments: Sequence[Sequence[Any]]
    ) -> Planned:
        at_once = [waking(at) for at in since.values()]
        scope = list(since), list(since.values()), at_once, exam_id, self._clock.now()
        await self._database.rows(sql.BY_SIZE)
        (row,) = await self._database.rows(statement, *scope, *moments)
        return Planned(planned=row["planned"], withdrawn=row["withdrawn"])

    async def _everywhere(self, exam_id: int) -> Everywhere:
        """The moments that are a place's, computed once for each calendar."""
        moments = Moments(
            exams=self._exams,
            exam=await self._exams.by_id(exam_id),
            results=await announced(self._database, exam_id),
        )
        version = (moments.exam.version, moments.results, len(await self._exams.places()))
        known = self._known.get(exam_id)
        if known is None or known.version != version:
            known = self._known[exam_id] = Everywhere(
                version=version,
                moments=moments,
                of_registrations=await self._columns(moments, self._of_registrations, at_their_place=False),
                of_accounts=await self._columns(moments, self._of_accounts, at_their_place=False),
            )
        return known

    async def _at_their_place(self, everywhere: Everywhere, registrations: Sequence[UUID]) -> list[list[Any]]:
        """The moments that go by a candidate's own point or half day."""
        rows = await self._database.rows(WHEREABOUTS, registrations, everywhere.moments.exam.id)
        moments = replace(everywhere.moments, whereabouts=whereabouts(rows))
        return await self._columns(moments, self._of_registrations, at_their_place=True)

    async def _columns(self, moments: Moments, entries: Sequence[Entry], *, at_their_place: bool) -> list[list[Any]]:
        """When which of these tellings goes out where: one array a column."""
        of_these = [entry for entry in entries if entry.when.at_their_place is at_their_place]
        return columns(
            [(entry.kind_name, entry.name, moment) for entry in of_these for moment in await moments.of(entry.when)]
        )

    async def _tell(self, entry: Entry, statement: str, events: Sequence[Happened]) -> None:
        over = await self._closes(entry.when.until) if entry.when.until else []
        await self._database.rows(
            statement,
            [event.id for event in events],
            [waking(event.happened_at) for event in events],
            entry.kind_name,
            entry.name,
            self._clock.now(),
            list(entry.kind.variants),
            entry.when.useful,
            *([one[position] for one in over] for position in range(4)),
        )

    async def _closes(self, stage: Stage) -> list[tuple[int, str, str, datetime]]:
        """When a stage is over, by exam and place."""
        exams, _ = await self._exams.exams(limit=1000)
        moments = [Moments(exams=self._exams, exam=exam, results=None) for exam in exams]
        return [(one.exam.id, *place) for one in moments for place in await one.closes(stage)]


async def announced(database: Database, exam_id: int) -> Results | None:
    """When an exam's results come out; None while nobody has said."""
    rows = await database.rows(RESULTS, exam_id)
    return Results(**rows[0]) if rows else None
