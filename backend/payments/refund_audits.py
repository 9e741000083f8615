"""A platform that asks before it sends money back is answered at once, from our own books, however often it asks.

The question is kept as it came. What it says isn't a refund of ours unless we decided on one: a candidate who asks for
their money in a platform's order centre is referred to their site.
"""

from collections.abc import Mapping
from typing import Final

import structlog
from tortoise.exceptions import IntegrityError

from backend.clock import real_now
from backend.database import Database, lock, violated
from backend.errors import NotFound
from backend.payments.models import Callback, Payment, Refund, RefundState
from backend.payments.platforms import BadNotification, CallbackReply
from backend.payments.refund_platforms import RefundAudit, RefundAuditor, Verdict
from backend.payments.refunds import LIVING

log = structlog.get_logger(__name__)

DOOR: Final = "refund-audits"
OUTCOMES: Final = {True: "allowed", False: "denied", None: "undecided"}


class RefundAudits:
    """`auditors`: by platform, those that ask."""

    def __init__(self, database: Database, auditors: Mapping[str, RefundAuditor]) -> None:
        self._database, self._auditors = database, auditors

    async def receive(self, platform: str, headers: Mapping[str, str], body: bytes) -> CallbackReply:
        """The verdict in the platform's words. Raises NotFound `path_unknown` for a platform that never asks."""
        if (auditor := self._auditors.get(platform)) is None:
            raise NotFound("path_unknown")
        try:
            asked = auditor.read_audit(headers, body)
        except BadNotification as error:
            log.warning("refund_audit_refused", platform=platform, reason=error.code)
            return auditor.reply_to_audit(None)
        async with self._database.transaction():
            verdict = await self._judge(platform, asked)
            await self._keep(platform, asked, body, OUTCOMES[verdict.allowed])
        log.info("refund_audited", platform=platform, order=asked.order_number, verdict=OUTCOMES[verdict.allowed])
        return auditor.reply_to_audit(verdict)

    async def _keep(self, platform: str, asked: RefundAudit, body: bytes, outcome: str) -> None:
        """Once; a later verdict on the same question takes the place of the first."""
        known = Callback.filter(platform=platform, event_id=asked.event_id)
        try:
            async with self._database.transaction():
                await Callback.create(
                    platform=platform,
                    door=DOOR,
                    event_id=asked.event_id,
                    kind="refund_audit",
                    body=body,
                    headers={},
                    processed_at=real_now(),
                    outcome=outcome,
                )
        except IntegrityError as error:
            if not violated(error, "callback_event"):
                raise
            await known.update(outcome=outcome, processed_at=real_now())

    async def _judge(self, platform: str, asked: RefundAudit) -> Verdict:
        payment = await Payment.get_or_none(
            platform=platform, transaction_id=asked.transaction_id, order__order_number=asked.order_number
        )
        if payment is None:
            # Its notification is still on the way, or it is no order of ours: a person finds it in the log.
            log.warning("refund_audit_of_unknown_money", platform=platform, order=asked.order_number)
            return Verdict(allowed=None, amount_fen=asked.amount_fen or 0)
        refund = await lock(Refund, payment_id=payment.id, state__in=LIVING)
        if refund is None:
            waits = not payment.counts and payment.given_back_at is None
            return Verdict(allowed=None if waits else False, amount_fen=payment.amount_fen)
        return await self._of(refund, asked)

    async def _of(self, refund: Refund, asked: RefundAudit) -> Verdict:
        if asked.amount_fen not in (None, refund.amount_fen) or refund.refund_id not in (None, asked.refund_id):
            return Verdict(allowed=False, amount_fen=refund.amount_fen)
        if refund.state is RefundState.ASKED:
            return Verdict(allowed=None, amount_fen=refund.amount_fen)
        if refund.refund_id is None:
            await Refund.filter(id=refund.id).update(refund_id=asked.refund_id)
        return Verdict(allowed=True, amount_fen=refund.amount_fen)
