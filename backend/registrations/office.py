"""What staff do with registrations: confirm or refuse at the point or site, review at the site, then at the area.

Scope is part of every query: a registration outside the clerk's office is not found.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final, Protocol
from uuid import UUID

from backend import audit
from backend.clock import Clock
from backend.database import Database
from backend.errors import Conflict, Fault, Faulty, NotFound
from backend.events import EventName, tell
from backend.exams.catalogue import Exams
from backend.registrations.eligibility import require_eligible
from backend.registrations.models import Registration, State
from backend.registrations.moves import Act, Move, move
from backend.registrations.refusing import refuse_papers, require_online
from backend.registrations.rows import Held, hold_in_scope, let_payment_fall_due, require_window
from backend.registrations.supplements import require_supplement_time
from backend.staff.duties import Duty
from backend.staff.scope import Clerk

DUTIES: Final = {
    Act.CONFIRM: Duty.CONFIRM,
    Act.REFUSE: Duty.REFUSE,
    Act.SITE_APPROVE: Duty.REVIEW_AT_SITE,
    Act.SITE_REJECT: Duty.REVIEW_AT_SITE,
    Act.SITE_RETURN: Duty.REVIEW_AT_SITE,
    Act.AREA_APPROVE: Duty.REVIEW_IN_AREA,
    Act.AREA_REJECT: Duty.REVIEW_IN_AREA,
    Act.AREA_RETURN: Duty.REVIEW_IN_AREA,
}
"""Whose act it is (domain: People)."""

REASONED: Final = (Act.SITE_REJECT, Act.AREA_REJECT, Act.SITE_RETURN, Act.AREA_RETURN)
"""Acts that say why; a refusal says it of each paper."""

APPROVALS: Final = (Act.SITE_APPROVE, Act.AREA_APPROVE)
RETURNS: Final = {Act.SITE_RETURN: "site", Act.AREA_RETURN: "area"}
"""Acts that ask for a supplement, and the level to which it comes back."""

STAMPS: Final = {
    Act.CONFIRM: "confirmed_at",
    Act.SITE_APPROVE: "site_reviewed_at",
    Act.SITE_REJECT: "site_reviewed_at",
    Act.AREA_APPROVE: "area_reviewed_at",
    Act.AREA_REJECT: "area_reviewed_at",
}
EVENTS: Final = {Act.CONFIRM: EventName.REGISTRATION_CONFIRMED, Act.REFUSE: EventName.REGISTRATION_REFUSED}


class MoneyBack(Protocol):
    """Who sends back what a rejected candidate has paid: payments stand above registrations, and fill this."""

    async def rejected(self, held: Held) -> None:
        """Inside the transaction that rejects, the row not yet saved."""


class Office:
    """The offices' acts on one registration, each one transaction, by the table of states."""

    def __init__(self, *, database: Database, clock: Clock, exams: Exams, money_back: MoneyBack) -> None:
        self._database, self._clock, self._exams, self._money_back = database, clock, exams, money_back

    async def confirm(self, clerk: Clerk, registration_number: str, verification_code: str) -> Registration:
        """Confirm the candidate whose printed form was scanned.

        Raises Conflict `form_outdated` where the form's code isn't the current version's; NotFound outside the scope.
        """
        clerk.require(Duty.CONFIRM)
        found = await Registration.get_or_none(registration_number=registration_number, **clerk.registrations())
        if found is None:
            raise NotFound("registration_unknown")
        return await self.act(clerk, Act.CONFIRM, found.id, verification_code=verification_code)

    async def act(
        self,
        clerk: Clerk,
        act: Act,
        registration_id: UUID,
        *,
        verification_code: str | None = None,
        reasons: Sequence[str] = (),
        until: datetime | None = None,
        despite: str | None = None,
        papers: Mapping[str, str] | None = None,
    ) -> Registration:
        """One act of the table. `until`: by when a supplement is to come; `despite`: why one not eligible is approved;
        `papers`: of each that is refused online, why.

        Raises NotAllowed, NotFound, Conflict (`not_eligible` says of what it lacks, `confirmed_in_person` of a refusal
        where nothing is confirmed online), OutOfWindow; Faulty where it says no reason, or a return no deadline that
        can be kept.
        """
        self.require_said(clerk, act, reasons)
        async with self._database.transaction():
            held = await hold_in_scope(self._exams, clerk, registration_id)
            if verification_code is not None and held.row.verification_code != verification_code.strip().upper():
                raise Conflict("form_outdated")
            await self.decide(clerk, held, act, reasons, until=until, despite=despite, papers=papers)
        return held.row

    def require_said(self, clerk: Clerk, act: Act, reasons: Sequence[str]) -> None:
        """Raises NotAllowed unless the act is this clerk's; Faulty where it must say why and doesn't."""
        clerk.require(DUTIES[act])
        if act in REASONED and not any(reason.strip() for reason in reasons):
            raise Faulty("reasons_needed", faults=[Fault("reasons", "missing")])

    async def check(self, held: Held, act: Act) -> None:
        """Raises what stands in the way of the act whatever is said with it: state, window, eligibility, and of a
        refusal that nothing is confirmed online there. Writes nothing."""
        require_window(held, move(act, held.row.state), self._clock.now())
        if act in APPROVALS:
            await require_eligible(self._exams, held)
        if act is Act.REFUSE:
            require_online(held)

    async def decide(
        self,
        clerk: Clerk,
        held: Held,
        act: Act,
        reasons: Sequence[str] = (),
        *,
        until: datetime | None = None,
        despite: str | None = None,
        papers: Mapping[str, str] | None = None,
    ) -> None:
        """The act on a row of the clerk's that the caller's transaction holds; raises as `act`, before writing."""
        step = move(act, held.row.state)
        require_window(held, step, self._clock.now())
        noted: dict[str, Any] = {}
        if act in RETURNS:
            noted = self._ask_for_supplement(held, act, until)
        if act in APPROVALS:
            noted = await self._let_pass(held, (despite or "").strip())
        if act is Act.REFUSE:
            reasons = await refuse_papers(held, papers or {})
        await self._carry_out(clerk, held, step, reasons, noted)

    def _ask_for_supplement(self, held: Held, act: Act, until: datetime | None) -> dict[str, Any]:
        """By when it is to come, as it is recorded."""
        by = require_supplement_time(held, until, self._clock.now())
        held.row.returned_by, held.row.supplement_until = RETURNS[act], by
        return {"until": by.isoformat()}

    async def _let_pass(self, held: Held, despite: str) -> dict[str, Any]:
        """Why somebody who lacks something is approved all the same, as it is recorded."""
        if despite:
            return {"despite": despite}
        lifted = await require_eligible(self._exams, held)
        return {"lifted": lifted} if lifted else {}

    async def _carry_out(
        self, clerk: Clerk, held: Held, step: Move, reasons: Sequence[str], noted: Mapping[str, Any]
    ) -> None:
        row, before = held.row, held.row.state
        row.state, row.reasons = step.end, [reason.strip() for reason in reasons if reason.strip()]
        if stamp := STAMPS.get(step.act):
            setattr(row, stamp, self._clock.now())
        if step.act is Act.CONFIRM:
            row.confirmed_by = "staff"
        let_payment_fall_due(held, self._clock.now())
        if row.state is State.REJECTED:
            await self._money_back.rejected(held)
        row.version += 1
        await row.save()
        after = {"state": row.state, "payment_state": row.payment_state, "reasons": row.reasons, **noted}
        await audit.record(
            self._clock, clerk.actor, step.records, "registration", row.id, before={"state": before}, after=after
        )
        await tell(
            EVENTS.get(step.act, EventName.REGISTRATION_REVIEWED),
            subject_id=row.id,
            candidate_id=row.candidate_id,
            at=self._clock.now(),
            state=row.state,
            by="staff",
        )
