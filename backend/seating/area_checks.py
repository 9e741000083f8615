"""考区审核考场编排: the area looks at what its sites adopted, and freezes it or sends it back.

National plan 2021: "编排考场、审核考场编排的起止时间为3月1-11日". A frozen plan is not withdrawn any more, and its
sheets may be printed; an area that is late keeps nobody from their admit card.
"""

from backend import audit
from backend.clock import Clock
from backend.database import Database, lock
from backend.errors import Conflict, NotFound
from backend.exams.catalogue import Exams
from backend.exams.stages import Stage
from backend.seating.models import PlanState, SeatingPlan
from backend.seating.plans import said_reason
from backend.seating.site_lock import SITE_LOCK
from backend.staff.duties import Duty
from backend.staff.scope import Clerk


class SeatingChecks:
    """Each act is one transaction. Scope is part of every query."""

    def __init__(self, *, database: Database, clock: Clock, exams: Exams) -> None:
        self._database, self._clock, self._exams = database, clock, exams

    async def plans(self, clerk: Clerk, exam_code: str, *, after: int = 0, limit: int = 50) -> list[SeatingPlan]:
        """The plans of the clerk's scope, withdrawn ones among them, the oldest first, after the one with this id."""
        clerk.require(Duty.SEE_SEATING)
        exam = await self._exams.exam(exam_code)
        found = SeatingPlan.filter(exam_id=exam.id, id__gt=after, **clerk.registrations())
        return await found.order_by("id").limit(limit)

    async def manifest(self, clerk: Clerk, plan_id: int) -> str:
        """What was adopted, signed, as a file. Raises NotAllowed; NotFound `plan_unknown` outside the scope."""
        clerk.require(Duty.SEE_SEATING)
        plan = await SeatingPlan.get_or_none(id=plan_id, **clerk.registrations())
        if plan is None or plan.manifest is None:
            raise NotFound("plan_unknown")
        return plan.manifest

    async def freeze(self, clerk: Clerk, plan_id: int) -> SeatingPlan:
        """The plan stands. Again is harmless. Raises NotAllowed; NotFound `plan_unknown`; Conflict `plan_withdrawn`."""
        clerk.require(Duty.CHECK_SEATING)
        async with self._database.transaction():
            plan = await self._hold(clerk, plan_id)
            if plan.state is not PlanState.FROZEN:
                plan.reason = None
                await self._decide(clerk, plan, PlanState.FROZEN)
        return plan

    async def send_back(self, clerk: Clerk, plan_id: int, *, reason: str) -> SeatingPlan:
        """The site is to arrange otherwise, and says why. Again is harmless.

        Raises as `freeze`; Faulty `plan_faulty`; Conflict `plan_frozen`; OutOfWindow once the site can't mend it.
        """
        clerk.require(Duty.CHECK_SEATING)
        said = said_reason(reason)
        async with self._database.transaction():
            plan = await self._hold(clerk, plan_id)
            if plan.state is PlanState.FROZEN:
                raise Conflict("plan_frozen")
            site, exam = await self._exams.site_by_id(plan.site_id), await self._exams.by_id(plan.exam_id)
            calendar = await self._exams.calendar(exam.code, site.area, site.name)
            calendar.require_open(Stage.SEATING, self._clock.now())
            if (plan.state, plan.reason) != (PlanState.RETURNED, said):
                plan.reason = said
                await self._decide(clerk, plan, PlanState.RETURNED)
        return plan

    async def _hold(self, clerk: Clerk, plan_id: int) -> SeatingPlan:
        found = await SeatingPlan.get_or_none(id=plan_id, **clerk.registrations())
        if found is None:
            raise NotFound("plan_unknown")
        await self._database.rows(SITE_LOCK, found.exam_id, found.site_id)
        plan = await lock(SeatingPlan, id=plan_id)
        assert plan is not None
        if plan.state is PlanState.WITHDRAWN:
            raise Conflict("plan_withdrawn")
        return plan

    async def _decide(self, clerk: Clerk, plan: SeatingPlan, state: PlanState) -> None:
        plan.state, plan.decided_at, plan.decided_by = state, self._clock.now(), clerk.actor.id
        await plan.save()
        after = {"reason": plan.reason} if plan.reason else None
        await audit.record(self._clock, clerk.actor, state.value, "seating_plan", plan.id, after=after)
