"""What the service has written down about bills."""

from dataclasses import dataclass
from typing import Any

from tests.api.world import Phone, World
from tests.payments.books import Books

NEXT_MORNING = "2024-01-30 10:00"
DAY = "2024-01-29"


@dataclass(frozen=True, slots=True)
class Ledger:
    """One platform's bills, as rows."""

    world: World
    books: Books
    payer: Phone

    @property
    def platform(self) -> str:
        return self.payer.platform

    async def lose_the_notification(self) -> None:
        await self.fault(f"/callbacks/{self.platform}/payments", "drop_notification")

    async def fault(self, path: str, kind: str, **fault: Any) -> None:
        body = {"platform": self.platform, "path": path, "kind": kind, **fault}
        await self.world.sandbox("POST", "/sandbox/faults", body)

    async def paid(self) -> str:
        """Paid and heard of: the order's number."""
        order = (await self.payer.order()).json
        await self.payer.pay(order["client"])
        await self.payer.paid()
        return str(order["order_number"])

    async def unheard(self) -> str:
        """Paid there, and nobody told us: the order's number."""
        await self.lose_the_notification()
        order = (await self.payer.order()).json
        await self.payer.pay(order["client"])
        return str(order["order_number"])

    async def read(self) -> None:
        """The worker's round on the next morning."""
        await self.world.at(NEXT_MORNING)
        await self.sweep()

    async def sweep(self) -> int:
        return await self.world.built.reconciliations.sweep()

    async def time_passes(self) -> None:
        """What is to be tried again is due now."""
        await self.books.change("UPDATE reconciliation SET try_at = now() WHERE state = 'waiting'")
        await self.books.change("UPDATE bill_difference SET asked_at = asked_at - interval '61 seconds'")

    async def days(self) -> list[tuple[str, str, str | None]]:
        """Day, state and trouble, oldest first."""
        rows = await self._rows(
            "SELECT day::text, state, trouble FROM reconciliation WHERE platform = $1 ORDER BY day", self.platform
        )
        return [(row["day"], row["state"], row["trouble"]) for row in rows]

    async def sums(self) -> tuple[int, int, int, int]:
        """Payments and their fen, refunds and their fen, of the day's bill."""
        (row,) = await self._rows(
            "SELECT payments, payments_fen, refunds, refunds_fen FROM reconciliation "
            "WHERE platform = $1 AND day::text = $2",
            self.platform,
            DAY,
        )
        return row["payments"], row["payments_fen"], row["refunds"], row["refunds_fen"]

    async def differences(self) -> list[tuple[str, str, str | None, bool]]:
        """Kind, order, outcome and whether it is settled, in the bill's order."""
        rows = await self._rows(
            "SELECT d.kind, d.order_number, d.outcome, d.settled_at IS NOT NULL AS settled FROM bill_difference d "
            "JOIN reconciliation r ON r.id = d.reconciliation_id WHERE r.platform = $1 ORDER BY d.id",
            self.platform,
        )
        return [(row["kind"], row["order_number"], row["outcome"], row["settled"]) for row in rows]

    async def told(self) -> tuple[int, int]:
        """Events of differences and audit records of reconciliations, of this platform."""
        events = await self._rows("SELECT 1 FROM event WHERE name = 'reconciliation:differed'")
        acts = await self._rows(
            "SELECT 1 FROM audit_record WHERE act = 'reconciled' AND subject_id LIKE $1", f"{self.platform}:%"
        )
        return len(events), len(acts)

    async def _rows(self, statement: str, *values: object) -> list[dict[str, Any]]:
        return await self.world.built.database.rows(statement, *values)
