"""Our own books as a bill is compared with them: orders, payments by transaction, refunds by our number."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from backend.clock import EXAM_ZONE
from backend.database import Database
from backend.payments.bills import BillLine
from backend.payments.comparison import Booked, Books

ORDERS: Final = "SELECT order_number, amount_fen FROM payment_order WHERE platform = $1 AND order_number = ANY($2)"
PAYMENTS: Final = """
SELECT p.transaction_id, o.order_number, p.amount_fen FROM payment p JOIN payment_order o ON o.id = p.order_id
WHERE p.platform = $1 AND p.transaction_id = ANY($2)
"""
PAYMENTS_OF_DAY: Final = """
SELECT p.transaction_id, o.order_number, p.amount_fen FROM payment p JOIN payment_order o ON o.id = p.order_id
WHERE p.platform = $1 AND p.paid_at >= $2 AND p.paid_at < $3
"""

REFUNDS: Final = """
SELECT r.refund_number, o.order_number, r.amount_fen FROM refund r
JOIN payment p ON p.id = r.payment_id JOIN payment_order o ON o.id = p.order_id
WHERE r.platform = $1 AND r.refund_number = ANY($2)
"""
REFUNDS_OF_DAY: Final = """
SELECT r.refund_number, o.order_number, r.amount_fen FROM refund r
JOIN payment p ON p.id = r.payment_id JOIN payment_order o ON o.id = p.order_id
WHERE r.platform = $1 AND r.succeeded_at >= $2 AND r.succeeded_at < $3
"""


class OwnBooks:
    """Reads them, a batch of a bill's lines at a time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def beside(self, platform: str, lines: Iterable[BillLine]) -> Books:
        """What we know about these lines, on whatever day it was recorded."""
        numbers = {line.order_number for line in lines}
        transactions = {line.transaction_id for line in lines if line.kind == "payment"}
        refunds = {line.refund_number for line in lines if line.kind == "refund" and line.refund_number}
        orders = await self._database.rows(ORDERS, platform, list(numbers))
        paid = await self._database.rows(PAYMENTS, platform, list(transactions))
        sent_back = await self._database.rows(REFUNDS, platform, list(refunds))
        return Books(
            orders={row["order_number"]: row["amount_fen"] for row in orders},
            payments=_booked(paid, by="transaction_id"),
            refunds=_booked(sent_back, by="refund_number"),
        )

    async def paid_on(self, platform: str, day: date) -> Mapping[str, Booked]:
        """By transaction; surplus money too."""
        return _booked(await self._database.rows(PAYMENTS_OF_DAY, platform, *_edges(day)), by="transaction_id")

    async def refunded_on(self, platform: str, day: date) -> Mapping[str, Booked]:
        """By our number."""
        return _booked(await self._database.rows(REFUNDS_OF_DAY, platform, *_edges(day)), by="refund_number")


def _edges(day: date) -> tuple[datetime, datetime]:
    begins = datetime.combine(day, time(), EXAM_ZONE)
    return begins, begins + timedelta(days=1)


def _booked(rows: Iterable[Mapping[str, Any]], *, by: str) -> dict[str, Booked]:
    return {row[by]: Booked(order_number=row["order_number"], amount_fen=row["amount_fen"]) for row in rows}
