"""Seats are given by the site, once payment is over: every paid candidate one seat a session, and an admit number.

A plan is previewed, compared with others by its seed, and adopted: the checker then looks at it anew, and what it finds
wrong nobody adopts. The area looks at what was adopted (area_checks.py). Before the admit cards are out, plans that
aren't frozen can be withdrawn; afterwards candidates are moved one by one (reseating.py).
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from backend.clock import Clock
from backend.database import Database
from backend.errors import Conflict, Fault, Faulty
from backend.exams.catalogue import ExamFacts, Exams, SiteFacts
from backend.exams.stages import Stage
from backend.seating.adopting import Adoption, propose
from backend.seating.gathering import Gathering
from backend.seating.models import AdmitNumber, PlanState, Seat, SeatingPlan
from backend.seating.site_lock import SITE_LOCK
from backend.staff.duties import Duty
from backend.staff.scope import Clerk

MOST_COMPARED: Final = 20
LONGEST_REASON: Final = 500
LARGEST_SEED: Final = 2**63 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What would be adopted with this seed. `inputs_hash`: of all it is made from; adopted by it, it is this very plan.

    `wrong`: how much the checker finds wrong. `neighbours`: pairs of colleagues or classmates side by side; fewer than
    `least_neighbours` are impossible.
    """

    seed: int
    inputs_hash: str
    candidates: int
    rooms: int
    wrong: int
    neighbours: int
    least_neighbours: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Adopted:
    """What an arrangement did."""

    plan_id: int | None
    seated: int


class Seating:
    def __init__(self, *, database: Database, clock: Clock, exams: Exams, adoption: Adoption) -> None:
        self._database, self._clock, self._exams, self._adoption = database, clock, exams, adoption
        self._gathering = Gathering(database, exams)

    async def preview(self, clerk: Clerk, exam_code: str, *, seed: int) -> Preview:
        """What this seed would give; nothing is written. Raises NotAllowed; Faulty; Conflict as the arrangement."""
        return (await self.compare(clerk, exam_code, seeds=[seed]))[0]

    async def compare(self, clerk: Clerk, exam_code: str, *, seeds: Sequence[int]) -> list[Preview]:
        """The previews of at most MOST_COMPARED seeds, the best first."""
        clerk.require(Duty.ARRANGE_SEATS)
        exam, site = await self._exams.exam(exam_code), await self._site(clerk)
        if not 0 < len(seeds) <= MOST_COMPARED or not all(0 <= seed <= LARGEST_SEED for seed in seeds):
            raise Faulty("plan_faulty", faults=[Fault("seed", "out_of_range")])
        gathered = await self._gathering.gather(exam, site.id, hold=False)
        proposals = [await asyncio.to_thread(propose, gathered.task, seed) for seed in dict.fromkeys(seeds)]
        previews = [
            Preview(
                seed=one.seed,
                inputs_hash=gathered.digest,
                candidates=len(one.places),
                rooms=one.rooms,
                wrong=one.verdict.count,
                neighbours=one.verdict.neighbours,
                least_neighbours=one.verdict.least,
            )
            for one in proposals
        ]
        return sorted(previews, key=lambda one: (one.wrong, one.neighbours, one.rooms))

    async def arrange(self, clerk: Clerk, exam_code: str, *, seed: int) -> Adopted:
        """Seat everyone of the clerk's site who is approved and paid and has no seat. Again seats who came since.

        Raises NotAllowed; OutOfWindow outside the seating window; Conflict `admit_cards_out`, `too_few_seats`,
        `too_few_rooms`, `no_place_for_need`, `no_sessions`, `plan_wrong`.
        """
        return await self._adopt(clerk, exam_code, seed, inputs_hash=None)

    async def adopt(self, clerk: Clerk, exam_code: str, *, seed: int, inputs_hash: str) -> Adopted:
        """The plan that was previewed, and no other.

        Raises as `arrange`; Conflict `plan_outdated` where somebody has paid, left or changed a room since.
        """
        return await self._adopt(clerk, exam_code, seed, inputs_hash=inputs_hash)

    async def withdraw(self, clerk: Clerk, exam_code: str, *, reason: str) -> int:
        """Take back the site's plans that aren't frozen, and arrange anew; how many candidates lost their seat.

        Raises NotAllowed; Faulty `plan_faulty`; OutOfWindow; Conflict `admit_cards_out`.
        """
        clerk.require(Duty.ARRANGE_SEATS)
        said = said_reason(reason)
        exam, site = await self._exams.exam(exam_code), await self._site(clerk)
        async with self._database.transaction():
            await self._hold(exam, site)
            plans = await SeatingPlan.filter(
                exam_id=exam.id, site_id=site.id, state__in=[PlanState.ADOPTED, PlanState.RETURNED]
            ).order_by("id")
            return await self._adoption.writing(clerk.actor).withdraw(plans, said) if plans else 0

    async def free(self, registration_id: UUID) -> str | None:
        """Inside a transaction that holds the registration: free its seats and retire its admit number; which it was.

        Neither is given again: a number is never reused, and the freed seat is part of it.
        """
        now = self._clock.now()
        await Seat.filter(registration_id=registration_id, freed_at=None).update(freed_at=now)
        number = await AdmitNumber.get_or_none(registration_id=registration_id, retired_at=None)
        if number is None:
            return None
        number.retired_at = now
        await number.save(update_fields=["retired_at"])
        return number.number

    async def _adopt(self, clerk: Clerk, exam_code: str, seed: int, *, inputs_hash: str | None) -> Adopted:
        clerk.require(Duty.ARRANGE_SEATS)
        exam, site = await self._exams.exam(exam_code), await self._site(clerk)
        async with self._database.transaction():
            await self._hold(exam, site)
            gathered = await self._gathering.gather(exam, site.id, hold=True)
            if inputs_hash is not None and gathered.digest != inputs_hash:
                raise Conflict("plan_outdated")
            if not gathered.task.examinees:
                return Adopted(plan_id=None, seated=0)
            plan, numbers = await self._adoption.adopt(clerk.actor, exam, site, gathered, seed=seed)
            await self._adoption.writing(clerk.actor).seated(numbers)
        return Adopted(plan_id=plan.id, seated=plan.candidates)

    async def _hold(self, exam: ExamFacts, site: SiteFacts) -> None:
        """One arrangement of a site at a time, in its window, and while nobody can have an admit card."""
        await self._database.rows(SITE_LOCK, exam.id, site.id)
        calendar, now = await self._exams.calendar(exam.code, site.area, site.name), self._clock.now()
        calendar.require_open(Stage.SEATING, now)
        out_at = calendar.opens_at(Stage.ADMIT_CARD)
        if out_at is not None and now >= out_at:
            raise Conflict("admit_cards_out")

    async def _site(self, clerk: Clerk) -> SiteFacts:
        assert clerk.site_id is not None
        return await self._exams.site_by_id(clerk.site_id)


def said_reason(reason: str) -> str:
    """Raises Faulty `plan_faulty` where there is none, or one too long to keep."""
    said = reason.strip()
    if not said or len(said) > LONGEST_REASON:
        raise Faulty("plan_faulty", faults=[Fault("reason", "too_long" if said else "missing")])
    return said
