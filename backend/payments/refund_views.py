"""What a candidate is shown of their refunds."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from backend.database import Database
from backend.payments.models import RefundKind
from backend.registrations.money_back import PROGRESS, MoneyBack, RefundProgress
from backend.wording import Term

REFUNDS: Final = """
SELECT payment_order.order_number, refund.amount_fen, refund.state, refund.kind, refund.decided_at, refund.succeeded_at
FROM refund
JOIN payment ON payment.id = refund.payment_id
JOIN payment_order ON payment_order.id = payment.order_id
WHERE refund.registration_id = $1 AND refund.state NOT IN ('asked', 'declined')
    AND NOT EXISTS (SELECT 1 FROM refund AS later WHERE later.payment_id = refund.payment_id AND later.id > refund.id)
ORDER BY refund.id DESC
"""
"""A registration's refunds that were decided on, the last one of each payment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundView:
    """One refund. `words`: an entry of wording/refunds.toml."""

    order_number: str
    amount_fen: int
    progress: RefundProgress
    words: Term
    decided_at: datetime
    succeeded_at: datetime | None


async def refunds_of(database: Database, registration_id: UUID) -> tuple[RefundView, ...]:
    """Newest first."""
    found = []
    for row in await database.rows(REFUNDS, registration_id):
        back = MoneyBack(
            progress=PROGRESS[row["state"]],
            amount_fen=row["amount_fen"],
            succeeded_at=row["succeeded_at"],
            surplus=row["kind"] == RefundKind.SURPLUS,
        )
        found.append(
            RefundView(
                order_number=row["order_number"],
                amount_fen=back.amount_fen,
                progress=back.progress,
                words=back.words,
                decided_at=row["decided_at"],
                succeeded_at=back.succeeded_at,
            )
        )
    return tuple(found)
