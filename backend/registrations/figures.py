"""How many registrations stand where: one grouped query over an index, for every chart that shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from backend.cache import Cache
from backend.clock import Clock
from backend.database import Database
from backend.exams.calendar import Calendar
from backend.exams.catalogue import ExamFacts, Exams, SiteFacts
from backend.registrations.models import PaymentState, State
from backend.registrations.work_due import Standing, Task, tasks
from backend.staff.duties import Duty
from backend.staff.scope import Clerk
from backend.staff.sites import place_of, sites_in_scope

KEPT: Final = 5
"""Seconds: an office that looks together asks once."""
MOST_TASKS: Final = 100
COUNTED: Final = """
SELECT site_id, state, payment_state, count(*) AS registrations FROM registration
WHERE exam_id = $1 {scope} GROUP BY site_id, state, payment_state ORDER BY site_id, state, payment_state
"""
EVERYWHERE: Final = COUNTED.format(scope="")
AT_SITES: Final = COUNTED.format(scope="AND site_id = ANY($2::bigint[])")


@dataclass(frozen=True, slots=True, kw_only=True)
class AtSite:
    """A task and the site it waits at."""

    site: SiteFacts
    task: Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What an office sees of an exam. `calendar`: the office's own; `due`: the most urgent hundred of `tasks`."""

    exam: ExamFacts
    calendar: Calendar
    standings: Sequence[Standing]
    due: Sequence[AtSite]
    tasks: int

    def of_state(self, state: State) -> int:
        return sum(one.registrations for one in self.standings if one.state is state)

    def of_payment(self, payment_state: PaymentState) -> int:
        return sum(one.registrations for one in self.standings if one.payment_state is payment_state)

    @property
    def registrations(self) -> int:
        return sum(one.registrations for one in self.standings)


class RegistrationFigures:
    """Reads, inside the clerk's scope."""

    def __init__(self, *, database: Database, clock: Clock, cache: Cache, exams: Exams) -> None:
        self._database, self._clock, self._cache, self._exams = database, clock, cache, exams

    async def overview(self, clerk: Clerk, exam_code: str) -> Overview:
        """Raises NotAllowed; NotFound `exam_unknown`."""
        clerk.require(Duty.SEE_FIGURES)
        exam, place = await self._exams.exam(exam_code), await place_of(clerk)
        standings = await self._standings(clerk, exam)
        _, sites = await self._exams.places_by_code()
        by_id = {site.id: site for site in sites}
        here = {one.site_id for one in standings if one.site_id in by_id}
        calendars = {
            site.id: await self._exams.calendar(exam_code, site.area, site.name) for site in sites if site.id in here
        }
        waiting = tasks(standings, calendars, now=self._clock.now())
        return Overview(
            exam=exam,
            calendar=await self._exams.calendar_or_national(exam_code, *place),
            standings=standings,
            due=[AtSite(site=by_id[task.site_id], task=task) for task in waiting[:MOST_TASKS]],
            tasks=len(waiting),
        )

    async def _standings(self, clerk: Clerk, exam: ExamFacts) -> list[Standing]:
        sites = await sites_in_scope(clerk)

        async def read() -> list[dict[str, Any]]:
            if sites is None:
                return await self._database.rows(EVERYWHERE, exam.id)
            return await self._database.rows(AT_SITES, exam.id, sites)

        scope = f"{clerk.level}:{clerk.site_id or clerk.area_id or ''}"
        rows = await self._cache.remembered(
            f"figures:registrations:{exam.id}:{scope}", read, seconds=KEPT, purpose="figures"
        )
        return [
            Standing(
                site_id=row["site_id"],
                state=State(row["state"]),
                payment_state=PaymentState(row["payment_state"]),
                registrations=row["registrations"],
            )
            for row in rows
        ]
