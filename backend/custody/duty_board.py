"""Who has done what by its hour, and who is late: the offices of a clerk's scope, each with its duties."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from backend.clock import EXAM_ZONE, Clock
from backend.custody.hours import Done, DutyState, Interval, Records, Step, TimedDuty, of_area, of_site
from backend.custody.materials import HandOverKind
from backend.custody.models import OfficeStatement, StatementKind, Watch
from backend.custody.times import batches_at
from backend.database import Database
from backend.exams.catalogue import ExamFacts, Exams, SiteFacts
from backend.staff.duties import Duty
from backend.staff.models import Level
from backend.staff.scope import Clerk

STEPS: Final = """
SELECT hand_over.site_id, hand_over.kind, hand_over.batch, hand_over.session_id, closing.closed_at, closing.closed_by
FROM hand_over LEFT JOIN hand_over_closing AS closing ON closing.hand_over_id = hand_over.id
WHERE hand_over.exam_id = $1 AND hand_over.site_id = ANY($2::bigint[])
    AND NOT EXISTS (SELECT FROM hand_over AS newer WHERE newer.corrects_id = hand_over.id)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyLine:
    """A duty and where it stands now."""

    duty: TimedDuty
    state: DutyState


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeDuties:
    """One office's duties; of an area's own `site_id` is None."""

    area: str
    site: str | None
    site_id: int | None
    duties: tuple[DutyLine, ...]

    @property
    def late(self) -> tuple[DutyLine, ...]:
        return tuple(line for line in self.duties if line.state is DutyState.LATE)


class DutyBoard:
    def __init__(self, *, database: Database, clock: Clock, exams: Exams) -> None:
        self._database, self._clock, self._exams = database, clock, exams

    async def sites(self, clerk: Clerk, exam_code: str, *, after: int = 0, limit: int = 50) -> list[OfficeDuties]:
        """The sites of the clerk's scope by their key, after this one. Raises NotAllowed; NotFound `exam_unknown`."""
        clerk.require(Duty.SEE_CUSTODY)
        exam = await self._exams.exam(exam_code)
        area = (await self._exams.area_by_id(clerk.area_id)).name if clerk.area_id is not None else None
        named = [one.site for one in await self._exams.sites(exam_code, area) if one.site.id > after]
        mine = [site for site in named if clerk.level is not Level.SITE or site.id == clerk.site_id]
        page = sorted(mine, key=lambda site: site.id)[:limit]
        records = await self._of_sites(exam, [site.id for site in page])
        return [await self._site(exam, site, records[site.id]) for site in page]

    async def areas(self, clerk: Clerk, exam_code: str) -> list[OfficeDuties]:
        """The areas' own, at most 32, by their code; a site's clerk sees none. Raises NotAllowed; NotFound."""
        clerk.require(Duty.SEE_CUSTODY)
        exam = await self._exams.exam(exam_code)
        if clerk.level is Level.SITE:
            return []
        areas = [policy.area for policy in await self._exams.policies(exam_code)]
        mine = [area for area in areas if clerk.level is Level.NATION or area.id == clerk.area_id]
        stated = await OfficeStatement.filter(
            exam_id=exam.id, site_id=None, area_id__in=[area.id for area in mine]
        ).order_by("id")
        now, found = self._clock.now(), []
        for area in mine:
            records = Records(statements=_first([one for one in stated if one.area_id == area.id]))
            duties = of_area(await self._exams.calendar(exam_code, area.name), records)
            lines = tuple(DutyLine(duty=duty, state=duty.state(now)) for duty in duties)
            found.append(OfficeDuties(area=area.name, site=None, site_id=None, duties=lines))
        return found

    async def _site(self, exam: ExamFacts, site: SiteFacts, records: Records) -> OfficeDuties:
        now = self._clock.now()
        duties = of_site(
            await self._exams.calendar(exam.code, site.area, site.name),
            await batches_at(self._exams, exam, site.area),
            records,
            on_computers=exam.formats != ("paper",),
            now=now,
        )
        lines = tuple(DutyLine(duty=duty, state=duty.state(now)) for duty in duties)
        return OfficeDuties(area=site.area, site=site.name, site_id=site.id, duties=lines)

    async def _of_sites(self, exam: ExamFacts, sites: Sequence[int]) -> dict[int, Records]:
        steps: dict[int, list[Step]] = defaultdict(list)
        for row in await self._database.rows(STEPS, exam.id, list(sites)):
            steps[row["site_id"]].append(_step(row))
        watches: dict[int, list[Interval]] = defaultdict(list)
        for watch in await Watch.filter(exam_id=exam.id, site_id__in=sites, corrections=None):
            watches[watch.site_id].append(Interval(starts_at=watch.starts_at, ends_at=watch.ends_at))
        stated: dict[int, list[OfficeStatement]] = defaultdict(list)
        for one in await OfficeStatement.filter(exam_id=exam.id, site_id__in=sites).order_by("id"):
            stated[one.site_id or 0].append(one)
        return {
            site: Records(statements=_first(stated[site]), steps=steps[site], watches=watches[site]) for site in sites
        }


def _step(row: dict[str, Any]) -> Step:
    by = row["closed_by"]
    closed = Done(at=row["closed_at"].astimezone(EXAM_ZONE), by=UUID(str(by))) if by else None
    return Step(kind=HandOverKind(row["kind"]), batch=row["batch"], session_id=row["session_id"], closed=closed)


def _first(stated: Sequence[OfficeStatement]) -> dict[tuple[StatementKind, int], Done]:
    """When each was stated first: what is corrected later was still done then."""
    found: dict[tuple[StatementKind, int], Done] = {}
    for one in stated:
        done = Done(at=one.stated_at.astimezone(EXAM_ZONE), by=one.stated_by)
        found.setdefault((one.kind, one.batch), done)
    return found
