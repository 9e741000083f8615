"""The questions that wait for an office, by how long they have."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from backend.clock import EXAM_ZONE, Clock
from backend.database import Database
from backend.inquiries.models import InquiryKind
from backend.staff.duties import Duty
from backend.staff.scope import Clerk
from backend.staff.sites import sites_in_scope

AGES: Final = (3_600, 4 * 3_600, 86_400, 3 * 86_400)
"""Seconds at which a question is counted with the longer waiting."""
AGE_NAMES: Final = ("hour", "four_hours", "day", "three_days", "longer")
WAITING: Final = """
SELECT kind, width_bucket(extract(epoch FROM $1::timestamptz - waiting_since)::float8, $2::float8[]) AS age,
    count(*) AS inquiries, min(waiting_since) AS oldest
FROM inquiry WHERE state = 'open' AND waiting_since IS NOT NULL {scope} GROUP BY 1, 2 ORDER BY 2, 1
"""
EVERYWHERE: Final = WAITING.format(scope="")
AT_SITES: Final = WAITING.format(scope="AND site_id = ANY($3::bigint[])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """How many of a kind have waited so long; `age` is one of AGE_NAMES."""

    kind: InquiryKind
    age: str
    inquiries: int
    oldest: datetime


class QuestionFigures:
    """Reads, inside the clerk's scope."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def waiting(self, clerk: Clerk) -> Sequence[Waiting]:
        """By age and kind, the youngest first. Raises NotAllowed."""
        clerk.require(Duty.SEE_FIGURES)
        sites, now = await sites_in_scope(clerk), self._clock.now()
        ages = [float(age) for age in AGES]
        if sites is None:
            rows = await self._database.rows(EVERYWHERE, now, ages)
        else:
            rows = await self._database.rows(AT_SITES, now, ages, sites)
        return [
            Waiting(
                kind=InquiryKind(row["kind"]),
                age=AGE_NAMES[row["age"]],
                inquiries=row["inquiries"],
                oldest=row["oldest"].astimezone(EXAM_ZONE),
            )
            for row in rows
        ]
