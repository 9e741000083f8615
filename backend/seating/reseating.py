"""One candidate is moved to another seat, and nobody else: a machine that broke, a wheelchair nobody had told of.

The new seat has a new admit number, and the old one is retired with its seat. The area looks at it as at any plan.
"""

from dataclasses import dataclass
from uuid import UUID

from backend import audit
from backend.clock import Clock
from backend.database import Database
from backend.errors import Conflict, NotFound
from backend.events import EventName, tell
from backend.exams.catalogue import Exams
from backend.registrations.models import Registration, State
from backend.registrations.rows import Held, hold_in_scope
from backend.seating.adopting import Adoption
from backend.seating.gathering import Gathering, moving
from backend.seating.plans import Seating, said_reason
from backend.seating.site_lock import SITE_LOCK
from backend.staff.duties import Duty
from backend.staff.scope import Clerk


@dataclass(frozen=True, slots=True, kw_only=True)
class Reseated:
    """The admit numbers before and after."""

    retired: str
    admit_number: str


class Reseating:
    def __init__(self, *, database: Database, clock: Clock, exams: Exams, seating: Seating, adoption: Adoption) -> None:
        self._database, self._clock, self._exams = database, clock, exams
        self._seating, self._adoption, self._gathering = seating, adoption, Gathering(database, exams)

    async def reseat(
        self, clerk: Clerk, registration_id: UUID, *, reason: str, despite_admit_card: bool = False
    ) -> Reseated:
        """Another seat for somebody who has one, before their first session begins.

        Raises NotAllowed; NotFound outside the scope; Faulty `plan_faulty`; Conflict `not_seated`, `exam_begun`,
        `reseated_despite_card` unless the site says that it tells the candidate, and as the arrangement does.
        """
        clerk.require(Duty.ARRANGE_SEATS)
        said = said_reason(reason)
        async with self._database.transaction():
            held = await self._hold(clerk, registration_id, despite_admit_card)
            site = await self._exams.site_by_id(held.row.site_id or 0)
            gathered = moving(await self._gathering.gather(held.exam, site.id, hold=False), registration_id)
            await self._require_not_begun(held, gathered.task.examinees[0].sessions)
            retired = await self._seating.free(registration_id) or ""
            _, numbers = await self._adoption.adopt(clerk.actor, held.exam, site, gathered, seed=0)
            done = Reseated(retired=retired, admit_number=numbers[registration_id])
            await self._record(clerk, held.row, done, said)
        return done

    async def _hold(self, clerk: Clerk, registration_id: UUID, despite_admit_card: bool) -> Held:
        """The site first, then the registration: in the order in which an arrangement holds them."""
        found = await Registration.get_or_none(id=registration_id, **clerk.registrations())
        if found is None:
            raise NotFound("registration_unknown")
        await self._database.rows(SITE_LOCK, found.exam_id, found.site_id)
        held = await hold_in_scope(self._exams, clerk, registration_id)
        if held.row.state is not State.SEATED:
            raise Conflict("not_seated")
        if held.row.admit_card_downloaded_at is not None and not despite_admit_card:
            raise Conflict("reseated_despite_card")
        return held

    async def _require_not_begun(self, held: Held, sessions: tuple[int, ...]) -> None:
        timetable = await self._exams.sessions(held.exam.code, held.form.registration.area)
        starts = [session.starts_at for session in timetable if session.id in sessions]
        if starts and self._clock.now() >= min(starts):
            raise Conflict("exam_begun")

    async def _record(self, clerk: Clerk, row: Registration, done: Reseated, reason: str) -> None:
        row.admit_card_downloaded_at = None
        row.version += 1
        await row.save()
        before, after = {"admit_number": done.retired}, {"admit_number": done.admit_number, "reason": reason}
        await audit.record(self._clock, clerk.actor, "reseated", "registration", row.id, before=before, after=after)
        await tell(
            EventName.REGISTRATION_RESEATED, subject_id=row.id, candidate_id=row.candidate_id, at=self._clock.now()
        )
