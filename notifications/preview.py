"""Who would be reminded of what, and when: planned for real, looked at, and undone. Nothing goes out, nothing stays."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from backend.clock import EXAM_ZONE, Clock
from backend.database import Database
from backend.exams.catalogue import Exams
from notifications.catalogue import Catalogue
from notifications.moments import Moments
from notifications.outbox import BEFORE_ALL, NEXT, PASS
from notifications.planning import Planner, announced

LONGEST: Final = 100
"""Candidates named, at most: a preview is to be read."""

COUNTED: Final = """
SELECT reminder.kind, (due_at AT TIME ZONE 'Asia/Shanghai')::date AS day, count(*) AS reminders
FROM reminder JOIN registration ON registration.id = reminder.registration_id
WHERE registration.exam_id = $1 AND reminder.state = 'planned' GROUP BY 1, 2 ORDER BY 2, 1
"""
NAMED: Final = """
SELECT reminder.kind, due_at, registration.registration_number, left(candidate.name, 1) AS first_character
FROM reminder JOIN registration ON registration.id = reminder.registration_id
JOIN candidate ON candidate.id = reminder.candidate_id
WHERE registration.exam_id = $1 AND reminder.state = 'planned' ORDER BY due_at, reminder.id LIMIT $2
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """When one telling goes out, at how many places at that instant."""

    kind: str
    telling: str
    at: datetime
    places: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDay:
    """How many reminders of one kind fall on one day."""

    kind: str
    day: date
    reminders: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """One reminder of one person: the name's first character, and the registration's number once there is one."""

    kind: str
    at: datetime
    registration_number: str | None
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """`told`: by the calendar alone; `counted` and `named`: of the candidates there are."""

    told: Sequence[Told]
    counted: Sequence[OnDay]
    named: Sequence[Named] = field(default_factory=tuple)


class Undone(Exception):
    """Ends the preview's transaction: all that was written in it never was."""


class Previews:
    """Previews of what the catalogue would tell."""

    def __init__(self, *, database: Database, clock: Clock, catalogue: Catalogue) -> None:
        self._database, self._clock, self._catalogue = database, clock, catalogue

    async def of(
        self, exam_code: str, *, named: bool = False, first: Callable[[], Awaitable[object]] | None = None
    ) -> Preview:
        """What would be told of this exam. `first`: what is to be done before and undone afterwards, such as loading
        a calendar that is not published. Raises NotFound `exam_unknown`, and what `first` raises.
        """
        found: Preview | None = None
        try:
            async with self._database.transaction():
                if first is not None:
                    await first()
                found = await self._looked_at(exam_code, named)
                raise Undone
        except Undone:
            assert found is not None
            return found

    async def _looked_at(self, exam_code: str, named: bool) -> Preview:
        # An own reader: what is published only here must be known here, and nowhere else.
        exams = Exams(self._database)
        exam = await exams.exam(exam_code)
        await self._plan(exams, exam.id)
        counted = [OnDay(**row) for row in await self._database.rows(COUNTED, exam.id)]
        rows = await self._database.rows(NAMED, exam.id, LONGEST) if named else []
        return Preview(
            told=await self._told(exams, exam_code),
            counted=counted,
            named=[
                Named(
                    kind=row["kind"],
                    at=row["due_at"].astimezone(EXAM_ZONE),
                    registration_number=row["registration_number"],
                    name=f"{row['first_character']}**",
                )
                for row in rows
            ],
        )

    async def _plan(self, exams: Exams, exam_id: int) -> None:
        planner = Planner(database=self._database, clock=self._clock, exams=exams, catalogue=self._catalogue)
        now, after = self._clock.now(), BEFORE_ALL
        while ids := [row["id"] for row in await self._database.rows(NEXT, exam_id, after, PASS)]:
            await planner.plan(dict.fromkeys(ids, now))
            after = ids[-1]

    async def _told(self, exams: Exams, exam_code: str) -> list[Told]:
        """Every telling of the calendar from now on, those at a candidate's own place left out."""
        exam = await exams.exam(exam_code)
        moments = Moments(exams=exams, exam=exam, results=await announced(self._database, exam.id))
        places: dict[tuple[datetime, str, str], int] = {}
        for entry in self._catalogue.tellings():
            if entry.when.event is not None or entry.when.at_their_place:
                continue
            for moment in await moments.of(entry.when):
                if moment.due_at is not None and moment.site and moment.due_at >= self._clock.now():
                    key = (moment.due_at, entry.kind_name, entry.name)
                    places[key] = places.get(key, 0) + 1
        return [
            Told(kind=kind, telling=name, at=at, places=count) for (at, kind, name), count in sorted(places.items())
        ]
