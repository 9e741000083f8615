"""How a refund is told to whoever is to get it: how far it is, in words that say whether there is anything to do."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from backend.clock import EXAM_ZONE
from backend.wording import Term

RefundProgress = Literal["under_way", "done", "failed"]
PROGRESS: Final[dict[str, RefundProgress]] = {
    "approved": "under_way",
    "sent": "under_way",
    "succeeded": "done",
    "failed": "failed",
}
"""By the refund's state, of those that were decided on: one only asked for, or declined, has changed nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyBack:
    """A registration's newest refund. `surplus`: of money that had never counted."""

    progress: RefundProgress
    amount_fen: int
    succeeded_at: datetime | None
    surplus: bool

    @property
    def words(self) -> Term:
        """An entry of wording/refunds.toml."""
        values: dict[str, object] = {"yuan": yuan(self.amount_fen)}
        if self.progress == "done" and self.succeeded_at is not None:
            return Term("refunds", "done", values | {"at": self.succeeded_at.astimezone(EXAM_ZONE)})
        return Term("refunds", "failed" if self.progress == "failed" else "under_way", values)


def yuan(fen: int) -> str:
    """`26000` fen read as `260.00`."""
    return f"{fen // 100}.{fen % 100:02d}"
