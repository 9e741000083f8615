"""What a candidate must have of their seat, noted by the site: a place for a wheelchair, the front row."""

from uuid import UUID

from backend import audit
from backend.clock import Clock
from backend.database import Database
from backend.exams.catalogue import Exams
from backend.registrations.rows import hold_in_scope
from backend.seating.facts import Need
from backend.seating.models import SeatingNeed
from backend.seating.plans import said_reason
from backend.staff.duties import Duty
from backend.staff.scope import Clerk


class SeatingNeeds:
    """Noted before the arrangement, which then keeps to it; for somebody who is seated, followed by a re-seating."""

    def __init__(self, *, database: Database, clock: Clock, exams: Exams) -> None:
        self._database, self._clock, self._exams = database, clock, exams

    async def note(self, clerk: Clerk, registration_id: UUID, need: Need, *, reason: str) -> None:
        """Note it, or word its reason anew. Raises NotAllowed; NotFound outside the scope; Faulty `plan_faulty`."""
        clerk.require(Duty.ARRANGE_SEATS)
        said = said_reason(reason)
        async with self._database.transaction():
            held = await hold_in_scope(self._exams, clerk, registration_id)
            found = await SeatingNeed.get_or_none(registration=held.row, need=need)
            if found is not None and found.reason == said:
                return
            await SeatingNeed.update_or_create(
                registration_id=held.row.id,
                need=need,
                defaults={"reason": said, "noted_at": self._clock.now(), "noted_by": clerk.actor.id},
            )
            after = {"need": need, "reason": said}
            await audit.record(self._clock, clerk.actor, "need_noted", "registration", held.row.id, after=after)

    async def drop(self, clerk: Clerk, registration_id: UUID, need: Need) -> None:
        """It is needed no more. Again is harmless. Raises NotAllowed; NotFound outside the scope."""
        clerk.require(Duty.ARRANGE_SEATS)
        async with self._database.transaction():
            held = await hold_in_scope(self._exams, clerk, registration_id)
            if await SeatingNeed.filter(registration=held.row, need=need).delete():
                before = {"need": need}
                await audit.record(self._clock, clerk.actor, "need_dropped", "registration", held.row.id, before=before)
