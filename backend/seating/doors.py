"""Doors: one venue in one session, looked up in the clerk's scope."""

from typing import Any, Final

from backend.clock import EXAM_ZONE
from backend.database import Database
from backend.errors import NotFound
from backend.seating.entry import DoorFacts
from backend.staff.scope import Clerk

DOOR: Final = """
SELECT venue.id AS venue_id, venue.name AS venue, exam_session.id AS session_id, exam_session.subject,
    exam_session.starts_at, exam_session.ends_at
FROM venue
JOIN site ON site.id = venue.site_id
JOIN exam_session ON exam_session.exam_id = venue.exam_id
    AND (exam_session.area_id IS NULL OR exam_session.area_id = site.area_id)
WHERE venue.id = $1 AND exam_session.id = $2 AND venue.site_id = $3
"""


async def door(database: Database, clerk: Clerk, venue_id: int, session_id: int) -> DoorFacts:
    """Raises NotFound `door_unknown`, also for another site's."""
    rows = await database.rows(DOOR, venue_id, session_id, clerk.site_id)
    if not rows:
        raise NotFound("door_unknown")
    return door_of(rows[0])


def door_of(row: dict[str, Any]) -> DoorFacts:
    """Out of a row with DOOR's columns."""
    return DoorFacts(
        venue_id=row["venue_id"],
        venue=row["venue"],
        session_id=row["session_id"],
        subject=row["subject"],
        starts_at=row["starts_at"].astimezone(EXAM_ZONE),
        ends_at=row["ends_at"].astimezone(EXAM_ZONE),
    )
