"""Money that goes back, whole: what is owed by itself, what staff ask for and the area decides.

The registration changes when it is decided, in one transaction with it, and not when the platform has finished: from
then on nobody can sit an exam whose fee is on its way back, and a candidate who may pay again may do so at once,
however slow a bank is (decision 14). What the platform makes of it is followed by `RefundTracking`.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Protocol
from uuid import UUID

from tortoise.exceptions import IntegrityError

from backend import audit
from backend.audit import SYSTEM, Actor
from backend.clock import Clock, real_now
from backend.database import Database, lock, violated
from backend.errors import Conflict, Fault, Faulty, NotFound
from backend.events import EventName, tell
from backend.exams.catalogue import Exams
from backend.exams.stages import Stage
from backend.jobs import Task, put
from backend.payments.models import Payment, Refund, RefundKind, RefundState
from backend.registrations.models import PaymentState, Registration, State
from backend.registrations.moves import after_refund
from backend.registrations.rows import Held, hold, hold_in_scope
from backend.staff.duties import Duty
from backend.staff.scope import Clerk

LIVING: Final = (RefundState.ASKED, RefundState.APPROVED, RefundState.SENT, RefundState.SUCCEEDED)
"""A payment has one of these at most: the database holds that (`refund_one_living`)."""
LONGEST_REASON: Final = 200
WORDS: Final = {
    RefundKind.SURPLUS: "多付的考试费",
    RefundKind.REJECTED: "资格审核未通过",
    RefundKind.REQUESTED: "考试费退回",
}
"""What the platform shows the payer; what staff wrote to each other stays here."""


class Seats(Protocol):
    """Who gives seats, and takes them back: seating stands beside payments, and fills this."""

    async def free(self, registration_id: UUID) -> str | None:
        """Inside a transaction that holds the registration: free its seats, retire its admit number; which it was."""


class Refunds:
    """Decides on refunds. Each act is one transaction; the registration's row is taken first.

    `rests`: by platform, how long it is given to send surplus money back by itself.
    """

    def __init__(
        self, *, database: Database, clock: Clock, exams: Exams, seats: Seats, rests: Mapping[str, timedelta]
    ) -> None:
        self._database, self._clock, self._exams, self._seats = database, clock, exams, seats
        self._rests = rests

    async def surplus(self, payment: Payment) -> None:
        """Inside the transaction that holds the registration: send back a payment that doesn't count."""
        rests = self._rests.get(payment.platform, timedelta())
        await self._by_itself(payment, RefundKind.SURPLUS, rests=rests)

    async def rejected(self, held: Held) -> None:
        """Inside the transaction that rejects; the caller saves the row. Nothing where nothing was paid here."""
        payment = await _counting(held.row.id)
        if payment is None:
            return
        waiting = await lock(Refund, payment_id=payment.id, state=RefundState.ASKED)
        if waiting is None:
            await self._by_itself(payment, RefundKind.REJECTED)
        else:
            # The site had asked, and the area hadn't decided: the rejection decides.
            await self._approve(waiting, payment, SYSTEM)
        held.row.payment_state = PaymentState.REFUNDED

    async def ask(self, clerk: Clerk, registration_id: UUID, reason: str) -> Refund:
        """The site asks for the payment that counts to go back.

        Raises NotAllowed; NotFound outside the scope; Faulty `reasons_needed`; Conflict `nothing_to_refund`,
        `refund_under_way`.
        """
        clerk.require(Duty.ASK_REFUND)
        said = _said(reason)
        async with self._database.transaction():
            held = await hold_in_scope(self._exams, clerk, registration_id)
            payment = await _counting(held.row.id)
            if payment is None:
                raise Conflict("nothing_to_refund")
            refund = await self._create(
                payment, kind=RefundKind.REQUESTED, reason=said, state=RefundState.ASKED, asked_by=clerk.actor.id
            )
            after = {"refund": refund.refund_number, "reason": said, "amount_fen": refund.amount_fen}
            await self._record(refund, clerk.actor, "refund_asked", EventName.REFUND_ASKED, after)
        return refund

    async def approve(self, clerk: Clerk, refund_id: int, *, despite_admit_card: bool = False) -> Refund:
        """The area lets the money go back: the registration is due again, or cancelled once payment is over.

        Raises NotAllowed; NotFound; Conflict `refund_decided`, `admit_card_downloaded` unless the area says that it
        means it all the same, `not_from_this_state`.
        """
        clerk.require(Duty.DECIDE_REFUND)
        async with self._database.transaction():
            refund, held = await self._to_decide(clerk, refund_id)
            if held.row.admit_card_downloaded_at is not None and not despite_admit_card:
                raise Conflict("admit_card_downloaded")
            payment = await Payment.get(id=refund.payment_id)
            await self._approve(refund, payment, clerk.actor, despite_admit_card=despite_admit_card)
            await self._take_effect(held, clerk.actor)
        return refund

    async def decline(self, clerk: Clerk, refund_id: int, reason: str) -> Refund:
        """The area doesn't; nothing changes. Raises as `approve`; Faulty `reasons_needed`."""
        clerk.require(Duty.DECIDE_REFUND)
        said = _said(reason)
        async with self._database.transaction():
            refund, _ = await self._to_decide(clerk, refund_id)
            refund.state, refund.decision_reason = RefundState.DECLINED, said
            refund.decided_by, refund.decided_at = clerk.actor.id, self._clock.now()
            await refund.save()
            after = {"refund": refund.refund_number, "reason": said}
            await self._record(refund, clerk.actor, "refund_declined", EventName.REFUND_DECLINED, after)
        return refund

    async def send_again(self, clerk: Clerk, refund_id: int) -> Refund:
        """Take up a refund that failed: the one that is on its way then.

        One that the platform has closed has spent its number and gets a successor; any other goes on under its own, so
        that money which did move is found. Raises NotAllowed; NotFound; Conflict `refund_not_failed`,
        `refund_under_way`.
        """
        clerk.require(Duty.SEND_REFUND_AGAIN)
        async with self._database.transaction():
            refund, _ = await hold_refund(self._exams, clerk, refund_id)
            if refund.state is not RefundState.FAILED:
                raise Conflict("refund_not_failed")
            if refund.standing == "closed":
                refund = await self._successor(refund, clerk.actor)
            else:
                await self._revive(refund)
            after = {"refund": refund.refund_number}
            await self._record(refund, clerk.actor, "refund_sent_again", EventName.REFUND_APPROVED, after)
            await put(self._database, Task.CARRY_ON_REFUND, refund_id=refund.id)
        return refund

    async def _by_itself(self, payment: Payment, kind: RefundKind, *, rests: timedelta = timedelta()) -> None:
        refund = await self._create(payment, kind=kind, reason=WORDS[kind], state=RefundState.ASKED, asked_by=SYSTEM.id)
        await self._approve(refund, payment, SYSTEM, rests=rests)

    async def _create(
        self, payment: Payment, *, kind: RefundKind, reason: str, state: RefundState, asked_by: str
    ) -> Refund:
        now = self._clock.now()
        try:
            async with self._database.transaction():
                return await Refund.create(
                    refund_number=await self._next_number(now),
                    payment=payment,
                    registration_id=payment.registration_id,
                    platform=payment.platform,
                    amount_fen=payment.amount_fen,
                    kind=kind,
                    reason=reason,
                    state=state,
                    asked_by=asked_by,
                    asked_at=now,
                )
        except IntegrityError as error:
            if not violated(error, "refund_one_living"):
                raise
            raise Conflict("refund_under_way") from error

    async def _approve(
        self,
        refund: Refund,
        payment: Payment,
        actor: Actor,
        *,
        rests: timedelta = timedelta(),
        despite_admit_card: bool = False,
    ) -> None:
        now = self._clock.now()
        refund.state, refund.decided_by, refund.decided_at = RefundState.APPROVED, actor.id, now
        refund.due_at = real_now() + rests
        await refund.save()
        payment.given_back_at = now
        await payment.save(update_fields=["given_back_at"])
        after: dict[str, Any] = {"refund": refund.refund_number, "kind": refund.kind, "amount_fen": refund.amount_fen}
        if despite_admit_card:
            after["despite_admit_card"] = True
        await self._record(refund, actor, "refund_approved", EventName.REFUND_APPROVED, after)
        if not rests:
            await put(self._database, Task.CARRY_ON_REFUND, refund_id=refund.id)

    async def _take_effect(self, held: Held, actor: Actor) -> None:
        row, before = held.row, {"state": held.row.state, "payment_state": held.row.payment_state}
        can_pay_again = held.calendar.window_at(Stage.PAYMENT, self._clock.now()) is not None
        row.state, row.payment_state = after_refund(row.state, can_pay_again=can_pay_again)
        if row.payment_state is PaymentState.DUE:
            row.paid_at = None
        retired = None
        if before["state"] is State.SEATED:
            retired = await self._seats.free(row.id)
            row.seated_at = row.admit_card_downloaded_at = None
        row.version += 1
        await row.save()
        after = {"state": row.state, "payment_state": row.payment_state, "retired_admit_number": retired}
        await audit.record(self._clock, actor, "paid_back", "registration", row.id, before=before, after=after)

    async def _revive(self, refund: Refund) -> None:
        if await Refund.exists(payment_id=refund.payment_id, state__in=LIVING):
            raise Conflict("refund_under_way")
        refund.state, refund.due_at, refund.tries = RefundState.APPROVED, real_now(), 0
        if refund.standing is not None:
            # The platform has it: it is asked what became of it, not told again.
            refund.state = RefundState.SENT
        await refund.save()

    async def _successor(self, refund: Refund, actor: Actor) -> Refund:
        payment = await Payment.get(id=refund.payment_id)
        new = await self._create(
            payment, kind=refund.kind, reason=refund.reason, state=RefundState.ASKED, asked_by=actor.id
        )
        new.state, new.due_at = RefundState.APPROVED, real_now()
        new.decided_by, new.decided_at = actor.id, self._clock.now()
        await new.save()
        return new

    async def _to_decide(self, clerk: Clerk, refund_id: int) -> tuple[Refund, Held]:
        refund, held = await hold_refund(self._exams, clerk, refund_id)
        if refund.state is not RefundState.ASKED:
            raise Conflict("refund_decided")
        return refund, held

    async def _next_number(self, now: datetime) -> str:
        (row,) = await self._database.rows("SELECT nextval('refund_sequence') AS number")
        return f"TK{now:%Y%m%d}{row['number']:010d}"

    async def _record(self, refund: Refund, actor: Actor, act: str, event: EventName, after: dict[str, Any]) -> None:
        await audit.record(self._clock, actor, act, "registration", refund.registration_id, after=after)
        await tell_of(refund, event, at=self._clock.now())


async def hold_refund(exams: Exams, clerk: Clerk, refund_id: int, **having: Any) -> tuple[Refund, Held]:
    """Lock a refund in the clerk's scope, inside the caller's transaction. Raises NotFound `refund_unknown`.

    The registration's row is taken first, as everyone who settles money takes it.
    """
    found = await Refund.get_or_none(id=refund_id, **having, **clerk.registrations(through="registration__"))
    if found is None:
        raise NotFound("refund_unknown")
    held = await hold(exams, found.registration_id)
    refund = await lock(Refund, id=refund_id)
    assert refund is not None
    return refund, held


async def tell_of(refund: Refund, event: EventName, *, at: datetime) -> None:
    """Into the outbox, for the registration's candidate."""
    registration = await Registration.get(id=refund.registration_id)
    await tell(
        event,
        subject_id=refund.refund_number,
        candidate_id=registration.candidate_id,
        at=at,
        registration=str(refund.registration_id),
        kind=refund.kind,
    )


async def _counting(registration_id: UUID) -> Payment | None:
    return await lock(Payment, registration_id=registration_id, counts=True, given_back_at=None)


def _said(reason: str) -> str:
    if not (said := reason.strip()):
        raise Faulty("reasons_needed", faults=[Fault("reason", "missing")])
    if len(said) > LONGEST_REASON:
        raise Faulty("request_faulty", faults=[Fault("reason", "too_long")])
    return said
