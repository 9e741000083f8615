"""A day's bill beside our own books: rules, pure, a batch of lines at a time."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from backend.payments.bills import BillKind, BillLine


class DifferenceKind(StrEnum):
    """`missing_here`: they have it and we don't; `missing_there`: we have it and they don't."""

    UNKNOWN_ORDER = "unknown_order"
    ORDER_DIFFERS = "order_differs"
    AMOUNT_DIFFERS = "amount_differs"
    MISSING_HERE = "missing_here"
    MISSING_THERE = "missing_there"
    REPEATED = "repeated"
    REFUND_UNKNOWN_ORDER = "refund_unknown_order"
    REFUND_ORDER_DIFFERS = "refund_order_differs"
    REFUND_AMOUNT_DIFFERS = "refund_amount_differs"
    REFUND_MISSING_HERE = "refund_missing_here"
    REFUND_MISSING_THERE = "refund_missing_there"
    REFUND_REPEATED = "refund_repeated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing in which bill and books don't agree. Amounts in fen; None on the side that has nothing."""

    kind: DifferenceKind
    order_number: str
    transaction_id: str | None = None
    refund_number: str | None = None
    theirs_fen: int | None = None
    ours_fen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """Money as our books have it."""

    order_number: str
    amount_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """What we know about the lines of one batch, on whatever day it was recorded.

    `orders`: the amount of each order of ours; `payments` by transaction, `refunds` by our refund number.
    """

    orders: Mapping[str, int] = field(default_factory=dict)
    payments: Mapping[str, Booked] = field(default_factory=dict)
    refunds: Mapping[str, Booked] = field(default_factory=dict)


PREFIX: Final[Mapping[BillKind, str]] = {"payment": "", "refund": "refund_"}


def key(line: BillLine) -> str:
    """What makes a line the same as another one of its kind: a refund without our number goes by its transaction."""
    return line.transaction_id if line.kind == "payment" else line.refund_number or line.transaction_id


class Comparison:
    """One bill, compared as it is read. Keeps nothing but the keys it has seen."""

    def __init__(self) -> None:
        self.seen: dict[BillKind, set[str]] = {"payment": set(), "refund": set()}

    def batch(self, lines: Iterable[BillLine], books: Books) -> list[Difference]:
        """The differences of some more lines, in their order."""
        return [found for line in lines if (found := self._line(line, books)) is not None]

    def left_over(self, kind: BillKind, ours: Mapping[str, Booked]) -> list[Difference]:
        """After the last line: what our books have on the bill's day, by key, that no line told of."""
        return [
            Difference(
                kind=DifferenceKind(f"{PREFIX[kind]}missing_there"),
                order_number=booked.order_number,
                transaction_id=name if kind == "payment" else None,
                refund_number=name if kind == "refund" else None,
                ours_fen=booked.amount_fen,
            )
            for name, booked in ours.items()
            if name not in self.seen[kind]
        ]

    def _line(self, line: BillLine, books: Books) -> Difference | None:
        name, seen = key(line), self.seen[line.kind]
        repeated = name in seen
        seen.add(name)
        booked = (books.payments if line.kind == "payment" else books.refunds).get(name)
        word = "repeated" if repeated else _word(line, booked, books)
        if word is None:
            return None
        return Difference(
            kind=DifferenceKind(PREFIX[line.kind] + word),
            order_number=line.order_number,
            transaction_id=line.transaction_id,
            refund_number=line.refund_number,
            theirs_fen=line.amount_fen,
            ours_fen=booked.amount_fen if booked else None,
        )


def _word(line: BillLine, booked: Booked | None, books: Books) -> str | None:
    if booked is None:
        if line.order_number not in books.orders:
            return "unknown_order"
        wrong = line.kind == "payment" and line.amount_fen != books.orders[line.order_number]
        return "amount_differs" if wrong else "missing_here"
    if booked.order_number != line.order_number:
        return "order_differs"
    return None if booked.amount_fen == line.amount_fen else "amount_differs"
