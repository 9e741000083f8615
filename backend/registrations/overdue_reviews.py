"""The offices' own lateness: a candidate forfeits nothing for it, their staff are told, once a site and a deadline."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog

from backend.clock import EXAM_ZONE, Clock
from backend.database import Database
from backend.events import EventName, tell
from backend.exams.catalogue import Exams
from backend.exams.stages import Stage
from backend.registrations.models import OverdueReview
from backend.registrations.places_over import places
from backend.staff.duties import Duty
from backend.staff.scope import Clerk

log = structlog.get_logger(__name__)

FIND: Final = """
INSERT INTO overdue_review (exam_id, site_id, closes_at, registrations, told_at)
SELECT $1, place.site_id, place.closes_at, waiting.registrations, $4
FROM unnest($2::bigint[], $3::timestamptz[]) AS place (site_id, closes_at)
CROSS JOIN LATERAL (
    SELECT count(*) AS registrations FROM registration
    WHERE exam_id = $1 AND site_id = place.site_id AND state IN ('confirmed', 'site_approved')
) AS waiting
WHERE waiting.registrations > 0 AND NOT EXISTS (
    SELECT FROM overdue_review AS known
    WHERE known.exam_id = $1 AND known.site_id = place.site_id AND known.closes_at = place.closes_at
)
ON CONFLICT DO NOTHING RETURNING site_id, closes_at, registrations
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """One site's candidates that were waiting for a review when its time was over."""

    id: int
    exam: str
    area: str
    site: str
    closes_at: datetime
    registrations: int


class OverdueReviews:
    """Finds and shows them. Any number of workers may sweep at once."""

    def __init__(self, *, database: Database, clock: Clock, exams: Exams) -> None:
        self._database, self._clock, self._exams = database, clock, exams

    async def sweep(self) -> int:
        """Tell of sites where the area's review is over and candidates still wait. How many sites were told of."""
        exams, _ = await self._exams.exams(limit=1000)
        return sum([await self._of(exam.id, exam.code) for exam in exams])

    async def for_clerk(self, clerk: Clerk, *, before: int | None = None, limit: int = 50) -> list[Overdue]:
        """Those inside the clerk's scope, the newest first, below this one. Raises NotAllowed: a point's staff review
        nothing."""
        clerk.require(Duty.SEE_OVERDUE_REVIEWS)
        older = {"id__lt": before} if before is not None else {}
        rows = await OverdueReview.filter(**clerk.registrations(), **older).order_by("-id").limit(limit)
        return [await self._shown(row) for row in rows]

    async def _of(self, exam_id: int, exam: str) -> int:
        over, _ = await places(
            self._exams, exam, lambda calendar, _: calendar.closes_at(Stage.AREA_REVIEW), now=self._clock.now()
        )
        ends = {
            (await self._exams.site(area, site)).id: closes_at
            for area, site, closes_at in zip(over.areas, over.sites, over.closes_at, strict=True)
            if site
        }
        if not ends:
            return 0
        async with self._database.transaction():
            found = await self._database.rows(FIND, exam_id, [*ends], [*ends.values()], self._clock.now())
            for row in found:
                await self._tell(exam, row["site_id"], row["registrations"], row["closes_at"])
        return len(found)

    async def _tell(self, exam: str, site_id: int, registrations: int, closes_at: datetime) -> None:
        log.error("review_overdue", exam=exam, site=site_id, registrations=registrations)
        await tell(
            EventName.REVIEW_OVERDUE,
            subject_id=str(site_id),
            candidate_id=None,
            at=self._clock.now(),
            exam=exam,
            registrations=registrations,
            closed_at=closes_at.astimezone(EXAM_ZONE).isoformat(),
        )

    async def _shown(self, row: OverdueReview) -> Overdue:
        site = await self._exams.site_by_id(row.site_id)
        return Overdue(
            id=row.id,
            exam=(await self._exams.by_id(row.exam_id)).code,
            area=site.area,
            site=site.name,
            closes_at=row.closes_at.astimezone(EXAM_ZONE),
            registrations=row.registrations,
        )
