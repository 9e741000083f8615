"""A plan on its way into the tables: made, checked by somebody who did not make it, written, and signed."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from backend import audit
from backend.audit import Actor
from backend.clock import Clock
from backend.database import Database
from backend.errors import Conflict
from backend.exams.catalogue import ExamFacts, Exams, SiteFacts
from backend.seating.arrangement import arrange, seat_rows
from backend.seating.checking import Verdict, check
from backend.seating.facts import SeatPlace, SeatRow, Task
from backend.seating.gathering import Gathered
from backend.seating.manifests import Manifest, ManifestKeys, seats_hash
from backend.seating.models import SeatingPlan
from backend.seating.writing import Numbering, Writing


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A plan nobody has adopted: who would sit where, as it would be written, and what the checker says of it."""

    seed: int
    places: Mapping[UUID, SeatPlace]
    rows: list[SeatRow]
    verdict: Verdict
    seats_hash: str

    @property
    def rooms(self) -> int:
        """How many rooms it uses."""
        return len({place.room_id for place in self.places.values()})


def propose(task: Task, seed: int) -> Proposal:
    """Blocks for up to seconds where a site has thousands: call it in a thread. Raises Conflict as `arrange` does."""
    places = arrange(task, seed=seed)
    rows = seat_rows(task, places)
    hashed = seats_hash((row.registration_id, row.session, row.room_id, row.number) for row in rows)
    return Proposal(seed=seed, places=places, rows=rows, verdict=check(task, rows), seats_hash=hashed)


class Adoption:
    """Inside the caller's transaction, which holds the site and everybody who is seated."""

    def __init__(self, *, database: Database, clock: Clock, exams: Exams, keys: ManifestKeys) -> None:
        self._database, self._clock, self._exams, self._keys = database, clock, exams, keys

    async def adopt(
        self, actor: Actor, exam: ExamFacts, site: SiteFacts, gathered: Gathered, *, seed: int
    ) -> tuple[SeatingPlan, dict[UUID, str]]:
        """The plan, and the admit numbers by registration. Raises Conflict as `arrange`, and `plan_wrong`."""
        proposal = await asyncio.to_thread(propose, gathered.task, seed)
        if not proposal.verdict.holds:
            raise Conflict("plan_wrong", count=proposal.verdict.count)
        plan = await self._plan(actor, exam, site, gathered, proposal)
        numbering = Numbering(exam=exam, site=site, area_code=(await self._exams.area(site.area)).code)
        numbers = await self.writing(actor).seats(plan, gathered.task, proposal.places, proposal.rows, numbering)
        return plan, numbers

    def writing(self, actor: Actor) -> Writing:
        return Writing(database=self._database, actor=actor, now=self._clock.now())

    async def _plan(
        self, actor: Actor, exam: ExamFacts, site: SiteFacts, gathered: Gathered, proposal: Proposal
    ) -> SeatingPlan:
        verdict, now = proposal.verdict, self._clock.now()
        plan = await SeatingPlan.create(
            exam_id=exam.id,
            site_id=site.id,
            seed=proposal.seed,
            candidates=len(proposal.places),
            neighbours=verdict.neighbours,
            least_neighbours=verdict.least,
            inputs_hash=gathered.digest,
            adopted_at=now,
            adopted_by=actor.id,
        )
        manifest = Manifest(
            exam=exam.code,
            area=site.area,
            site=site.name,
            plan=plan.id,
            seed=plan.seed,
            candidates=plan.candidates,
            seat_rows=len(proposal.rows),
            rooms=proposal.rooms,
            neighbours=verdict.neighbours,
            least_neighbours=verdict.least,
            inputs=gathered.digest,
            seats=proposal.seats_hash,
            adopted_at=now.isoformat(),
            adopted_by=actor.id,
        )
        plan.manifest = self._keys.signed(manifest)
        await plan.save(update_fields=["manifest"])
        after = {"exam": exam.code, "seed": plan.seed, "candidates": plan.candidates, "inputs": gathered.digest}
        await audit.record(self._clock, actor, "adopted", "seating_plan", plan.id, after=after)
        return plan
