"""The platforms' own books: what the sandbox has written down of money and of messages."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from sandbox.store import FILE_NAME, read


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """As the platform would tell it to an auditor."""

    paid: list[tuple[str, str]]
    """Order number and transaction of each payment."""
    refunded: list[tuple[str, str]]
    """Refund number and order number of each refund."""
    reached: list[tuple[str, str, int]]
    """Open id and template, and how many of its messages arrived there."""


def ledger(folder: Path) -> Ledger:
    """What stands in the sandbox's folder now; it writes every change down within moments."""
    state = read(folder / FILE_NAME)
    pay, alipay = state.wechatpay, state.alipay
    trades = {trade.trade_no: trade.number for trade in alipay.trades.values() if trade.paid_at is not None}
    arrived = Counter(
        (state.people[user].open_id, str(one.content["template_id"]))
        for user, inbox in state.inboxes.items()
        for one in inbox
        if one.kind == "subscribe_message"
    )
    return Ledger(
        paid=[
            *((one.number, one.transaction_id) for one in pay.orders.values() if one.transaction_id is not None),
            *((number, trade_no) for trade_no, number in trades.items()),
        ],
        refunded=[
            *((one.number, one.order_number) for one in pay.refunds.values() if one.success_time is not None),
            *((one.number, trades[one.trade_no]) for one in alipay.refunds),
        ],
        reached=[(*key, count) for key, count in arrived.items()],
    )
