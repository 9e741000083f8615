"""A reconciliation as an operator reads it: one line a platform and day, one more a difference."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from backend.clock import EXAM_ZONE
from backend.payments.models import BillDifference, Reconciliation, ReconciliationState
from backend.wording import say


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`clean`: every bill was read and agrees with our books."""

    lines: tuple[str, ...]
    clean: bool


def report(days: Sequence[Reconciliation]) -> Report:
    """Of days whose differences were fetched with them."""
    clean = all(day.state is ReconciliationState.DONE and not list(day.differences) for day in days)
    return Report(lines=tuple(line for day in days for line in _day(day)), clean=clean)


def _day(one: Reconciliation) -> Iterable[str]:
    name = f"{one.platform} {one.day}"
    if one.state is ReconciliationState.WAITING:
        yield f"{name}: not read yet ({one.trouble}); tried again at {one.try_at.astimezone(EXAM_ZONE):%d %b %H:%M}"
        return
    found = sorted(one.differences, key=lambda difference: difference.id)
    money = f"{one.payments} payments, {yuan(one.payments_fen)}; {one.refunds} refunds, {yuan(one.refunds_fen)}"
    yield f"{name}: {money}; {_count(len(found))}"
    for difference in found:
        yield f"  {_difference(difference)}"


def _count(number: int) -> str:
    if not number:
        return "as our books have it"
    return "1 difference" if number == 1 else f"{number} differences"


def _difference(one: BillDifference) -> str:
    names = {"order": one.order_number, "transaction": one.transaction_id, "refund": one.refund_number}
    amounts = {"bill": one.theirs_fen, "books": one.ours_fen}
    parts = [f"{name} {value}" for name, value in names.items() if value]
    parts += [f"{name} {yuan(value)}" for name, value in amounts.items() if value is not None]
    if one.outcome:
        parts.append(f"{'settled' if one.settled_at else 'not settled'}: {one.outcome}")
    return f"{one.kind.value}: {say('differences', one.kind.value, 'en')} ({', '.join(parts)})"


def yuan(fen: int) -> str:
    """`26000` fen are `260.00 yuan`."""
    return f"{fen // 100}.{fen % 100:02d} yuan"
