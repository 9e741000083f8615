"""Our own books as a bill is compared with them: orders, payments by transaction, refunds by our number."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final, Protocol

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


class RefundBooks(Protocol):
    """Our refunds, by our number: those of these numbers, and those that were done on a day."""

    async def named(self, platform: str, numbers: Collection[str]) -> Mapping[str, Booked]: ...

    async def done_on(self, platform: str, day: date) -> Mapping[str, Booked]: ...


class NoRefunds:
    """The refunds of a service that sends nothing back."""

    async def named(self, platform: str, numbers: Collection[str]) -> Mapping[str, Booked]:
        return {}

    async def done_on(self, platform: str, day: date) -> Mapping[str, Booked]:
        return {}


class OwnBooks:
    """Reads them, a batch of a bill's lines at a time."""

    def __init__(self, database: Database, refunds: RefundBooks) -> None:
        self._database, self._refunds = database, refunds

    async def beside(self, platform: str, lines: Iterable[BillLine]) -> Books:
        """What we know about these lines, on whatever day it was recorded."""
        numbers = {line.order_number for line in lines}
        transactions = {line.transaction_id for line in lines if line.kind == "payment"}
        refunds = {line.refund_number for line in lines if line.kind == "refund" and line.refund_number}
        orders = await self._database.rows(ORDERS, platform, list(numbers))
        return Books(
            orders={row["order_number"]: row["amount_fen"] for row in orders},
            payments=_booked(await self._database.rows(PAYMENTS, platform, list(transactions))),
            refunds=await self._refunds.named(platform, refunds) if refunds else {},
        )

    async def paid_on(self, platform: str, day: date) -> Mapping[str, Booked]:
        """By transaction; surplus money too."""
        begins = datetime.combine(day, time(), EXAM_ZONE)
        return _booked(await self._database.rows(PAYMENTS_OF_DAY, platform, begins, begins + timedelta(days=1)))

    async def refunded_on(self, platform: str, day: date) -> Mapping[str, Booked]:
        """By our number."""
        return await self._refunds.done_on(platform, day)


def _booked(rows: Iterable[Mapping[str, Any]]) -> dict[str, Booked]:
    return {
        row["transaction_id"]: Booked(order_number=row["order_number"], amount_fen=row["amount_fen"]) for row in rows
    }
