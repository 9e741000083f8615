"""Who has the watch over the strong room: two people, at every hour while the materials lie there (24小时值守)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from tortoise.exceptions import IntegrityError

from backend import audit
from backend.clock import Clock
from backend.custody.models import Watch
from backend.custody.offices import of_clerk
from backend.database import Database, violated
from backend.errors import Conflict, Fault, Faulty, NotFound
from backend.exams.catalogue import Exams
from backend.personal_data import normal
from backend.staff.duties import Duty
from backend.staff.scope import Clerk

LONGEST_NAME: Final = 64
LONGEST_WATCH: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Two people's watch."""

    first: str
    second: str
    starts_at: datetime
    ends_at: datetime


class Watches:
    def __init__(self, *, database: Database, clock: Clock, exams: Exams) -> None:
        self._database, self._clock, self._exams = database, clock, exams

    async def keep(self, clerk: Clerk, exam_code: str, kept: Kept, *, corrects: int | None = None) -> Watch:
        """Write one down for the clerk's site; the same again is the same. `corrects`: the watch it takes the place of.

        Raises NotAllowed; NotFound; Faulty naming every field; Conflict `watch_corrected`.
        """
        clerk.require(Duty.KEEP_WATCH)
        exam = await self._exams.exam(exam_code)
        _require_sound(kept, self._clock.now())
        said: dict[str, Any] = {
            "exam_id": exam.id,
            "site_id": clerk.site_id,
            "corrects_id": corrects,
            "first_person": kept.first.strip(),
            "second_person": kept.second.strip(),
            "starts_at": kept.starts_at,
            "ends_at": kept.ends_at,
        }
        try:
            async with self._database.transaction():
                known = await Watch.get_or_none(**said)
                if known is not None:
                    return known
                if corrects is not None and not await Watch.exists(id=corrects, exam_id=exam.id, **of_clerk(clerk)):
                    raise NotFound("watch_unknown")
                now = self._clock.now()
                watch = await Watch.create(**said, recorded_by=clerk.member_id, recorded_at=now)
                after = {"from": kept.starts_at.isoformat(), "until": kept.ends_at.isoformat(), "corrects": corrects}
                await audit.record(self._clock, clerk.actor, "watch_kept", "site", str(clerk.site_id), after=after)
                return watch
        except IntegrityError as error:
            if not violated(error, "strong_room_watch_corrected_once"):
                raise
            raise Conflict("watch_corrected") from error


def _require_sound(kept: Kept, now: datetime) -> None:
    faults = []
    for name, value in (("first", kept.first), ("second", kept.second)):
        if not 0 < len(value.strip()) <= LONGEST_NAME:
            faults.append(Fault(name, "too_long" if value.strip() else "missing"))
    if normal(kept.first) == normal(kept.second):
        faults.append(Fault("second", "another_person"))
    if not kept.starts_at < kept.ends_at <= kept.starts_at + LONGEST_WATCH:
        faults.append(Fault("ends_at", "watch_hours"))
    # What is still to come was not kept yet.
    if kept.ends_at > now:
        faults.append(Fault("ends_at", "in_future"))
    if faults:
        raise Faulty("watch_faulty", faults=faults)
