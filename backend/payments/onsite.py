"""Fees that are paid at the site: a clerk writes down the receipt, and later that the money was handed back.

Nurses pay on site (2012 plan: 现场收费); for health professionals 山西, 湖北 and Guizhou's 省直 site take fees there
(candidates' notice 2024). The money is an order of the platform `onsite`, opened and paid in one act, so that one
registration is paid once however it is paid.
"""

import re
from typing import Final
from uuid import UUID

from tortoise.exceptions import IntegrityError

from backend import audit
from backend.clock import Clock
from backend.database import Database, violated
from backend.errors import Conflict, Fault, Faulty, NotFound
from backend.events import EventName, tell
from backend.exams.catalogue import Exams
from backend.exams.prices import amount_fen as price
from backend.payments.models import Order, OrderState, Payment, Refund, RefundState
from backend.payments.order_numbers import next_order_number
from backend.payments.refunds import hold_refund, tell_of
from backend.registrations.models import PaymentState, Registration
from backend.registrations.rows import Held, held, hold_in_scope
from backend.staff.duties import Duty
from backend.staff.scope import Clerk

ONSITE: Final = "onsite"
RECEIPT: Final = re.compile(r"[0-9A-Za-z-]{1,32}")


class OnsitePayments:
    """Each act is one transaction. Scope is part of every query."""

    def __init__(self, *, database: Database, clock: Clock, exams: Exams) -> None:
        self._database, self._clock, self._exams = database, clock, exams

    async def record(
        self, clerk: Clerk, registration_id: UUID, *, receipt_number: str, amount_fen: int
    ) -> Registration:
        """Write down that the fee was paid, under the number on its receipt. The same again changes nothing.

        Raises NotAllowed; NotFound outside the scope; Faulty naming `receipt_number` or `amount_fen`; Conflict
        `paid_online`, `payment_not_due`, `already_paid`, `receipt_used`.
        """
        clerk.require(Duty.TAKE_FEE)
        receipt = receipt_number.strip()
        try:
            async with self._database.transaction():
                held = await hold_in_scope(self._exams, clerk, registration_id)
                _require_receipt(held, receipt, amount_fen)
                if not await self._is_known(held, receipt):
                    _require_due(held)
                    await self._write(clerk, held, receipt, amount_fen)
        except IntegrityError as error:
            if not violated(error, "payment_transaction"):
                raise
            raise Conflict("receipt_used") from error
        return held.row

    async def fee(self, clerk: Clerk, registration_id: UUID) -> int | None:
        """What its candidate has to pay, in fen; None where no price is published, or it is paid online.

        Raises NotAllowed; NotFound outside the scope.
        """
        clerk.require(Duty.TAKE_FEE)
        row = await Registration.get_or_none(id=registration_id, **clerk.registrations())
        if row is None:
            raise NotFound("registration_unknown")
        one = await held(self._exams, row)
        return _price(one) if one.policy is not None and one.policy.payment_mode == ONSITE else None

    async def handed_back(self, clerk: Clerk, refund_id: int) -> Refund:
        """Write down that an approved refund was handed back. Again is harmless.

        Raises NotAllowed; NotFound `refund_unknown` outside the scope, or for money that came through a platform;
        Conflict `refund_not_approved`.
        """
        clerk.require(Duty.HAND_FEE_BACK)
        async with self._database.transaction():
            refund, _ = await hold_refund(self._exams, clerk, refund_id, platform=ONSITE)
            if refund.state is RefundState.SUCCEEDED:
                return refund
            if refund.state is not RefundState.APPROVED:
                raise Conflict("refund_not_approved")
            await self._finish(clerk, refund)
        return refund

    async def _is_known(self, held: Held, receipt: str) -> bool:
        """Whether this receipt is this registration's already, and counts."""
        return await Payment.exists(
            registration=held.row, platform=ONSITE, transaction_id=_transaction(held, receipt), given_back_at=None
        )

    async def _write(self, clerk: Clerk, held: Held, receipt: str, amount: int) -> None:
        now, row = self._clock.now(), held.row
        order = await Order.create(
            order_number=await next_order_number(self._database, now),
            registration=row,
            platform=ONSITE,
            open_id="",
            amount_fen=amount,
            state=OrderState.PAID,
            idempotency_key=receipt,
            opened_at=now,
            expires_at=now,
        )
        await Payment.create(
            order=order,
            registration=row,
            platform=ONSITE,
            transaction_id=_transaction(held, receipt),
            amount_fen=amount,
            paid_at=now,
            counts=True,
        )
        row.payment_state, row.paid_at = PaymentState.PAID, now
        row.version += 1
        await row.save()
        after = {"order": order.order_number, "amount_fen": amount, "receipt_number": receipt}
        await audit.record(self._clock, clerk.actor, "paid", "registration", row.id, after=after)
        await tell(
            EventName.PAYMENT_RECEIVED,
            subject_id=order.order_number,
            candidate_id=row.candidate_id,
            at=now,
            registration=str(row.id),
        )

    async def _finish(self, clerk: Clerk, refund: Refund) -> None:
        refund.state, refund.succeeded_at, refund.due_at = RefundState.SUCCEEDED, self._clock.now(), None
        await refund.save()
        after = {"refund": refund.refund_number, "amount_fen": refund.amount_fen}
        await audit.record(self._clock, clerk.actor, "refunded", "registration", refund.registration_id, after=after)
        await tell_of(refund, EventName.REFUND_SUCCEEDED, at=self._clock.now())


def _transaction(held: Held, receipt: str) -> str:
    """Receipts are numbered by each site for itself."""
    return f"{held.row.site_id}-{receipt}"


def _require_receipt(held: Held, receipt: str, amount: int) -> None:
    if held.policy is None or held.policy.payment_mode != ONSITE:
        raise Conflict("paid_online")
    faults = [] if RECEIPT.fullmatch(receipt) else [Fault("receipt_number", "receipt_number_form")]
    due = _price(held)
    if amount <= 0 or (due is not None and amount != due):
        faults.append(Fault("amount_fen", "not_the_fee"))
    if faults:
        raise Faulty("receipt_faulty", faults=faults)


def _price(held: Held) -> int | None:
    choice = held.form.registration
    prices = held.policy.prices if held.policy is not None else {}
    return price(prices, level=choice.level or "", subjects=len(choice.subjects or ()))


def _require_due(held: Held) -> None:
    if held.row.payment_state is PaymentState.PAID:
        raise Conflict("already_paid")
    if held.row.payment_state is not PaymentState.DUE:
        raise Conflict("payment_not_due")
