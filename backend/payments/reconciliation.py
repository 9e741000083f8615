"""Each platform's bill of each day beside our books: read once it is there, every difference kept, and money that only
the bill knows of settled by asking the platform about its order. A bill pays nothing by itself.
"""

from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Final

import structlog

from backend import audit
from backend.audit import SYSTEM
from backend.clock import Clock, day_of, real_now
from backend.database import Database, lock
from backend.errors import Conflict, Refusal
from backend.events import EventName, tell
from backend.payments.bills import BadBill, BillLine, BillNotReady, BillPlatform
from backend.payments.books import OwnBooks
from backend.payments.comparison import Comparison, Difference
from backend.payments.models import BillDifference, Order, Payment, Reconciliation, ReconciliationState
from backend.payments.settlement import Settlement

log = structlog.get_logger(__name__)

READY_AT: Final = time(10)
"""Of the next day, exam time: about when the last of the platforms has its bill (WeChat Pay)."""
KEPT_DAYS: Final = 89
"""WeChat Pay gives bills of three months; a service that was away longer has nothing to ask for."""
PERHAPS_EMPTY_DAYS: Final = 3
"""After so many days a platform that says "no bill" of an empty day too is taken at its word."""
AT_ONCE: Final = 500
LEASE: Final = timedelta(minutes=30)
PAUSE, LONGEST_PAUSE = timedelta(minutes=10), timedelta(hours=6)
ASK_AGAIN: Final = timedelta(minutes=1)
ANOTHER_DAY: Final = "billed_on_another_day"

NOTE: Final = """
INSERT INTO reconciliation (platform, day, state, attempts, try_at, payments, payments_fen, refunds, refunds_fen)
SELECT $1::text, day::date, 'waiting', 0, $2, 0, 0, 0, 0
FROM generate_series($3::date, $4::date, interval '1 day') AS day
WHERE NOT EXISTS (SELECT 1 FROM reconciliation known WHERE known.platform = $1::text AND known.day = day::date)
ON CONFLICT (platform, day) DO NOTHING
"""
"""The days of a platform ($1) from $3 to $4 that weren't noted yet."""
FIRST_ORDER: Final = "SELECT opened_at FROM payment_order ORDER BY id LIMIT 1"
CLAIM: Final = """
UPDATE reconciliation SET try_at = $2, attempts = attempts + 1 WHERE id IN (
    SELECT id FROM reconciliation WHERE state = 'waiting' AND try_at <= $1 ORDER BY day, id LIMIT 1
    FOR UPDATE SKIP LOCKED
) RETURNING id
"""
"""The oldest day that is due, out of the others' way until $2."""
TO_ASK: Final = """
UPDATE bill_difference SET asked_at = $1 WHERE id IN (
    SELECT id FROM bill_difference
    WHERE kind IN ('missing_here', 'amount_differs') AND ours_fen IS NULL AND outcome IS NULL
      AND (asked_at IS NULL OR asked_at < $2)
    ORDER BY id LIMIT $3 FOR UPDATE SKIP LOCKED
) RETURNING id
"""
"""Money that only a bill knows of, for an order of ours, and that nobody has asked about yet."""
MISSED_BESIDE: Final = """
SELECT d.id, d.kind, d.transaction_id, d.refund_number
FROM bill_difference d JOIN reconciliation r ON r.id = d.reconciliation_id
WHERE r.platform = $1 AND r.day IN ($2::date - 1, $2::date + 1) AND d.outcome IS NULL
  AND d.kind IN ('missing_there', 'refund_missing_there')
"""
"""What the bills of the day before and the day after had not: midnight isn't the same moment to both sides."""


@dataclass(slots=True, kw_only=True)
class Read:
    """What one bill came to. Amounts in fen."""

    comparison: Comparison
    differences: list[Difference]
    payments: int = 0
    payments_fen: int = 0
    refunds: int = 0
    refunds_fen: int = 0

    def count(self, lines: Iterable[BillLine]) -> None:
        for line in lines:
            if line.kind == "payment":
                self.payments, self.payments_fen = self.payments + 1, self.payments_fen + line.amount_fen
            else:
                self.refunds, self.refunds_fen = self.refunds + 1, self.refunds_fen + line.amount_fen


class Reconciliations:
    """Reads bills and keeps what differs. `platforms`: by name, those the service is configured for."""

    def __init__(
        self,
        *,
        database: Database,
        clock: Clock,
        settlement: Settlement,
        platforms: Mapping[str, BillPlatform],
        books: OwnBooks,
    ) -> None:
        self._database, self._clock, self._settlement = database, clock, settlement
        self._platforms, self._books = platforms, books

    @property
    def platforms(self) -> tuple[str, ...]:
        return tuple(self._platforms)

    def newest_day(self) -> date:
        """The newest day whose bill is due: yesterday, from ten o'clock on."""
        now = self._clock.now()
        return day_of(now) - timedelta(days=1 if now.time() >= READY_AT else 2)

    async def sweep(self) -> int:
        """Note the days that came to be due, read the bills that are to be tried now, one after another, and ask about
        money that only a bill knows of. How many bills were tried.
        """
        await self._note_days()
        tried = 0
        while rows := await self._database.rows(CLAIM, real_now(), real_now() + LEASE):
            await self._attempt(await Reconciliation.get(id=rows[0]["id"]))
            tried += 1
        await self._ask_about_all()
        return tried

    async def reconcile(self, platform: str, day: date) -> Reconciliation:
        """One platform's day, tried now whatever its turn is; one that is done is not read again.

        Raises Conflict `platform_not_offered`, `bill_not_due`.
        """
        if platform not in self._platforms:
            raise Conflict("platform_not_offered")
        if day > self.newest_day():
            raise Conflict("bill_not_due", day=str(day))
        await self._database.execute(NOTE, platform, real_now(), day, day)
        one = await Reconciliation.get(platform=platform, day=day)
        if one.state is ReconciliationState.WAITING:
            await Reconciliation.filter(id=one.id, state=one.state).update(
                try_at=real_now() + LEASE, attempts=one.attempts + 1
            )
            await one.refresh_from_db()
            await self._attempt(one)
        await self._ask_about_all()
        return await Reconciliation.get(id=one.id).prefetch_related("differences")

    async def _note_days(self) -> None:
        """Days before the first order there was have no bill of ours."""
        first = await self._database.rows(FIRST_ORDER)
        if not first:
            return
        newest = self.newest_day()
        earliest = max(day_of(first[0]["opened_at"]), newest - timedelta(days=KEPT_DAYS))
        for platform in self._platforms:
            await self._database.execute(NOTE, platform, real_now(), earliest, newest)

    async def _attempt(self, one: Reconciliation) -> None:
        try:
            read = await self._read(one.platform, one.day)
        except (BillNotReady, BadBill, Refusal) as error:
            trouble = error.code if isinstance(error, BadBill | Refusal) else "bill_not_ready"
            again = real_now() + min(PAUSE * 2 ** min(one.attempts - 1, 6), LONGEST_PAUSE)
            log.warning("bill_not_read", platform=one.platform, day=str(one.day), trouble=trouble)
            await Reconciliation.filter(id=one.id, state=ReconciliationState.WAITING).update(
                trouble=trouble, try_at=again
            )
            return
        await self._finish(one.id, read)

    async def _read(self, platform: str, day: date) -> Read:
        """The whole bill beside our books; nothing is kept of one that isn't whole."""
        read = Read(comparison=Comparison(), differences=[])
        try:
            async with aclosing(self._platforms[platform].bill(day)) as lines:
                async for batch in _batches(lines):
                    read.count(batch)
                    read.differences += read.comparison.batch(batch, await self._books.beside(platform, batch))
        except BillNotReady as error:
            if not (error.perhaps_empty and day_of(self._clock.now()) - day > timedelta(days=PERHAPS_EMPTY_DAYS)):
                raise
        read.differences += read.comparison.left_over("payment", await self._books.paid_on(platform, day))
        read.differences += read.comparison.left_over("refund", await self._books.refunded_on(platform, day))
        return read

    async def _finish(self, reconciliation_id: int, read: Read) -> None:
        """Whoever is first keeps what was found; the second one finds it done and changes nothing."""
        async with self._database.transaction():
            one = await lock(Reconciliation, id=reconciliation_id, state=ReconciliationState.WAITING)
            if one is None:
                return
            await BillDifference.bulk_create(
                [_row(one.id, difference) for difference in read.differences], batch_size=AT_ONCE
            )
            one.payments, one.payments_fen = read.payments, read.payments_fen
            one.refunds, one.refunds_fen = read.refunds, read.refunds_fen
            one.state, one.done_at, one.trouble = ReconciliationState.DONE, real_now(), None
            await one.save()
            await self._settle_beside(one, read.comparison)
            await self._tell(one, read.differences)

    async def _settle_beside(self, one: Reconciliation, comparison: Comparison) -> None:
        found = [
            row["id"]
            for row in await self._database.rows(MISSED_BESIDE, one.platform, one.day)
            if row["transaction_id"] in comparison.seen["payment"] or row["refund_number"] in comparison.seen["refund"]
        ]
        await BillDifference.filter(id__in=found).update(outcome=ANOTHER_DAY, settled_at=real_now())

    async def _tell(self, one: Reconciliation, differences: list[Difference]) -> None:
        name = f"{one.platform}:{one.day}"
        after = {"payments": one.payments, "refunds": one.refunds, "differences": len(differences)}
        await audit.record(self._clock, SYSTEM, "reconciled", "reconciliation", name, after=after)
        if not differences:
            return
        await tell(
            EventName.RECONCILIATION_DIFFERED,
            subject_id=name,
            candidate_id=None,
            at=self._clock.now(),
            differences=len(differences),
        )
        log.error("bill_differs", platform=one.platform, day=str(one.day), differences=len(differences))

    async def _ask_about_all(self) -> None:
        """In batches, until nobody is left who wasn't asked about in the last minute."""
        while rows := await self._database.rows(TO_ASK, real_now(), real_now() - ASK_AGAIN, AT_ONCE):
            for row in rows:
                await self._ask_about(await BillDifference.get(id=row["id"]).select_related("reconciliation"))

    async def _ask_about(self, difference: BillDifference) -> None:
        platform = difference.reconciliation.platform
        order = await Order.get(platform=platform, order_number=difference.order_number)
        try:
            difference.outcome = await self._settlement.ask(order)
        except Refusal as refusal:
            log.warning("order_not_answered", order_id=order.id, code=refusal.code)
            return
        if await Payment.exists(platform=platform, transaction_id=difference.transaction_id):
            difference.settled_at = real_now()
        await difference.save(update_fields=["outcome", "settled_at"])
        log.info("bill_difference_asked_about", order=difference.order_number, outcome=difference.outcome)


async def _batches(lines: AsyncIterator[BillLine]) -> AsyncIterator[list[BillLine]]:
    batch: list[BillLine] = []
    async for line in lines:
        batch.append(line)
        if len(batch) == AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


def _row(reconciliation_id: int, difference: Difference) -> BillDifference:
    return BillDifference(
        reconciliation_id=reconciliation_id,
        kind=difference.kind,
        order_number=difference.order_number,
        transaction_id=difference.transaction_id,
        refund_number=difference.refund_number,
        theirs_fen=difference.theirs_fen,
        ours_fen=difference.ours_fen,
    )
