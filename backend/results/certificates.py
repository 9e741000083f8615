"""成绩合格证明: handed to who passed the nurse exam, once, with a record of who took it (nurse exam's plan of 2012).

"各考点…在收到成绩合格证明后尽快发放至考生手中". The health professionals' certificates don't come from the sites.
"""

from typing import Final
from uuid import UUID

from backend import audit
from backend.clock import Clock
from backend.database import Database
from backend.errors import Conflict, Fault, Faulty, NotFound
from backend.registrations.models import Registration
from backend.results.models import Certificate, Result, ResultsPublication
from backend.staff.duties import Duty
from backend.staff.scope import Clerk

KIND: Final = "nurse_licensing"
LONGEST_NAME: Final = 50


class Certificates:
    """Each act is one transaction. Scope is part of every query."""

    def __init__(self, *, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    async def hand_out(self, clerk: Clerk, registration_id: UUID, *, taken_by: str | None = None) -> Certificate:
        """Write down that it was handed out: to its owner, or to whoever came for them (`taken_by`, their name).

        Again, with the same taker, is harmless. Raises NotAllowed; NotFound; Faulty `certificate_faulty`; Conflict
        `no_certificate` where there is nothing to hand out (not the nurses' exam, not passed, results not out yet),
        `certificate_handed_out` where another took it.
        """
        clerk.require(Duty.HAND_OUT_CERTIFICATES)
        taker = (taken_by or "").strip() or None
        if taker is not None and len(taker) > LONGEST_NAME:
            raise Faulty("certificate_faulty", faults=[Fault("taken_by", "too_long")])
        async with self._database.transaction():
            row = await Registration.select_for_update().get_or_none(id=registration_id, **clerk.registrations())
            if row is None:
                raise NotFound("registration_unknown")
            await self._require_passed(row)
            handed = await Certificate.get_or_none(registration_id=row.id)
            if handed is not None:
                if handed.taken_by != taker:
                    raise Conflict("certificate_handed_out", at=handed.handed_out_at)
                return handed
            made = await Certificate.create(
                registration_id=row.id, taken_by=taker, handed_out_at=self._clock.now(), handed_out_by=clerk.member_id
            )
            after = {"to": "agent" if taker else "candidate"}
            await audit.record(self._clock, clerk.actor, "handed_out", "certificate", row.id, after=after)
        return made

    async def waiting(self, clerk: Clerk, exam_code: str, *, after: int = 0, limit: int = 50) -> list[Result]:
        """Who passed this exam and has not come for it yet, a page, by the results' own order.

        Raises NotAllowed.
        """
        clerk.require(Duty.HAND_OUT_CERTIFICATES)
        return (
            await Result.filter(
                id__gt=after,
                qualified=True,
                exam__code=exam_code,
                exam__kind=KIND,
                exam__results_publications__publish_at__lte=self._clock.now(),
                registration__certificates__id__isnull=True,
                **clerk.registrations(through="registration__"),
            )
            .order_by("id")
            .limit(limit)
            .select_related("registration__candidate")
        )

    async def _require_passed(self, row: Registration) -> None:
        passed = await Result.exists(registration_id=row.id, qualified=True, exam__kind=KIND)
        out = passed and await ResultsPublication.exists(exam_id=row.exam_id, publish_at__lte=self._clock.now())
        if not out:
            raise Conflict("no_certificate")
