"""An exam's money as its offices see it: what was paid on which platform, and what goes back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from backend.cache import Cache
from backend.database import Database
from backend.exams.catalogue import Exams
from backend.payments.models import RefundState
from backend.staff.duties import Duty
from backend.staff.scope import Clerk
from backend.staff.sites import sites_in_scope

KEPT: Final = 5
"""Seconds."""
PAID: Final = """
SELECT payment.platform, count(*) AS payments, sum(payment.amount_fen)::bigint AS fen
FROM payment JOIN registration ON registration.id = payment.registration_id
WHERE registration.exam_id = $1 {scope} AND payment.counts AND payment.given_back_at IS NULL
GROUP BY payment.platform ORDER BY payment.platform
"""
GOING_BACK: Final = """
SELECT refund.state, count(*) AS refunds, sum(refund.amount_fen)::bigint AS fen
FROM refund JOIN registration ON registration.id = refund.registration_id
WHERE registration.exam_id = $1 {scope} GROUP BY refund.state ORDER BY refund.state
"""
OF_SITES: Final = "AND registration.site_id = ANY($2::bigint[])"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidOn:
    """Payments that count, by platform."""

    platform: str
    payments: int
    fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GoingBack:
    """Refunds by how far they are."""

    state: RefundState
    refunds: int
    fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """An exam's money inside a scope."""

    paid: Sequence[PaidOn]
    back: Sequence[GoingBack]


class MoneyFigures:
    """Reads, inside the clerk's scope."""

    def __init__(self, *, database: Database, cache: Cache, exams: Exams) -> None:
        self._database, self._cache, self._exams = database, cache, exams

    async def of(self, clerk: Clerk, exam_code: str) -> Money:
        """Raises NotAllowed; NotFound `exam_unknown`."""
        clerk.require(Duty.SEE_FIGURES)
        exam, sites = await self._exams.exam(exam_code), await sites_in_scope(clerk)
        scope = f"{exam.id}:{clerk.level}:{clerk.site_id or clerk.area_id or ''}"

        async def read(statement: str) -> list[dict[str, Any]]:
            if sites is None:
                return await self._database.rows(statement.format(scope=""), exam.id)
            return await self._database.rows(statement.format(scope=OF_SITES), exam.id, sites)

        paid = await self._cache.remembered(
            f"figures:paid:{scope}", lambda: read(PAID), seconds=KEPT, purpose="figures"
        )
        back = await self._cache.remembered(
            f"figures:back:{scope}", lambda: read(GOING_BACK), seconds=KEPT, purpose="figures"
        )
        return Money(
            paid=[PaidOn(**row) for row in paid],
            back=[GoingBack(**{**row, "state": RefundState(row["state"])}) for row in back],
        )
