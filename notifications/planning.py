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
BY_SIZE: Final = "SET LOCAL plan_cache_mode = 'force_custom_plan'"
"""A batch is one registration or thousands: how its statements are carried out goes by how many there are."""
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
    """An exam's moments by telling, as the statements take them, and of which calendar they are."""

    version: tuple[object, ...]
    moments: Moments
    columns: Mapping[tuple[str, str], list[list[Any]]]


class Planner:
    """Plans inside the caller's transaction."""

    def __init__(self, *, database: Database, clock: Clock, exams: Exams, catalogue: Catalogue) -> None:
        self._database, self._clock, self._exams = database, clock, exams
        entries = list(catalogue.tellings())
        self._by_calendar = [(entry, sql.planning(entry)) for entry in entries if entry.when.event is None]
        self._of_accounts = [one for one in self._by_calendar if one[0].kind.about == "account"]
        self._of_registrations = [one for one in self._by_calendar if one[0].kind.about == "registration"]
        self._by_event = [(entry, sql.telling_of_event(entry)) for entry in entries if entry.when.event is not None]
        self._known: dict[int, Everywhere] = {}
        self._closing = sql.closing(sql.still_holds({name: kind.whom for name, kind in catalogue.kinds.items()}))

    async def plan(self, since: Mapping[UUID, datetime]) -> Planned:
        """Bring the plans of these registrations up to date. `since`: what was due before is not theirs any more."""
        await self._database.rows(BY_SIZE)
        by_exam: dict[int, dict[UUID, datetime]] = {}
        for row in await self._database.rows(OF_EXAMS, list(since)):
            by_exam.setdefault(row["exam_id"], {})[row["id"]] = since[row["id"]]
        done = Planned()
        for exam_id, of_exam in by_exam.items():
            done += await self._carry_out(self._of_registrations, exam_id, of_exam)
        return done

    async def plan_accounts(self, since: Mapping[UUID, datetime]) -> Planned:
        """The same for what is about accounts, in every exam that there is."""
        await self._database.rows(BY_SIZE)
        exams, _ = await self._exams.exams(limit=1000)
        done = Planned()
        for exam in exams:
            done += await self._carry_out(self._of_accounts, exam.id, since)
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
        self, statements: Sequence[tuple[Entry, str]], exam_id: int, since: Mapping[UUID, datetime]
    ) -> Planned:
        everywhere = await self._everywhere(exam_id)
        theirs = await self._theirs(everywhere, list(since))
        scope = [list(since), list(since.values()), [waking(at) for at in since.values()]]
        done = Planned()
        for entry, statement in statements:
            at = entry.when
            found = (
                columns(await theirs.of(at)) if at.at_their_place else everywhere.columns[entry.kind_name, entry.name]
            )
            keys = (exam_id, entry.kind_name, entry.name, self._clock.now())
            (row,) = await self._database.rows(statement, *scope, *found, *keys)
            done += Planned(**row)
        return done

    async def _everywhere(self, exam_id: int) -> "Everywhere":
        """The moments that are a place's, computed once for each calendar."""
        moments = Moments(
            exams=self._exams,
            exam=await self._exams.by_id(exam_id),
            results=await announced(self._database, exam_id),
        )
        version = (moments.exam.version, moments.results, len(await self._exams.places()))
        known = self._known.get(exam_id)
        if known is None or known.version != version:
            found = {
                (entry.kind_name, entry.name): columns(await moments.of(entry.when))
                for entry, _ in self._by_calendar
                if not entry.when.at_their_place
            }
            known = self._known[exam_id] = Everywhere(version=version, moments=moments, columns=found)
        return known

    async def _theirs(self, everywhere: "Everywhere", registrations: Sequence[UUID]) -> Moments:
        """The moments that go by a candidate's own point or half day."""
        rows = await self._database.rows(WHEREABOUTS, registrations, everywhere.moments.exam.id)
        return replace(everywhere.moments, whereabouts=whereabouts(rows))

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
