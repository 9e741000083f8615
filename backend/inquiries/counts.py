"""How an office, and the offices below it, keep up with what is asked of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from backend.clock import EXAM_ZONE, Clock
from backend.database import Database
from backend.staff.duties import Duty
from backend.staff.models import Level
from backend.staff.scope import Clerk

BY_SITE: Final = """
SELECT area.name AS area, site.name AS site, counted.* FROM (
    SELECT site_id,
        count(*) FILTER (WHERE state = 'open' AND (snoozed_until IS NULL OR snoozed_until <= $1)) AS waiting,
        min(waiting_since) FILTER (WHERE state = 'open') AS oldest,
        count(*) FILTER (WHERE claimed_by_id IS NOT NULL AND state <> 'closed') AS claimed,
        count(*) FILTER (WHERE snoozed_until > $1) AS snoozed,
        count(*) FILTER (WHERE state = 'answered') AS answered,
        count(*) FILTER (WHERE state = 'closed') AS closed
    FROM inquiry WHERE {scope} GROUP BY site_id
) AS counted
LEFT JOIN site ON site.id = counted.site_id LEFT JOIN area ON area.id = site.area_id
ORDER BY area.code NULLS FIRST, site.code
"""
SCOPES: Final = {
    Level.SITE: "site_id = $2",
    Level.AREA: "site_id IN (SELECT id FROM site WHERE area_id = $2)",
    Level.NATION: "$2::bigint IS NULL",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteCounts:
    """One inbox. Without a place it is the centre's. `oldest`: since when the one that waits longest does."""

    area: str | None
    site: str | None
    waiting: int
    oldest: datetime | None
    claimed: int
    snoozed: int
    answered: int
    closed: int


class Counts:
    """Of the clerk's scope."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def by_site(self, clerk: Clerk) -> Sequence[SiteCounts]:
        """A row an inbox that was ever asked anything. Raises NotAllowed."""
        clerk.require(Duty.COUNT_INQUIRIES)
        place = {Level.SITE: clerk.site_id, Level.AREA: clerk.area_id}.get(clerk.level)
        rows = await self._database.rows(BY_SITE.format(scope=SCOPES[clerk.level]), self._clock.now(), place)
        return [
            SiteCounts(
                area=row["area"],
                site=row["site"],
                waiting=row["waiting"],
                oldest=row["oldest"].astimezone(EXAM_ZONE) if row["oldest"] else None,
                claimed=row["claimed"],
                snoozed=row["snoozed"],
                answered=row["answered"],
                closed=row["closed"],
            )
            for row in rows
        ]
