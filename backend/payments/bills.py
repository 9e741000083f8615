"""The port to the platforms' daily bills: what each says went in and out on one day. `zhunkao/` fills it."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

BillKind = Literal["payment", "refund"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BillLine:
    """One movement of money in a bill. `amount_fen` is positive, a refund's too.

    `refund_number`: ours, of a refund. `at`: when the platform says it happened, in Asia/Shanghai.
    """

    order_number: str
    transaction_id: str
    amount_fen: int
    kind: BillKind
    refund_number: str | None = None
    at: datetime


class BillNotReady(Exception):
    """The platform hasn't made the bill yet. `perhaps_empty`: it says the same of a day on which nothing happened."""

    def __init__(self, *, perhaps_empty: bool = False) -> None:
        super().__init__("bill_not_ready")
        self.perhaps_empty = perhaps_empty


class BadBill(Exception):
    """What came is no whole, true bill. `code` names what is wrong with it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class BillPlatform(Protocol):
    """One platform that gives bills."""

    @property
    def name(self) -> str: ...

    def bill(self, day: date) -> AsyncGenerator[BillLine, None]:
        """The lines of one day's bill; none where nothing happened.

        Lines count only once the last one was given: a bill that breaks off or whose sums don't agree raises after
        some of them. Raises BillNotReady, BadBill, Unavailable, TooMany.
        """
