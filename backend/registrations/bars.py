"""Who may enter no exam for two years: a bar holds for both kinds, by the account and by the document.

Nurse exam's plan of 2012, annex 3 (人社部令第12号): "其中有第(3)项至第(8)项行为之一的,2年内不得参加各类专业技术人员资格
考试". A period of years begins on the day after the act and ends with the same day of its last year, at 24:00, or with
that month's last day where it has no such day (民法典 §201–203).
"""

import calendar
from datetime import date, datetime, timedelta
from typing import Final

from tortoise.expressions import Q

from backend.candidates.models import Candidate
from backend.clock import EXAM_ZONE, day_of
from backend.errors import Conflict
from backend.exams.calendar import midnight
from backend.registrations.models import Bar

YEARS: Final = 2


def barred_until(decided_at: datetime) -> datetime:
    """The first instant, in Asia/Shanghai, at which whoever is barred by this decision may enter an exam again."""
    first = day_of(decided_at)
    year = first.year + YEARS
    last = min(first.day, calendar.monthrange(year, first.month)[1])
    return midnight(date(year, first.month, last)) + timedelta(days=1)


async def bar(candidate: Candidate, *, decided_at: datetime) -> Bar:
    """Bar the candidate, in the caller's transaction."""
    return await Bar.create(
        candidate=candidate,
        id_type=candidate.id_type,
        id_number_index=bytes(candidate.id_number_index),
        decided_at=decided_at,
        until=barred_until(decided_at),
    )


async def require_not_barred(candidate: Candidate, now: datetime) -> None:
    """Raises Conflict `barred` with the last day, whichever document or account it was decided of."""
    document = Q(id_type=candidate.id_type, id_number_index=bytes(candidate.id_number_index))
    standing = Bar.filter(document | Q(candidate_id=candidate.id), lifted_at=None, until__gt=now)
    longest = await standing.order_by("-until").first()
    if longest is not None:
        last = longest.until.astimezone(EXAM_ZONE).date() - timedelta(days=1)
        raise Conflict("barred", year=last.year, last_day=last)
